"""Leading from the six official fields over to a framework's areas (row B13)."""

import pytest

from naite.trunk.badges import class_map_rules as rules
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.award_file import as_csv
from naite.trunk.badges.class_map_file import COLUMNS, read_map, rows_of
from naite.trunk.badges.class_map_rules import Line, Target, faults, target
from naite.trunk.badges.services import class_maps
from naite.trunk.catalogue.classification import Category
from naite.trunk.catalogue.standard_file.container import Unreadable
from naite.trunk.catalogue.suggestions.rules import parts_of, suggest

pytestmark = pytest.mark.req("B13", "rule")
SEOUL = frameworks.current()[0]
LINES = (
    Line("humanities", (), "self_growth", "humanities"),
    Line("humanities", ("컴퓨터", "AI"), "practical_literacy", "digital"),
    Line("academic_supplement"),
    Line("vocational", ("무용",)),
    Line("civic_participation", ("책",), "self_growth", "humanities"),
    Line("civic_participation", ("책방",), "civic", "community"),
)


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("humanities", "논어 읽기", Target("self_growth", "humanities")),
        ("humanities", "어르신 컴퓨터", Target("practical_literacy", "digital", "컴퓨터")),
        ("humanities", "ai와 나", Target("practical_literacy", "digital", "AI")),
        ("academic_supplement", "검정고시", None),  # no clear home
        ("vocational", "무용 지도사", None),
        ("vocational", "용접", None),
        ("civic_participation", "골목 산책", None),
        ("civic_participation", "마을 책 읽기", Target("self_growth", "humanities", "책")),
        ("civic_participation", "마을 책방 지기", Target("civic", "community", "책방")),
        ("", "논어", None),
    ],
)
def test_words_go_first_and_no_home_is_an_answer(category: str, text: str, expected: Target | None) -> None:
    assert target(LINES, category, text) == expected


def test_the_table_that_comes_with_naite_fits_its_framework_and_knows_all_six() -> None:
    shipped = class_maps._shipped("seoul")
    assert faults(shipped, SEOUL) == {}
    assert {line.category for line in shipped} == set(Category.values)
    assert class_maps._shipped("../seoul") == ()


def test_each_fault_is_told_at_its_line() -> None:
    bad = (
        Line("cooking"),
        Line("humanities", (), "space"),
        Line("humanities", ("가",), "career", "arts"),
        Line("humanities", ("가" * 21,), "career"),
        Line("arts_culture", (), "career"),
        Line("arts_culture", (), "civic"),
        Line("arts_culture", ("노래", "춤"), "civic"),
        Line("arts_culture", ("춤",), "career"),
    )
    found = faults(bad, SEOUL)
    assert set(found) == {0, 1, 2, 3, 5, 7}
    assert "춤" in found[7]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_what_is_given_out_is_taken_in_again(encoding: str) -> None:
    table = "\n".join(
        ",".join(f'"{cell}"' for cell in row) for row in [list(COLUMNS), *rows_of(LINES, SEOUL)]
    )
    assert read_map(table.encode(encoding), max_bytes=10_000, kind=SEOUL) == (list(LINES), [])


def test_faulty_rows_are_told_by_their_number_and_other_files_refused() -> None:
    table = (
        "6진 분류,낱말,영역,세부 영역\n요리교육,,직업진로,\n인문교양교육,,우주,\n"
        "인문교양교육,,직업진로,디지털\n=1+1,,직업진로,\n문화예술교육,,자기함양,\n"
    )
    lines, told = read_map(table.encode(), max_bytes=10_000, kind=SEOUL)
    assert [line.category for line in lines] == ["arts_culture"]
    assert [row for row, _fault in told] == [2, 3, 4, 5]
    for content in (b"", as_csv([["a@b.kr"]]), "6진 분류,영역\n".encode(), b"PK\x03\x04junk"):
        with pytest.raises(Unreadable):
            read_map(content, max_bytes=10_000, kind=SEOUL)


def test_suggestions_are_led_over_only_where_no_word_speaks() -> None:
    def lead(category: str, text: str) -> tuple[str, str]:
        found = rules.target(LINES, category, text)
        return (found.sub_area or found.area, found.word) if found else ("", "")

    spoken = suggest("스마트폰 첫걸음", category="humanities", lead=lead).area
    assert spoken is not None
    assert (spoken.code, spoken.through) == ("digital", "")
    led = suggest("열린 강연회", category="humanities", lead=lead).area
    assert led is not None
    assert (led.code, led.through, led.words) == ("humanities", "humanities", ())
    assert parts_of(led.code) == ("self_growth", "humanities")
    assert parts_of("civic") == ("civic", "")
    assert suggest("열린 강연회", category="academic_supplement", lead=lead).area is None
    assert suggest("열린 강연회", lead=lead).area is None
    assert suggest("열린 강연회", category="humanities").area is None
