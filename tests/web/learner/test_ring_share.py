"""Showing one's rings: private first, what is shown is chosen, links can be taken back."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests import clock
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.world import badge, entry, grown

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.records import ring_shares
from naite.trunk.records.certificates import render
from naite.trunk.records.models import RingShare
from naite.trunk.records.ring_shares import Shown
from naite.web.learner.ring_card import card_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("X3", "browser")]
SHARE = "/my/rings/share/"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.hold(monkeypatch, NOW)


def fonts() -> None:
    try:
        render.fonts_dir()
    except render.FontsMissing as error:
        pytest.skip(str(error))


def made(client: Client, person, **chosen: str) -> str:
    client.force_login(person)
    html = client.post(SHARE, {"term": "month", **chosen}).content.decode()
    found = re.search(r'id="share-url">[^<]*(/t/[^<]+)<', html)
    assert found, html
    client.logout()
    return found[1]


def test_a_link_shows_only_what_was_chosen(client: Client) -> None:
    person, _ = grown()
    bare = client.get(made(client, person)).content.decode()
    for hidden in ("한가람", "엑셀 실무", "가온시청", "2014", "98시간"):
        assert hidden not in bare
    assert "배움의 나이테" in bare
    assert '<meta property="og:image" content="http' in bare
    full = client.get(made(client, person, name="1", years="1", hours="1")).content.decode()
    for shown in ("한가람 님의 나이테", "2014년부터 2026년까지", "98시간을 배웠습니다"):
        assert shown in full
    assert "엑셀 실무" not in full


def test_chosen_years_alone_are_drawn(client: Client) -> None:
    person, account = grown()
    html = client.get(made(client, person, first="2020", last="2021", years="1", hours="1")).content.decode()
    assert "60시간을 배웠습니다" in html
    card = card_of(account, Shown(first_year=2020, last_year=2021))
    assert card.tree.count('class="yr') == 2
    assert card.count == 3


def test_the_preview_picture_is_made_by_the_server(client: Client) -> None:
    fonts()
    address = made(client, grown()[0])
    response = client.get(address + "card.png")
    assert response.content.startswith(PNG)
    assert "noindex" in response["X-Robots-Tag"]
    client.force_login(grown("오하린")[0])
    assert client.get("/my/rings/picture.png?name=1").content.startswith(PNG)
    svg = client.get("/my/rings/picture.svg?name=1&save=1")
    assert "오하린 님의 나이테" in svg.content.decode()
    assert "sandbox" in svg["Content-Security-Policy"]
    assert "attachment" in svg["Content-Disposition"]


def test_taken_back_or_over_it_shows_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    person, account = grown()
    address = made(client, person, name="1")
    client.force_login(person)
    assert client.post(f"{SHARE}{RingShare.objects.get().id}/withdraw/").status_code == 302
    client.logout()
    for path in (address, address + "card.png"):
        response = client.get(path)
        assert response.status_code in (404, 410)
        assert "한가람" not in response.content.decode()
    later = made(client, person)
    clock.hold(monkeypatch, NOW + timedelta(days=31))
    gone = client.get(later)
    assert (gone.status_code, "기간이 끝났습니다" in gone.content.decode()) == (410, True)
    assert client.get("/t/nothing/").status_code == 404
    assert account.pk


def test_looks_by_others_are_counted(client: Client) -> None:
    person, _ = grown()
    address = made(client, person)
    client.get(address)
    client.get(address + "card.png")
    client.force_login(person)
    client.get(address)
    assert RingShare.objects.get().view_count == 1


def test_a_closed_account_shows_nothing(client: Client) -> None:
    person, account = grown()
    address = made(client, person)
    account.closed_at = timezone.now()
    account.save()
    assert client.get(address).status_code == 410


class TestRefused:
    def test_only_the_owner(self) -> None:
        _person, account = grown()
        shown = Shown(first_year=2014, last_year=2026)
        for someone in (make.person(), None):
            with pytest.raises(NotAllowed):
                ring_shares.make_share(account=account, shown=shown, term="week", actor=someone, now=NOW)
            with pytest.raises(NotAllowed):
                ring_shares.withdraw_share(account=account, share_id=uuid4(), actor=someone, now=NOW)

    @pytest.mark.parametrize(
        ("first", "last", "term"), [(2026, 2020, "week"), (2015, 2016, "week"), (2014, 2026, "century")]
    )
    def test_what_makes_no_sense(self, first: int, last: int, term: str) -> None:
        person, account = grown()
        with pytest.raises(Invalid):
            ring_shares.make_share(
                account=account,
                shown=Shown(first_year=first, last_year=last),
                term=term,
                actor=person,
                now=NOW,
            )
        assert not RingShare.objects.exists()

    def test_too_many_open_links(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ring_shares, "MOST_OPEN", 1)
        person, account = grown()
        how = {
            "account": account,
            "shown": Shown(first_year=2014, last_year=2026),
            "actor": person,
            "now": NOW,
        }
        share, token = ring_shares.make_share(term="open", **how)
        with pytest.raises(Refused, match="거둔 뒤에"):
            ring_shares.make_share(term="open", **how)
        ring_shares.withdraw_share(account=account, share_id=share.id, actor=person, now=NOW)
        ring_shares.make_share(term="open", **how)
        assert token not in share.token_digest
        assert AuditEvent.objects.filter(action="records.share_rings").count() == 2

    def test_the_form_keeps_what_was_chosen(self, client: Client) -> None:
        person, _ = grown()
        client.force_login(person)
        response = client.post(SHARE, {"first": "2015", "last": "2016", "name": "1", "term": "week"})
        html = response.content.decode()
        assert response.status_code == 422
        assert "고른 해에 배운 것이 없습니다" in html
        assert re.search(r'id="s-name"[^>]* checked', html)
        assert re.search(r'value="2015" selected', html)

    def test_without_entries_there_is_nothing_to_show(self, client: Client) -> None:
        client.force_login(make.account().person)
        assert client.get(SHARE).status_code == 302

    def test_hostile_names_stay_text(self, client: Client) -> None:
        account = make.account(make.person('<script>"x'))
        badge(entry(account, 2026))
        html = client.get(made(client, account.person, name="1")).content.decode()
        assert "<script>&quot;" not in html
        assert '<script>"x' not in html
