"""Korean telephone numbers as people write them."""

import re

_MOBILE = re.compile(r"01[016789]\d{7,8}")
_ANY = re.compile(r"0\d{7,11}|1\d{7}")


def tidy_phone(text: str) -> str:
    """Return only the digits; +82 10-1234-5678 and 010 1234 5678 are one number."""
    digits = re.sub(r"\D", "", text)
    if text.strip().startswith("+82") or (digits.startswith("82") and len(digits) >= 11):
        digits = "0" + digits.removeprefix("82").lstrip("0")
    return digits


def is_mobile(digits: str) -> bool:
    """Whether a tidy number can receive a text message."""
    return _MOBILE.fullmatch(digits) is not None


def is_phone(digits: str) -> bool:
    return _ANY.fullmatch(digits) is not None


def show_phone(digits: str) -> str:
    """Return 010-1234-5678, 02-123-4567, 031-123-4567, 1588-0000."""
    if len(digits) == 8:
        return f"{digits[:4]}-{digits[4:]}"
    head = 2 if digits.startswith("02") else 3
    return f"{digits[:head]}-{digits[head:-4]}-{digits[-4:]}" if len(digits) > head + 4 else digits


def mask_phone(digits: str) -> str:
    """Return 010-****-5678."""
    parts = show_phone(digits).split("-")
    return "-".join([*parts[:-2], "*" * len(parts[-2]), parts[-1]]) if len(parts) > 2 else digits
