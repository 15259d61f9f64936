"""Results before and after: what can be entered, and what they show; pure decisions (row B2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Two results on one scale of 0 to 100, with the days on which they were measured."""

    before: Decimal
    after: Decimal
    before_on: date
    after_on: date

    @property
    def gain(self) -> Decimal:
        return self.after - self.before


def faults(results: Results, *, today: date) -> Mapping[str, str | Promise]:
    """Return what is wrong with two results, by field; empty when they can be entered."""
    found: dict[str, str | Promise] = {}
    for name in ("before", "after"):
        value = getattr(results, name)
        if not value.is_finite() or not 0 <= value <= MOST:
            found[name] = _("0에서 100까지의 점수를 적어 주세요.")
    if results.after_on > today:
        found["after_on"] = _("아직 오지 않은 날입니다.")
    if results.before_on > results.after_on:
        found["before_on"] = _("사전 진단이 사후 진단보다 늦습니다. 두 날을 확인해 주세요.")
    return found
