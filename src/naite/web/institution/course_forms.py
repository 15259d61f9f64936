"""The forms with which staff write courses and classify them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naite.roots.errors import Refused
from naite.trunk.catalogue.classification import SUB_AREAS, Category
from naite.trunk.catalogue.content import CourseContent, Lesson, hours_text

UNCLASSIFIED = ("", _("미분류"))
EMPTY_ROWS = 3


def area_choices() -> list[Any]:
    """Return areas with their sub-areas as one list, so that the two cannot contradict each other."""
    groups: list[Any] = [UNCLASSIFIED]
    for area, subs in SUB_AREAS.items():
        whole = (area.value, _("%(area)s (세부 영역 없이)") % {"area": area.label})
        groups.append((area.label, [whole, *((f"{area.value}/{sub.value}", sub.label) for sub in subs)]))
    return groups


def area_value(area: str, sub_area: str) -> str:
    return f"{area}/{sub_area}" if sub_area else area


class ClassForm(forms.Form):
    """Both classifications; either may stay open."""

    category = forms.ChoiceField(
        label=_("6진 분류"), required=False, choices=[UNCLASSIFIED, *Category.choices]
    )
    klass = forms.ChoiceField(
        label=_("영역과 세부 영역"),
        required=False,
        choices=area_choices,
        help_text=_("두 분류는 서로 따로입니다. 모르면 미분류로 두세요."),
    )

    def classes(self) -> dict[str, str]:
        """Return category, area and sub_area as the services take them."""
        area, _slash, sub_area = self.cleaned_data["klass"].partition("/")
        return {"category": self.cleaned_data["category"], "area": area, "sub_area": sub_area}


class CourseForm(ClassForm):
    """What a course says."""

    title = forms.CharField(label=_("과정 이름"), max_length=200)
    summary = forms.CharField(
        label=_("한 줄 소개"), max_length=300, required=False, help_text=_("강좌 찾기의 목록에 나옵니다.")
    )
    audience = forms.CharField(
        label=_("교육대상"), max_length=100, required=False, help_text=_("예: 누구나, 65세 이상")
    )
    total_hours = forms.DecimalField(
        label=_("총 시간"),
        max_digits=6,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("예: 20 또는 2.5. 차시의 시간을 모두 적으면 그 합과 같아야 합니다."),
    )
    description = forms.CharField(
        label=_("내용"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )

    field_order = ("title", "summary", "category", "klass", "audience", "total_hours", "description")

    def content(self, lessons: Iterable[Lesson]) -> CourseContent:
        data, classes = self.cleaned_data, self.classes()
        return CourseContent(
            title=data["title"],
            total_hours=data["total_hours"],
            summary=data["summary"],
            description=data["description"],
            audience=data["audience"],
            category=classes["category"],
            area=classes["area"],
            sub_area=classes["sub_area"],
            syllabus=tuple(lessons),
        )


class LessonForm(forms.Form):
    """One row of the syllabus; an empty one is passed over."""

    title = forms.CharField(label=_("차시 제목"), max_length=200, required=False)
    hours = forms.DecimalField(
        label=_("시간"),
        required=False,
        max_digits=5,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def lesson(self) -> Lesson:
        return Lesson(self.cleaned_data.get("title") or "", self.cleaned_data.get("hours"))


LessonFormSet = forms.formset_factory(LessonForm, extra=0, max_num=210, absolute_max=220)


def initial_of(content: CourseContent | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what the form and its lessons begin with."""
    if content is None:
        return {}, [{} for _row in range(EMPTY_ROWS)]
    first = {
        "title": content.title,
        "summary": content.summary,
        "description": content.description,
        "audience": content.audience,
        "category": content.category,
        "klass": area_value(content.area, content.sub_area),
        "total_hours": hours_text(content.total_hours),
    }
    lessons: list[dict[str, Any]] = [
        {"title": each.title, "hours": hours_text(each.hours) if each.hours else ""}
        for each in content.syllabus
    ]
    return first, [*lessons, *({} for _row in range(EMPTY_ROWS if not lessons else 1))]


def total_of(rows: Iterable[forms.Form]) -> Decimal:
    """Return the sum of the hours that the rows give."""
    return sum((row.cleaned_data.get("hours") or Decimal(0) for row in rows), Decimal(0))


def explain(form: forms.Form, refusal: Refused) -> None:
    """Put a refusal where it belongs, so that what was typed stays."""
    known = {"area": "klass", "sub_area": "klass"}
    for name, message in refusal.fields.items():
        field = known.get(name, name)
        form.add_error(field if field in form.fields else None, str(message))
    if not refusal.fields:
        form.add_error(None, str(refusal))
