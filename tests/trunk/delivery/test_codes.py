from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOW

from naite.trunk.delivery.codes import Match, code_at, match

SECRET, OTHER = b"a" * 32, b"b" * 32
SECONDS = timedelta(seconds=1)


@pytest.mark.req("K7", "rule")
def test_codes_hold_for_their_half_minute_and_the_next() -> None:
    shown = code_at(SECRET, NOW)
    assert shown.seconds_left == 30
    assert code_at(SECRET, NOW + 29 * SECONDS).qr == shown.qr
    assert code_at(SECRET, NOW + 29 * SECONDS).seconds_left == 1
    assert code_at(SECRET, NOW + 30 * SECONDS).qr != shown.qr
    for passed, expected in ((0, Match.QR), (59, Match.QR), (60, Match.OLD_QR), (3600, Match.OLD_QR)):
        assert match(SECRET, shown.qr, NOW + passed * SECONDS) is expected
    for passed, expected in ((0, Match.NUMBER), (59, Match.NUMBER), (60, Match.OLD_NUMBER)):
        assert match(SECRET, shown.number, NOW + passed * SECONDS) is expected


@pytest.mark.req("K7", "refusal")
@pytest.mark.parametrize("wrong", ["", "000000x", "번호", "１２３４５６", "A" * 5000, "-", "\x00"])
def test_what_is_no_code_matches_nothing(wrong: str) -> None:
    assert match(SECRET, wrong, NOW) is Match.NONE


@pytest.mark.req("K7", "refusal")
def test_another_session_and_the_future_do_not_match() -> None:
    assert match(SECRET, code_at(OTHER, NOW).qr, NOW) is Match.NONE
    assert match(SECRET, code_at(SECRET, NOW + 60 * SECONDS).qr, NOW) is Match.NONE


@given(st.binary(min_size=32, max_size=32))
def test_numbers_have_six_digits_and_may_be_typed_with_a_gap(secret: bytes) -> None:
    shown = code_at(secret, NOW)
    assert len(shown.number) == 6
    assert shown.number.isdigit()
    assert match(secret, f" {shown.number[:3]} {shown.number[3:]}", NOW) is Match.NUMBER
    assert match(secret, shown.qr.lower(), NOW) is Match.QR
