"""Rows of the standard file as drafts, or as every reason why not."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.standard_rows import USUAL, row

from naite.trunk.catalogue.standard_file import COLUMNS, CellProblem, ListingDraft, parse_row


def draft(**changed: str) -> ListingDraft:
    found = parse_row(row(**changed))
    assert isinstance(found, ListingDraft), found
    return found


def problems(**changed: str) -> list[CellProblem]:
    found = parse_row(row(**changed))
    assert isinstance(found, list), found
    return found


def test_the_example_has_every_column() -> None:
    assert tuple(USUAL) == COLUMNS


@pytest.mark.req("A22", "rule")
def test_a_usual_row_is_understood_whole() -> None:
    assert draft() == ListingDraft(
        title="처음 만나는 도예",
        instructor="김가마",
        starts_on=date(2026, 12, 1),
        ends_on=date(2027, 2, 2),
        start_time=time(10),
        end_time=time(12),
        description="공예",
        audience="성인",
        mode="offline",
        weekdays=2,
        place="도예실",
        capacity=12,
        fee=36000,
        address="서울특별시 마포구 나루길 12",
        provider_name="마포구청",
        provider_phone="02-000-0000",
        opens_on=date(2026, 11, 16),
        closes_on=date(2026, 11, 27),
        always_open=False,
        application_method="인터넷",
        selection="first_come",
        apply_url="http://www.example.go.kr",
        training_subsidy=False,
        credit_bank=False,
        recognised=True,
        reference_date=date(2026, 11, 10),
    )


def test_missing_dates_stay_missing() -> None:
    found = draft(접수시작일자="", 교육시작시각="", 운영요일="", 강좌정원수="")
    assert (found.opens_on, found.start_time, found.weekdays, found.capacity) == (None, None, 0, None)
    assert found.closes_on == date(2026, 11, 27)


def test_all_problems_of_a_row_are_told_at_once_in_the_order_of_the_columns() -> None:
    found = problems(강좌정원수="0", 교육시작일자="2026.13.01", 강좌명="", 운영요일="언젠가")
    assert [(problem.column, problem.value) for problem in found] == [
        ("강좌명", ""),
        ("교육시작일자", "2026.13.01"),
        ("운영요일", "언젠가"),
        ("강좌정원수", "0"),
    ]
    assert all(problem.reason for problem in found)


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"교육종료일자": "2026-11-30"}, "교육종료일자"),
        ({"접수종료일자": "2026-11-15"}, "접수종료일자"),
        ({"접수시작일자": "2027-03-01", "접수종료일자": "2027-03-05"}, "접수시작일자"),
        ({"교육종료시각": "02:00"}, "교육종료시각"),
        ({"교육종료시각": "10:00"}, "교육종료시각"),
    ],
)
def test_dates_out_of_order_are_refused(changed: dict[str, str], column: str) -> None:
    assert [problem.column for problem in problems(**changed)] == [column]


def test_midnight_to_midnight_means_that_no_time_is_known() -> None:
    found = draft(교육시작시각="00:00", 교육종료시각="00:00")
    assert (found.start_time, found.end_time) == (None, None)


def test_a_span_in_the_first_time_cell_fills_both() -> None:
    found = draft(교육시작시각="10:00~12:30", 교육종료시각="")
    assert (found.start_time, found.end_time) == (time(10), time(12, 30))


@pytest.mark.parametrize(
    ("opens", "closes", "ends", "always", "kept"),
    [
        ("상시", "상시", "2026-12-31", True, None),
        ("", "수시", "2026-12-31", True, None),
        ("2026-01-02", "9999-12-31", "9999-12-31", True, None),
        ("2026-01-02", "2099.12.31", "", True, None),
        # Open since long until the end of the year, and the course runs as long.
        ("2026-01-02", "2026-12-31", "2026-12-31", True, date(2026, 12, 31)),
        ("", "2026-12-31", "2026-12-31", True, date(2026, 12, 31)),
        ("", "2026-12-31", "", True, date(2026, 12, 31)),
        # A deadline that somebody set, though it falls on the last day of the year.
        ("2026-12-01", "2026-12-31", "2027-03-31", False, date(2026, 12, 31)),
        ("2026-12-01", "2026-12-31", "2026-12-31", False, date(2026, 12, 31)),
        # The course is over before: the day is stated, and no more is made of it.
        ("2026-01-02", "2026-12-31", "2026-12-04", False, date(2026, 12, 31)),
        ("2026-11-16", "2026-11-27", "2027-02-02", False, date(2026, 11, 27)),
        ("2026-11-16", "", "2027-02-02", False, None),
    ],
)
def test_when_registration_is_open_all_the_time(
    opens: str, closes: str, ends: str, always: bool, kept: date | None
) -> None:
    found = draft(접수시작일자=opens, 접수종료일자=closes, 교육종료일자=ends)
    assert (found.always_open, found.closes_on) == (always, kept)


def test_what_a_cell_says_beyond_its_column_is_kept_in_the_description() -> None:
    found = draft(운영요일="격주 토요일", 수강료="무료(재료비 별도)", 교육방법구분="체험")
    assert found.description == "공예\n교육방법구분: 체험\n운영요일: 격주 토요일\n수강료: 무료(재료비 별도)"


def test_texts_that_are_too_long_say_how_long_they_may_be() -> None:
    assert "213자입니다. 200자까지" in problems(강좌명="가" * 213)[0].reason


@pytest.mark.req("A22", "refusal")
def test_html_in_a_title_is_taken_out_or_refused() -> None:
    assert draft(강좌명="<b>처음 만나는</b> 도예").title == "처음 만나는 도예"
    assert "HTML 태그 <script>" in problems(강좌명="<script>alert(1)</script>")[0].reason


@given(st.lists(st.text(max_size=30), min_size=25, max_size=25))
def test_no_row_makes_the_parser_fail(cells: list[str]) -> None:
    found = parse_row(cells)
    assert isinstance(found, ListingDraft) or (found and all(problem.reason for problem in found))


_DEFECTS = st.sampled_from(
    ["", " ", "-", "0", "-1", "=1+1", "<b>", "<script>", "&amp;", "9999-12-31", "2026-02-30", "목용일", "25:00",
     "상시", "http://", "\ud55c\uae00", "\u1112\u1161\u11ab", "1" * 400, "#REF!", "월~", "~", "²", "٣", "１２"]
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(COLUMNS), _DEFECTS, max_size=6))
def test_no_defect_in_a_usual_row_makes_the_parser_fail_or_break_the_draft(defects: dict[str, str]) -> None:
    found = parse_row(row(**defects))
    if isinstance(found, ListingDraft):
        assert found.title and found.provider_name
        assert found.starts_on is None or found.ends_on is None or found.starts_on <= found.ends_on
        assert found.opens_on is None or found.closes_on is None or found.opens_on <= found.closes_on
        assert found.capacity is None or found.capacity > 0
        assert "<script" not in found.title
    else:
        assert {problem.column for problem in found} <= set(COLUMNS)
