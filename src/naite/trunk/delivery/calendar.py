"""Calendar files (iCalendar, RFC 5545) of runs."""

from collections.abc import Iterable
from datetime import UTC, datetime

from naite.trunk.delivery.models import CourseRun, Session


def run_calendar(
    *, title: str, run: CourseRun, sessions: Iterable[Session], url: str, host: str, now: datetime
) -> str:
    """Return a calendar with one event per dated session; undated sessions come in when they are dated.

    Event ids stay the same, so importing a later file moves events instead of doubling them.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Naite//Naite//KO", "CALSCALE:GREGORIAN"]
    for session in sessions:
        if session.starts_at is None or session.ends_at is None:
            continue
        name = f"{title} {session.number}차시" + (f": {session.title}" if session.title else "")
        place = ", ".join(part for part in (session.place or run.place, run.address) if part)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{session.pk}@{host}",
            f"DTSTAMP:{_instant(now)}",
            f"DTSTART:{_instant(session.starts_at)}",
            f"DTEND:{_instant(session.ends_at)}",
            f"SUMMARY:{_text(name)}",
        ]
        if place:
            lines.append(f"LOCATION:{_text(place)}")
        lines += [f"URL:{url}", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(_fold(line) + "\r\n" for line in lines)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _fold(line: str) -> str:
    """Break a line so that none is longer than 75 octets, never inside a character (section 3.1)."""
    parts: list[str] = []
    current = ""
    for char in line:
        if len((current + char).encode()) > 75:
            parts.append(current)
            current = " "
        current += char
    return "\r\n".join([*parts, current])
