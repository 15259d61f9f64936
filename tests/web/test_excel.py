"""Excel files that leave: what they must not run, lose or hold all at once."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from naite.web.excel import Sheet, excel, excel_form


@pytest.mark.req("X7a", "rule")
def test_texts_stay_texts_and_times_are_local() -> None:
    answer = excel(
        "목록", ["이름", "때"], [["=1+1", datetime(2026, 11, 24, 1, 0, tzinfo=UTC)], ["a\x00b", None]]
    )
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
    assert sheet["B2"].value.isoformat() == "2026-11-24T10:00:00"
    assert sheet["A3"].value == "ab"
    assert sheet.freeze_panes == "A2"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_long_table_comes_whole_and_in_order() -> None:
    answer = excel("긴 표", ["번호"], ([number] for number in range(5000)), title="a/b:c")
    book = load_workbook(BytesIO(answer.content), read_only=True)
    assert book.sheetnames == ["abc"]
    values = [row[0] for row in book["abc"].iter_rows(min_row=2, values_only=True)]
    assert values == list(range(5000))


def test_an_empty_form_says_how_it_is_written_and_keeps_noughts() -> None:
    examples = {"전화": ["숫자와 붙임표", "010-1234-5678"], "이름": ["실명", "한가람"]}
    answer = excel_form(
        name="양식",
        title="사람",
        columns=["이름", "전화"],
        examples=examples,
        more=[Sheet("과정", ["번호"], [[1]])],
    )
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["사람", "적는 법", "과정"]
    assert [cell.value for cell in book["사람"][1]] == ["이름", "전화"]
    assert book["사람"]["B2"].number_format == "@"
    assert [cell.value for cell in book["적는 법"][3]] == ["전화", "숫자와 붙임표", "010-1234-5678"]
