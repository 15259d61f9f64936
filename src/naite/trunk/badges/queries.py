"""Reading achievements and awards."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from naite.trunk.assessment.models import Completion
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.models import Achievement, Award, AwardRun, Improvement
from naite.trunk.badges.rules import Figures, why_not_earned
from naite.trunk.people.models import Organisation
from naite.trunk.records.models import Entry

State = Literal["valid", "suspended", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class AwardState:
    """What became of an award by now, as its issuer's rows say."""

    state: State
    since: datetime | None = None
    reason: str = ""
    valid_until: datetime | None = None
    successor_id: UUID | None = None
    succeeded_at: datetime | None = None
    picture: UUID | None = None  # the achievement, where its institution brought a picture


def state_of(award: Award, *, now: datetime) -> AwardState:
    """Return what became of an award: what was done to it tells before its end."""
    state: State = "valid"
    since: datetime | None = None
    if award.revoked_at is not None:
        state, since = "revoked", award.revoked_at
    elif award.suspended_at is not None:
        state, since = "suspended", award.suspended_at
    elif award.valid_until is not None and award.valid_until <= now:
        state, since = "expired", award.valid_until
    return AwardState(
        state,
        since,
        award.revoke_reason if state == "revoked" else "",
        award.valid_until,
        award.successor_id,
        award.succeeded_at,
    )


def states_of(*, account_id: UUID, award_ids: Iterable[UUID], now: datetime) -> dict[UUID, AwardState]:
    """Return the state of awards of one account by id, in one query."""
    rows = (
        Award.objects.filter(account_id=account_id, id__in=set(award_ids))
        .defer("credential")
        .annotate(pictured=F("achievement__picture_id"))
    )
    return {
        row.id: replace(state_of(row, now=now), picture=row.achievement_id if row.pictured else None)
        for row in rows
    }


def pictures_of(*, account_id: UUID, award_ids: Iterable[UUID | None]) -> dict[UUID | None, UUID]:
    """Return, of awards of one account, the achievements whose institution brought a picture, in one query."""
    rows = Award.objects.filter(
        account_id=account_id,
        id__in={award for award in award_ids if award},
        achievement__picture__isnull=False,
    )
    return dict(rows.values_list("id", "achievement_id"))


def not_valid_now(*, account_id: UUID, now: datetime) -> dict[UUID, State]:
    """Return the awards of an account that do not count now, and why; the others are valid. One query."""
    rows = (
        Award.objects.filter(account_id=account_id)
        .filter(Q(revoked_at__isnull=False) | Q(suspended_at__isnull=False) | Q(valid_until__lte=now))
        .defer("credential")
    )
    return {row.id: state_of(row, now=now).state for row in rows}


def achievements_of(organisation: Organisation) -> QuerySet[Achievement]:
    """Return the badges of an institution, live ones first, newest first, with how many hold each."""
    return (
        Achievement.objects.filter(organisation=organisation)
        .select_related("course_version__course")
        .annotate(holders=Count("awards", filter=Q(awards__revoked_at=None)))
        .order_by(F("retired_at").desc(nulls_first=True), "-published_at", "-id")
    )


def achievement_for(course_version_id: UUID) -> Achievement | None:
    """Return the badge that completing a course version leads to, the newest where there are several."""
    return (
        Achievement.objects.filter(course_version_id=course_version_id, retired_at=None)
        .order_by("-published_at")
        .first()
    )


def awards_of(achievement: Achievement) -> QuerySet[Award]:
    """Return who was given a badge, newest first, without the signed bytes."""
    return (
        Award.objects.filter(achievement=achievement)
        .select_related("account__person")
        .defer("credential")
        .order_by("-issued_at", "-id")
    )


def completion_of(entry: Entry) -> Completion | None:
    """Return the completion behind an entry, with the figures it rested on."""
    if entry.source != Entry.Source.COMPLETION or entry.run_id is None:
        return None
    return Completion.objects.filter(
        enrolment__run_id=entry.run_id,
        enrolment__person__learning_account=entry.account_id,
        outcome=Completion.Outcome.COMPLETED,
        superseded_at=None,
    ).first()


def live_improvements(achievement: Achievement, account_ids: Collection[UUID]) -> dict[UUID, Improvement]:
    """Return the results before and after that hold for a badge, by account; in one query."""
    rows = Improvement.objects.filter(
        account_id__in=list(account_ids), achievement=achievement, superseded_at=None
    )
    return {row.account_id: row for row in rows}


def improvement_of(achievement: Achievement, account_id: UUID) -> Improvement | None:
    """Return one account's results for a badge that rests on improvement; None for other badges."""
    if achievement.min_gain is None:
        return None
    return live_improvements(achievement, [account_id]).get(account_id)


def figures_of(
    entry: Entry, completion: Completion | None, improvement: Improvement | None = None
) -> Figures:
    return Figures(
        gain=improvement.after - improvement.before if improvement else None,
        attendance_rate=completion.attendance_rate if completion else None,
        score=entry.score,
    )


def earlier_entries(achievement: Achievement) -> Iterator[tuple[UUID, UUID]]:
    """Yield the account and id of each live entry that came of completing the badge's course version."""
    completions = Completion.objects.filter(
        enrolment__run__version_id=achievement.course_version_id,
        enrolment__person__learning_account__isnull=False,
        outcome=Completion.Outcome.COMPLETED,
        superseded_at=None,
    ).values_list("enrolment__person__learning_account", "id")
    for account_id, completion_id in list(completions.order_by("id")):
        entry_id = (
            Entry.objects.filter(
                account_id=account_id,
                source=Entry.Source.COMPLETION,
                source_key=str(completion_id),
                voided_at=None,
            )
            .values_list("id", flat=True)
            .first()
        )
        if entry_id is not None:
            yield account_id, entry_id


def earned_by(entry: Entry) -> list[Achievement]:
    """Return the live badges of the entry's course version that its completion earns."""
    if entry.course_version_id is None or entry.voided_at is not None:
        return []
    candidates = Achievement.objects.filter(
        course_version_id=entry.course_version_id, retired_at=None
    ).select_related("organisation", "course_version")
    if not candidates:
        return []
    completion = completion_of(entry)
    earned = []
    for item in candidates:
        kind = frameworks.framework(item.framework, item.framework_version)
        figures = figures_of(entry, completion, improvement_of(item, entry.account_id))
        if kind and why_not_earned(kind.types[item.badge_type], item.rule, figures) is None:
            earned.append(item)
    return earned


def completers_without(achievement: Achievement, *, limit: int = 300) -> list[Completion]:
    """Return the completions of the badge's course whose learners do not hold it, by name."""
    if achievement.course_version_id is None:
        return []
    holders = Award.objects.filter(achievement=achievement, revoked_at=None).values("account__person")
    found = (
        Completion.objects.filter(
            enrolment__run__version_id=achievement.course_version_id,
            outcome=Completion.Outcome.COMPLETED,
            superseded_at=None,
        )
        .exclude(enrolment__person__in=holders)
        .select_related("enrolment__person", "enrolment__run")
        .order_by("enrolment__person__name", "id")
    )
    return list(found[:limit])


def award_runs_of(organisation: Organisation) -> QuerySet[AwardRun]:
    """Return the lists an institution gave or is giving badges to, newest first."""
    return (
        AwardRun.objects.filter(organisation=organisation)
        .select_related("achievement", "prepared_by")
        .order_by("-prepared_at", "-id")
    )
