"""A badge whose institution brought a picture shows it everywhere, and others the drawing (row B3)."""

from base64 import b64encode
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests import package_rows, portfolio_rows
from tests.package_rows import Learner

from credcore import bake, jsonio
from naite.flows import portfolios
from naite.roots.files import services as files
from naite.trunk.badges import pictures, services
from naite.trunk.badges.models import Achievement
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.portfolios import embedding
from naite.web import badge_art
from naite.web.portfolio_paper import card_of, sheet_of

pytestmark = pytest.mark.django_db
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4" fill="#c0f"/></svg>'


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    settings.DATA_DIR = tmp_path
    cache.clear()


@pytest.fixture
def own() -> bytes:
    """Somebody's badge gets a picture of its own; the bytes that are served of it."""
    return pictures.prepare(DRAWING, name="a.svg").png


@pytest.fixture
def learner(own: bytes) -> Learner:
    found = package_rows.learner()
    kept = files.keep(
        SimpleUploadedFile("a.png", own), name="a.png", kinds=pictures.KINDS, purpose="t", now=make.NOW
    )
    Achievement.objects.update(picture=kept)
    return found


def address(style: str = "full") -> str:
    return f"/art/pictures/{Achievement.objects.get().pk}/{style}.png"


def drawn(png: bytes) -> bytes:
    """The part of a PNG that holds its picture."""
    at = png.index(b"IDAT")
    return png[at : at + 4 + int.from_bytes(png[at - 4 : at], "big")]


def owner(of: Learner) -> Client:
    client = Client()
    client.force_login(of.account.person)
    return client


@pytest.mark.req("B3", "browser")
def test_in_the_wallet_and_in_the_files_one_takes_away(learner: Learner, own: bytes) -> None:
    mine, holding = owner(learner), learner.holding
    for page in ("/my/wallet/", f"/my/wallet/{holding.id}/"):
        assert address() in mine.get(page).content.decode(), page
    assert Client().get(address()).content == own
    png = mine.get(f"/my/wallet/{holding.id}/badge.png").content
    assert drawn(own) in png
    assert bake.unbake(png).text == bytes(holding.credential).decode()
    svg = mine.get(f"/my/wallet/{holding.id}/badge.svg").content
    assert b64encode(own) in svg
    assert bake.unbake(svg).text == bytes(holding.credential).decode()
    services.revoke(
        account_id=holding.account_id, award_id=holding.award_id, reason="시험", actor=None, now=make.NOW
    )
    assert address("grey") in mine.get(f"/my/wallet/{holding.id}/").content.decode()
    grey = Client().get(address("grey")).content
    assert grey.startswith(b"\x89PNG")
    assert grey != own


@pytest.mark.req("B3", "browser")
def test_the_badge_itself_names_it_and_verification_shows_it(learner: Learner, own: bytes) -> None:
    document = jsonio.loads(bytes(learner.holding.credential))
    image = document["credentialSubject"]["achievement"]["image"]["id"].removeprefix("http://localhost:8000")
    assert Client().get(image).content == own
    page = Client().post("/verify/", {"text": bytes(learner.holding.credential).decode()}).content.decode()
    assert address() in page
    badge = Achievement.objects.select_related("organisation").get()
    for url in (f"/o/{badge.organisation.slug}/", f"/o/{badge.organisation.slug}/achievements/{badge.pk}/"):
        assert address() in Client().get(url).content.decode()


@pytest.mark.req("B8", "browser")
def test_in_portfolios_on_screen_on_paper_and_in_previews(learner: Learner, own: bytes) -> None:
    share, token = portfolio_rows.shared(portfolio_rows.page(learner))
    assert address() in Client().get(f"/f/{token}/").content.decode()
    seen = portfolios.look(share.content, account=learner.account, now=make.NOW)
    arts = [row.art for section in sheet_of(seen, share, token).sections for row in section.rows if row.art]
    assert len(arts) == 1
    assert b64encode(own).decode() in arts[0]
    assert Client().get(f"/f/{token}/portfolio.pdf").content.startswith(b"%PDF")
    with_own = card_of(seen)
    Achievement.objects.update(picture=None)
    without = portfolios.look(share.content, account=learner.account, now=make.NOW)
    assert card_of(without) != with_own


@pytest.mark.req("B8", "browser")
def test_in_cards_links_and_packages(learner: Learner, own: bytes) -> None:
    person = learner.account.person
    which: dict[str, Any] = {
        "account": learner.account,
        "holding_id": learner.holding.id,
        "actor": person,
        "now": make.NOW,
        "shows_name": False,
    }
    _embed, token = embedding.turn_on(sites=["https://blog.example.kr"], **which)
    assert address() in Client().get(f"/e/{token}/").content.decode()
    _link, shared = wallet.share(purpose="", days=30, **which)
    picture = Client().get(f"/s/{shared}/card.png").content
    _package, token = package_rows.sent(learner)
    school = Client()
    school.post(f"/p/{token}/open/")
    assert address() in school.get(f"/p/{token}/").content.decode()
    with ZipFile(BytesIO(school.get(f"/p/{token}/all.zip").content)) as bundle:
        (name,) = [each for each in bundle.namelist() if each.endswith(".png")]
        assert drawn(own) in bundle.read(name)
    Achievement.objects.update(picture=None)
    assert Client().get(f"/s/{shared}/card.png").content != picture


@pytest.mark.req("B3", "rule")
def test_without_one_the_drawing_and_nothing_of_others(learner: Learner, own: bytes) -> None:
    badge = Achievement.objects.get()
    assert badge_art.face_of(badge).url() == address()
    Achievement.objects.update(picture=None)
    badge.refresh_from_db()
    face = badge_art.face_of(badge)
    assert face.own is None
    assert face.url() == badge_art.art_url(badge.badge_type, badge.area)
    assert Client().get(address()).status_code == 404
    assert address() not in owner(learner).get("/my/wallet/").content.decode()
