"""The desk's forms: finding somebody, opening an account."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naite.branches.privacy.queries import current_texts
from naite.web.fields import RegionField
from naite.web.public.card import BirthField


class FindForm(forms.Form):
    """Name and birth date as the person says them, and why."""

    name = forms.CharField(label=_("이름"), max_length=60)
    birth_date = BirthField()
    reason = forms.CharField(
        label=_("왜 찾나요"),
        max_length=200,
        help_text=_("찾은 분도 이 글을 봅니다. 예: 수강 신청을 도와 달라고 하심"),
    )


class CardForm(forms.Form):
    """A card that was scanned or read out."""

    card = forms.CharField(
        label=_("학습카드"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text=_("스캐너로 찍거나 번호를 적습니다."),
    )
    pin = forms.CharField(
        label=_("비밀번호 (다른 지역 분)"),
        max_length=6,
        required=False,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("본인이 직접 넣습니다."),
    )
    reason = forms.CharField(label=_("무슨 일인가요"), max_length=200)


class OpenForm(forms.Form):
    """A newcomer, what they signed, and the paper."""

    name = forms.CharField(
        label=_("이름"), max_length=60, help_text=_("신분증과 같은지 봅니다. 주민등록번호는 적지 않습니다.")
    )
    birth_date = BirthField()
    phone = forms.CharField(
        label=_("전화번호"),
        max_length=20,
        required=False,
        help_text=_("없어도 됩니다. 휴대전화면 문자로 알려 드립니다."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at = timezone.now()
        self.fields["region"] = RegionField(
            on=timezone.localdate(at), required=False, empty_label=_("우리 지역")
        )
        self.texts = current_texts(now=at)
        for text in self.texts:
            self.fields[f"consent_{text.purpose}"] = forms.BooleanField(
                label=text.title, required=False, help_text=_("동의서에 서명한 것만 표시합니다.")
            )
        self.fields["paper"] = forms.FileField(label=_("서명한 동의서 (사진이나 PDF)"), required=False)
        self.fields["kept_where"] = forms.CharField(
            label=_("종이를 둔 곳"),
            max_length=120,
            required=False,
            help_text=_("찍지 못했으면 적습니다. 예: 민원실 캐비닛 3, 2026-11 묶음"),
        )
        self.fields["guardian_name"] = forms.CharField(
            label=_("14세 미만이면: 서명한 법정대리인 이름"), max_length=60, required=False
        )
        self.fields["guardian_relation"] = forms.CharField(
            label=_("14세 미만이면: 아이와의 사이"), max_length=40, required=False, help_text=_("예: 어머니")
        )
        self.fields["really_another"] = forms.BooleanField(
            label=_("이름과 생년월일이 같은 다른 분입니다"), required=False
        )

    def agreed(self) -> list[Any]:
        return [text for text in self.texts if self.cleaned_data.get(f"consent_{text.purpose}")]
