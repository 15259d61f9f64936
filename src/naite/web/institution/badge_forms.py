"""The form in which a badge is designed."""

from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.errors import Refused
from naite.trunk.badges.framework import Framework
from naite.trunk.badges.models import Achievement
from naite.trunk.badges.rules import Alignment, AlignmentKind, AwardRule
from naite.trunk.badges.services import AchievementDraft
from naite.trunk.catalogue.models import CourseVersion

ALIGNMENT_ROWS = 3
_KINDS: list[tuple[str, str | Promise]] = [
    ("ncs_unit", _("NCS 능력단위")),
    ("qualification", _("자격")),
    ("skill", _("그 밖의 능력")),
]


class DesignForm(forms.Form):
    """One badge of one course version, in one framework."""

    badge_type = forms.ChoiceField(label=_("유형"), widget=forms.RadioSelect)
    area = forms.ChoiceField(label=_("영역"), widget=forms.RadioSelect)
    sub_area = forms.ChoiceField(label=_("세부 영역"), required=False)
    name = forms.CharField(label=_("이름"), max_length=120)
    description = forms.CharField(
        label=_("무엇을 배우고 해냈나요"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("배지를 받은 사람과 보는 사람이 읽습니다."),
    )
    criteria = forms.CharField(
        label=_("받는 기준"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("무엇을 얼마나 해야 받는지 숫자로 적어 주세요. 예: 80% 이상 출석하고 60점 이상"),
    )
    min_attendance = forms.IntegerField(
        label=_("출석 기준(%)"), required=False, min_value=1, max_value=100, help_text=_("이 비율 이상 출석")
    )
    pass_mark = forms.DecimalField(
        label=_("합격 점수"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text=_("100점 가운데. 참여형은 비워 둡니다."),
    )
    activity_hours = forms.DecimalField(
        label=_("활동 시간"),
        required=False,
        min_value=Decimal("0.1"),
        max_digits=6,
        decimal_places=1,
        help_text=_("활동형에만 적습니다."),
    )
    tags = forms.CharField(
        label=_("꼬리표"), required=False, max_length=400, help_text=_("쉼표로 나누어 10개까지")
    )
    second_person = forms.BooleanField(
        label=_("한꺼번에 줄 때 두 사람이 확인"),
        required=False,
        help_text=_("올린 사람이 아닌 담당자가 승인해야 줍니다."),
    )
    prerequisites = forms.MultipleChoiceField(
        label=_("먼저 받을 배지"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        version: CourseVersion,
        framework: Framework,
        others: list[Achievement],
        **kwargs: Any,
    ) -> None:
        self.version, self.framework = version, framework
        kwargs["initial"] = {**_first_guess(version, framework), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self._choices("badge_type", [(item.code, item.name) for item in framework.types.values()])
        self._choices("area", [(item.code, item.name) for item in framework.areas.values()])
        subs = [
            (area.name, [(sub.code, sub.name) for sub in area.sub_areas.values()])
            for area in framework.areas.values()
        ]
        self._choices("sub_area", [("", _("고르지 않음")), *subs])
        if others:
            self._choices("prerequisites", [(str(item.pk), item.name) for item in others])
        else:
            del self.fields["prerequisites"]
        for number in range(1, ALIGNMENT_ROWS + 1):
            self.fields[f"alignment_kind_{number}"] = forms.ChoiceField(
                label=_("종류"), choices=_KINDS, required=False
            )
            self.fields[f"alignment_code_{number}"] = forms.CharField(
                label=_("번호"), required=False, max_length=60
            )
            self.fields[f"alignment_name_{number}"] = forms.CharField(
                label=_("이름"), required=False, max_length=200
            )

    def _choices(self, name: str, choices: list[Any]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    @property
    def alignment_rows(self) -> list[tuple[int, Any, Any, Any]]:
        return [
            (n, self[f"alignment_kind_{n}"], self[f"alignment_code_{n}"], self[f"alignment_name_{n}"])
            for n in range(1, ALIGNMENT_ROWS + 1)
        ]

    def draft(self) -> AchievementDraft:
        """What was typed so far; what cannot be read is left out. Call after ``is_valid``."""
        data = self.cleaned_data
        return AchievementDraft(
            course_version=self.version,
            framework=self.framework.code,
            badge_type=data.get("badge_type", ""),
            area=data.get("area", ""),
            sub_area=data.get("sub_area", ""),
            name=data.get("name", ""),
            description=data.get("description", ""),
            criteria=data.get("criteria", ""),
            tags=data.get("tags", "").split(","),
            second_person=bool(data.get("second_person")),
            rule=AwardRule(
                min_attendance=data.get("min_attendance"),
                pass_mark=data.get("pass_mark"),
                activity_hours=data.get("activity_hours"),
                alignments=self._alignments(),
                prerequisites=[UUID(item) for item in data.get("prerequisites", [])],
            ),
        )

    def explain(self, refusal: Refused) -> None:
        """Put a refusal beside the fields it speaks of."""
        for name, message in refusal.fields.items():
            target = "alignment_name_1" if name == "alignments" else name
            if target not in self.fields:
                self.add_error(None, str(message))
            elif target not in self.errors:
                self.add_error(target, str(message))
        if not refusal.fields:
            self.add_error(None, str(refusal))

    def _alignments(self) -> list[Alignment]:
        found = []
        for number in range(1, ALIGNMENT_ROWS + 1):
            code = self.cleaned_data.get(f"alignment_code_{number}", "")
            name = self.cleaned_data.get(f"alignment_name_{number}", "")
            if code or name:
                kind = self.cleaned_data.get(f"alignment_kind_{number}") or "ncs_unit"
                found.append(Alignment(kind=cast(AlignmentKind, kind), code=code, name=name))
        return found


class TakeBackForm(forms.Form):
    """Why a badge is revoked, suspended or released."""

    reason = forms.CharField(
        label=_("까닭"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("배지를 받은 사람이 읽습니다. 다른 사람의 이름은 적지 마세요."),
    )


def _first_guess(version: CourseVersion, framework: Framework) -> dict[str, Any]:
    area = framework.areas.get(version.area)
    return {
        "badge_type": next(iter(framework.types)),
        "area": version.area if area else "",
        "sub_area": version.sub_area if area and version.sub_area in area.sub_areas else "",
        "name": version.title,
        "description": version.summary,
        "min_attendance": 80,
    }
