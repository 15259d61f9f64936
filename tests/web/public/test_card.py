"""The pages for card and telephone, as a browser without script sends them."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from tests import factories as make
from tests.factories import NOW

from naite.roots.notices.models import Message
from naite.trunk.people import cards
from naite.trunk.people.models import LearningCard

pytestmark = pytest.mark.django_db
BORN = date(1949, 9, 20)


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> None:
    cache.clear()
    settings.SMS_BACKEND = "log"


@pytest.fixture
def card() -> LearningCard:
    person = make.person("이말순", email=None, phone="01012345678", birth_date=BORN)
    return cards.issue(person=person, pin="7304", organisation=None, actor=person, now=NOW)


@pytest.mark.req("X5", "browser")
def test_the_qr_code_brings_the_number_and_the_pin_lets_in(client: Client, card: LearningCard) -> None:
    html = client.get(f"/card/{card.number}/").content.decode()
    assert f'value="{card.number}"' in html and "비밀번호만" in html
    wrong = client.post("/card/", {"number": card.number, "pin": "9999"})
    assert wrong.status_code == 403 and card.number in wrong.content.decode()
    assert "9999" not in wrong.content.decode()
    response = client.post("/card/", {"number": card.shown_number, "pin": "7304"})
    assert response.status_code == 302
    assert "이말순" in client.get("/my/account/").content.decode()
    assert client.session.get_expire_at_browser_close()


def test_guessing_is_slowed_down(client: Client, card: LearningCard) -> None:
    codes = [client.post("/card/", {"number": "1", "pin": "9999"}).status_code for _ in range(21)]
    assert codes == [403] * 20 + [429]


@pytest.mark.req("X5", "browser")
def test_by_telephone_without_telling_who_is_known(client: Client, card: LearningCard) -> None:
    unknown = Client()
    for visitor, birth in ((client, "19490920"), (unknown, "19490921")):
        assert (
            visitor.post("/card/phone/", {"phone": "010-1234-5678", "birth_date": birth}).status_code == 302
        )
    pages = [
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", visitor.get("/card/phone/").content.decode())
        for visitor in (client, unknown)
    ]
    assert pages[0] == pages[1]
    found = re.search(r"\d{6}", Message.objects.get(channel="sms").body)
    assert found
    assert unknown.post("/card/phone/", {"code": found.group()}).status_code == 403
    assert client.post("/card/phone/", {"code": found.group()}).status_code == 302
    assert client.get("/my/account/").status_code == 200


def test_what_was_typed_stays(client: Client) -> None:
    page = client.post("/card/phone/", {"phone": "010-1234-5678", "birth_date": "어제"})
    assert page.status_code == 422 and "010-1234-5678" in page.content.decode()
    assert client.post("/card/phone/", {"phone": "02-123-4567", "birth_date": "19490920"}).status_code == 422


@pytest.mark.req("A16", "browser")
def test_one_makes_prints_changes_and_stops_ones_card(client: Client) -> None:
    person = make.person(birth_date=BORN)
    client.force_login(person)
    assert client.get("/my/account/card/print/").status_code == 302
    assert client.post("/my/account/card/", {"pin": "1234", "again": "1234"}).status_code == 422
    assert "다릅니다" in client.post("/my/account/card/", {"pin": "7304", "again": "7305"}).content.decode()
    assert client.post("/my/account/card/", {"pin": "7304", "again": "7304"}).status_code == 302
    card = LearningCard.objects.get(ended_at=None)
    html = client.get("/my/account/card/print/").content.decode()
    assert card.shown_number in html and "<svg" in html
    client.post("/my/account/card/", {"pin": "8256", "again": "8256", "change": "1"})
    assert cards.sign_in(text=card.number, pin="8256", now=NOW) == person
    client.post("/my/account/card/lost/")
    assert not LearningCard.objects.filter(ended_at=None).exists()


def test_a_phone_number_is_kept_in_the_profile(client: Client) -> None:
    person = make.person()
    client.force_login(person)
    facts = {"name": person.name, "birth_date": "", "region": "", "phone": "010-99"}
    assert client.post("/accounts/profile/", facts).status_code == 400
    assert client.post("/accounts/profile/", {**facts, "phone": "010-1234-5678"}).status_code == 302
    assert "010-1234-5678" in client.get("/accounts/").content.decode()
