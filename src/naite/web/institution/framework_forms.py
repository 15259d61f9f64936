"""The form in which a framework is made: its types with what each demands, its areas, names and colours."""

import re
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.trunk.badges.framework_shape import COLOUR, contrast_with_white

TYPES, AREAS = 8, 8
CODE = re.compile(r"[a-z][a-z0-9_]{0,23}")
# Words of Open Badges 3.0 for what a badge stands for.
KINDS: list[tuple[str, str | Promise]] = [
    ("Course", gettext_lazy("과정 참여")),
    ("Achievement", gettext_lazy("성취")),
    ("Assessment", gettext_lazy("평가")),
    ("CommunityService", gettext_lazy("지역 활동")),
    ("Competency", gettext_lazy("능력")),
    ("Certification", gettext_lazy("자격")),
    ("LearningProgram", gettext_lazy("여러 배지의 경로")),
    ("Membership", gettext_lazy("구성원")),
    ("Award", gettext_lazy("상")),
]
DEMANDS: list[tuple[str, str | Promise]] = [
    ("attendance", gettext_lazy("출석 기준")),
    ("no_assessment", gettext_lazy("평가를 보지 않음")),
    ("assessment", gettext_lazy("평가 합격 점수")),
    ("activity", gettext_lazy("확인된 활동 시간")),
    ("alignment", gettext_lazy("이어진 기준(NCS·자격)")),
    ("prerequisites", gettext_lazy("먼저 받을 배지")),
]


def _code_field() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("코드"), required=False, max_length=24)


