"""What is known of the people of a list when it is decided who gets a badge; a few queries for each chunk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum

from naite.trunk.assessment.models import Completion
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.award_rules import FROM_THE_COURSE, Shown, lacking
from naite.trunk.badges.award_rules import Person as Known
from naite.trunk.badges.framework import BadgeType
from naite.trunk.badges.models import Achievement, Activity, Award, AwardRow, Improvement
from naite.trunk.badges.queries import live_improvements as live_of
from naite.trunk.people.models import Person
from naite.trunk.records.models import Entry, LearningAccount


@dataclass(frozen=True, slots=True)
class Looked:
    """One person of a list: who it is, what is known, and the record that the badge would be given for."""

    known: Known
    person: Person | None = None
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


def look(achievement: Achievement, rows: Sequence[AwardRow], *, now: datetime) -> list[Looked]:
    """Return what is known of each row's person; the same number of queries however many rows."""
    named = [row.person_id for row in rows if row.person_id and not row.email]
    found_people = list(
        Person.objects.filter(
            Q(email__in={row.email for row in rows if row.email}) | Q(pk__in=named), is_active=True
        )
    )
    by_email = {person.email: person for person in found_people if person.email}
    by_id = {person.pk: person for person in found_people}
    accounts = {
        account.person_id: account for account in LearningAccount.objects.filter(person__in=list(by_id))
    }
    account_ids = [account.pk for account in accounts.values()]
    held = dict(
        Award.objects.filter(account_id__in=account_ids, achievement=achievement, revoked_at=None)
        .order_by("issued_at")
        .values_list("account_id", "issued_at")
    )
    records = _records(achievement, account_ids) if needs_record(achievement) else {}
    logged = _logged_hours(achievement, account_ids)
    improved = live_of(achievement, account_ids) if achievement.min_gain is not None else {}
    found = []
    for row in rows:
        person = by_email.get(row.email) if row.email else by_id.get(row.person_id or row.id)
        account = accounts.get(person.pk) if person else None
        entry, completion = records.get(account.pk, (None, None)) if account else (None, None)
        improvement = improved.get(account.pk) if account else None
        found.append(
            Looked(
                Known(
                    known=person is not None,
                    name=person.name if person else "",
                    has_account=account is not None,
                    closed_at=account.closed_at if account else None,
                    held_since=held.get(account.pk) if account else None,
                    has_record=entry is not None,
                    shown=replace(
                        _shown(
                            achievement, row, entry, completion, logged.get(account.pk) if account else None
                        ),
                        gain=_gain(improvement),
                    ),
                ),
                person,
                account.pk if account else None,
                entry,
                completion,
                improvement,
            )
        )
    return found


def _logged_hours(achievement: Achievement, account_ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    """The confirmed hours of the activity log, for badges that rest on them; in one query."""
    if "activity" not in type_of(achievement).demands:
        return {}
    rows = (
        Activity.objects.filter(
            account_id__in=account_ids, achievement=achievement, state=Activity.State.CONFIRMED
        )
        .values_list("account_id")
        .annotate(hours=Sum("hours"))
        .order_by()
    )
    return dict(rows)


def _gain(improvement: Improvement | None) -> Decimal | None:
    return improvement.after - improvement.before if improvement else None


def _shown(
    achievement: Achievement,
    row: AwardRow,
    entry: Entry | None,
    completion: Completion | None,
    logged: Decimal | None,
) -> Shown:
    """Figures of the course come from its record where the badge rests on one; else the institution's own.

    Hours come from the list where it has them, else from what a coordinator confirmed.
    """
    hours = row.hours if row.hours is not None else logged
    if needs_record(achievement):
        return Shown(
            attendance=completion.attendance_rate if completion else None,
            score=entry.score if entry else None,
            hours=hours,
        )
    return Shown(attendance=row.attendance, score=row.score, hours=hours)


def _records(
    achievement: Achievement, account_ids: Sequence[UUID]
) -> dict[UUID, tuple[Entry, Completion | None]]:
    """Return for each account its record of the course: the latest that earns the badge, else the latest."""
    entries = list(
        Entry.objects.filter(
            account_id__in=account_ids, course_version_id=achievement.course_version_id, voided_at=None
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
