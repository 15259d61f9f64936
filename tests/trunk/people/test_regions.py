"""Provinces, municipalities, their changes, and addresses that name them."""

from datetime import date

import pytest

from naite.trunk.people import queries, regions
from naite.trunk.people.models import Region, RegionChange

TODAY = date(2026, 11, 24)
BEFORE = date(2022, 5, 1)


def test_every_fact_leads_somewhere_that_exists() -> None:
    facts = regions.region_facts()
    for fact in facts.values():
        assert (fact.level == "sido") == (fact.parent is None)
        assert fact.parent is None or facts[fact.parent].level == "sido"
        assert all(code in facts for code in fact.became)
        assert bool(fact.became) == (fact.valid_until is not None)
        for code in fact.became:
            assert facts[code].valid_from == fact.valid_until


def test_provinces_and_municipalities_are_complete_today_and_before_the_changes() -> None:
    def count(day: date, level: str) -> int:
        return sum(fact.level == level and fact.is_valid_on(day) for fact in regions.region_facts().values())

    assert count(BEFORE, "sido") == 17
    assert count(TODAY, "sido") == 16  # 광주 and 전남 are one since 2026-07-01
    # 226 municipalities, the two cities of 제주 and 세종 itself; 인천 has one ward more since 2026-07-01.
    assert count(BEFORE, "sigungu") == 229
    assert count(TODAY, "sigungu") == 230


@pytest.mark.parametrize(
    ("old", "day", "new"),
    [
        ("42110", TODAY, "51110"),
        ("51110", BEFORE, "42110"),
        ("45750", TODAY, "52750"),
        ("47720", TODAY, "27720"),
        ("47720", date(2023, 6, 30), "47720"),
        ("47720", date(2023, 7, 1), "27720"),
        ("28170", TODAY, "28177"),
        ("29200", TODAY, "12330"),
        ("46910", TODAY, "12870"),
        ("12330", BEFORE, "29200"),
        ("41111", TODAY, "41110"),
        ("28140", TODAY, "28125"),
        ("28110", TODAY, None),  # divided
        ("12000", BEFORE, None),  # joined from two
        ("99999", TODAY, None),
    ],
)
def test_a_code_is_followed_through_time(old: str, day: date, new: str | None) -> None:
    assert regions.code_on(old, day) == new


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("서울특별시 마포구 월드컵로 212", "11440"),
        ("서울 마포구 성산동", "11440"),
        ("서울시 마포구", "11440"),
        ("서울특별시마포구 월드컵로", "11440"),
        ("(03925) 서울특별시 마포구 상암동", "11440"),
        ("03925 서울특별시 마포구 상암동", "11440"),
        ("대한민국 서울특별시 마포구", "11440"),
        ("강원도 춘천시 중앙로 1", "51110"),
        ("강원특별자치도 고성군 간성읍", "51820"),
        ("경남 고성군 고성읍", "48820"),
        ("전라북도 전주시 완산구 효자로", "52110"),
        ("경상북도 군위군 군위읍", "27720"),
        ("대구광역시 군위군", "27720"),
        ("인천광역시 남구 주안동", "28177"),
        ("인천 제물포구 송림로", "28125"),
        ("인천광역시 동구 송현동", "28125"),
        ("인천광역시 중구 제물량로", "28000"),  # divided: only the province is certain
        ("광주광역시 북구 용봉로", "12300"),
        ("광주 광산구 첨단로", "12330"),
        ("광주시 서구 상무대로", "12240"),
        ("전라남도 목포시 영산로", "12110"),
        ("전남광주통합특별시 무안군 삼향읍", "12810"),
        ("광주시 오포읍", "41610"),
        ("경기도 광주시 경충대로", "41610"),
        ("경기 수원시장안구 송원로", "41110"),
        ("세종특별자치시 한누리대로 2130", "36110"),
        ("세종시 조치원읍", "36110"),
        ("제주도 서귀포시 중앙로", "50130"),
        ("부산 부산진구 시민공원로", "26230"),
        ("마포구 양화로", "11440"),
        ("중구 세종대로", None),
        ("서울특별시 중구청로 1", "11000"),
        ("온라인", None),
        ("", None),
    ],
)
def test_an_address_names_its_region(address: str, code: str | None) -> None:
    assert regions.code_from_address(address, TODAY) == code


def test_a_new_name_on_an_old_day_gives_the_old_code() -> None:
    assert regions.code_from_address("강원특별자치도 춘천시", BEFORE) == "42110"
    assert regions.code_from_address("전남광주통합특별시 북구", BEFORE) == "29170"
    assert regions.code_from_address("인천광역시 중구", BEFORE) == "28110"


@pytest.mark.django_db
@pytest.mark.req("A22", "rule")
def test_regions_are_loaded_once_and_found_by_address(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    first = regions.load(Region, RegionChange)
    changes = RegionChange.objects.count()
    assert regions.load(Region, RegionChange) == first == Region.objects.count()
    assert RegionChange.objects.count() == changes
    with django_assert_num_queries(1):
        found = queries.region_from_address("강원도 춘천시 중앙로", on=TODAY)
        assert found is not None
        assert found.full_name == "강원특별자치도 춘천시"
    sejong = queries.region_from_address("세종시", on=TODAY)
    assert sejong is not None
    assert sejong.full_name == "세종특별자치시"
    assert queries.region_from_address("알 수 없는 곳", on=TODAY) is None


@pytest.mark.django_db
def test_a_search_by_region_reaches_records_under_its_old_codes() -> None:
    regions.load(Region, RegionChange)
    assert queries.regions_ever(Region.objects.get(pk="51110")) == {"51110", "42110"}
    gangwon = queries.regions_ever(Region.objects.get(pk="51000"))
    assert {"42000", "42110", "51830"} <= gangwon
    assert "11440" not in gangwon
    provinces = queries.regions_on(TODAY, level=Region.Level.SIDO)
    assert provinces.count() == 16
