"""Forms of the registry, for institutions and offices."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naite.roots.files.kinds import EVIDENCE
from naite.roots.files.services import accept_of
from naite.trunk.people.models import InstitutionDocument, InstitutionFile, Organisation, Region
from naite.trunk.people.registry import rules
from naite.web.fields import DATE_INPUT, RegionField

_KINDS = [(value, label) for value, label in Organisation.Kind.choices if value in rules.KINDS]


class PageForm(forms.Form):
    """Everything that the registry says of an institution."""

    name = forms.CharField(label=rules.FIELDS["name"], max_length=120)
    kind = forms.ChoiceField(label=rules.FIELDS["kind"], choices=_KINDS)
    legal_basis = forms.ChoiceField(
        label=rules.FIELDS["legal_basis"],
        required=False,
        choices=[("", _("해당 없음")), *Organisation.LegalBasis.choices],
    )
    other_law = forms.CharField(
        label=rules.FIELDS["other_law"],
        max_length=200,
        required=False,
        help_text=_("법적 근거가 (다)일 때만 적습니다. 예: 도서관법 제4조"),
    )
    teaches_school_subjects = forms.NullBooleanField(
        label=_("학교 교과를 가르치는 학원인가요?"),
        required=False,
        help_text=_("법적 근거가 (나) 학원일 때만 답합니다."),
        widget=forms.Select(
            choices=[
                ("unknown", _("해당 없음")),
                ("false", _("아니요, 평생직업교육을 합니다")),
                ("true", _("예, 학교 교과를 가르칩니다")),
            ]
        ),
    )
    act = forms.ChoiceField(
        label=rules.FIELDS["act"],
        required=False,
        choices=[("", _("고르지 않음")), *InstitutionFile.Act.choices],
    )
    number = forms.CharField(label=rules.FIELDS["number"], max_length=60, required=False)
    registered_on = forms.DateField(label=rules.FIELDS["registered_on"], required=False, widget=DATE_INPUT)
    representative = forms.CharField(label=rules.FIELDS["representative"], max_length=60, required=False)
    address = forms.CharField(label=rules.FIELDS["address"], max_length=200, required=False)
    opened_on = forms.DateField(label=rules.FIELDS["opened_on"], required=False, widget=DATE_INPUT)
    reason = forms.CharField(
        label=_("까닭"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
    field_order = (
        "name",
        "kind",
        "legal_basis",
        "other_law",
        "teaches_school_subjects",
        "act",
        "number",
        "registered_on",
        "representative",
        "region",
        "address",
        "opened_on",
        "effective_on",
        "reason",
        "revision",
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = RegionField(on=timezone.localdate(now), required=False, label=_("지역"))
        self.order_fields(self.field_order)

    def values(self) -> dict[str, str]:
        """Return the page's fields as text, as the registry keeps them."""
        return {field: _text(self.cleaned_data.get(field)) for field in rules.FIELDS}


class ProposalForm(PageForm):
    """What an institution asks to change, why and from when."""

    effective_on = forms.DateField(
        label=_("바뀌는 날"), widget=DATE_INPUT, help_text=_("1년 전부터 180일 뒤까지 적을 수 있습니다.")
    )


class DocumentForm(forms.Form):
    """One document to lay under a proposal."""

    kind = forms.ChoiceField(
        label=_("서류"), choices=[("", _("고르세요")), *InstitutionDocument.Kind.choices]
    )
    file = forms.FileField(
        label=_("파일"),
        allow_empty_file=True,  # the service says what is wrong with it
        help_text=_("PDF, 사진, 한글 문서"),
        widget=forms.FileInput(attrs={"accept": accept_of(EVIDENCE)}),
    )
    issued_on = forms.DateField(label=_("발급일"), required=False, widget=DATE_INPUT)
    expires_on = forms.DateField(
        label=_("유효기간"), required=False, widget=DATE_INPUT, help_text=_("30일 전에 알려 드립니다.")
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Region):
        return value.pk
    return value.isoformat() if isinstance(value, date) else str(value)
