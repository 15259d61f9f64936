"""What the learner's pages say of rings, days and hours."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from naite.roots.drawing.close_up import Month, MonthLabels
from naite.roots.drawing.labels import Labels, plain_hours
from naite.roots.drawing.layout import Ring
from naite.roots.drawing.palette import UNSORTED
from naite.trunk.catalogue.classification import Area

AREA_NAMES: dict[str, str | Promise] = {
    **{area.value: area.label for area in Area},
    UNSORTED.code: gettext_lazy("미분류"),
}
# The areas as one would say them to somebody who has never heard of areas.
AREA_IN_PLAIN_WORDS: dict[str, str | Promise] = {
    Area.SELF_GROWTH.value: gettext_lazy("그림과 노래, 운동"),
    Area.CAREER.value: gettext_lazy("일"),
    Area.CIVIC.value: gettext_lazy("이웃과 함께하는 법"),
    Area.PRACTICAL_LITERACY.value: gettext_lazy("글자와 휴대전화"),
    UNSORTED.code: gettext_lazy("여러 가지"),
}

BADGE_TYPE_NAMES: dict[str, str | Promise] = {
    "participation": gettext_lazy("참여형"),
    "achievement": gettext_lazy("성취형"),
    "activity": gettext_lazy("활동형"),
    "qualification": gettext_lazy("자격형"),
    "pathway": gettext_lazy("경로형"),
}


def badge_label(badge_type: str, area_code: str) -> str:
    """What a screen reader says of a badge's art."""
    return _("%(area)s %(type)s 배지") % {
        "area": AREA_NAMES[area_code],
        "type": BADGE_TYPE_NAMES.get(badge_type, badge_type),
    }


def ring_labels(title: str, *, of_areas: bool = False) -> Labels:
    """The words of a ring drawing in the language of the page; ``of_areas`` where only some areas are drawn."""
    return Labels(
        title=title,
        describe=describe_ring_of_areas if of_areas else describe_ring,
        mark=mark_ring,
        letters={
            Area.SELF_GROWTH.value: pgettext("letter of an area", "자"),
            Area.CAREER.value: pgettext("letter of an area", "직"),
            Area.CIVIC.value: pgettext("letter of an area", "시"),
            Area.PRACTICAL_LITERACY.value: pgettext("letter of an area", "실"),
            UNSORTED.code: pgettext("letter of an area", "미"),
        },
    )


def describe_ring(ring: Ring) -> str:
    """What a screen reader says of one ring: the same numbers as in the table."""
    if ring.resting:
        return _("%(when)s, 쉬어 간 해") % {"when": when_of(ring)}
    shares = [(arc.area.code, arc.hours) for arc in ring.arcs]
    return _sums(when_of(ring), len(ring.entries), ring.hours, shares, ring.badge_count)


def describe_ring_of_areas(ring: Ring) -> str:
    """The same where areas were chosen: an empty ring need not have been a year of rest."""
    if ring.resting:
        return _("%(when)s, 고른 영역의 배움 없음") % {"when": when_of(ring)}
    return describe_ring(ring)


def when_of(ring: Ring) -> str:
    if ring.first != ring.last:
        return _("%(first)s~%(last)s년") % {"first": ring.first, "last": ring.last}
    return _("%(year)s년") % {"year": ring.first}


def month_labels(title: str) -> MonthLabels:
    """The words of a year's close-up in the language of the page."""
    return MonthLabels(
        title=title,
        describe=describe_month,
        mark=lambda month: date_format(date(2000, month, 1), "M") if not _korean() else f"{month}월",
        year=lambda year: _("%(year)s년") % {"year": year},
        hours=lambda hours: _("%(hours)s시간") % {"hours": plain_hours(hours)},
    )


def describe_month(month: Month) -> str:
    """What a screen reader says of one month of a close-up."""
    name = f"{month.number}월" if _korean() else date_format(date(2000, month.number, 1), "F")
    shares = [(band.area.code, band.hours) for band in month.bands]
    return _sums(name, month.count, month.hours, shares, month.badge_count)


def _sums(when: str, count: int, hours: Decimal, shares: Sequence[tuple[str, Decimal]], badges: int) -> str:
    courses = ngettext("%(count)s개 과정", "%(count)s개 과정", count) % {"count": count}
    text = _("%(when)s, %(courses)s %(hours)s. %(shares)s") % {
        "when": when,
        "courses": courses,
        "hours": _hours(hours),
        "shares": ", ".join(f"{AREA_NAMES[code]} {_hours(share)}" for code, share in shares),
    }
    if badges:
        text += ". " + ngettext("배지 %(count)s개", "배지 %(count)s개", badges) % {"count": badges}
    return text


def _hours(hours: Decimal) -> str:
    return _("%(hours)s시간") % {"hours": plain_hours(hours)}


def mark_ring(ring: Ring) -> str:
    return (
        str(ring.first)
        if ring.first == ring.last
        else _("%(decade)s년대") % {"decade": ring.first // 10 * 10}
    )


def _korean() -> bool:
    return (translation.get_language() or "ko").startswith("ko")


def weekday_in_words(day: date) -> str:
    """화요일."""
    return date_format(day, "l")


def day_in_words(day: date) -> str:
    """11월 24일, without the year."""
    return f"{day.month}월 {day.day}일" if _korean() else date_format(day, "j F")


def time_in_words(instant: datetime) -> str:
    """The local time as one says it: 저녁 7시, 오전 10시 30분."""
    local = timezone.localtime(instant)
    if not _korean():
        return date_format(local, "P")
    hour = local.hour
    part = (
        "새벽"
        if hour < 6
        else "오전"
        if hour < 12
        else "낮"
        if hour < 13
        else "오후"
        if hour < 18
        else "저녁"
        if hour < 21
        else "밤"
    )
    minutes = f" {local.minute}분" if local.minute else ""
    return f"{part} {hour if hour <= 12 else hour - 12}시{minutes}"
