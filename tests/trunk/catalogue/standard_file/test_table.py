"""Files as people save them, and files that are something else."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.standard_rows import USUAL, as_csv, as_xlsx, row

from naite.trunk.catalogue.standard_file import COLUMNS, Table, Unreadable, read_table, table, workbook
from naite.trunk.catalogue.standard_file.columns import PASSED_OVER

LIMIT = 20 * 1024 * 1024


def read(content: bytes, limit: int = LIMIT) -> Table:
    return read_table(content, max_bytes=limit)


@pytest.mark.req("X2", "rule")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_csv_in_every_encoding_that_offices_save(encoding: str) -> None:
    table = read(as_csv(row(), row(강좌명="뷁쀍 똠방각하")).encode(encoding))
    assert table.encoding == encoding
    assert [found.number for found in table.rows] == [2, 3]
    assert table.rows[0].cells == list(USUAL.values())
    assert table.rows[1].cells[0] == "뷁쀍 똠방각하"


def test_tabs_blank_rows_and_a_title_above_the_header() -> None:
    text = "2026년 강좌 목록\n\n" + as_csv(row(), [""] * 25, row(강좌명="둘째"))
    table = read(text.encode())
    assert [(found.number, found.cells[0]) for found in table.rows] == [(4, "처음 만나는 도예"), (6, "둘째")]
    assert read(as_csv(row(), delimiter="\t").encode()).rows[0].cells == list(USUAL.values())


def test_columns_in_another_order_and_with_other_marks() -> None:
    names = [*reversed(COLUMNS), "제공기관명", "비고"]
    names[names.index("교육시작일자")] = " 교육 시작일자 "
    assert "제공기관명" in PASSED_OVER
    table = read(as_csv([*reversed(row()), "강남구", "두 줄"], header=tuple(names)).encode())
    assert table.rows[0].cells == list(USUAL.values())
    assert table.ignored == ("비고",)


def test_a_cell_with_line_breaks_counts_as_one_row() -> None:
    table = read(as_csv(row(강좌내용="첫째\n둘째"), row(강좌명="둘째")).encode())
    assert [found.number for found in table.rows] == [2, 3]


def test_surplus_cells_are_counted() -> None:
    assert read(as_csv([*row(), "쉼표 뒤"]).encode()).rows[0].surplus == 1


@pytest.mark.req("X2", "rule")
def test_excel_with_its_own_dates_times_and_numbers() -> None:
    cells: list[object] = list(row())
    for name, value in {
        "교육시작일자": date(2026, 12, 1),
        "교육종료일자": datetime(2027, 2, 2),  # noqa: DTZ001 - as Excel keeps them
        "교육시작시각": time(10),
        "교육종료시각": datetime(1899, 12, 30, 12, 0),  # noqa: DTZ001
        "강좌정원수": 12,
        "수강료": 36000.0,
        "접수시작일자": 20261116,
        "평생학습계좌제평가인정여부": True,
    }.items():
        cells[COLUMNS.index(name)] = value
    table = read(as_xlsx([], cells, above=(["강좌 목록"], [])))
    assert table.encoding == "xlsx"
    assert [found.number for found in table.rows] == [5]
    assert table.rows[0].cells == row(접수시작일자="20261116")


def test_excel_formulas_come_as_text_and_are_never_worked_out() -> None:
    cells: list[object] = list(row())
    cells[0] = '=HYPERLINK("http://example.kr","요가")'
    assert read(as_xlsx(cells)).rows[0].cells[0].startswith("=HYPERLINK")


def _refusal(content: bytes, limit: int = LIMIT) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read(content, limit)
    return refused.value


@pytest.mark.req("A22", "refusal")
def test_a_file_that_is_too_large_is_not_read() -> None:
    refused = _refusal(b"x" * 2_000_000, limit=1024 * 1024)
    assert refused.code == "file_too_large"
    assert "1 MB보다 큽니다" in str(refused)


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\r\n", as_csv().encode()])
def test_an_empty_file_says_so(content: bytes) -> None:
    assert _refusal(content).code == "file_empty"


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize(
    "content",
    [
        as_csv(row()).encode("utf-16"),
        as_csv(row()).encode("utf-16-le"),
        as_csv(row()).encode("johab"),
        b"\xef\xbb\xbf" + as_csv(row()).encode("cp949"),
        bytes(range(256)) * 20,
    ],
)
def test_an_unknown_encoding_says_how_to_save(content: bytes) -> None:
    refused = _refusal(content)
    assert refused.code == "unknown_encoding"
    assert "CSV UTF-8" in str(refused)


@pytest.mark.req("A22", "refusal")
def test_wrong_columns_are_named_and_the_likely_ones_suggested() -> None:
    names = tuple({"강좌명": "강좌이름", "수강료": "비용"}.get(name, name) for name in COLUMNS)
    refused = _refusal(as_csv(row(), header=names).encode())
    assert refused.code == "wrong_columns"
    assert "빠진 열: 강좌명, 수강료." in str(refused)
    assert "모르는 열: 강좌이름, 비용." in str(refused)
    assert "‘강좌이름’ 열은 혹시 ‘강좌명’인가요?" in str(refused)
    assert set(refused.fields) == {"강좌명", "수강료"}


def test_a_file_of_something_else_asks_for_the_form() -> None:
    assert _refusal("이름,나이\n가람,3\n".encode()).code == "wrong_columns"


@pytest.mark.req("A22", "refusal")
def test_an_old_or_locked_workbook_says_how_to_save() -> None:
    refused = _refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    assert ".xlsx" in str(refused)


def test_an_unclosed_quote_names_its_row() -> None:
    text = as_csv(row()) + '"요가,' + ",".join(row()[1:]) + "\n" + as_csv(row())
    refused = _refusal(text.encode())
    assert refused.code == "unclosed_quote"
    assert "3행" in str(refused)


def test_a_quote_within_a_cell_is_no_mistake() -> None:
    text = (
        as_csv(row()) + '요가 "기초",' + ",".join(row()[1:]) + "\n" + '"요가 "중급"",' + ",".join(row()[1:])
    )
    assert len(read(text.encode()).rows) == 3


@pytest.mark.req("A22", "refusal")
def test_an_excel_bomb_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = io.BytesIO(as_xlsx(list(row())))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * 12_000_000)
    monkeypatch.setattr(workbook, "load_workbook", lambda *_args, **_kwargs: pytest.fail("opened"))
    assert _refusal(bomb.getvalue()).code == "workbook_bomb"


@pytest.mark.req("A22", "refusal")
def test_a_workbook_of_very_many_parts_or_bytes_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    many = io.BytesIO(as_xlsx(list(row())))
    with zipfile.ZipFile(many, "a") as archive:
        for number in range(1000):
            archive.writestr(f"xl/media/{number}", b"")
    assert _refusal(many.getvalue()).code == "workbook_bomb"
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1000)
    assert _refusal(as_xlsx(list(row()))).code == "workbook_bomb"


@pytest.mark.req("A22", "refusal")
def test_too_many_rows_ask_for_several_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 50)
    assert len(read(as_xlsx(*[row()] * 50)).rows) == 50
    for too_many in ([row()] * 100, [row(), *[[""] * 25] * 250, row()]):
        refused = _refusal(as_xlsx(*too_many))
        assert refused.code == "too_many_rows"
        assert "50행까지" in str(refused)
    monkeypatch.setattr(table, "MAX_ROWS", 10)
    assert _refusal(as_csv(*[row()] * 11).encode()).code == "too_many_rows"
    assert _refusal(as_csv(*[row()] * 30).encode()).code == "too_many_rows"


def test_entities_in_a_workbook_are_not_expanded() -> None:
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    source, out = zipfile.ZipFile(io.BytesIO(as_xlsx(list(row())))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for entry in source.infolist():
            content = laughs if entry.filename.endswith("sheet1.xml") else source.read(entry)
            archive.writestr(entry.filename, content)
    assert _refusal(out.getvalue()).code == "file_kind"


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("강좌.csv", as_csv(row()))
    assert _refusal(out.getvalue()).code == "file_kind"
    assert _refusal(b"PK\x03\x04 cut").code == "file_kind"


@given(st.integers(min_value=0, max_value=5000), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused_but_never_fails(at: int, noise: bytes) -> None:
    content = bytearray(_WORKBOOK)
    at %= len(content)
    content[at : at + len(noise)] = noise
    try:
        read(bytes(content))
    except Unreadable as refused:
        assert str(refused)


_WORKBOOK = as_xlsx(list(row()))


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail_otherwise_than_by_refusing(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(content)
