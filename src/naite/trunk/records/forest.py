"""What a neighbourhood learnt together: sums in which nobody can be recognised (row X3)."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear

from naite.trunk.records.models import Entry

FEWEST = 10


@dataclass(frozen=True, slots=True)
class ForestYear:
    """One year's sums: how many learnt, and the hours by area (empty for what nobody classified)."""

    year: int
    learners: int
    hours: dict[str, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.hours.values(), Decimal(0))


def forest(*, region_codes: Collection[str] | None, first: int, last: int) -> tuple[ForestYear, ...]:
    """Return the years from ``first`` to ``last`` in which enough people learnt, oldest first.

    ``region_codes`` are where the learners live, None for everywhere. A year with fewer than ten learners is
    left out altogether, so that no sum tells about a person. Two queries over all accounts: keep the answer
    for some time.
    """
    rows = Entry.objects.filter(
        voided_at=None, completed_on__year__gte=first, completed_on__year__lte=last, hours__gt=0
    )
    if region_codes is not None:
        rows = rows.filter(account__person__region_id__in=list(region_codes))
    rows = rows.annotate(year=ExtractYear("completed_on")).order_by()
    learners = {
        row["year"]: row["learners"]
        for row in rows.values("year").annotate(learners=Count("account_id", distinct=True))
    }
    hours: dict[int, dict[str, Decimal]] = {}
    for row in rows.values("year", "area").annotate(sum=Sum("hours")):
        hours.setdefault(row["year"], {})[row["area"]] = row["sum"]
    return tuple(
        ForestYear(year, learners[year], hours[year]) for year in sorted(learners) if learners[year] >= FEWEST
    )
