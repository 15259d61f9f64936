from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.trunk.catalogue.classification import SUB_AREAS, Area, SubArea
from naite.trunk.catalogue.content import Change, CourseContent, Lesson, changes, check, hours_text, tidy


def content(**changed: object) -> CourseContent:
    return CourseContent(**{"title": "마을 기록가 되기", "total_hours": Decimal("4"), **changed})  # type: ignore[arg-type]


def test_a_title_and_hours_are_enough() -> None:
    assert check(content()) == {}


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "가" * 201}, "title"),
        ({"total_hours": Decimal(0)}, "total_hours"),
        ({"total_hours": Decimal("-1")}, "total_hours"),
        ({"total_hours": Decimal("1.25")}, "total_hours"),
        ({"total_hours": Decimal("NaN")}, "total_hours"),
        ({"total_hours": Decimal("100000")}, "total_hours"),
        ({"area": "요리"}, "area"),
        ({"category": "요리"}, "category"),
        ({"area": "career", "sub_area": "digital"}, "sub_area"),
        ({"syllabus": (Lesson("", Decimal(1)),)}, "syllabus"),
        ({"syllabus": (Lesson("하나", Decimal(1)), Lesson("둘", Decimal(2)))}, "syllabus"),
        ({"syllabus": (Lesson("하나", Decimal(-1)),)}, "syllabus"),
        ({"syllabus": tuple(Lesson(str(n)) for n in range(201))}, "syllabus"),
    ],
)
def test_what_does_not_hold_names_its_field(changed: dict[str, object], field: str) -> None:
    assert list(check(content(**changed))) == [field]


def test_hours_of_lessons_must_add_up_only_when_all_are_given() -> None:
    assert not check(content(syllabus=(Lesson("하나", Decimal(1)), Lesson("둘"))))
    assert not check(content(syllabus=(Lesson("하나", Decimal("1.5")), Lesson("둘", Decimal("2.5")))))
    said = str(check(content(syllabus=(Lesson("하나", Decimal("2.5")),)))["syllabus"])
    assert said == "차시의 시간을 더하면 2.5시간인데 총 시간은 4시간입니다. 둘을 맞춰 주세요."


@given(st.sampled_from(Area), st.sampled_from(SubArea))
def test_a_sub_area_fits_exactly_its_own_area(area: Area, sub_area: SubArea) -> None:
    assert (check(content(area=area, sub_area=sub_area)) == {}) == (sub_area in SUB_AREAS[area])


def test_tidying_drops_stray_spaces_and_empty_lessons_and_finds_the_area() -> None:
    found = tidy(
        content(title="  마을   기록 ", sub_area="digital", syllabus=(Lesson("  "), Lesson(" 하나 ")))
    )
    assert found.title == "마을 기록"
    assert found.area == "practical_literacy"
    assert found.syllabus == (Lesson("하나"),)


def test_changes_are_told_in_words() -> None:
    after = content(total_hours=Decimal("4.5"), area="civic", syllabus=(Lesson("첫 모임", Decimal("4.5")),))
    assert [(str(each.label), each.before, each.after) for each in changes(content(), after)] == [
        ("영역", "미분류", "시민소양"),
        ("총 시간", "4", "4.5"),
        ("차시", "", "1. 첫 모임 (4.5h)"),
    ]
    assert changes(after, after) == []
    assert isinstance(changes(None, after)[0], Change)


@given(st.decimals(min_value=Decimal("0.1"), max_value=Decimal("9999"), places=1))
def test_hours_are_read_back(hours: Decimal) -> None:
    assert Decimal(hours_text(hours)) == hours
