"""What somebody looks for: read from a query string, by pages and API alike, and written back as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.trunk.catalogue import bigrams
from naite.trunk.catalogue.classification import Area, Category, DeliveryMode
from naite.trunk.catalogue.rules import RegistrationState

NONE: Final = "none"  # the source does not say
SIZES: Final = (20, 40, 100)


class Fee(models.TextChoices):
    FREE = "free", _("무료")
    PAID = "paid", _("유료")
    UNKNOWN = NONE, _("확인필요")


class Day(models.TextChoices):
    """In the order of the bits of ``Listing.weekdays``."""

    MON = "mon", _("월")
    TUE = "tue", _("화")
    WED = "wed", _("수")
    THU = "thu", _("목")
    FRI = "fri", _("금")
    SAT = "sat", _("토")
    SUN = "sun", _("일")


class Sort(models.TextChoices):
    RELEVANCE = "relevance", _("관련도 높은 순")
    DEADLINE = "deadline", _("마감이 가까운 순")
    START = "start", _("시작일이 가까운 순")


class Recognised(models.TextChoices):
    YES = "yes", _("평가인정 과정")


_UNCLASSIFIED = ((NONE, _("미분류")),)
_UNSAID = ((NONE, _("확인필요")),)
Choices = Sequence[tuple[str, str | Promise]]

# The facets in which several values may be chosen, with all their values.
FACETS: Final[dict[str, Choices]] = {
    "state": tuple(RegistrationState.choices),
    "recognised": tuple(Recognised.choices),
    "area": (*Area.choices, *_UNCLASSIFIED),
    "category": (*Category.choices, *_UNCLASSIFIED),
    "fee": tuple(Fee.choices),
    "day": tuple(Day.choices),
    "mode": (*DeliveryMode.choices, *_UNSAID),
}
FACET_LABELS: Final[dict[str, str | Promise]] = {
    "q": _("찾을 말"),
    "region": _("지역"),
    "state": _("신청 상태"),
    "recognised": _("평가인정"),
    "area": _("영역"),
    "category": _("6진 분류"),
    "fee": _("수강료"),
    "day": _("요일"),
    "mode": _("방식"),
}


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One search. Empty means: does not matter. Several values of one facet mean: any of them."""

    q: str = ""
    region: str = ""
    state: tuple[str, ...] = ()
    recognised: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    fee: tuple[str, ...] = ()
    day: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    sort: str = ""
    page: int = 1
    size: int = SIZES[0]

    @classmethod
    def parse(cls, given: Mapping[str, Sequence[str]]) -> tuple["SearchQuery", dict[str, str | Promise]]:
        """Read a query string's lists of values; also return a sentence for each field that cannot be used.

        Such a field counts as not given. Unknown names are passed over. A region may be any five-digit
        code, also a former one; whether it exists is for the search to say.
        """
        errors: dict[str, str | Promise] = {}
        fields: dict[str, Any] = {"q": " ".join(_last(given, "q").split())[: bigrams.MAX_QUERY].strip()}
        region = _last(given, "region")
        within = _last(given, "sigungu")
        if region and within[:2] == region[:2]:
            region = within  # the form has two lists, of which the second follows the first
        if region == NONE or (region.isascii() and region.isdigit() and 2 <= len(region) <= 10):
            fields["region"] = region
        elif region:
            errors["region"] = _("지역 번호로 고르세요.")
        for name, choices in FACETS.items():
            chosen = {value for value in given.get(name, ()) if value}
            known = [value for value, _label in choices]
            fields[name] = tuple(value for value in known if value in chosen)
            if chosen - set(known):
                errors[name] = _("목록에 있는 값을 고르세요.")
        sort = _last(given, "sort")
        if sort in Sort.values:
            fields["sort"] = sort
        elif sort:
            errors["sort"] = _("목록에 있는 값을 고르세요.")
        for name, least, most in (("page", 1, 1_000_000), ("size", 1, SIZES[-1])):
            raw = _last(given, name)
            if raw.isascii() and raw.isdigit() and len(raw) < 8 and least <= int(raw) <= most:
                fields[name] = int(raw)
            elif raw:
                errors[name] = _("숫자를 알맞게 적으세요.")
        return cls(**fields), errors

    def __post_init__(self) -> None:
        # The order that holds anyway is not written down, so that it follows the text when that changes.
        if self.sort == self.own_order or (self.sort == Sort.RELEVANCE and not self.q):
            object.__setattr__(self, "sort", "")

    @property
    def own_order(self) -> Sort:
        """The order when none is asked for: relevance for a text, the deadline otherwise."""
        return Sort.RELEVANCE if self.q else Sort.DEADLINE

    @property
    def order(self) -> str:
        """The order in force."""
        return self.sort or self.own_order

    @property
    def active(self) -> tuple[str, ...]:
        """The names of what narrows the search, in the order of the form."""
        return tuple(name for name in FACET_LABELS if getattr(self, name))

    def without(self, name: str) -> "SearchQuery":
        nothing: dict[str, Any] = {name: "" if name in {"q", "region"} else ()}
        return replace(self, page=1, **nothing)

    def to_page(self, number: int) -> "SearchQuery":
        return replace(self, page=number)

    def querystring(self) -> str:
        """Write the search as the one query string that stands for it; empty for the search for all."""
        pairs: list[tuple[str, str]] = []
        for name in FACET_LABELS:
            value = getattr(self, name)
            pairs += [(name, value)] if isinstance(value, str) else [(name, each) for each in value]
        pairs.append(("sort", self.sort))
        pairs.append(("page", str(self.page) if self.page > 1 else ""))
        pairs.append(("size", str(self.size) if self.size != SIZES[0] else ""))
        return urlencode([(name, value) for name, value in pairs if value])


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or ("",)
    return values[-1].replace("\x00", "").strip()
