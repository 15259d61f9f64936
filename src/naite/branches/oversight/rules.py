"""Oversight's rules on plain values."""

import hashlib
import secrets
from datetime import date

from naite.branches.oversight import deadlines
from naite.roots.dates import add_working_days

# Without letters and digits that look alike.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
MAX_BODY, MAX_ANSWER, MAX_REASON = 5000, 3000, 1000
MOST_FILES, FILE_LIMIT = 5, 10 * 1024 * 1024


def new_number(year: int) -> str:
    """Return a tracking number such as 2026-7K4Q-9WRT, which tells nothing of how many there are."""
    return f"{year}-{_letters(4)}-{_letters(4)}"


def new_key() -> str:
    """Return the key that goes with a tracking number: twelve letters, some 59 bits."""
    return "-".join(_letters(4) for _each in range(3))


def plain(typed: str) -> str:
    """Return a number or key as typed by a person in its one spelling."""
    return "".join(char for char in typed.upper() if char.isalnum())


def key_digest(number: str, key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(f"{plain(number)}:{plain(key)}".encode()).hexdigest()


def complaint_due(received: date, visit_days: int = 0) -> date:
    """Return the last day to handle a complaint: seven working days, and those of the visit on top.

    민원처리법 시행령 제17조제1항·제4항·제5항.
    """
    return add_working_days(
        received, deadlines.rule("complaint", received).amount + visit_days, count_first=True
    )


def _letters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _each in range(count))


def needs_order(ground: str) -> bool:
    """Whether a recognition is cancelled on this ground only after a correction order (제23조제4항·제5항)."""
    return ground != "false_means"
