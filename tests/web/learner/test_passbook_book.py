"""Pages of the paper passbook, for the learner and at a desk."""

import re

import pytest
from django.test import Client
from tests import clock
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.world import entry

from naite.trunk.records.models import Passbook

pytestmark = [pytest.mark.django_db, pytest.mark.req("X3", "browser")]
BOOK = "/my/passbook/book/"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.hold(monkeypatch, NOW)


def confirm(client: Client, address: str = BOOK) -> int:
    html = client.get(address).content.decode()
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', html)
    assert found
    return client.post(address, {"seen": found[1]}).status_code


def test_only_new_lines_are_printed_the_second_time(client: Client) -> None:
    account = make.account()
    entry(account, 2020, title="엑셀 실무")
    client.force_login(account.person)
    assert "새 줄이 1개 있습니다." in client.get(BOOK).content.decode()
    assert confirm(client) == 302
    assert "새 줄이 없습니다." in client.get(BOOK).content.decode()
    entry(account, 2021, title="바리스타")
    html = client.get(BOOK).content.decode()
    rows = re.findall(r'<tr class="([^"]*)"><td>[\d.]+</td><td class="n">([^<]*)', html)
    assert [("new" in css, title.strip()) for css, title in rows] == [
        (False, "엑셀 실무"),
        (True, "바리스타"),
    ]
    assert 'class="old"' in html


def test_an_overtaken_page_is_told_and_nothing_kept(client: Client) -> None:
    account = make.account()
    entry(account, 2020)
    client.force_login(account.person)
    response = client.post(BOOK, {"seen": "0" * 64})
    assert response.status_code == 409
    assert "다시 찍어 주세요" in response.content.decode()
    assert not Passbook.objects.filter(printed_at__isnull=False).exists()


def test_a_lost_book_begins_anew(client: Client) -> None:
    account = make.account()
    entry(account, 2020)
    client.force_login(account.person)
    confirm(client)
    client.post(BOOK, {"do": "anew"})
    assert "새 줄이 1개 있습니다." in client.get(BOOK).content.decode()


def test_strangers_sign_in_first(client: Client) -> None:
    assert client.get(BOOK).status_code == 302
