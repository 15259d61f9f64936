"""What a version of the criteria says, as plain values, and what must hold before anybody is judged by it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.roots.text import tidy
from naite.trunk.recognition.models.criteria import CriteriaItem

if TYPE_CHECKING:
    from naite.trunk.recognition.models.criteria import CriteriaVersion

MAX_ITEMS = 60
MAX_INDICATORS = 20
MAX_POINTS = Decimal("100")
Heading = CriteriaItem.Heading
# The order of 시행령 제14조의2제2항.
HEADINGS = tuple(Heading)


@dataclass(frozen=True, slots=True)
class IndicatorDraft:
    """A detailed indicator; without points of its own it only says what to look at."""

    text: str
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item with everything that evaluators and institutions read about it."""

    heading: str
    title: str
    points: Decimal | None
    manual: str = ""
    evidence_demanded: str = ""
    evidence_required: bool = False
    indicators: Sequence[IndicatorDraft] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one item; ``row`` counts from 1, 0 is the whole."""

    row: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the comparison of two versions: what differs in which item."""

    item: str
    what: str | Promise
    before: str
    after: str


LABELS: dict[str, str | Promise] = {
    "heading": gettext_lazy("영역"),
    "title": gettext_lazy("평가항목"),
    "points": gettext_lazy("배점"),
    "manual": gettext_lazy("평가편람"),
    "evidence_demanded": gettext_lazy("증빙으로 낼 것"),
    "evidence_required": gettext_lazy("증빙이 꼭 있어야 함"),
    "indicators": gettext_lazy("세부지표"),
}


def points_text(points: Decimal | None) -> str:
    """Return points without needless zeros: 10, 7.5."""
    if points is None:
        return ""
    return format(points.normalize(), "f")


def of_version(version: "CriteriaVersion") -> list[ItemDraft]:
    """Return what a kept version says, in order, in two queries."""
    return [
        ItemDraft(
            heading=item.heading,
            title=item.title,
            points=item.points,
            manual=item.manual,
            evidence_demanded=item.evidence_demanded,
            evidence_required=item.evidence_required,
            indicators=tuple(IndicatorDraft(each.text, each.points) for each in item.indicators.all()),
        )
        for item in version.items.prefetch_related("indicators").order_by("position")
    ]


def tidied(items: Sequence[ItemDraft]) -> list[ItemDraft]:
    """Return the items without stray blanks, under their headings in the order of the decree."""
    clean = [
        ItemDraft(
            heading=item.heading,
            title=" ".join(tidy(item.title).split()),
            points=item.points,
            manual=tidy(item.manual),
            evidence_demanded=" ".join(tidy(item.evidence_demanded).split()),
            evidence_required=item.evidence_required,
            indicators=tuple(
                IndicatorDraft(" ".join(tidy(each.text).split()), each.points)
                for each in item.indicators
                if each.text.strip()
            ),
        )
        for item in items
    ]
    order = {heading.value: place for place, heading in enumerate(HEADINGS)}
    return sorted(clean, key=lambda item: order.get(item.heading, len(order)))


def faults(items: Sequence[ItemDraft]) -> list[Fault]:
    """Return what keeps items from being saved: each fault with the row it is in."""
    found: list[Fault] = []
    if len(items) > MAX_ITEMS:
        found.append(Fault(0, "", _("평가항목은 %(most)s개까지입니다.") % {"most": MAX_ITEMS}))
    seen: dict[str, int] = {}
    for row, item in enumerate(items, start=1):
        if item.heading not in Heading.values:
            found.append(Fault(row, "heading", _("다섯 영역 가운데 하나를 골라 주세요.")))
        if not item.title or len(item.title) > 120:
            found.append(Fault(row, "title", _("평가항목을 120자까지 적어 주세요.")))
        elif item.title in seen:
            found.append(
                Fault(row, "title", _("%(row)s번째 항목과 이름이 같습니다.") % {"row": seen[item.title]})
            )
        seen.setdefault(item.title, row)
        if item.points is None or not Decimal(0) < item.points <= MAX_POINTS:
            found.append(Fault(row, "points", _("배점은 0보다 크고 100 이하인 수입니다. 예: 10 또는 7.5")))
        elif item.points != item.points.quantize(Decimal("0.01")):
            found.append(Fault(row, "points", _("배점은 소수점 아래 두 자리까지입니다.")))
        found += _indicator_faults(row, item)
        if len(item.manual) > 20_000:
            found.append(Fault(row, "manual", _("평가편람은 20,000자까지 적습니다.")))
        if len(item.evidence_demanded) > 300:
            found.append(Fault(row, "evidence_demanded", _("증빙으로 낼 것은 300자까지 적습니다.")))
        if item.evidence_required and not item.evidence_demanded:
            found.append(Fault(row, "evidence_demanded", _("꼭 내야 한다면 무엇을 낼지도 적어 주세요.")))
    return found


