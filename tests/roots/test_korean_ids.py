"""No resident registration number comes in, however it is spelled; nothing else is taken for one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.roots.errors import Invalid
from naite.roots.korean_ids import find_resident_number, has_check_digit, refuse_resident_number

_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def number(born: date, sex: int, rest: str, *, foreign: bool = False) -> str:
    """A number after the rule until 2020: ``rest`` are five digits, the last is computed."""
    seventh = sex + (2 if born.year >= 2000 else 0) + (4 if foreign else 0)
    head = f"{born:%y%m%d}{seventh}{rest}"
    check = (11 - sum(int(a) * b for a, b in zip(head, _WEIGHTS, strict=True)) % 11) % 10
    return head + str((check + 2) % 10 if foreign else check)


births = st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 11, 22))
sexes = st.sampled_from([1, 2])
joins = st.sampled_from(["", "-", " ", " - ", "–", "—", "‑", "－", ".", " ", "​", "·", "/", "--", "~"])
spellings = st.sampled_from(
    [
        str,
        lambda text: text.translate({ord("0") + n: "0123456789"[n] for n in range(10)}),
        lambda text: text.translate({ord("0") + n: chr(0x0660 + n) for n in range(10)}),
    ]
)
words = st.text(alphabet="가나다라 마바사,.\n", max_size=12)


@pytest.mark.req("X6", "rule")
@given(births, sexes, st.integers(0, 99999), st.booleans(), joins, spellings, words, words)
def test_numbers_of_the_old_rule_are_found_in_every_spelling(
    born: date, sex: int, rest: int, foreign: bool, join: str, spell: object, before: str, after: str
) -> None:
    digits = number(born, sex, f"{rest:05}", foreign=foreign)
    assert has_check_digit(digits)
    text = spell(f"{digits[:6]}{join}{digits[6:]}")  # type: ignore[operator]
    assert find_resident_number(f"{before.rstrip('.')} 주민번호{text}{after}")


@pytest.mark.req("X6", "rule")
@given(births, sexes, st.integers(0, 999999), st.sampled_from(["-", "", " "]))
def test_numbers_since_october_2020_are_found_though_their_end_is_random(
    born: date, sex: int, rest: int, join: str
) -> None:
    seventh = sex + (2 if born.year >= 2000 else 0)
    text = f"{born:%y%m%d}{join}{seventh}{rest:06}"
    digits = text.replace(join, "") if join else text
    # A company's own check digit in a company's own shape is the one thing that is let through.
    company = sum(int(d) * w for d, w in zip(digits, (1, 2) * 6, strict=False))
    if int(digits[12]) != (10 - company % 10) % 10 or has_check_digit(digits):
        assert find_resident_number(f"제 번호는 {text}입니다")


@pytest.mark.req("X6", "rule")
@pytest.mark.parametrize(
    "text",
    [
        "８００１０１－１２３４５６７",
        "8 0 0 1 0 1 - 1 2 3 4 5 6 7",
        "80.01.01-1234567",
        "80-01-01 1234567",
        "번호:800101​-1234567.",
        "외국인등록번호 990101-5234567",
        "RRN8001011234560",
    ],
)
def test_further_spellings(text: str) -> None:
    assert find_resident_number(text)


@pytest.mark.req("X6", "rule")
@pytest.mark.parametrize(
    "text",
    [
        "010-1234-5678, 02-123-4567",
        "01012345678 01098765432",
        "사업자등록번호 123-45-67890",
        "법인등록번호 130111-0006246",
        "문서번호 2026-1124-0001-2345",
        "1234-1234-1234-1234",
        "제2024-123호 2024년 3월 2일",
        "과정코드 AIG20230000412345",
        "AIG-2001011234567",
        "ISBN 978-89-01-12345-6, 9788901123456",
        "계좌 110-123-456789",
        "2026.11.24 10:00~12:50, 2026-11-24 1234567원",
        "800101, 1234567명",
        "800101-1",
        "801301-1234567",
        "800101-9234567",
        "800101-12345678",
        "5,123,456.1234567",
        "3.14159265358979323846",
        "2026112400012",
        "https://www.q-net.or.kr/crf005.do?id=crf00503&jmCd=1320",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not find_resident_number(text)


@pytest.mark.req("X6", "rule")
@given(st.integers(0, 999), st.integers(0, 99), st.integers(0, 99999), st.integers(0, 9999))
def test_business_telephone_and_document_numbers_are_never_taken_for_one(
    a: int, b: int, c: int, d: int
) -> None:
    assert not find_resident_number(f"{a:03}-{b:02}-{c:05}")
    assert not find_resident_number(f"010-{d:04}-{c % 10000:04}")
    assert not find_resident_number(f"010{d:04}{c % 10000:04}")
    assert not find_resident_number(f"{d:04}-{c % 10000:04}-{d:04}-{a:04}")
    assert not find_resident_number(f"{d:04}{c % 10000:04}{d:04}{a:04}")


@given(st.text(max_size=200))
def test_no_text_brings_it_down(text: str) -> None:
    find_resident_number(text)


@pytest.mark.req("X6", "refusal")
def test_the_refusal_says_what_to_do_at_its_field_and_does_not_repeat_the_number() -> None:
    with pytest.raises(Invalid) as refused:
        refuse_resident_number("메모 800101-1234567", "note")
    assert refused.value.code == "resident_number"
    assert list(refused.value.fields) == ["note"]
    assert "800101" not in str(refused.value)
    refuse_resident_number("아무 번호도 없습니다", "note")
