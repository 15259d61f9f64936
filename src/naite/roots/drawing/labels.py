"""Every word a ring drawing says, so that a caller can say it in another language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from naite.roots.drawing.layout import Ring
from naite.roots.drawing.palette import ALL_AREAS


def plain_hours(hours: Decimal) -> str:
    """Hours without needless zeros, thousands separated: 1,234 or 12.5."""
    text = f"{hours:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span_in_korean(ring: Ring) -> str:
    return f"{ring.first}년" if ring.first == ring.last else f"{ring.first}~{ring.last}년"


def describe_in_korean(ring: Ring) -> str:
    """What a screen reader says of one ring: the same numbers as in the table."""
    when = span_in_korean(ring)
    if ring.resting:
        return f"{when}, 쉬어 간 해" if ring.first == ring.last else f"{when}, 쉬어 간 때"
    shares = ", ".join(f"{arc.area.name} {plain_hours(arc.hours)}시간" for arc in ring.arcs)
    badges = f". 배지 {ring.badge_count}개" if ring.badge_count else ""
    return f"{when}, {len(ring.entries)}개 과정 {plain_hours(ring.hours)}시간. {shares}{badges}"


def mark_in_korean(ring: Ring) -> str:
    """The short mark on the year axis."""
    return str(ring.first) if ring.first == ring.last else f"{ring.first // 10 * 10}년대"


@dataclass(frozen=True)
class Labels:
    """Texts of a drawing. `describe` names a ring for screen readers, `mark` marks it on the axis."""

    title: str = "나이테"
    describe: Callable[[Ring], str] = describe_in_korean
    mark: Callable[[Ring], str] = mark_in_korean
    letters: Mapping[str, str] = field(default_factory=lambda: {area.code: area.letter for area in ALL_AREAS})
