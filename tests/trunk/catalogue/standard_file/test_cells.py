"""What people write into cells, and what we make of it."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.trunk.catalogue.standard_file import cells as read
from naite.trunk.catalogue.standard_file.text import CellError, one_line, several_lines

MON, TUE, WED, THU, FRI, SAT, SUN = (1 << day for day in range(7))
WORKDAYS = MON | TUE | WED | THU | FRI


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2026-04-06", date(2026, 4, 6)),
        ("2026.4.6", date(2026, 4, 6)),
        ("2026. 4. 6.", date(2026, 4, 6)),
        ("2026/04/06", date(2026, 4, 6)),
        ("20260406", date(2026, 4, 6)),
        ("20260406.0", date(2026, 4, 6)),
        ("20260406120000", date(2026, 4, 6)),
        ("2026년 4월 6일", date(2026, 4, 6)),
        ("2026-04-06 00:00:00", date(2026, 4, 6)),
        ("2026-04-06(월)", date(2026, 4, 6)),
        ("2026-04-06 10:00:00.0", date(2026, 4, 6)),
        ("46118", date(2026, 4, 6)),
        (" 2026-04-06\u200b", date(2026, 4, 6)),
        ("2024-02-29", date(2024, 2, 29)),
        ("", None),
        ("-", None),
        ("미정", None),
    ],
)
def test_dates_in_every_usual_form(raw: str, day: date | None) -> None:
    assert read.read_date(raw) == day


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("2026.13.01", "달력에 없는 날"),
        ("2026-02-29", "달력에 없는 날"),
        ("26.4.6", "네 자리"),
        ("0026-04-06", "연도를 다시"),
        ("4월 초", "날짜로 읽을 수 없습니다"),
        ("2026-04-06~2026-05-06", "날짜로 읽을 수 없습니다"),
        ("123", "날짜로 읽을 수 없습니다"),
        ("=TODAY()", "수식은 받지 않습니다"),
        ("#N/A", "오류값"),
    ],
)
def test_a_date_that_cannot_be_one_says_why(raw: str, words: str) -> None:
    with pytest.raises(CellError, match=words):
        read.read_date(raw)


@pytest.mark.parametrize(
    ("raw", "clock"),
    [
        ("9:00", time(9)),
        ("09:00", time(9)),
        ("09:00:00", time(9)),
        ("0900", time(9)),
        ("930", time(9, 30)),
        ("9시", time(9)),
        ("9시 30분", time(9, 30)),
        ("14：00", time(14)),
        ("오후 2시", time(14)),
        ("오후2:30", time(14, 30)),
        ("PM 02:30", time(14, 30)),
        ("2:30 pm", time(14, 30)),
        ("오전 12:00", time(0)),
        ("0.375", time(9)),
        ("2026-04-06 19:00:00", time(19)),
        ("24:00", time(23, 59)),
        ("", None),
    ],
)
def test_times_in_every_usual_form(raw: str, clock: time | None) -> None:
    assert read.read_time(raw) == clock


@pytest.mark.parametrize("raw", ["25:00", "10:75", "아침", "10", "10~12", "1000000"])
def test_a_time_that_cannot_be_one_says_so(raw: str) -> None:
    with pytest.raises(CellError, match="시각"):
        read.read_time(raw)


@pytest.mark.parametrize(
    ("raw", "bits"),
    [
        ("월", MON),
        ("목요일", THU),
        ("월~금", WORKDAYS),
        ("월요일~금요일", WORKDAYS),
        ("월 - 금", WORKDAYS),
        ("월요일부터 금요일까지", WORKDAYS),
        ("화요일+목요일", TUE | THU),
        ("월,수", MON | WED),
        ("월, 수, 금", MON | WED | FRI),
        ("월수금", MON | WED | FRI),
        ("화/목", TUE | THU),
        ("화·목", TUE | THU),
        ("목용일", THU),
        ("화욜", TUE),
        ("월금요", MON | FRI),
        ("화요일 및 목용일", TUE | THU),
        ("매주 토", SAT),
        ("매주 토요일", SAT),
        ("주말", SAT | SUN),
        ("평일", WORKDAYS),
        ("매일", 127),
        ("토일", SAT | SUN),
        ("일요일", SUN),
        ("금~월", FRI | SAT | SUN | MON),
        ("Mon, Wed", MON | WED),
        ("월요일월요일", MON),
        ("", 0),
        ("-", 0),
    ],
)
def test_weekdays_in_every_usual_form(raw: str, bits: int) -> None:
    assert read.read_weekdays(raw) == (bits, "")


@pytest.mark.parametrize(
    ("raw", "bits"),
    [
        ("격주 토요일", SAT),
        ("월~금(공휴일 제외)", WORKDAYS),
        ("매월 둘째주 수요일", WED),
        ("매월 1,3주 토요일", SAT),
        ("협의", 0),
    ],
)
def test_what_weekdays_cannot_hold_is_kept_as_words(raw: str, bits: int) -> None:
    assert read.read_weekdays(raw) == (bits, raw)


@pytest.mark.parametrize("raw", ["매주", "2026-04-06", "오전", "공휴일"])
def test_days_that_are_none_say_so(raw: str) -> None:
    with pytest.raises(CellError, match="요일로 읽을 수 없습니다"):
        read.read_weekdays(raw)


@pytest.mark.parametrize(
    ("raw", "count"),
    [("20", 20), ("20명", 20), ("1,000", 1000), ("20.0", 20), ("", None), ("제한없음", None)],
)
def test_capacity(raw: str, count: int | None) -> None:
    assert read.read_capacity(raw) == count


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize("raw", ["0", "-5", "0명", "스무 명", "20~25", "99999999", "1e9"])
def test_capacity_of_nought_less_or_no_number_is_refused(raw: str) -> None:
    with pytest.raises(CellError, match="정원"):
        read.read_capacity(raw)


@pytest.mark.parametrize(
    ("raw", "fee"),
    [
        ("36000", (36000, "")),
        ("36,000원", (36000, "")),
        ("36000.0", (36000, "")),
        ("0", (0, "")),
        ("무료", (0, "")),
        ("3만원", (30000, "")),
        ("3만 6천원", (36000, "")),
        ("무료(재료비 별도)", (0, "무료(재료비 별도)")),
        ("30,000원 (교재비 포함)", (30000, "30,000원 (교재비 포함)")),
        ("", (None, "")),
        ("미정", (None, "")),
    ],
)
def test_fee(raw: str, fee: tuple[int | None, str]) -> None:
    assert read.read_fee(raw) == fee


@pytest.mark.parametrize("raw", ["-1000", "월 30,000원", "문의", "30000~50000", "999999999999"])
def test_a_fee_that_is_no_sum_is_refused(raw: str) -> None:
    with pytest.raises(CellError, match="수강료"):
        read.read_fee(raw)


@pytest.mark.parametrize(
    ("raw", "mode"),
    [
        ("오프라인", ("offline", "")),
        ("집합교육", ("offline", "")),
        ("대면", ("offline", "")),
        ("온라인", ("online", "")),
        ("비대면(줌)", ("online", "")),
        ("혼합", ("blended", "")),
        ("온·오프라인", ("blended", "")),
        ("대면+비대면", ("blended", "")),
        ("체험", ("", "체험")),
        ("", ("", "")),
    ],
)
def test_mode(raw: str, mode: tuple[str, str]) -> None:
    assert read.read_mode(raw) == mode


@pytest.mark.parametrize(
    ("raw", "selection"),
    [
        ("선착순", ("first_come", "")),
        ("추첨", ("lottery", "")),
        ("서류심사", ("screening", "")),
        ("기타", ("other", "")),
        ("선착순+추첨", ("other", "선착순+추첨")),
        ("", ("", "")),
    ],
)
def test_selection(raw: str, selection: tuple[str, str]) -> None:
    assert read.read_selection(raw) == selection


def test_flags() -> None:
    assert [read.read_flag(raw) for raw in ("Y", "y", "예", "N", "", "아니오")] == [True] * 3 + [False] * 3
    with pytest.raises(CellError, match="Y 또는 N"):
        read.read_flag("글쎄요")


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("www.example.go.kr", ("http://www.example.go.kr", "")),
        ("http://example.kr/a?b=c", ("http://example.kr/a?b=c", "")),
        ("HTTPS://example.kr", ("https://example.kr", "")),
        ("https:/example.kr", ("https://example.kr", "")),
        ("example.kr:8080/lecture", ("http://example.kr:8080/lecture", "")),
        ("http://배움.한국", ("http://배움.한국", "")),
        ("a.example.kr, b.example.kr", ("http://a.example.kr", "a.example.kr, b.example.kr")),
        ("없음", ("", "")),
    ],
)
def test_addresses_of_pages(raw: str, url: tuple[str, str]) -> None:
    assert read.read_url(raw) == url


@pytest.mark.parametrize(
    "raw",
    [
        "javascript:alert(1)",
        "someone@example.kr",
        "ftp://example.kr",
        "전화 문의",
        "http://",
        "http://[",
        "a" * 600,
    ],
)
def test_what_is_no_page_is_refused(raw: str) -> None:
    with pytest.raises(CellError, match="누리집 주소"):
        read.read_url(raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<b>봄맞이</b> 요가", "봄맞이 요가"),
        ("도예&amp;물레", "도예&물레"),
        ("도예&amp;amp;물레", "도예&물레"),
        ("&lt;b&gt;요가&lt;/b&gt;", "요가"),
        ("<특강> 마을 이야기", "<특강> 마을 이야기"),
        ("<AI 입문> 첫걸음", "<AI 입문> 첫걸음"),
        ("3 < 5 수학", "3 < 5 수학"),
        ("첫째 줄<br/>둘째 줄", "첫째 줄 둘째 줄"),
        ("\u1112\u1161\u11ab글", "한글"),
        ("요가\u200b 교실\u00a0(A)", "요가 교실 (A)"),
        ("요가\x00", "요가"),
    ],
)
def test_html_in_titles_loses_no_word(raw: str, text: str) -> None:
    assert one_line(raw) == text


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize(
    "raw", ["<script>alert(1)</script>", '<img src=x onerror="a()">', "&lt;iframe src=x&gt;"]
)
def test_html_that_does_something_is_refused(raw: str) -> None:
    with pytest.raises(CellError, match="HTML 태그"):
        one_line(raw)


def test_descriptions_keep_their_lines() -> None:
    assert several_lines("<p>첫째</p><p>둘째</p>\r\n\r\n 셋째") == "첫째\n둘째\n셋째"


@given(st.text(max_size=60))
def test_no_text_makes_a_reader_fail_otherwise_than_by_saying_why(raw: str) -> None:
    readers = [
        read.read_date, read.read_time, read.read_weekdays, read.read_capacity, read.read_fee, read.read_mode,
        read.read_selection, read.read_flag, read.read_url, one_line, several_lines,
    ]  # fmt: skip
    for reader in readers:
        try:
            reader(raw)
        except CellError as error:
            assert str(error)


@given(st.dates(min_value=date(1980, 1, 1), max_value=date(2098, 12, 31)), st.sampled_from("-./"))
def test_every_date_is_read_back(day: date, mark: str) -> None:
    assert read.read_date(f"{day.year}{mark}{day.month}{mark}{day.day}") == day
    assert read.read_date(f"{day:%Y%m%d}") == day
    assert read.read_date(str((day - date(1899, 12, 30)).days)) == day


@given(st.sets(st.integers(0, 6), min_size=1), st.sampled_from([", ", "+", "/", "·", ""]), st.booleans())
def test_every_set_of_weekdays_is_read_back(days: set[int], between: str, in_full: bool) -> None:
    names = ["월화수목금토일"[day] + ("요일" if in_full else "") for day in sorted(days)]
    assert read.read_weekdays(between.join(names)) == (sum(1 << day for day in days), "")
