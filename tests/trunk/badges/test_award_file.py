"""Reading lists of people: everything that people really hand in."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from naite.trunk.badges.award_file import COLUMNS, MAX_ROWS, as_csv, read_emails, read_list
from naite.trunk.catalogue.standard_file.container import Unreadable

TODAY = date(2026, 11, 24)
MOST = 50 * 1048576


def read(content: bytes) -> list[tuple[int, str, str]]:
    return [
        (row.number, row.email, row.reason) for row in read_list(content, max_bytes=MOST, today=TODAY).rows
    ]


@pytest.mark.req("B4", "rule")
def test_a_cp949_file_under_other_headings_is_understood() -> None:
    text = '받을 사람 명단\n성명,전자우편,활동 시간,비고\n한가람,Garam@Example.kr,"1,024",메모\n'
    found = read_list(text.encode("cp949"), max_bytes=MOST, today=TODAY)
    row = found.rows[0]
    assert (found.encoding, found.ignored) == ("cp949", ("비고",))
    assert (row.number, row.email, row.name, str(row.hours), row.faults) == (
        3,
        "garam@example.kr",
        "한가람",
        "1024.0",
        [],
    )


@pytest.mark.req("B4", "rule")
@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["nara@@mail", ""], "이메일 꼴이 아닙니다"),
        (["nara mail.kr", ""], "이메일 꼴이 아닙니다"),
        (["a@b.kr; c@d.kr", ""], "두 사람"),
        (["", "이름만"], "비어 있습니다"),
        (["=A1&B1", ""], "수식은 받지 않습니다"),
        (["a@b.kr", "", "", "", "javascript:alert(1)"], "주소가 아닙니다"),
        (["a@b.kr", "", "", "", "", "2026-02-30"], "달력에 없는 날"),
        (["a@b.kr", "", "", "", "", "2027-01-01"], "아직 오지 않은"),
        (["a@b.kr", "", "", "", "", "", "-3"], "숫자로"),
        (["a@b.kr", "", "", "", "", "", "", "101"], "숫자로"),
        (["a@b.kr", "", "가" * 1001], "1,000자까지"),
        (["a@b.kr", "", "<script>x</script>"], "HTML 태그"),
    ],
)
def test_each_fault_is_told_in_its_row(cells: list[str], told: str) -> None:
    [(_number, _email, reason)] = read(as_csv([cells]))
    assert told in reason


@pytest.mark.req("B4", "rule")
def test_one_person_twice_counts_once() -> None:
    rows = read(as_csv([["a@b.kr"], ["B@b.kr"], ["A@B.kr"]]))
    assert [bool(reason) for _number, _email, reason in rows] == [False, False, True]
    assert "2행에도" in rows[2][2]


@pytest.mark.req("B4", "rule")
def test_merged_cells_and_formulas_of_a_workbook_are_found() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (COLUMNS, ["a@b.kr", "가"], ["", "나"], ["=CONCAT(A1)", "다"]):
        sheet.append(list(line))
    sheet.merge_cells("A2:A3")
    out = io.BytesIO()
    book.save(out)
    rows = read(out.getvalue())
    assert rows[0][2] == ""
    assert "합쳐진 셀" in rows[1][2]
    assert "수식" in rows[2][2]


@pytest.mark.req("B4", "refusal")
@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (b"", "file_empty", "비어"),
        ("이름\n가람\n".encode(), "wrong_columns", "‘이메일’ 열이 없습니다"),
        (as_csv([]), "file_empty", "받을 사람이 없습니다"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx", "file_kind", ".xlsx"),
        ("이메일\n".encode() + b"a@b.kr\n" * 300_000, "too_many_rows", "100,000명"),
    ],
    ids=["empty", "columns", "nobody", "xls", "300000"],
)
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(content: bytes, code: str, told: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_list(content, max_bytes=MOST, today=TODAY)
    assert refused.value.code == code
    assert told in str(refused.value)
    assert MAX_ROWS == 100_000


@pytest.mark.req("B4", "rule")
def test_typed_addresses_may_carry_a_name() -> None:
    rows = read_emails("a@b.kr 한가람\n\nc@d.kr,오하린\r\n엉뚱", today=TODAY).rows
    assert [(row.email, row.name, bool(row.faults)) for row in rows] == [
        ("a@b.kr", "한가람", False),
        ("c@d.kr", "오하린", False),
        ("엉뚱", "", True),
    ]


@pytest.mark.req("B4", "rule")
@given(st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=9), min_size=1, max_size=8))
def test_no_cell_makes_the_reader_fail_and_none_passes_unread(cells: list[list[str]]) -> None:
    try:
        rows = read_list(as_csv(cells, encoding="utf-8"), max_bytes=MOST, today=TODAY).rows
    except Unreadable:
        return
    except UnicodeEncodeError:
        return
    for row in rows:
        assert row.faults or "@" in row.email
