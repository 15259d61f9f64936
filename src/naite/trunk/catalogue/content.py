"""What a course says, before it becomes a version: plain values and what must hold for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.trunk.catalogue.classification import AREA_OF, SUB_AREAS, Area, Category, SubArea

if TYPE_CHECKING:
    from naite.trunk.catalogue.models import CourseVersion

MAX_HOURS = Decimal("9999.9")
MAX_LESSONS = 200


@dataclass(frozen=True, slots=True)
class Lesson:
    """One row of the syllabus; ``hours`` is None where the course does not say."""

    title: str
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CourseContent:
    """Everything that a version of a course fixes."""

    title: str
    total_hours: Decimal
    summary: str = ""
    description: str = ""
    audience: str = ""
    category: str = ""
    area: str = ""
    sub_area: str = ""
    syllabus: Sequence[Lesson] = field(default_factory=tuple)

    @classmethod
    def of(cls, version: "CourseVersion") -> "CourseContent":
        return cls(
            title=version.title,
            total_hours=version.total_hours,
            summary=version.summary,
            description=version.description,
            audience=version.audience,
            category=version.category,
            area=version.area,
            sub_area=version.sub_area,
            syllabus=tuple(
                Lesson(row["title"], Decimal(row["hours"]) if row["hours"] else None)
                for row in version.syllabus
            ),
        )


LABELS: dict[str, str | Promise] = {
    "title": _("과정 이름"),
    "summary": _("한 줄 소개"),
    "description": _("내용"),
    "audience": _("교육대상"),
    "category": _("6진 분류"),
    "area": _("영역"),
    "sub_area": _("세부 영역"),
    "total_hours": _("총 시간"),
    "syllabus": _("차시"),
}
_LIMITS = {"title": 200, "summary": 300, "audience": 100, "description": 20_000}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs, in words for a person; either side is empty where there is nothing."""

    label: str | Promise
    before: str
    after: str


def hours_text(hours: Decimal) -> str:
    """4, 2.5: hours as people write them."""
    return f"{hours.quantize(Decimal('0.1')):f}".removesuffix(".0")


def tidy(content: CourseContent) -> CourseContent:
    """Return the content without stray spaces and empty lessons; the area follows from the sub-area."""
    area, sub_area = content.area, content.sub_area
    if sub_area in SubArea and not area:
        area = AREA_OF[SubArea(sub_area)].value
    return CourseContent(
        title=" ".join(content.title.split()),
        total_hours=content.total_hours,
        summary=" ".join(content.summary.split()),
        description=content.description.replace("\r\n", "\n").strip(),
        audience=" ".join(content.audience.split()),
        category=content.category,
        area=area,
        sub_area=sub_area,
        syllabus=tuple(
            Lesson(" ".join(lesson.title.split()), lesson.hours)
            for lesson in content.syllabus
            if lesson.title.strip() or lesson.hours is not None
        ),
    )


def check(content: CourseContent) -> dict[str, str | Promise]:
    """Return what is wrong with tidy content, by field; empty when it can be published."""
    wrong = check_classification(content.category, content.area, content.sub_area)
    if not content.title:
        wrong["title"] = _("과정 이름을 적어 주세요.")
    for name, limit in _LIMITS.items():
        length = len(getattr(content, name))
        if length > limit:
            wrong[name] = _("%(length)s자입니다. %(limit)s자까지 적을 수 있습니다.") % {
                "length": length,
                "limit": limit,
            }
    hours = content.total_hours
    if not hours.is_finite() or hours <= 0:
        wrong["total_hours"] = _("총 시간은 0보다 커야 합니다. 예: 20 또는 2.5")
    elif hours > MAX_HOURS or hours != hours.quantize(Decimal("0.1")):
        wrong["total_hours"] = _("총 시간은 소수 한 자리까지 적습니다. 예: 20 또는 2.5")
    syllabus = _check_syllabus(content)
    if syllabus:
        wrong["syllabus"] = syllabus
    return wrong


def check_classification(category: str, area: str, sub_area: str) -> dict[str, str | Promise]:
    """Return what is wrong with the two classifications; both may be left open (미분류)."""
    wrong: dict[str, str | Promise] = {}
    if category and category not in Category:
        wrong["category"] = _("6진 분류를 목록에서 골라 주세요.")
    if area and area not in Area:
        wrong["area"] = _("영역을 목록에서 골라 주세요.")
    if sub_area and sub_area not in SubArea:
        wrong["sub_area"] = _("세부 영역을 목록에서 골라 주세요.")
    elif sub_area and area in Area and SubArea(sub_area) not in SUB_AREAS[Area(area)]:
        wrong["sub_area"] = _("세부 영역이 고른 영역에 속하지 않습니다. 영역과 세부 영역을 다시 골라 주세요.")
    return wrong


def _check_syllabus(content: CourseContent) -> str | Promise:
    lessons = content.syllabus
    if len(lessons) > MAX_LESSONS:
        return _("차시는 %(limit)s개까지 적을 수 있습니다.") % {"limit": MAX_LESSONS}
    for number, lesson in enumerate(lessons, start=1):
        if not lesson.title:
            return _("%(number)s번째 차시의 제목을 적어 주세요.") % {"number": number}
        if len(lesson.title) > 200:
            return _("%(number)s번째 차시의 제목이 200자를 넘습니다.") % {"number": number}
        if lesson.hours is not None and (not lesson.hours.is_finite() or lesson.hours <= 0):
            return _("%(number)s번째 차시의 시간은 0보다 커야 합니다.") % {"number": number}
    hours = [lesson.hours for lesson in lessons if lesson.hours is not None]
    total = sum(hours, Decimal(0))
    if lessons and len(hours) == len(lessons) and total != content.total_hours:
        return _("차시의 시간을 더하면 %(sum)s시간인데 총 시간은 %(total)s시간입니다. 둘을 맞춰 주세요.") % {
            "sum": hours_text(total),
            "total": hours_text(content.total_hours) if content.total_hours.is_finite() else "?",
        }
    return ""


def changes(before: CourseContent | None, after: CourseContent) -> list[Change]:
    """Return what differs between two contents, in the order of the form."""
    found = []
    for name, label in LABELS.items():
        old = _words(name, before) if before is not None else ""
        new = _words(name, after)
        if old != new:
            found.append(Change(label, old, new))
    return found


def _words(name: str, content: CourseContent) -> str:
    if name == "syllabus":
        return "\n".join(
            f"{number}. {lesson.title}" + (f" ({hours_text(lesson.hours)}h)" if lesson.hours else "")
            for number, lesson in enumerate(content.syllabus, start=1)
        )
    value = getattr(content, name)
    if name == "total_hours":
        return hours_text(value)
    choices = {"category": Category, "area": Area, "sub_area": SubArea}.get(name)
    if choices is not None:
        return str(choices(value).label) if value else str(_("미분류"))
    return str(value)
