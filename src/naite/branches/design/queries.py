"""Reading plans: what is there, what is missing, what would close it, how far one is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from naite.branches.design import rules
from naite.branches.design.models import Plan, PlanStep
from naite.branches.design.policies import READERS
from naite.branches.design.rules import Evidence, Unit, UnitGap
from naite.trunk.badges.models import Achievement, Award
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.queries import state_of
from naite.trunk.catalogue.rules import RegistrationState
from naite.trunk.catalogue.search import search
from naite.trunk.catalogue.search_query import SearchQuery
from naite.trunk.people.models import Organisation, Person
from naite.trunk.people.queries import roles_of
from naite.trunk.records.models import Entry, LearningAccount

MOST_COURSES = 6
_TAKES = frozenset(
    {
        RegistrationState.OPEN,
        RegistrationState.UPCOMING,
        RegistrationState.ALWAYS,
        RegistrationState.FULL_WAITING,
        RegistrationState.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step with whether it is done and who says so."""

    step: PlanStep
    done_on: date | None
    by_record: bool
    late: bool
    unit_name: str


@dataclass(frozen=True, slots=True)
class Recommended:
    """A course that may close a gap, with the reason."""

    listing: Listing
    state: RegistrationState
    why: str
    aligned: bool


def plans_of(account: LearningAccount) -> QuerySet[Plan]:
    return Plan.objects.filter(account_id=account.pk, dropped_at=None).order_by("-created_at", "-id")


def plan_of(account: LearningAccount, plan_id: UUID) -> Plan | None:
    return plans_of(account).filter(id=plan_id).select_related("account__person", "shared_with").first()


def units_of(plan: Plan) -> list[Unit]:
    return [Unit(unit["code"], unit["name"]) for unit in plan.units]


def evidence_of(account: LearningAccount) -> list[Evidence]:
    """Return what speaks for units: valid badges, completed courses with their alignments, other records."""
    awards = Award.objects.filter(account_id=account.pk, revoked_at=None, suspended_at=None)
    badges = [
        Evidence(award.achievement.name, _codes(award.achievement), badge=True)
        for award in awards.select_related("achievement").defer("credential")
    ]
    entries = list(
        Entry.objects.filter(account_id=account.pk, voided_at=None).only("title", "course_version_id")
    )
    aligned = {
        row.course_version_id: _codes(row)
        for row in Achievement.objects.filter(
            course_version_id__in={entry.course_version_id for entry in entries if entry.course_version_id}
        )
    }
    return badges + [
        Evidence(entry.title, aligned.get(entry.course_version_id, ()), badge=False) for entry in entries
    ]


def gaps_of(plan: Plan) -> list[UnitGap]:
    """Mark every unit of a plan by what its owner's account holds, in three queries."""
    return rules.gap(units_of(plan), evidence_of(plan.account))


def steps_of(plan: Plan, *, today: date) -> list[StepShown]:
    """Return the steps of a plan with their progress, computed from the records now."""
    steps = list(
        PlanStep.objects.filter(account_id=plan.account_id, plan_id=plan.id, removed_at=None).order_by(
            "target_on", "added_at", "id"
        )
    )
    done = dict(
        Entry.objects.filter(
            account_id=plan.account_id,
            voided_at=None,
            course_id__in={step.course_id for step in steps if step.course_id},
        )
        .order_by("-completed_on")
        .values_list("course_id", "completed_on")
    )
    names = {unit.code: unit.name for unit in units_of(plan)}
    shown = []
    for step in steps:
        recorded = done.get(step.course_id) if step.course_id else None
        finished = recorded or step.ticked_on
        late = finished is None and step.target_on is not None and step.target_on < today
        shown.append(StepShown(step, finished, recorded is not None, late, names.get(step.unit_code, "")))
    return shown


def recommend(unit: Unit, *, now: datetime) -> list[Recommended]:
    """Return courses that may close a unit's gap: those aligned to it, to its job, then by its words.

    Each says why it is here. Past ones are left out; recognised ones come first within each reason.
    """
    found: dict[UUID, Recommended] = {}
    for code, why in (
        (unit.key, _("이 과정의 배지가 이 능력단위와 이어져 있습니다.")),
        (unit.job, _("이 과정의 배지가 같은 직무와 이어져 있습니다.")),
    ):
        for listing in _aligned(code):
            _take(found, listing, why, True, now)
    for word in rules.key_words(unit.name):
        if len(found) >= MOST_COURSES:
            break
        result = search(SearchQuery(q=word, size=12), now=now)
        why = _("‘%(word)s’라는 말이 들어 있습니다.") % {"word": word}
        for each in sorted(result.found, key=lambda one: not one.listing.recognised):
            _take(found, each.listing, why, False, now)
    return list(found.values())[:MOST_COURSES]


def readable_plans(person: Person, *, now: datetime) -> QuerySet[Plan]:
    """Return the plans that are shared with an organisation where a person counsels, the latest first."""
    where = roles_of(person, now=now).filter(role__in=READERS).values("organisation_id")
    return (
        Plan.objects.filter(shared_with__in=where, dropped_at=None)
        .select_related("account__person", "shared_with")
        .order_by("-shared_at", "-id")
    )


def offices_to_share_with(person: Person, *, now: datetime) -> list[Organisation]:
    """Return organisations where somebody counsels now, those of the person's own region first."""
    rows = (
        Organisation.objects.filter(
            Q(roles__valid_until=None) | Q(roles__valid_until__gt=now),
            closed_on=None,
            roles__role__in=READERS,
            roles__valid_from__lte=now,
        )
        .distinct()
        .order_by("name")[:200]
    )
    return sorted(rows, key=lambda row: row.region_id != person.region_id or row.region_id is None)


def _take(found: dict[UUID, Recommended], listing: Listing, why: str, aligned: bool, now: datetime) -> None:
    state = state_of(listing, now=now)
    if listing.pk not in found and state in _TAKES:
        found[listing.pk] = Recommended(listing, state, why, aligned)


def _aligned(code: str) -> Iterable[Listing]:
    versions = (
        Achievement.objects.filter(retired_at=None, course_version__isnull=False)
        .annotate(text=Cast("alignments", TextField()))
        .filter(text__contains=f'"{code}')
        .values("course_version__course_id")[:200]
    )
    courses = {row["course_version__course_id"] for row in versions}
    return Listing.objects.filter(course_id__in=courses, withdrawn_at=None).order_by(
        "-recognised", "starts_on", "id"
    )[:20]


def _codes(achievement: Achievement) -> tuple[str, ...]:
    return tuple(str(item.get("code", "")) for item in achievement.alignments if item.get("code"))
