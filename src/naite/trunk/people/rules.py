"""Decisions about people and organisations on plain values."""

from datetime import date

MINIMUM_AGE = 14


def age_on(birth_date: date, day: date) -> int:
    """Return the age in full years; born on 29 February, a year is full on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def birth_date_fault(birth_date: date, today: date) -> str:
    """Return what is wrong with a birth date given at sign-up: "future", "too_old", "too_young" or ""."""
    if birth_date > today:
        return "future"
    age = age_on(birth_date, today)
    if age > 120:
        return "too_old"
    return "too_young" if age < MINIMUM_AGE else ""
