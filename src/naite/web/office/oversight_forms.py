"""The forms of correction orders and cancellations."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.branches.oversight.models import CorrectionOrder
from naite.branches.oversight.models.corrections import Ground
from naite.web.fields import DATE_INPUT
from naite.web.office.oversight_access import DeliveredField

LESSER = [choice for choice in Ground.choices if choice[0] != Ground.FALSE_MEANS]


class OrderForm(forms.Form):
    ground = forms.ChoiceField(
        label=gettext_lazy("근거 (평생교육법 제23조제4항)"), choices=LESSER, widget=forms.RadioSelect
    )
    grounds = forms.CharField(
        label=gettext_lazy("어긋난 사실"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("명령서에 그대로 실립니다. 신고한 사람을 짐작할 수 있는 말은 적지 마세요."),
    )
    demands = forms.CharField(
        label=gettext_lazy("바로잡을 것"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    delivered_on = DeliveredField()
    until = forms.DateField(
        label=gettext_lazy("시정 기한"),
        widget=DATE_INPUT,
        help_text=gettext_lazy("받은 날부터 2개월까지 정할 수 있습니다."),
    )
    publish = forms.BooleanField(
        label=gettext_lazy("공표를 명함 (제23조제6항)"),
        required=False,
        help_text=gettext_lazy("표시하면 시정명령을 누구나 볼 수 있는 이력에 올립니다."),
    )


class NoticeForm(forms.Form):
    ground = forms.ChoiceField(
        label=gettext_lazy("취소 근거 (평생교육법 제23조제4항)"),
        choices=Ground.choices,
        widget=forms.RadioSelect,
    )
    order = forms.ChoiceField(
        label=gettext_lazy("바로잡지 않은 시정명령"),
        required=False,
        help_text=gettext_lazy(
            "거짓으로 받은 인정에는 필요하지 않습니다. 다른 두 근거에는 꼭 있어야 합니다."
        ),
    )
    grounds = forms.CharField(
        label=gettext_lazy("취소하려는 사실"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    delivered_on = DeliveredField()
    opinion_until = forms.DateField(
        label=gettext_lazy("의견을 낼 수 있는 마지막 날"),
        widget=DATE_INPUT,
        help_text=gettext_lazy("받은 날부터 적어도 10일을 줍니다(행정절차법 제21조제3항)."),
    )
    hearing_on = forms.DateField(
        label=gettext_lazy("청문할 날"),
        required=False,
        widget=DATE_INPUT,
        help_text=gettext_lazy(
            "청문을 하지 않으면 비워 두세요. 통지가 닿고 열흘이 온전히 지난 뒤여야 합니다."
        ),
    )
    hearing_place = forms.CharField(label=gettext_lazy("청문할 곳"), required=False, max_length=200)

    def __init__(self, *args: Any, orders: list[CorrectionOrder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", _("없음")),
            *((str(row.pk), f"{row.number} {row.get_ground_display()}") for row in orders),
        ]
        self.fields["order"].choices = choices  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    reasons = forms.CharField(
        label=gettext_lazy("결정한 까닭"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("낸 의견을 어떻게 헤아렸는지도 적어 주세요. 결정서에 실립니다."),
    )
    delivered_on = DeliveredField()


class RecordForm(forms.Form):
    record = forms.CharField(
        label=gettext_lazy("청문에서 나온 말"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
