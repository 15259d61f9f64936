"""What is known of the people of a list when it is decided who gets a badge; a few queries for each chunk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from naite.roots.among import Among
from naite.trunk.assessment.models import Completion
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.award_lines import Line
from naite.trunk.badges.award_rules import FROM_THE_COURSE, Shown, lacking
from naite.trunk.badges.award_rules import Person as Known
from naite.trunk.badges.framework import BadgeType
from naite.trunk.badges.models import Achievement, Activity, Award, Improvement
from naite.trunk.badges.queries import live_improvements as live_of
from naite.trunk.people.models import Person
from naite.trunk.records.models import Entry


@dataclass(slots=True)
class Somebody:
    """Who somebody is and how they are reached; ``closed_at`` is of their account."""

    pk: UUID
    name: str
    email: str | None
    phone: str
    account_id: UUID | None
    closed_at: datetime | None


@dataclass(slots=True)
class Looked:
    """One person of a list: who it is, what is known, and the record that the badge would be given for."""

    known: Known
    person: Somebody | None = None
    account_id: UUID | None = None
    entry: Entry | None = None
    completion: Completion | None = None
    improvement: Improvement | None = None


def type_of(achievement: Achievement) -> BadgeType:
    """Return the type of a badge in the framework version that it was made under."""
    kind = frameworks.framework(achievement.framework, achievement.framework_version)
    assert kind is not None, "the framework of a published badge was removed"
    return kind.types[achievement.badge_type]


def needs_record(achievement: Achievement) -> bool:
    """Whether the badge is given only for a record of completing its course."""
    return achievement.course_version_id is not None and bool(type_of(achievement).demands & FROM_THE_COURSE)


def look(achievement: Achievement, lines: Sequence[Line], *, now: datetime) -> list[Looked]:
    """Return what is known of each line's person; the same number of queries however many lines."""
    people = _people(lines)
    by_email = {person.email: person for person in people if person.email}
    by_id = {person.pk: person for person in people}
    account_ids = [person.account_id for person in people if person.account_id]
    held = dict(
        Award.objects.filter(Among("account_id", account_ids), achievement=achievement, revoked_at=None)
        .order_by("issued_at")
        .values_list("account_id", "issued_at")
    )
    of_course = needs_record(achievement)
    records = _records(achievement, account_ids) if of_course else {}
    logged = _logged_hours(achievement, account_ids)
    improved = live_of(achievement, account_ids) if achievement.min_gain is not None else {}
    found = []
    for line in lines:
        person = by_email.get(line.email) if line.email else by_id.get(line.person_id or line.id)
        account_id = person.account_id if person else None
        if person is None or account_id is None:
            entry = completion = improvement = hours = None
        else:
            entry, completion = records.get(account_id, (None, None))
            improvement, hours = improved.get(account_id), logged.get(account_id)
        found.append(
            Looked(
                Known(
                    known=person is not None,
                    name=person.name if person else "",
                    has_account=account_id is not None,
                    closed_at=person.closed_at if person else None,
                    held_since=held.get(account_id) if account_id else None,
                    has_record=entry is not None,
                    shown=_shown(of_course, line, entry, completion, hours, _gain(improvement)),
                ),
                person,
                account_id,
                entry,
                completion,
                improvement,
            )
        )
    return found


def _people(lines: Sequence[Line]) -> list[Somebody]:
    named = [line.person_id for line in lines if line.person_id and not line.email]
    emails = {line.email for line in lines if line.email}
    asked = [Among("email", emails)] if emails else []
    asked += [Among("id", named)] if named else []
    return [
        Somebody(*values)
        for condition in asked
        for values in Person.objects.filter(condition, is_active=True).values_list(
            "id", "name", "email", "phone", "learning_account__id", "learning_account__closed_at"
        )
    ]


def _logged_hours(achievement: Achievement, account_ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    """The confirmed hours of the activity log, for badges that rest on them; in one query."""
    if "activity" not in type_of(achievement).demands:
        return {}
    rows = (
        Activity.objects.filter(
            Among("account_id", account_ids), achievement=achievement, state=Activity.State.CONFIRMED
        )
        .values_list("account_id")
        .annotate(hours=Sum("hours"))
        .order_by()
    )
    return dict(rows)


def _gain(improvement: Improvement | None) -> Decimal | None:
    return improvement.after - improvement.before if improvement else None


def _shown(
    of_course: bool,
    line: Line,
    entry: Entry | None,
    completion: Completion | None,
    logged: Decimal | None,
    gain: Decimal | None,
) -> Shown:
    """Figures of the course come from its record where the badge rests on one; else the institution's own.

    Hours come from the list where it has them, else from what a coordinator confirmed.
    """
    hours = line.hours if line.hours is not None else logged
    if of_course:
        return Shown(
            attendance=completion.attendance_rate if completion else None,
            score=entry.score if entry else None,
            hours=hours,
            gain=gain,
        )
    return Shown(attendance=line.attendance, score=line.score, hours=hours, gain=gain)


def _records(
    achievement: Achievement, account_ids: Sequence[UUID]
) -> dict[UUID, tuple[Entry, Completion | None]]:
    """Return for each account its record of the course: the latest that earns the badge, else the latest."""
    entries = list(
        Entry.objects.filter(
            Among("account_id", account_ids), course_version_id=achievement.course_version_id, voided_at=None
        )
        .select_related("account")
        .order_by("completed_on", "id")
    )
    completions = {
        (completion.enrolment.person_id, completion.enrolment.run_id): completion
        for completion in Completion.objects.filter(
            enrolment__person__in={entry.account.person_id for entry in entries},
            enrolment__run__in={entry.run_id for entry in entries if entry.run_id},
            outcome=Completion.Outcome.COMPLETED,
            superseded_at=None,
        ).select_related("enrolment")
    }
    badge_type, rule = type_of(achievement), replace(achievement.rule, min_gain=None)
    best: dict[UUID, tuple[bool, Entry, Completion | None]] = {}
    for entry in entries:
        completion = completions.get((entry.account.person_id, entry.run_id)) if entry.run_id else None
        shown = Shown(attendance=completion.attendance_rate if completion else None, score=entry.score)
        earns = lacking(badge_type, rule, shown) is None
        known = best.get(entry.account_id)
        if known is None or earns >= known[0]:
            best[entry.account_id] = (earns, entry, completion)
    return {account_id: (entry, completion) for account_id, (_earns, entry, completion) in best.items()}
