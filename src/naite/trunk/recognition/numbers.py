"""Taking the next number of a series."""

from django.db import transaction

from naite.trunk.recognition.models import NumberSeries, Recognition


def next_in(series: str) -> int:
    """Return the next number of a series, from 1.

    Must be called within the transaction that uses the number: rolled back with it, it is given again, so the
    series has no gaps; others wait meanwhile, so it has no doubles.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken within the transaction that uses it")
    NumberSeries.objects.get_or_create(key=series)
    row = NumberSeries.objects.select_for_update().get(key=series)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def recognition_number(year: int) -> str:
    """Return the next recognition number of a year: 제2026-0001호. Numbers recorded by hand are passed over."""
    while True:
        number = f"제{year}-{next_in(f'recognition:{year}'):04}호"
        if not Recognition.objects.filter(number=number).exists():
            return number