class _Row(forms.Form):
    """A row that is left out when its code and Korean name are empty."""

    code = _code_field()
    ko = forms.CharField(label=gettext_lazy("이름(한국어)"), required=False, max_length=40)
    en = forms.CharField(label=gettext_lazy("이름(영어)"), required=False, max_length=60)

    @property
    def is_blank(self) -> bool:
        data = self.cleaned_data
        return not (data.get("code") or data.get("ko"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("code") or data.get("ko"):
            if not CODE.fullmatch(data.get("code", "")):
                self.add_error(
                    "code", _("영어 작은 글자로 시작해 작은 글자, 숫자, _로 24자까지 적어 주세요.")
                )
            if not data.get("ko"):
                self.add_error("ko", _("한국어 이름을 적어 주세요."))
        return data

    def names(self) -> dict[str, str]:
        return {key: self.cleaned_data[key].strip() for key in ("ko", "en") if self.cleaned_data.get(key)}


class TypeRow(_Row):
    """One type of badge: what it means and what it demands."""

    meaning_ko = forms.CharField(label=gettext_lazy("뜻(한국어)"), required=False, max_length=200)
    meaning_en = forms.CharField(label=gettext_lazy("뜻(영어)"), required=False, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Open Badges의 종류"), choices=KINDS)
    demands = forms.MultipleChoiceField(
        label=gettext_lazy("요구하는 것"),
        choices=DEMANDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    approval = forms.BooleanField(label=gettext_lazy("한꺼번에 줄 때 두 사람이 확인"), required=False)
    review = forms.BooleanField(label=gettext_lazy("만든 사람이 아닌 사람이 검토해야 공개"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("code") or data.get("ko")):
            return data
        demands = set(data.get("demands") or [])
        if not demands:
            self.add_error("demands", _("무엇을 요구하는지 하나 이상 고르세요."))
        if {"assessment", "no_assessment"} <= demands:
            self.add_error("demands", _("평가를 보거나 보지 않거나 하나만 고르세요."))
        if not data.get("meaning_ko"):
            self.add_error("meaning_ko", _("이 유형이 무슨 뜻인지 적어 주세요."))
        return data

    def data_of(self) -> dict[str, Any]:
        data = self.cleaned_data
        meaning = {"ko": data["meaning_ko"].strip()}
        if data.get("meaning_en"):
            meaning["en"] = data["meaning_en"].strip()
        return {
            "code": data["code"],
            "name": self.names(),
            "meaning": meaning,
            "achievement_type": data["kind"],
            "demands": sorted(data["demands"]),
            "approval": bool(data["approval"]),
            "review": bool(data["review"]),
        }


class AreaRow(_Row):
    """One area, its colour and what it is divided into."""

    colour = forms.CharField(
        label=gettext_lazy("색"),
        required=False,
        max_length=7,
        help_text=gettext_lazy("#063a74처럼. 비우면 나무색"),
    )
    subs = forms.CharField(
        label=gettext_lazy("세부 영역"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("한 줄에 하나: 코드 | 한국어 | 영어"),
    )

    def clean_colour(self) -> str:
        colour: str = self.cleaned_data["colour"].strip().lower()
        if colour and not COLOUR.fullmatch(colour):
            raise forms.ValidationError(_("색은 #과 여섯 자리로 적어 주세요. 예: #063a74"))
        if colour and (ratio := contrast_with_white(colour)) < 3:
            raise forms.ValidationError(
                _("흰 바탕과의 대비가 %(ratio)s:1입니다. 3:1 이상이 되도록 더 짙은 색을 고르세요.")
                % {"ratio": f"{ratio:.1f}"}
            )
        return colour

    def clean_subs(self) -> list[dict[str, Any]]:
        found = []
        for line in self.cleaned_data["subs"].splitlines():
            parts = [part.strip() for part in line.split("|")]
            if not any(parts):
                continue
            if len(parts) < 2 or not CODE.fullmatch(parts[0]) or not parts[1]:
                raise forms.ValidationError(
                    _("‘%(line)s’ 줄을 코드 | 한국어 | 영어 차례로 적어 주세요.")
                    % {"line": line.strip()[:40]}
                )
            names = {"ko": parts[1]} | ({"en": parts[2]} if len(parts) > 2 and parts[2] else {})
            found.append({"code": parts[0], "name": names})
        return found

    def data_of(self) -> dict[str, Any]:
        data = self.cleaned_data
        made = {"code": data["code"], "name": self.names(), "sub_areas": data["subs"]}
        return made | ({"colour": data["colour"]} if data["colour"] else {})


class FrameworkForm(_Row):
    """The framework's own names, and how its badges are called."""

    code = forms.CharField(
        label=gettext_lazy("코드"),
        max_length=24,
        help_text=gettext_lazy("주소에 쓰입니다. 정하면 바꿀 수 없습니다."),
    )
    ko = forms.CharField(label=gettext_lazy("이름(한국어)"), max_length=80)
    pattern = forms.CharField(
        label=gettext_lazy("배지 이름표의 꼴"),
        max_length=80,
        initial="{area}-{type}",
        help_text=gettext_lazy("{area}, {type}, {sub_area}를 쓸 수 있습니다. 예: {area}-{type}"),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_pattern(self) -> str:
        pattern: str = self.cleaned_data["pattern"].strip()
        bare = re.sub(r"\{(area|type|sub_area)\}", "", pattern)
        if "{" in bare or "}" in bare or bare == pattern:
            raise forms.ValidationError(
                _("{area}, {type}, {sub_area} 가운데 하나 이상을 그대로 적어 주세요.")
            )
        return pattern


class FrameworkForms:
    """The whole form: the framework, rows of types, rows of areas."""

    def __init__(self, posted: Any = None, data: dict[str, Any] | None = None, revision: int | None = None):
        initial = _initial(data, revision)
        self.head = FrameworkForm(posted, initial=initial["head"])
        self.types = [
            TypeRow(posted, prefix=f"t{n}", initial=initial["types"].get(n, {})) for n in range(TYPES)
        ]
        self.areas = [
            AreaRow(posted, prefix=f"a{n}", initial=initial["areas"].get(n, {})) for n in range(AREAS)
        ]
        self.problems: list[str] = []

    def is_valid(self) -> bool:
        """Whether every row can be used; says what is missing of the whole in ``problems``."""
        checks = [
            form.is_valid() for form in (self.head, *self.types, *self.areas)
        ]  # each, to show all faults
        good = all(checks)
        if good and all(row.is_blank for row in self.types):
            self.problems.append(_("유형을 하나 이상 적어 주세요."))
        if good and all(row.is_blank for row in self.areas):
            self.problems.append(_("영역을 하나 이상 적어 주세요."))
        for rows in (self.types, self.areas):
            codes = [row.cleaned_data.get("code") for row in rows if good and not row.is_blank]
            if len(codes) != len(set(codes)):
                self.problems.append(_("같은 코드가 두 번 있습니다. 서로 다르게 적어 주세요."))
        return good and not self.problems

    def data(self) -> dict[str, Any]:
        """The framework as JSON, without its version."""
        head = self.head.cleaned_data
        return {
            "code": head["code"],
            "name": self.head.names(),
            "name_pattern": head["pattern"],
            "types": [row.data_of() for row in self.types if not row.is_blank],
            "areas": [row.data_of() for row in self.areas if not row.is_blank],
        }


def _initial(data: dict[str, Any] | None, revision: int | None) -> dict[str, Any]:
    if data is None:
        return {"head": {}, "types": {}, "areas": {}}

    def names(item: dict[str, Any]) -> dict[str, str]:
        return {"code": item["code"], "ko": item["name"]["ko"], "en": item["name"].get("en", "")}

    return {
        "head": {**names(data), "pattern": data["name_pattern"], "revision": revision},
        "types": {
            n: {
                **names(item),
                "meaning_ko": item["meaning"]["ko"],
                "meaning_en": item["meaning"].get("en", ""),
                "kind": item["achievement_type"],
                "demands": item["demands"],
                "approval": item.get("approval", False),
                "review": item.get("review", False),
            }
            for n, item in enumerate(data["types"])
        },
        "areas": {
            n: {
                **names(item),
                "colour": item.get("colour", ""),
                "subs": "\n".join(
                    " | ".join(filter(None, (sub["code"], sub["name"]["ko"], sub["name"].get("en", ""))))
                    for sub in item.get("sub_areas", [])
                ),
            }
            for n, item in enumerate(data["areas"])
        },
    }
