"""What one row of a file of completions says."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from naite.trunk.catalogue.standard_file import Unreadable
from naite.trunk.records.uploads import columns as col
from naite.trunk.records.uploads.columns import COLUMNS, read_header
from naite.trunk.records.uploads.identity import key_of
from naite.trunk.records.uploads.rules import Claim, has_resident_number, parse

TODAY = date(2026, 11, 24)
USUAL = {
    col.NAME: "한 가람",
    col.BIRTH: "1968.5.12",
    col.EMAIL: "Garam@Example.kr",
    col.TITLE: "마을 기록가 되기",
    col.COMPLETED: "2026-11-17",
    col.HOURS: "20시간",
}


def told(**changes: str) -> list[list[str]]:
    given = USUAL | {getattr(col, name): value for name, value in changes.items()}
    return parse([given.get(name, "") for name in COLUMNS], today=TODAY)[1]


@pytest.mark.req("A19", "rule")
def test_a_row_is_read_as_people_write_it() -> None:
    claim, problems = parse([USUAL.get(name, "") for name in COLUMNS], today=TODAY)
    assert problems == []
    assert claim is not None
    assert (claim.birth, claim.email, claim.hours) == (date(1968, 5, 12), "garam@example.kr", Decimal("20.0"))
    assert Claim.from_json(claim.as_json()) == claim


@pytest.mark.req("A19", "rule", "refusal")
@pytest.mark.parametrize(
    ("changes", "column", "says"),
    [
        ({"NAME": ""}, col.NAME, "이름을 적어"),
        ({"BIRTH": "680512"}, col.BIRTH, "네 자리"),
        ({"BIRTH": "1968-02-30"}, col.BIRTH, "달력에 없는"),
        ({"BIRTH": "2030-01-01"}, col.BIRTH, "해를 다시"),
        ({"EMAIL": ""}, col.EMAIL, "누구인지 정하지 않습니다"),
        ({"EMAIL": "garam"}, col.EMAIL, "주소로 읽을 수 없습니다"),
        ({"PHONE": "전화 없음"}, col.PHONE, "전화번호로 읽을 수"),
        ({"CARD": "1234"}, col.CARD, "열두 자리"),
        ({"TITLE": ""}, col.TITLE, "과정명이나"),
        ({"COMPLETED": ""}, col.COMPLETED, "수료일을 적어"),
        ({"COMPLETED": "2026-11-25"}, col.COMPLETED, "아직 오지 않은"),
        ({"STARTED": "2026-11-18"}, col.STARTED, "늦습니다"),
        ({"HOURS": "0"}, col.HOURS, "0보다 큰"),
        ({"HOURS": "1.25"}, col.HOURS, "한 자리"),
        ({"HOURS": "스무"}, col.HOURS, "0보다 큰"),
        ({"SCORE": "101"}, col.SCORE, "0부터 100"),
        ({"NOTE": "680512-2345678"}, col.NOTE, "주민등록번호로 보이는"),
        ({"NAME": "=A1"}, col.NAME, "수식은 받지"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(changes: dict[str, str], column: str, says: str) -> None:
    problems = told(**changes)
    assert [problem[0] for problem in problems] == [column]
    assert says in problems[0][1]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("680512-2345678", True), ("6805122345678", True), ("2026-11-17", False), ("681312-2345678", False)],
)
def test_resident_numbers_are_seen(text: str, is_one: bool) -> None:
    assert has_resident_number(text) is is_one


def test_headers_are_found_under_the_names_people_write() -> None:
    header = read_header(["성명*", "생년월일", "이메일", "과정명", "이수일자", "교육 시간", "기타"])
    assert header.missing == []
    assert header.ignored == ("기타",)
    assert read_header(["이름", "생년월일"]).missing == [
        "전자우편·휴대전화·학습카드번호",
        "과정번호·과정명",
        "수료일",
        "이수시간",
    ]


@pytest.mark.req("A19", "refusal")
def test_a_column_of_resident_numbers_refuses_the_file() -> None:
    with pytest.raises(Unreadable, match="주민등록번호는 받지 않습니다"):
        read_header(["이름", "주민등록번호"])


def test_all_of_name_birth_and_contact_make_the_key() -> None:
    birth = date(1968, 5, 12)
    key: Any = key_of("email", "a@example.kr", name="한 가람", birth=birth)
    assert key == key_of("email", "a@example.kr", name="한가람", birth=birth)
    assert key != key_of("phone", "a@example.kr", name="한가람", birth=birth)
    assert key != key_of("email", "a@example.kr", name="한가람", birth=date(1968, 5, 13))
    assert key_of("email", "", name="한가람", birth=birth) == ""
