"""Forms for own words, made from the table of kinds, and for section 1."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naite.roots.files import EVIDENCE
from naite.roots.files.services import accept_of
from naite.trunk.catalogue.classification import Area
from naite.trunk.records.sections.kinds import Detail, EntryKind, Hours
from naite.trunk.records.sections.rules import DETAIL, OwnWords
from naite.web.fields import DATE_INPUT

ACCEPT = accept_of(EVIDENCE)


class WordsForm(forms.Form):
    """One thing of a kind. Whether it can be kept is decided by ``records``; here only what is not a date or number."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, kind: EntryKind, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        for name, field in self._made(kind):
            self.fields[name] = field

    def words(self) -> OwnWords:
        """Return what was typed; call it on a form that is valid."""
        values = self.cleaned_data
        return OwnWords(
            kind=self.kind.key,
            title=values["title"],
            provider_name=values["provider_name"],
            started_on=values.get("started_on"),
            completed_on=values["completed_on"],
            hours=values.get("hours") or OwnWords.hours,
            area=values.get("area", ""),
            note=values["note"],
            details={each.key: _typed(values.get(DETAIL + each.key)) for each in self.kind.details},
        )

    @classmethod
    def initial_of(cls, words: OwnWords) -> dict[str, Any]:
        """Return the initial values of a form that corrects these words."""
        return {
            "title": words.title,
            "provider_name": words.provider_name,
            "started_on": words.started_on,
            "completed_on": words.completed_on,
            "hours": words.hours,
            "area": words.area,
            "note": words.note,
            **{DETAIL + key: value for key, value in words.details.items()},
        }

    def _made(self, kind: EntryKind) -> Iterator[tuple[str, forms.Field]]:
        names = {"list": "names", "autocomplete": "off"} if kind.names else {}
        yield (
            "title",
            forms.CharField(label=str(kind.title), max_length=200, widget=forms.TextInput(attrs=names)),
        )
        yield (
            "provider_name",
            forms.CharField(label=str(kind.provider), max_length=120, required=kind.provider_required),
        )
        for each in kind.public:
            yield DETAIL + each.key, _detail_field(each)
        if kind.started:
            yield (
                "started_on",
                forms.DateField(
                    label=str(kind.started),
                    required=False,
                    widget=DATE_INPUT,
                    help_text=_("모르면 비워 두세요."),
                ),
            )
        yield "completed_on", forms.DateField(label=str(kind.completed), widget=DATE_INPUT)
        if kind.hours == Hours.ASKED:
            yield (
                "hours",
                forms.DecimalField(
                    label=_("시간"),
                    required=False,
                    widget=forms.NumberInput(attrs={"step": "0.5", "min": "0", "inputmode": "decimal"}),
                    help_text=_("모두 몇 시간이었나요? 모르면 비워 두세요. 30분은 0.5입니다."),
                ),
            )
        if kind.area:
            yield (
                "area",
                forms.ChoiceField(
                    label=_("영역"),
                    required=False,
                    choices=[("", _("잘 모르겠어요")), *Area.choices],
                    help_text=_("나이테의 색이 됩니다. 모르면 그대로 두세요."),
                ),
            )
        for each in kind.sensitive:
            yield DETAIL + each.key, _detail_field(each)
        yield (
            "note",
            forms.CharField(
                label=_("덧붙이는 말"),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
        )


class NewWordsForm(WordsForm):
    """The same with a paper at once."""

    def _made(self, kind: EntryKind) -> Iterator[tuple[str, forms.Field]]:
        yield from super()._made(kind)
        yield (
            "paper",
            forms.FileField(
                label=_("증빙 사진이나 파일"),
                required=False,
                widget=forms.FileInput(attrs={"accept": ACCEPT}),
                help_text=_("휴대전화에서는 바로 찍어 붙일 수 있습니다. 나중에 더 붙여도 됩니다."),
            ),
        )


def _typed(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value) if value is not None else ""


def _detail_field(detail: Detail) -> forms.Field:
    common: dict[str, Any] = {
        "label": detail.label,
        "required": detail.required,
        "help_text": detail.help,
    }
    if detail.choices:
        return forms.ChoiceField(choices=[("", _("고르세요")), *detail.choices], **common)
    if detail.shape == "date":
        return forms.DateField(widget=DATE_INPUT, **common)
    if detail.shape == "number":
        return forms.IntegerField(
            min_value=0,
            max_value=detail.most,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            **common,
        )
    attrs = {"autocomplete": "off"} if detail.sensitive else {}
    return forms.CharField(max_length=detail.most, widget=forms.TextInput(attrs=attrs), **common)


class PersonalForm(forms.Form):
    """Section 1. Name and birth date are the person's own and are not typed here."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    phone = forms.CharField(
        label=_("전화번호"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.CharField(
        label=_("전자우편"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("전화번호와 전자우편 가운데 하나만 있어도 됩니다."),
    )
    address = forms.CharField(
        label=_("주소"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    workplace = forms.CharField(
        label=_("직장"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    no_workplace = forms.BooleanField(label=_("직장 없음"), required=False)
