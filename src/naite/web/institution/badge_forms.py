"""The form in which a badge is designed."""

from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.errors import Refused
from naite.trunk.badges.class_map_rules import target
from naite.trunk.badges.design_rules import EVIDENCE
from naite.trunk.badges.framework import Framework
from naite.trunk.badges.models import Achievement, BadgeDesign
from naite.trunk.badges.rules import Alignment, AlignmentKind, AwardRule
from naite.trunk.badges.services import AchievementDraft, class_maps, designs
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.catalogue.standards.queries import units_by_code
from naite.trunk.people.models import Organisation

ALIGNMENT_ROWS = 3
_KINDS: list[tuple[str, str | Promise]] = [
    ("ncs_unit", _("NCS 능력단위")),
    ("qualification", _("자격")),
    ("skill", _("그 밖의 능력")),
]


class DesignForm(forms.Form):
    """One badge of one course version, in one framework."""

    badge_type = forms.ChoiceField(label=_("유형"), required=False, widget=forms.RadioSelect)
    area = forms.ChoiceField(label=_("영역"), required=False, widget=forms.RadioSelect)
    sub_area = forms.ChoiceField(label=_("세부 영역"), required=False)
    name = forms.CharField(label=_("이름"), required=False, max_length=120)
    description = forms.CharField(
        label=_("무엇을 배우고 해냈나요"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("배지를 받은 사람과 보는 사람이 읽습니다."),
    )
    activity = forms.CharField(
        label=_("어떤 활동을 하나요"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("수업, 실습, 모임처럼 무엇을 하는지 적습니다. 비워도 됩니다."),
    )
    criteria = forms.CharField(
        label=_("받는 기준"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("무엇을 얼마나 해야 받는지 숫자로 적어 주세요. 예: 80% 이상 출석하고 60점 이상"),
    )
    hours = forms.DecimalField(
        label=_("학습시간"),
        required=False,
        min_value=Decimal("0.1"),
        max_digits=6,
        decimal_places=1,
        help_text=_("시간. 비우면 과정의 시간"),
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
    min_gain = forms.DecimalField(
        label=_("향상도"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text=_("사전 진단보다 사후 진단이 몇 점 이상 높아야 하나요"),
    )
    activity_hours = forms.DecimalField(
        label=_("활동 시간"),
        required=False,
        min_value=Decimal("0.1"),
        max_digits=6,
        decimal_places=1,
        help_text=_("활동형에만 적습니다."),
    )
    qualification = forms.CharField(
        label=_("이 자격으로 증명"),
        required=False,
        max_length=120,
        help_text=_(
            "자격형에만 적습니다. 이 이름의 자격을 우리 기관이나 윗기관이 확인하면 배지를 줍니다. 예: 사회복지사 2급"
        ),
    )
    evidence = forms.MultipleChoiceField(
        label=_("요구하는 증거"),
        required=False,
        choices=list(EVIDENCE.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    valid_months = forms.IntegerField(
        label=_("유효기간(개월)"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=_("비우면 끝나지 않습니다. 기술이 빨리 바뀌는 분야는 24개월이나 36개월을 권합니다."),
    )
    picture = forms.FileField(
        label=_("그림 올리기"),
        required=False,
        help_text=_(
            "PNG, JPG, SVG. 2 MB까지. 정사각형에 가까울수록 좋습니다. 올리지 않으면 유형과 영역으로 그립니다."
        ),
    )
    drop_picture = forms.BooleanField(label=_("올린 그림을 지우고 그려 주는 그림 쓰기"), required=False)
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
        version: CourseVersion | None,
        framework: Framework,
        others: list[Achievement],
        organisation: Organisation | None = None,
        design: BadgeDesign | None = None,
        former: Achievement | None = None,
        **kwargs: Any,
    ) -> None:
        self.version, self.framework = version, framework
        self.organisation, self.design, self.former = organisation, design, former
        first = _first_guess(version, framework)
        if design is not None:
            first = initial_of(designs.draft_of(design))
        elif former is not None:
            first = initial_of(designs.draft_of_badge(former))
        kwargs["initial"] = {**first, **(kwargs.get("initial") or {})}
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
            organisation=self.organisation,
            replaces=self.design.replaces if self.design else self.former,
            picture=self.design.picture if self.design and not data.get("drop_picture") else None,
            framework=self.framework.code,
            badge_type=data.get("badge_type", ""),
            area=data.get("area", ""),
            sub_area=data.get("sub_area", ""),
            name=data.get("name", ""),
            description=data.get("description", ""),
            criteria=data.get("criteria", ""),
            activity=data.get("activity", ""),
            hours=data.get("hours"),
            evidence=data.get("evidence", []),
            valid_months=data.get("valid_months"),
            tags=[tag for tag in data.get("tags", "").split(",") if tag.strip()],
            second_person=bool(data.get("second_person")),
            rule=AwardRule(
                min_attendance=data.get("min_attendance"),
                pass_mark=data.get("pass_mark"),
                min_gain=data.get("min_gain"),
                activity_hours=data.get("activity_hours"),
                qualification=data.get("qualification", ""),
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

    @property
    def chosen_units(self) -> list[Alignment]:
        """The units that are ticked: of the newest list, of earlier ones, or as the design has them."""
        if not self.is_bound:
            return [item for item in self.initial.get("alignments", []) if item.kind == "ncs_unit"]
        codes = list(dict.fromkeys(code for code in _list_of(self.data, "ncs") if code))[:20]
        known = units_by_code(codes)
        kept = designs.draft_of(self.design).rule.alignments if self.design else []
        names = {item.code: item.name for item in kept if item.kind == "ncs_unit"}
        names |= {code: unit.name for code, unit in known.items()}
        return [Alignment(kind="ncs_unit", code=code, name=names[code]) for code in codes if code in names]

    def _alignments(self) -> list[Alignment]:
        found = self.chosen_units
        for number in range(1, ALIGNMENT_ROWS + 1):
            code = self.cleaned_data.get(f"alignment_code_{number}", "")
            name = self.cleaned_data.get(f"alignment_name_{number}", "")
            if code or name:
                kind = self.cleaned_data.get(f"alignment_kind_{number}") or "ncs_unit"
                made = Alignment(kind=cast(AlignmentKind, kind), code=code, name=name)
                if (made.kind, made.code) not in {(item.kind, item.code) for item in found if item.code}:
                    found.append(made)
        return found


class TakeBackForm(forms.Form):
    """Why a badge is revoked, suspended or released."""

    reason = forms.CharField(
        label=_("까닭"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("배지를 받은 사람이 읽습니다. 다른 사람의 이름은 적지 마세요."),
    )


def initial_of(draft: AchievementDraft) -> dict[str, Any]:
    """What the form shows of a draft that was saved."""
    rule = draft.rule
    first: dict[str, Any] = {
        "badge_type": draft.badge_type,
        "area": draft.area,
        "sub_area": draft.sub_area,
        "name": draft.name,
        "description": draft.description,
        "activity": draft.activity,
        "criteria": draft.criteria,
        "hours": draft.hours,
        "min_attendance": rule.min_attendance,
        "pass_mark": rule.pass_mark,
        "min_gain": rule.min_gain,
        "activity_hours": rule.activity_hours,
        "qualification": rule.qualification,
        "evidence": list(draft.evidence),
        "valid_months": draft.valid_months,
        "tags": ", ".join(draft.tags),
        "second_person": draft.second_person,
        "prerequisites": [str(item) for item in rule.prerequisites],
        "alignments": list(rule.alignments),
    }
    others = [item for item in rule.alignments if item.kind != "ncs_unit"]
    for number, item in enumerate(others[:ALIGNMENT_ROWS], 1):
        first[f"alignment_kind_{number}"] = item.kind
        first[f"alignment_code_{number}"] = item.code
        first[f"alignment_name_{number}"] = item.name
    return first


def _list_of(data: Any, name: str) -> list[str]:
    """All values of a name, of a request's data or of a plain dictionary."""
    if hasattr(data, "getlist"):
        return list(data.getlist(name))
    value = data.get(name, [])
    return list(value) if isinstance(value, list | tuple) else [value]


def _first_guess(version: CourseVersion | None, framework: Framework) -> dict[str, Any]:
    if version is None:
        return {"badge_type": next(iter(framework.types))}
    code, sub_area = version.area, version.sub_area
    if code not in framework.areas:  # another framework's areas, or none: led over from the six fields
        lines = class_maps.lines_of(framework.code)
        led = target(lines, version.category, f"{version.title} {version.summary}")
        code, sub_area = (led.area, led.sub_area) if led else ("", "")
    area = framework.areas.get(code)
    return {
        "badge_type": next(iter(framework.types)),
        "area": code if area else "",
        "sub_area": sub_area if area and sub_area in area.sub_areas else "",
        "name": version.title,
        "description": version.summary,
        "min_attendance": 80,
        "hours": version.total_hours,
        "evidence": ["attendance"],
    }
