"""The forest's pages: figures of a place, and nothing of a place with few learners."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests.web.public.test_home import entries

pytestmark = [pytest.mark.django_db, pytest.mark.req("X3", "browser")]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_place_shows_its_years_in_a_picture_and_a_table(client: Client) -> None:
    year = timezone.localdate().year
    entries(12, year=year)
    entries(11, year=year - 1, area="career")
    page = client.get("/forest/11440/").content.decode()
    assert page.count('class="rings"') == 2
    assert "마포구의 숲" in page
    assert f"{year}년 12명 150시간" in page
    assert "12명" in text(client, "/forest/11440/")
    assert 'href="/forest/11440/"' in client.get("/forest/").content.decode()


def test_a_place_with_few_learners_says_nothing_of_them(client: Client) -> None:
    entries(9, year=timezone.localdate().year)
    page = text(client, "/forest/11440/")
    assert "아직 보여 드릴 만큼" in page
    assert "9명" not in page
    assert 'href="/forest/11440/"' not in client.get("/forest/").content.decode()


def test_areas_of_a_few_are_hidden_with_what_would_give_them_away(client: Client) -> None:
    year = timezone.localdate().year
    entries(12, year=year, area="civic")
    entries(14, year=year, area="self_growth")
    entries(2, year=year, area="career")
    page = text(client, "/forest/11440/")
    assert "＊" in page
    assert page.count("가림 ") == 2
    assert "28명" in page


def test_what_stands_beside_each_other_gives_nobody_away(client: Client) -> None:
    year = timezone.localdate().year
    entries(12, region="11440", year=year)
    entries(3, region="11110", year=year)
    assert "12명" in text(client, "/forest/11440/")
    assert "아직 보여 드릴 만큼" in text(client, "/forest/11110/")
    # Everywhere less Mapo would be the three.
    assert "15명" not in text(client, "/forest/")


def test_an_unknown_place_is_not_there(client: Client) -> None:
    make.region()
    assert client.get("/forest/99999/").status_code == 404


def test_everybody_gets_the_kept_sums(client: Client, django_assert_max_num_queries) -> None:
    entries(10, year=timezone.localdate().year)
    client.get("/forest/11440/")
    with django_assert_max_num_queries(4):
        client.get("/forest/11440/")
