"""Reading applications: lists for institution and offices, the rail of stages, the history."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.dates import day_of
from naite.trunk.people.models import Organisation
from naite.trunk.recognition.criteria.drafts import HEADINGS
from naite.trunk.recognition.models import (
    Application,
    ApplicationItem,
    CriteriaItem,
    Evidence,
    Hop,
    ProvincialStage,
)

State = Application.State
Kind = Organisation.Kind
IS_BACK = Q(check_state=ApplicationItem.Check.UNCHECKED) & ~Q(check_note="")
_WITH = ("round", "organisation", "course", "version", "office", "handler")


def application_of(application_id: UUID) -> Application | None:
    """Return one application with all that its page shows in the head."""
    return (
        Application.objects.select_related(
            *_WITH,
            "round__criteria",
            "round__institute",
            "organisation__region__parent",
            "course__current",
            "copied_from",
            "created_by",
        )
        .filter(pk=application_id)
        .first()
    )


def of_institution(organisation: Organisation) -> QuerySet[Application]:
    """Return the applications of an institution, the latest change first."""
    return (
        Application.objects.filter(organisation=organisation)
        .select_related(*_WITH, "course__current")
        .order_by("-changed_at", "-id")
    )


def listed(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Return rows with what a list shows: names, and how many items are checked, asked for or supplemented.

    The counts are asked for row by row, so that a page counts the items of its own rows and not of the round.
    """
    checked = Q(check_state=ApplicationItem.Check.COMPLETE)
    return (
        rows.select_related(*_WITH, "organisation__region__parent")
        .annotate(
            item_count=_items_where(Q()),
            checked_count=_items_where(checked),
            supplemented_count=_items_where(IS_BACK),
        )
        .order_by(F("due_on").asc(nulls_last=True), "number", "id")
    )


def _items_where(condition: Q) -> Coalesce:
    """Count the items of the application in the outer query."""
    mine = ApplicationItem.objects.filter(condition, application=OuterRef("pk")).order_by()
    counted = mine.values("application").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def supplemented_count() -> Coalesce:
    """Count the items that were asked for, have been supplemented, and wait to be checked again."""
    return _items_where(IS_BACK)


def earlier_of(application: Application) -> QuerySet[Application]:
    """Return what the institution applied for before, to copy from or compare with."""
    return (
        Application.objects.filter(organisation=application.organisation)
        .exclude(pk=application.pk)
        .exclude(number="")
        .select_related("round", "version")
        .order_by("-submitted_at")
    )


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item with what the institution says, its files, and what the office found."""

    row: ApplicationItem
    files: list[Evidence]

    @property
    def item(self) -> CriteriaItem:
        return self.row.item

    @property
    def is_back(self) -> bool:
        """Whether it was asked for, has been supplemented, and waits to be checked again."""
        return self.row.check_state == ApplicationItem.Check.UNCHECKED and bool(self.row.check_note)


@dataclass(frozen=True, slots=True)
class ItemGroup:
    key: str
    label: str | Promise
    rows: list[ItemRow]

    @property
    def points(self) -> object:
        return sum(each.item.points for each in self.rows)


def item_groups(application: Application) -> list[ItemGroup]:
    """Return all items under the five headings with their live files, in three queries."""
    files: dict[UUID | None, list[Evidence]] = {}
    for each in (
        application.evidence.filter(removed_at=None).select_related("file").order_by("added_at", "id")
    ):
        files.setdefault(each.item_id, []).append(each)
    rows = [
        ItemRow(row, files.get(row.item_id, []))
        for row in application.items.select_related("item")
        .prefetch_related("item__indicators")
        .order_by("item__position")
    ]
    return [
        ItemGroup(heading.value, heading.label, mine)
        for heading in HEADINGS
        if (mine := [row for row in rows if row.item.heading == heading])
    ]


StageState = Literal["done", "now", "todo", "skipped"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the eight stages of the rail: who has it, and since or until when."""

    key: str
    label: str | Promise
    state: StageState
    who: str
    on: date | None
    days: int | None


_ORDER: dict[str, int] = {
    State.DRAFT: 0,
    State.SUBMITTED: 1,
    State.RECEIVED: 1,
    State.SUPPLEMENT: 1,
    State.IN_REVIEW: 3,
    State.PROVISIONAL: 4,
    State.RE_REVIEW: 3,
    State.EVALUATED: 5,
    State.DELIBERATED: 6,
    State.APPROVED: 7,
    State.RECOGNISED: 8,
    State.REFUSED: 8,
}


def rail(application: Application, hops: list[Hop], *, now: datetime) -> list[Stage]:
    """Return the eight stages with what is behind, what is going on, and what comes. Reads nothing."""
    place = _ORDER.get(application.state)
    by_kind = {hop.office.kind: hop for hop in hops}
    local, provincial = by_kind.get(Kind.LOCAL_GOVERNMENT), by_kind.get(Kind.PROVINCIAL_INSTITUTE)
    national = hops[-1] if hops else None
    here = next((hop for hop in hops if hop.arrived_at and not hop.left_at), None)
    if place == 1 and here is not None:
        place = {Kind.LOCAL_GOVERNMENT: 1, Kind.PROVINCIAL_INSTITUTE: 2}.get(here.office.kind, 3)  # type: ignore[call-overload]
    if place is None:  # returned or withdrawn: it stays where it ended
        ended = max((hop.position for hop in hops if hop.arrived_at), default=0)
        place = min(ended, 3) if ended else 0
    today, round_ = day_of(now), application.round

    def hop_stage(key: str, label: Promise, at: int, hop: Hop | None) -> Stage:
        if hop is None:
            return Stage(key, label, "skipped", "", None, None)
        state: StageState = "done" if place > at else "now" if place == at else "todo"
        arrived = day_of(hop.arrived_at) if hop.arrived_at else None
        days = (today - arrived).days if arrived and state == "now" else None
        left = day_of(hop.left_at) if hop.left_at else None
        return Stage(key, label, state, hop.office.name, left or arrived, days)

    def plain(key: str, label: Promise, at: int, who: str, on: date | None) -> Stage:
        return Stage(key, label, "done" if place > at else "now" if place == at else "todo", who, on, None)

    return [
        plain(
            "submit",
            _("제출"),
            0,
            application.organisation.name,
            day_of(application.submitted_at) if application.submitted_at else None,
        ),
        hop_stage("local", _("접수·검토"), 1, local),
        hop_stage("provincial", _("추천"), 2, provincial),
        plain("review", _("서면평가"), 3, national.office.name if national else "", round_.review_until),
        plain("result", _("결과"), 4, "", None),
        plain("committee", _("심의"), 5, "", round_.committee_on),
        plain("approval", _("승인"), 6, "", None),
        plain("notice", _("통보"), 7, "", round_.results_on),
    ]


def provincial_stages() -> QuerySet[ProvincialStage]:
    return ProvincialStage.objects.select_related("province", "institute").order_by("province", "-valid_from")