def _indicator_faults(row: int, item: ItemDraft) -> list[Fault]:
    if len(item.indicators) > MAX_INDICATORS:
        return [Fault(row, "indicators", _("세부지표는 %(most)s개까지입니다.") % {"most": MAX_INDICATORS})]
    if any(len(each.text) > 300 for each in item.indicators):
        return [Fault(row, "indicators", _("세부지표는 한 줄에 300자까지입니다."))]
    given = [each.points for each in item.indicators if each.points is not None]
    if not given:
        return []
    if any(points <= 0 or points != points.quantize(Decimal("0.01")) for points in given):
        return [
            Fault(row, "indicators", _("세부지표의 배점은 0보다 큰 수입니다. 소수점 아래 두 자리까지입니다."))
        ]
    if len(given) != len(item.indicators):
        return [
            Fault(row, "indicators", _("세부지표의 배점은 모두 적거나 모두 비워 주세요. 예: 접근성 확보 | 3"))
        ]
    if item.points is not None and sum(given) != item.points:
        return [
            Fault(
                row,
                "indicators",
                _("세부지표 배점의 합 %(sum)s점이 항목의 배점 %(points)s점과 다릅니다.")
                % {"sum": points_text(sum(given, Decimal(0))), "points": points_text(item.points)},
            )
        ]
    return []


def hindrances(items: Sequence[ItemDraft]) -> list[str]:
    """Return what keeps a draft from being published: all five headings, and at least one item in each."""
    missing = [heading.label for heading in HEADINGS if not any(item.heading == heading for item in items)]
    if missing:
        return [
            _(
                "항목이 없는 영역이 있습니다: %(headings)s. 시행령 제14조의2제2항의 다섯 영역을 모두 채워 주세요."
            )
            % {"headings": ", ".join(str(label) for label in missing)}
        ]
    return []


def changes(before: Sequence[ItemDraft], after: Sequence[ItemDraft]) -> list[Change]:
    """Return what differs between two sets of items, matched by title; new and dropped items come last."""
    old, new = {item.title: item for item in before}, {item.title: item for item in after}
    found: list[Change] = []
    for title, item in new.items():
        was = old.get(title)
        if was is None:
            continue
        for name, label in LABELS.items():
            left, right = _words(was, name), _words(item, name)
            if left != right:
                found.append(Change(title, label, left, right))
    found += [
        Change(title, _("새 항목"), "", _summary(item)) for title, item in new.items() if title not in old
    ]
    found += [
        Change(title, _("빠진 항목"), _summary(item), "") for title, item in old.items() if title not in new
    ]
    return found


def _summary(item: ItemDraft) -> str:
    return _("%(heading)s · %(points)s점") % {
        "heading": Heading(item.heading).label if item.heading in Heading.values else item.heading,
        "points": points_text(item.points),
    }


def _words(item: ItemDraft, name: str) -> str:
    if name == "heading":
        return str(Heading(item.heading).label) if item.heading in Heading.values else item.heading
    if name == "points":
        return points_text(item.points)
    if name == "evidence_required":
        return _("예") if item.evidence_required else _("아니요")
    if name == "indicators":
        return indicators_text(item.indicators)
    return str(getattr(item, name))


def indicators_text(indicators: Sequence[IndicatorDraft]) -> str:
    """Return indicators one a line, as the form and the Excel file have them: 접근성 확보 | 3."""
    return "\n".join(
        each.text if each.points is None else f"{each.text} | {points_text(each.points)}"
        for each in indicators
    )


def read_indicators(text: str) -> list[IndicatorDraft]:
    """Return the indicators of such lines; a part after the last bar that is no number belongs to the text."""
    found = []
    for line in text.splitlines():
        words, bar, last = line.rpartition("|")
        points = read_points(last) if bar else None
        if points is not None:
            found.append(IndicatorDraft(words.strip(), points))
        elif line.strip():
            found.append(IndicatorDraft(line.strip()))
    return found


def read_points(text: str) -> Decimal | None:
    """Return a number of points, or None where there is none: a comma is no decimal point."""
    text = text.strip()
    whole, dot, rest = text.partition(".")
    if not whole.isascii() or not whole.isdigit() or (dot and not (rest.isascii() and rest.isdigit())):
        return None
    return Decimal(text) if len(text) <= 8 else None
