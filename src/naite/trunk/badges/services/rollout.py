"""Planning which programmes give badges from when (row B14)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db import transaction
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.badges import policies
from naite.trunk.badges.models import Achievement, RolloutStep
from naite.trunk.badges.rules import clean_text
from naite.trunk.people.models import Organisation, Person

PROGRAMME_LENGTH, NOTE_LENGTH = 120, 300
FARTHEST = timedelta(days=3660)
Standing = Literal["planned", "giving", "late"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A step with how it stands: still to come, giving badges, or begun on paper only."""

    step: RolloutStep
    badges: int
    standing: Standing


def standing_of(*, starts_on: date, badges: int, today: date) -> Standing:
    """Return how a step stands: an institution that gives badges early is not held to its day."""
    if badges:
        return "giving"
    return "planned" if today < starts_on else "late"


def plan(
    *,
    planner: Organisation,
    organisation: Organisation,
    programme: str,
    starts_on: date,
    note: str = "",
    actor: Person | None,
    now: datetime,
) -> RolloutStep:
    """Put a programme of one's own institution, or of one below it, into the plan.

    Refuses who does not run the planner's courses, an institution that is not its own, empty or long words and
    a day beyond ten years.
    """
    _require(planner, actor, now)
    programme, note = " ".join(clean_text(programme).split()), " ".join(clean_text(note).split())
    faults: dict[str, str | Promise] = {}
    if organisation.pk != planner.pk and organisation.parent_id != planner.pk:
        faults["organisation"] = _("우리 기관이나 바로 아래 기관을 고르세요.")
    if not programme or len(programme) > PROGRAMME_LENGTH:
        faults["programme"] = _("이름을 %(length)d자 안으로 적어 주세요.") % {"length": PROGRAMME_LENGTH}
    if len(note) > NOTE_LENGTH:
        faults["note"] = _("%(length)d자까지 적을 수 있습니다.") % {"length": NOTE_LENGTH}
    if abs(starts_on - now.date()) > FARTHEST:
        faults["starts_on"] = _("10년 안의 날로 적어 주세요.")
    if faults:
        raise Invalid(_("고칠 곳이 있습니다. 표시된 칸을 확인해 주세요."), code="rollout", fields=faults)
    with transaction.atomic():
        made = RolloutStep.objects.create(
            planner=planner,
            organisation=organisation,
            programme=programme,
            starts_on=starts_on,
            note=note,
            made_by=actor,
            made_at=now,
        )
        audit.record("badges.plan_rollout", actor=actor, now=now, subject=made)
    return made


def drop(*, step: RolloutStep, actor: Person | None, now: datetime) -> None:
    """Take a step out of the plan. Safe to repeat."""
    _require(step.planner, actor, now)
    if RolloutStep.objects.filter(pk=step.pk, dropped_at=None).update(dropped_at=now):
        audit.record("badges.drop_rollout", actor=actor, now=now, subject=step)


def steps_of(planner: Organisation, *, today: date) -> list[Planned]:
    """Return the plan in the order of its days, each with how it stands; two queries."""
    steps = list(
        RolloutStep.objects.filter(planner=planner, dropped_at=None)
        .select_related("organisation")
        .order_by("starts_on", "made_at")
    )
    badges = dict(
        Achievement.objects.filter(organisation__in={step.organisation_id for step in steps}, retired_at=None)
        .values_list("organisation")
        .annotate(n=Count("id"))
        .order_by()
    )
    return [
        Planned(
            step,
            count := badges.get(step.organisation_id, 0),
            standing_of(starts_on=step.starts_on, badges=count, today=today),
        )
        for step in steps
    ]


def _require(planner: Organisation, actor: Person | None, now: datetime) -> None:
    if not policies.can_award(actor, planner, now=now):
        raise NotAllowed(_("이 기관의 확산 계획을 고칠 권한이 없습니다."))
