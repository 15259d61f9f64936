"""Reading the criteria."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.utils.functional import Promise

from naite.trunk.recognition.criteria.drafts import HEADINGS
from naite.trunk.recognition.models import CriteriaItem, CriteriaVersion


@dataclass(frozen=True, slots=True)
class HeadingGroup:
    """A statutory heading with its items and the points they add up to."""

    key: str
    label: str | Promise
    items: list[CriteriaItem]
    points: Decimal


def versions() -> QuerySet[CriteriaVersion]:
    """Return all versions with how many items they have, what these add up to, and how many rounds name them."""
    return (
        CriteriaVersion.objects.annotate(
            item_count=Count("items", distinct=True), round_count=Count("rounds", distinct=True)
        )
        .select_related("created_by")
        .order_by("name", "-number")
    )


def version_of(version_id: UUID) -> CriteriaVersion | None:
    return CriteriaVersion.objects.select_related("based_on", "created_by").filter(pk=version_id).first()


def groups(version: CriteriaVersion) -> list[HeadingGroup]:
    """Return the items with their indicators under the five headings, in two queries."""
    items = list(version.items.prefetch_related("indicators").order_by("position"))
    return [
        HeadingGroup(
            heading.value,
            heading.label,
            mine := [item for item in items if item.heading == heading],
            sum((item.points for item in mine), Decimal(0)),
        )
        for heading in HEADINGS
    ]


def total_points(version: CriteriaVersion) -> Decimal:
    """Return the points of all items together."""
    return version.items.aggregate(total=Sum("points"))["total"] or Decimal(0)


def usable() -> QuerySet[CriteriaVersion]:
    """Return the versions that a round may name."""
    return CriteriaVersion.objects.filter(state=CriteriaVersion.State.PUBLISHED).order_by("name", "-number")
