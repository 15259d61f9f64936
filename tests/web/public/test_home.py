from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make

from naite.roots.ids import new_id
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.search_index import index_listings
from naite.trunk.catalogue.search_regions import region_map
from naite.trunk.records import forest as rules
from naite.trunk.records.forest import ForestYear
from naite.trunk.records.models import Entry
from naite.web.public.trees import forest_trees, hero_tree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def listing(title: str, region: str | None = "11440", **fields: Any) -> Listing:
    now = timezone.now()
    fields = {
        "registration_opens_at": now - timedelta(days=3),
        "registration_closes_at": now + timedelta(days=3),
        "weekdays": 2,
        "region": make.region(region) if region else None,
        **fields,
    }
    made = make.listing(title, **fields)
    index_listings([made.id])
    return made


def home(client: Client, **asked: str) -> str:
    response = client.get("/", asked)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.req("A22", "browser")
def test_without_a_region_the_page_asks_for_it(client: Client) -> None:
    listing("아침 요가")
    page = home(client)
    assert "어느 동네에 사세요?" in page
    assert "지금 신청할 수 있는 강좌 1개" in page
    assert "아침 요가" in page
    assert "배운 시간이" in page


@pytest.mark.req("A22", "browser")
def test_the_neighbourhood_is_kept_and_shown(client: Client) -> None:
    listing("마포 요가")
    listing("종로 요가", "11110")
    listing("마포에서 지난 요가", registration_closes_at=timezone.now() - timedelta(days=1))
    page = home(client, region="11440")
    assert "마포구에서 지금 신청할 수 있는 강좌 1개" in page
    assert "마포 요가" in page
    assert "종로 요가" not in page
    assert "마포구에서 지금" in home(client)
    whole = home(client, region="")
    assert "어느 동네에 사세요?" in whole
    assert "어느 동네에 사세요?" in home(client)


def test_the_persons_region_counts_where_none_was_chosen(client: Client) -> None:
    listing("마포 요가")
    client.force_login(make.person(region=make.region()))
    assert "마포구에서 지금" in home(client)


def test_a_former_region_leads_to_todays(client: Client) -> None:
    page = home(client, region="42110")
    assert '<option value="51110" selected>춘천시' in page


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize("region", ["99999", "서울", "<script>", "none", "1" * 50])
def test_a_region_that_does_not_exist_means_everywhere(client: Client, region: str) -> None:
    listing("아침 요가")
    page = home(client, region=region)
    assert "어느 동네에 사세요?" in page
    assert "아침 요가" in page


def test_each_day_leads_to_as_many_as_it_says(client: Client) -> None:
    for days in (2, 2, 6, 64):
        listing("요가", weekdays=days)
    response = client.get("/?region=11440")
    week = response.context["week"]
    assert [each.day for each in week] == [week[0].day + timedelta(days=n) for n in range(7)]
    assert [each.today for each in week] == [True] + [False] * 6
    for each in week:
        assert client.get(each.url).context["result"].total == each.count
    assert sum(each.count for each in week) == 5


def test_nothing_to_apply_for_says_what_opens_soon(client: Client) -> None:
    make.region()
    assert "이번 주에 신청할 강좌가 없습니다." in home(client, region="11440")
    listing("요가", registration_opens_at=timezone.now() + timedelta(hours=1))
    page = home(client, region="11440")
    assert "다음 주까지 1개가 열립니다." in page
    assert "/courses/?region=11440&amp;state=upcoming" in page
    assert "서울특별시 전체에서 찾기" in page


def test_when_courses_cannot_be_read_the_rest_still_stands(client: Client) -> None:
    with patch("naite.web.public.views.search", side_effect=OperationalError("gone")):
        page = home(client, region="11440")
    assert "강좌를 불러오지 못했습니다. 다시 시도해 주세요." in page
    assert "배지·증명서 확인하기" in page
    assert client.cookies.get("naite_region") is None


def test_a_badge_can_be_checked_from_here(client: Client) -> None:
    page = home(client)
    assert 'method="post" enctype="multipart/form-data" action="/verify/"' in page
    assert 'name="file"' in page
    assert 'name="text"' in page


def entries(people: int, region: str = "11440", year: int = 2026, area: str = "civic") -> None:
    for _ in range(people):
        account = make.account(make.person(region=make.region(region)))
        Entry.objects.create(
            account=account,
            section=Entry.Section.OTHER,
            title="과정",
            area=area,
            hours=Decimal("12.5"),
            completed_on=date(year, 3, 2),
            provenance=Entry.Provenance.SELF,
            source=Entry.Source.LEARNER,
            source_key=str(new_id()),
            added_at=make.NOW,
        )


def forest(code: str = "") -> tuple[ForestYear, ...]:
    found = rules.sums(regions=region_map(timezone.localdate()), first=2022, last=2026)
    return rules.forest(found, code=code)


@pytest.mark.req("X3", "rule")
def test_a_forest_of_fewer_than_ten_is_not_told() -> None:
    entries(9)
    assert forest() == ()
    entries(1)
    [year] = forest()
    assert (year.year, year.learners, year.total) == (2026, 10, Decimal(125))
    assert forest("11110") == ()


@pytest.mark.req("X3", "browser")
def test_the_forest_of_a_neighbourhood(client: Client) -> None:
    this_year = timezone.localdate().year
    entries(10, year=this_year)
    entries(11, year=this_year - 1, area="")
    entries(9, year=this_year - 2)
    page = home(client, region="11440")
    assert "마포구 이웃 10명이 올해 125시간을 배웠습니다." in page
    assert f"{this_year - 1}년: 11명이 138시간을 배웠습니다." in page
    assert f"{this_year - 2}년" not in page
    assert page.count('class="rings"') == 2
    assert "동네가 함께 자랍니다" not in home(client, region="11110")


def test_one_person_learning_twice_is_one_learner() -> None:
    entries(9)
    last = Entry.objects.first()
    assert last is not None
    Entry.objects.create(
        account_id=last.account_id,
        section=Entry.Section.OTHER,
        title="또",
        hours=1,
        completed_on=date(2026, 4, 1),
        provenance=Entry.Provenance.SELF,
        source=Entry.Source.LEARNER,
        source_key="again",
        added_at=make.NOW,
    )
    assert forest() == ()


def test_trees_are_drawn_without_years_that_are_not_told() -> None:
    entries(10, year=2023)
    entries(10, year=2026)
    trees = forest_trees(forest())
    assert [year for year, _width, _picture in trees] == [2023, 2026]
    assert all("<a " not in picture for _year, _width, picture in trees)


def test_the_hero_tree_is_a_picture(client: Client) -> None:
    response = client.get("/art/tree.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert "max-age=86400" in response["Cache-Control"]
    assert response.content.decode() == hero_tree(datetime.now(timezone.get_current_timezone()).year)
    assert "<a " not in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_number_of_queries_is_fixed(client: Client) -> None:
    def count() -> int:
        client.get("/?region=11440")
        with CaptureQueriesContext(connection) as seen:
            home(client, region="11440")
        return len(seen)

    listing("요가")
    few = count()
    for _ in range(12):
        listing("요가")
    # On PostgreSQL one look at what was committed late may fall into either reading.
    spare = connection.vendor == "postgresql"
    assert few - spare <= count() <= few <= 6 + spare
