"""Calendar files of runs."""

from collections.abc import Iterable
from datetime import datetime

from naite.roots.icalendar import Event, calendar
from naite.trunk.delivery.models import CourseRun, Session


def run_calendar(
    *, title: str, run: CourseRun, sessions: Iterable[Session], url: str, host: str, now: datetime
) -> str:
    """Return a calendar with one event per dated session; undated sessions come in when they are dated.

    Event ids stay the same, so importing a later file moves events instead of doubling them.
    """
    return calendar(
        (
            Event(
                uid=f"{session.pk}@{host}",
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                summary=f"{title} {session.number}차시" + (f": {session.title}" if session.title else ""),
                location=", ".join(part for part in (session.place or run.place, run.address) if part),
                url=url,
            )
            for session in sessions
            if session.starts_at is not None and session.ends_at is not None
        ),
        now=now,
    )
