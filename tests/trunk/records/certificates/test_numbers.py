"""Document numbers, second keys, masked names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.trunk.records.certificates import numbers


@given(st.integers(0, 15), st.integers(1, 9))
def test_a_wrong_digit_is_noticed_before_any_look_up(place: int, shift: int) -> None:
    number = numbers.new_number()
    assert numbers.is_number(number)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not numbers.is_number(wrong)


def test_numbers_are_read_as_people_type_them() -> None:
    number = numbers.new_number()
    printed = numbers.printed_number(number)
    assert len(printed) == 19
    assert numbers.clean_number(f" {printed} ") == number
    assert numbers.clean_number(printed.replace("-", "–")) == number
    assert numbers.clean_key("abcd-efgh") == "ABCDEFGH"
    assert not numbers.is_number("١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦")


def test_keys_hold_no_letters_that_look_alike_and_only_their_digest_fits() -> None:
    number, key = numbers.new_number(), numbers.new_key()
    assert len(key) == 8
    assert not set(key) & set("01OI")
    digest = numbers.key_digest(number, key)
    assert numbers.key_fits(number, key, digest)
    assert not numbers.key_fits(numbers.new_number(), key, digest)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("한가람", "한○람"),
        ("한솔", "한○"),
        ("남궁가람", "남○○람"),
        ("金", "○"),
        ("Kim Minsu", "K○○ M○○○○"),
        ("", ""),
    ],
)
def test_names_are_masked(name: str, shown: str) -> None:
    assert numbers.masked(name) == shown
