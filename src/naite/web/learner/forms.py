"""What learners write into their own account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from naite.trunk.catalogue.classification import Area
from naite.trunk.records.models import Entry

Section = Entry.Section


class OwnEntryForm(forms.Form):
    """Something learned elsewhere. Whether it can be kept is decided by ``records``."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("무엇을 배웠나요"), max_length=200, help_text=_("강좌나 모임, 자격증의 이름을 적어 주세요.")
    )
    section = forms.TypedChoiceField(
        label=_("어디에 담을까요"),
        coerce=lambda value: Section(int(value)),
        choices=[
            (Section.OTHER.value, _("특기사항: 강좌, 독서, 봉사, 수상")),
            (Section.CERTIFICATES.value, _("자격증")),
            (Section.SCHOOLING.value, _("학력")),
        ],
        initial=Section.OTHER.value,
        widget=forms.RadioSelect,
    )
    area = forms.ChoiceField(
        label=_("영역"),
        required=False,
        choices=[("", _("잘 모르겠어요")), *Area.choices],
        help_text=_("나이테의 색이 됩니다. 모르면 그대로 두세요."),
    )
    completed_on = forms.DateField(
        label=_("마친 날"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hours = forms.DecimalField(
        label=_("배운 시간"),
        widget=forms.NumberInput(attrs={"step": "0.5", "min": "0", "inputmode": "decimal"}),
        help_text=_("모두 몇 시간이었나요? 모르면 0을 적어 주세요. 30분은 0.5입니다."),
    )
    provider_name = forms.CharField(label=_("배운 곳"), required=False, max_length=120)
    note = forms.CharField(
        label=_("덧붙이는 말"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class VoidForm(forms.Form):
    """Taking back one's own words."""

    reason = forms.CharField(label=_("지우는 까닭"), max_length=300)
