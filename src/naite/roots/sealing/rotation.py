"""Resealing what was sealed under an older key of the ring."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models, transaction

from naite.roots.sealing.fields import Sealed, _SealedField, row_of
from naite.roots.sealing.ring import SealBroken, current_key, key_of, seal, unseal


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of sealed bytes: what for, and what binds a value to its row."""

    model: type[models.Model]
    name: str
    purpose: str
    row: Callable[[Any], bytes]

    @property
    def label(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"


@dataclass(slots=True)
class Tally:
    """What became of a column: rows looked at, resealed, broken (with their keys), and keys by use afterwards."""

    label: str
    seen: int = 0
    resealed: int = 0
    broken: list[str] = field(default_factory=list)
    keys: Counter[str] = field(default_factory=Counter)


def encrypted_fields() -> Iterator[SealedColumn]:
    """Find every ``EncryptedTextField`` and ``EncryptedJSONField`` of the installed apps."""
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, _SealedField):
                yield SealedColumn(model, column.attname, column.purpose, row_of)


def rotate(
    columns: Iterable[SealedColumn],
    *,
    batch: int = 500,
    only_count: bool = False,
    done: Callable[[Tally], None] = lambda tally: None,
) -> list[Tally]:
    """Reseal every value that is not under the current key, batch by batch; call ``done`` after each.

    Safe to break off, to repeat and to run while people work: each value is replaced only if it is still the
    one that was opened, and what is under the current key already is passed over. A value that does not open
    stays as it is and is told in ``broken``.
    """
    return [_rotate(column, batch, only_count, done) for column in columns]


def _rotate(column: SealedColumn, batch: int, only_count: bool, done: Callable[[Tally], None]) -> Tally:
    tally = Tally(column.label)
    rows = column.model._default_manager.order_by("pk")
    last: Any = None
    while True:
        part = list((rows if last is None else rows.filter(pk__gt=last))[:batch])
        if not part:
            return tally
        last = part[-1].pk
        with transaction.atomic():
            for row in part:
                _one(column, row, tally, only_count)
        done(tally)


def _one(column: SealedColumn, row: models.Model, tally: Tally, only_count: bool) -> None:
    held = row.__dict__[column.name]
    before = held.content if isinstance(held, Sealed) else bytes(held or b"")
    if not before:
        return
    tally.seen += 1
    if only_count or key_of(before) == current_key():
        tally.keys[key_of(before)] += 1
        return
    bound = column.row(row)
    try:
        after = seal(unseal(before, purpose=column.purpose, row=bound), purpose=column.purpose, row=bound)
    except SealBroken:
        tally.broken.append(str(row.pk))
        tally.keys[key_of(before)] += 1
        return
    wrap: Callable[[bytes], Any] = Sealed if isinstance(held, Sealed) else bytes
    same = column.model._default_manager.filter(pk=row.pk, **{column.name: wrap(before)})
    if same.update(**{column.name: wrap(after)}):
        tally.resealed += 1
    tally.keys[current_key()] += 1
