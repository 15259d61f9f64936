"""Public holidays of Korea (관공서의 공휴일에 관한 규정), read from ``data/holidays.csv``.

The file names substitute holidays and election days too. Holidays that the government adds in between
(임시공휴일) are given by the operator. Past the last year of the file only holidays of fixed date are known.
"""

import csv
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

DATA = Path(__file__).with_name("data") / "holidays.csv"
_FIXED = {(1, 1), (3, 1), (5, 1), (5, 5), (6, 6), (7, 17), (8, 15), (10, 3), (10, 9), (12, 25)}


@cache
def table() -> dict[date, str]:
    """Return the holidays of the file with their names."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {date.fromisoformat(row["day"]): row["name"] for row in csv.DictReader(file)}


@cache
def _years() -> frozenset[int]:
    return frozenset(day.year for day in table())


def is_holiday(day: date) -> bool:
    """Whether offices are closed on a day for a public holiday; Saturdays and Sundays are not asked about."""
    if day in table() or day.isoformat() in settings.EXTRA_HOLIDAYS:
        return True
    return day.year not in _years() and (day.month, day.day) in _FIXED
