"""Card numbers and PINs on plain values."""

import re
from datetime import date
from itertools import pairwise

MOST_WRONG = 5
PIN_DIGITS = (4, 6)
_DIGITS = re.compile(r"\d{4,6}")


def check_digit(body: str) -> str:
    """Return the last digit of a card number (Luhn), which catches a mistyped or swapped digit."""
    total = 0
    for place, char in enumerate(reversed(body)):
        digit = int(char) * (2 if place % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


def is_card_number(number: str) -> bool:
    return re.fullmatch(r"\d{12}", number) is not None and check_digit(number[:-1]) == number[-1]


def number_in(text: str) -> str:
    """Return the card number in what was typed or scanned: 4821-0937-1154, or the address in the QR code."""
    found = re.search(r"/card/(\d{12})/?", text)
    number = found.group(1) if found else re.sub(r"[\s-]", "", text)
    return number if is_card_number(number) else ""


def pin_fault(pin: str, birth_date: date | None) -> str:
    """Return why a PIN will not do: "shape", "same", "row", "birth", or ""."""
    if not _DIGITS.fullmatch(pin):
        return "shape"
    if len(set(pin)) == 1:
        return "same"
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if steps in ({1}, {-1}):
        return "row"
    if birth_date and pin in {f"{birth_date:{form}}" for form in ("%Y", "%m%d", "%d%m", "%y%m%d")}:
        return "birth"
    return ""
