"""Resident registration numbers (주민등록번호, 외국인등록번호): found in text so that none is ever kept.

A number is six digits of a birth date, one digit for sex and century (5 to 8 for foreigners) and six more. Until
4 October 2020 the last was a check digit; since then all six are random, also for numbers that people get anew.
So a failing check digit proves nothing, and what decides is the date, the seventh digit and the shape. Only where
the shape is that of something else (a company's registration number, a code with letters before it) does the
check digit speak. 개인정보 보호법 제24조의2.
"""

import re
import unicodedata
from calendar import monthrange

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.roots.errors import Invalid

# Nobody has a number of the years before 1900 any more, and nobody is born after this while it matters.
_LATEST_YEAR = 2049
_CENTURY = {"1": 1900, "2": 1900, "3": 2000, "4": 2000, "5": 1900, "6": 1900, "7": 2000, "8": 2000}
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_COMPANY_WEIGHTS = (1, 2) * 6

_JOIN = r"[ \t\-~._/:·ㆍ]"
# 800101-1234567, 800101 1234567, 80.01.01-1234567, 8 0 0 1 0 1 - 1 2 3 4 5 6 7
_SHAPES = (
    re.compile(rf"(?<![\d.])(\d{{6}}){_JOIN}{{1,4}}([1-8]\d{{6}})(?!\d)"),
    re.compile(rf"(?<![\d.])(\d\d)[.\-/ ](\d\d)[.\-/ ](\d\d)\.?{_JOIN}{{1,3}}([1-8]\d{{6}})(?!\d)"),
    re.compile(
        rf"(?<!\d)(?<!\d{_JOIN})((?:\d{_JOIN}){{5}}\d{_JOIN}{{1,4}}(?:\d{_JOIN}){{6}}\d)(?!{_JOIN}?\d)"
    ),
)
_BARE = re.compile(r"(?<!\d)(\d{6}[1-8]\d{6})(?!\d)")


def find_resident_number(text: str) -> bool:
    """Whether a text holds what may be a resident or foreigner registration number, however it is spelled."""
    if sum(char.isnumeric() for char in text) < 7:  # most texts, and quickly
        return False
    plain = _plain(text)
    for shape in _SHAPES:
        for found in shape.finditer(plain):
            digits = "".join(char for char in found[0] if char.isdigit())
            if len(digits) == 13 and _is_number(digits):
                return True
    for found in _BARE.finditer(plain):
        before = plain[found.start() - 1 : found.start()]
        if before.isascii() and (before.isalpha() or before in "-_#") and before:
            # Part of a code of letters and digits, unless everything fits.
            if has_check_digit(found[1]) and birth_is_plausible(found[1]):
                return True
        elif _is_number(found[1]):
            return True
    return False


def resident_number_fault(text: str) -> str | Promise:
    """Return a sentence that says what to do when a text holds such a number, else nothing."""
    if not find_resident_number(text):
        return ""
    return _(
        "주민등록번호로 보이는 숫자가 있습니다. 나이테는 주민등록번호를 받지 않으니 지우고 다시 보내 주세요."
    )


def refuse_resident_number(text: str, field: str = "") -> None:
    """Refuse (``Invalid``, code ``resident_number``) a text in which a person wrote such a number.

    Call it for every free text that a learner's account takes in, before anything is kept or logged; ``field``
    names the form field that is told.
    """
    if fault := resident_number_fault(text):
        raise Invalid(fault, code="resident_number", fields={field: fault} if field else None)


def birth_is_plausible(digits: str) -> bool:
    """Whether 13 digits begin with a day on which somebody may have been born, and a digit that fits it."""
    century = _CENTURY.get(digits[6])
    if century is None:
        return False
    year, month, day = century + int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    return year <= _LATEST_YEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the check digit of numbers issued until October 2020 (foreigners' add two)."""
    rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    fitting = {(11 - rest) % 10}
    if digits[6] in "5678":
        fitting.add((13 - rest) % 10)
    return int(digits[12]) in fitting


def _is_number(digits: str) -> bool:
    if not birth_is_plausible(digits):
        return False
    return has_check_digit(digits) or not _is_company(digits)


def _is_company(digits: str) -> bool:
    """Whether 13 digits are the registration number of a company (법인등록번호): office, kind, serial, check.

    Its kinds are 11 to 15, 21, 22 and so on, and its own check digit must fit.
    """
    if digits[4:6] not in {"11", "12", "13", "14", "15", "21", "22", "31", "32", "33", "34", "35"}:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _COMPANY_WEIGHTS, strict=False))
    return int(digits[12]) == (10 - total % 10) % 10


def _plain(text: str) -> str:
    """Return text with every digit and dash as its plain one, and without marks that are not seen."""
    kept = []
    for char in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(char)
        if category == "Cf":
            continue
        if category == "Nd":
            kept.append(str(unicodedata.digit(char)))
        elif category == "Pd" or char in "−ー":
            kept.append("-")
        elif category == "Zs":
            kept.append(" ")
        else:
            kept.append(char)
    return "".join(kept)
