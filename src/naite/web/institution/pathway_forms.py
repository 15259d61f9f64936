"""The forms in which a pathway is laid: its name, its levels, its steps (row B10)."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.models import Pathway
from naite.trunk.badges.pathway_rules import MAX_LEVELS, MAX_STEPS, NAME_LENGTH
from naite.trunk.badges.rules import NCS_UNIT
from naite.trunk.people.models import Organisation


class PathwayForm(forms.Form):
    """What a pathway is called, where its badge stands, and what happens when a step is lost."""

    name = forms.CharField(label=gettext_lazy("이름"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("어디에 이르나요"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("경로를 걷는 사람이 읽고, 배지에도 적힙니다."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("유형"))
    area = forms.ChoiceField(label=gettext_lazy("영역"))
    within_days = forms.IntegerField(
        label=gettext_lazy("기한(일)"),
        required=False,
        min_value=1,
        max_value=3660,
        help_text=gettext_lazy("배지를 모두 이 날수 안에 받아야 합니다. 비우면 기한이 없습니다."),
    )
    on_loss = forms.ChoiceField(
        label=gettext_lazy("조건이 되는 배지가 취소되면"),
        choices=Pathway.OnLoss.choices,
        widget=forms.RadioSelect,
        initial=Pathway.OnLoss.SUSPEND,
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: list[tuple[str, str]] = []
        areas: dict[str, str] = {}
        for item in frameworks.offered(organisation):
            for each in item.types.values():
                if "prerequisites" in each.demands:
                    kinds.append((f"{item.code}:{each.code}", f"{item.name} · {each.name}"))
            areas |= {
                f"{item.code}:{area.code}": f"{item.name} · {area.name}" for area in item.areas.values()
            }
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["area"].choices = list(areas.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, area = data.get("kind", ":").split(":"), data.get("area", ":").split(":")
        if data.get("kind") and data.get("area") and kind[0] != area[0]:
            self.add_error("area", _("유형과 같은 체계의 영역을 고르세요."))
        return data


class StepForm(forms.Form):
    """One badge on the way: chosen, or any that is aligned to an NCS unit."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("단계"), choices=[(n, str(n)) for n in range(1, MAX_LEVELS + 1)], coerce=int
    )
    required = forms.TypedChoiceField(
        label=gettext_lazy("구분"),
        choices=[("1", gettext_lazy("꼭")), ("0", gettext_lazy("고르기"))],
        coerce=lambda value: value == "1",
    )
    achievement = forms.ChoiceField(label=gettext_lazy("배지"), required=False)
    code = forms.CharField(
        label=gettext_lazy("또는 NCS 능력단위"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("이 능력단위와 이어진 배지는 누가 준 것이든 받습니다."),
    )
    title = forms.CharField(label=gettext_lazy("능력단위 이름"), required=False, max_length=120)

    def __init__(self, *args: Any, badges: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["achievement"].choices = badges  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        code = data.get("code", "").strip()
        if code and data.get("achievement"):
            self.add_error("code", _("배지와 능력단위 가운데 하나만 적어 주세요."))
        elif code and not NCS_UNIT.fullmatch(code):
            self.add_error("code", _("능력단위 번호는 판까지 적어 주세요. 보기: 0701020101_16v2"))
        return data

    @property
    def is_blank(self) -> bool:
        return not (self.cleaned_data.get("achievement") or self.cleaned_data.get("code", "").strip())


class LevelForm(forms.Form):
    """What a level is called and how many of its elective badges it asks for."""

    name = forms.CharField(label=gettext_lazy("이름"), required=False, max_length=NAME_LENGTH)
    need = forms.IntegerField(
        label=gettext_lazy("고르기에서 몇 개"), required=False, min_value=0, max_value=MAX_STEPS
    )
