"""Form fields that several pages use."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from naite.roots.errors import Refused
from naite.trunk.people.models import Region
from naite.trunk.people.queries import regions_on

DATE_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _ByProvince(ModelChoiceIterator):  # type: ignore[type-arg]
    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        rows = [row for row in self.queryset if row.parent]
        for province, members in groupby(rows, key=lambda row: row.parent.name):
            yield (province, [self.choice(row) for row in members])


class RegionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A municipality, grouped by province, of those that exist on a day."""

    iterator = _ByProvince

    def __init__(self, *, on: date, **options: Any) -> None:
        options.setdefault("label", _("사는 지역"))
        options.setdefault("empty_label", _("고르지 않음"))
        super().__init__(regions_on(on, level=Region.Level.SIGUNGU), **options)

    def label_from_instance(self, obj: Region) -> str:
        return obj.name


class FilesInput(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none; what they hold is checked where they are kept."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("widget", FilesInput)
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given if each]


def show_refusal(form: forms.Form, refusal: Refused) -> None:
    """Put a service's refusal where it belongs in the form: at its fields, else above them."""
    for field, message in refusal.fields.items():
        form.add_error(field if field in form.fields else None, str(message))
    if not refusal.fields:
        form.add_error(None, str(refusal))
