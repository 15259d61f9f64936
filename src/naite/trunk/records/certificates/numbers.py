"""Document numbers, second keys and masked names. Pure, but for the random numbers."""

import hashlib
import hmac
import re
import secrets

DIGITS = 16
KEY_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that look alike on paper: 0 O 1 I
KEY_LENGTH = 8


def new_number() -> str:
    """Return sixteen digits: fifteen by chance, and a check digit (ISO/IEC 7812-1) against slips in typing.

    By chance, so that a number neither counts documents nor leads to its neighbour.
    """
    body = "".join(secrets.choice("0123456789") for _ in range(DIGITS - 1))
    return body + _check_digit(body)


def new_key() -> str:
    """Return the second key of a document, as many bits as ten years of guessing at the allowed pace leave."""
    return "".join(secrets.choice(KEY_LETTERS) for _ in range(KEY_LENGTH))


def is_number(text: str) -> bool:
    """Whether sixteen digits have the right check digit."""
    return len(text) == DIGITS and text.isascii() and text.isdigit() and _check_digit(text[:-1]) == text[-1]


def clean_number(typed: str) -> str:
    """Return the digits of a number as somebody typed it, with spaces and hyphens of any kind."""
    return re.sub(r"[\s\-‐-―−]", "", typed.strip())


def clean_key(typed: str) -> str:
    return clean_number(typed).upper()


def printed_number(number: str) -> str:
    """``1234-5678-9012-3456``."""
    return "-".join(number[at : at + 4] for at in range(0, len(number), 4))


def printed_key(key: str) -> str:
    return f"{key[:4]}-{key[4:]}"


def key_digest(number: str, key: str) -> str:
    """What is kept of a second key."""
    return hashlib.sha256(f"{number}:{key}".encode()).hexdigest()


def key_fits(number: str, key: str, digest: str) -> bool:
    return hmac.compare_digest(key_digest(number, key), digest)


def masked(name: str) -> str:
    """한○람, 남○○람, 한○; of names in several words the first letter of each."""
    words = name.split()
    if not words:
        return ""
    if len(words) > 1:
        return " ".join(word[0] + "○" * (len(word) - 1) for word in words)
    word = words[0]
    if len(word) == 1:
        return "○"
    return f"{word[0]}○" if len(word) == 2 else f"{word[0]}{'○' * (len(word) - 2)}{word[-1]}"


def _check_digit(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
