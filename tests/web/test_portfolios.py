"""Portfolios as pages: composed by a learner, opened by a stranger with a link."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make
from tests import portfolio_rows as rows

from naite.config.logs import JsonFormatter
from naite.roots.notices.models import Message
from naite.trunk.badges import services as badges
from naite.trunk.records.certificates import check
from naite.trunk.wallet.models import Portfolio, PortfolioLook, PortfolioShare

FACE = {"title": "상담 지원", "purpose": "job", "layout": "cards", "intro": "", "shows_name": "on"}
CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/131 Safari/537.36"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    cache.clear()


@pytest.fixture
def learner(db: None) -> rows.Learner:
    return rows.learner()


@pytest.fixture
def mine(client: Client, learner: rows.Learner) -> Client:
    client.force_login(learner.account.person)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.req("B8", "browser")
def test_a_learner_composes_orders_and_shows(mine: Client, learner: rows.Learner) -> None:
    assert "아직 만든 포트폴리오가 없습니다" in text_of(mine.get("/my/portfolios/"))
    made = mine.post("/my/portfolios/new/", FACE)
    page = Portfolio.objects.get()
    assert made["Location"] == f"/my/portfolios/{page.id}/choose/"
    assert f'value="{learner.holding.id}"' in text_of(mine.get(made["Location"]))
    mine.post(
        made["Location"],
        {"version": 1, "badge": str(learner.holding.id), "entry": str(learner.learned.id)},
    )
    mine.post(f"/my/portfolios/{page.id}/write/", {"version": 2, "heading": "꿈", "text": "상담실"})
    page.refresh_from_db()
    first, second, third = (each["id"] for each in page.blocks)
    moved = mine.post(
        f"/my/portfolios/{page.id}/arrange/", {"version": 3, "block": third, "do": "up"}, follow=True
    )
    bench = text_of(moved)
    assert bench.index(f'id="b-{first}"') < bench.index(f'id="b-{third}"') < bench.index(f'id="b-{second}"')
    assert re.search(rf'id="b-{third}".*?value="up" autofocus', bench, re.DOTALL)  # the keyboard stays there
    preview = text_of(mine.get(f"/my/portfolios/{page.id}/look/"))
    assert "배지 1개, 기록 1건을 방금 확인했습니다. 모두 유효합니다." in preview
    made = mine.post(
        f"/my/portfolios/{page.id}/share/",
        {"version": 4, "audience": "가온물류 채용 지원", "until": "2026-12-24", "gate": "open"},
        follow=True,
    )
    address = re.search(r'id="share-url">http://[^/]+(/f/[\w-]+/)<', text_of(made))
    assert address
    assert "/f/" not in text_of(mine.get(f"/my/portfolios/{page.id}/share/"))  # shown once
    stranger = Client(HTTP_USER_AGENT=CHROME)
    seen = stranger.get(address[1])
    for header, value in (("X-Robots-Tag", "noindex, nofollow"), ("Referrer-Policy", "same-origin")):
        assert seen[header] == value
    assert "한가람 님이 <b>가온물류 채용 지원</b>에 쓰라고 보낸 자료입니다." in text_of(seen)
    stranger.get(address[1])  # one look lasts an hour
    mine.get(address[1])  # and the owner's is none
    assert PortfolioShare.objects.get().look_count == 1
    share = PortfolioShare.objects.get()
    log = text_of(mine.get(f"/my/portfolios/{page.id}/share/{share.id}/"))
    assert "컴퓨터 · Chrome" in log
    mine.post(f"/my/portfolios/{page.id}/share/{share.id}/withdraw/")
    gone = stranger.get(address[1])
    assert (gone.status_code, "보낸 분이 거두었습니다" in text_of(gone)) == (410, True)
    assert "경력전환" not in text_of(gone)


@pytest.mark.req("B8", "browser")
@pytest.mark.parametrize("layout", ["cards", "story", "sheet"])
def test_every_layout_shows_every_piece(client: Client, learner: rows.Learner, layout: str) -> None:
    page = rows.page(learner, layout=layout)
    _share, token = rows.shared(page)
    seen = text_of(client.get(f"/f/{token}/"))
    for words in ("경력전환 상담사 기초", "도서관 자원봉사", "하고 싶은 일", "상담실에서 일하고 싶습니다."):
        assert words in seen
    assert f"layout-{layout}" in seen


@pytest.mark.req("B8", "browser")
def test_a_revoked_badge_says_so_and_each_badge_can_be_checked(client: Client, learner: rows.Learner) -> None:
    share, token = rows.shared(rows.page(learner))
    block = share.content["blocks"][0]["id"]
    assert 'data-verdict="valid"' in text_of(client.get(f"/f/{token}/badge/{block}/"))
    badges.revoke(
        account_id=learner.account.pk,
        award_id=learner.holding.award_id,
        reason="잘못 줌",
        actor=None,
        now=make.NOW,
    )
    seen = text_of(client.get(f"/f/{token}/"))
    assert "<b>경력전환 상담사 기초</b> – 취소됨" in seen
    assert "모두 유효합니다" not in seen
    assert 'data-verdict="revoked"' in text_of(client.get(f"/f/{token}/badge/{block}/"))
    assert client.get(f"/f/{token}/badge/{share.content['blocks'][1]['id']}/").status_code == 409
    assert client.get(f"/f/{token}/file/{block}.pdf").status_code == 409


@pytest.mark.req("B8", "browser")
def test_paper_and_picture(client: Client, learner: rows.Learner) -> None:
    document = learner.certificate()
    page = rows.page(learner)
    mine = Client()
    mine.force_login(learner.account.person)
    mine.post(
        f"/my/portfolios/{page.id}/choose/",
        {
            "version": page.version,
            "badge": str(learner.holding.id),
            "certificate": str(document.id),
        },
    )
    page.refresh_from_db()
    share, token = rows.shared(page)
    pdf = client.get(f"/f/{token}/portfolio.pdf")
    assert pdf.content.startswith(b"%PDF")
    # Signed like a certificate, and the page for checking documents knows it; one changed byte and it does not.
    found = check.by_file(pdf.content, now=make.NOW)
    assert (found.verdict, found.paper and found.paper.title) == ("signed", "포트폴리오")
    sent = {"file": SimpleUploadedFile("p.pdf", pdf.content)}
    checked = Client().post("/verify/document/", sent)
    assert f'href="http://localhost:8000/f/{token}/"' in text_of(checked)
    spoiled = pdf.content.replace(b"/Title", b"/Titel", 1)
    assert spoiled != pdf.content
    assert check.by_file(spoiled, now=make.NOW).verdict in ("altered", "unknown")
    assert check.by_file(pdf.content + b"%", now=make.NOW).verdict in ("altered", "unknown")
    picture = client.get(f"/f/{token}/card.png").content
    assert picture[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")
    block = next(each["id"] for each in share.content["blocks"] if each["kind"] == "certificate")
    assert client.get(f"/f/{token}/file/{block}.pdf").content.startswith(b"%PDF")
    head = text_of(client.get(f"/f/{token}/"))
    assert f'property="og:image" content="http://localhost:8000/f/{token}/card.png"' in head
    acts = set(PortfolioLook.objects.values_list("act", flat=True))
    assert {"pdf", "file", "opened"} <= acts


@pytest.mark.req("B8", "refusal")
def test_behind_a_door_nothing_is_seen(learner: rows.Learner, caplog: pytest.LogCaptureFixture) -> None:
    share, token = rows.shared(rows.page(learner), gate="password", password="correct horse")
    block = share.content["blocks"][0]["id"]
    school = Client()
    for end in ("", "portfolio.pdf", "card.png", f"badge/{block}/", f"file/{block}.pdf"):
        answer = school.get(f"/f/{token}/{end}")
        assert answer.status_code == (404 if "." in end else 200)
        for words in ("한가람", "경력전환", "og:image", "가온물류"):
            assert words not in text_of(answer)
    with caplog.at_level("INFO", logger="naite.request"):
        wrong = school.post(f"/f/{token}/open/", {"key": "guess"})
    assert (wrong.status_code, "암호가 맞지 않습니다" in text_of(wrong)) == (422, True)
    assert not any(token in JsonFormatter().format(record) for record in caplog.records)
    seen = school.post(f"/f/{token}/open/", {"key": "correct horse"}, follow=True)
    assert "한가람" in text_of(seen)
    assert Client().get(f"/f/{token}/portfolio.pdf").status_code == 404  # the pass is this browser's


@pytest.mark.req("B8", "browser")
def test_the_named_person_gets_a_number(learner: rows.Learner) -> None:
    _share, token = rows.shared(rows.page(learner), gate="mail", recipient="hr@example.kr")
    school = Client()
    door = text_of(school.get(f"/f/{token}/"))
    assert "h•••@example.kr로 여섯 자리 번호를 보냅니다" in door
    assert "hr@example" not in door
    school.post(f"/f/{token}/code/")
    code = re.search(r"\b\d{6}\b", Message.objects.get(address="hr@example.kr").body)
    assert code
    assert "한가람" in text_of(school.post(f"/f/{token}/open/", {"key": code[0]}, follow=True))


@pytest.mark.req("B8", "rule")
def test_programs_that_draw_previews_are_no_lookers(learner: rows.Learner) -> None:
    share, token = rows.shared(rows.page(learner))
    robot = Client(HTTP_USER_AGENT="facebookexternalhit/1.1; kakaotalk-scrap/1.0")
    assert "og:image" in text_of(robot.get(f"/f/{token}/"))
    share.refresh_from_db()
    assert share.look_count == 0
    assert PortfolioLook.objects.get().act == "preview"


@pytest.mark.req("B8", "refusal")
def test_nobody_sees_anothers_portfolio(mine: Client, learner: rows.Learner) -> None:
    page = rows.page(learner)
    share, _token = rows.shared(page)
    block = page.blocks[0]["id"]
    stranger = Client()
    stranger.force_login(rows.learner("윤새봄").account.person)
    at = f"/my/portfolios/{page.id}/"
    for end in (
        "",
        "choose/",
        "write/",
        "look/",
        "share/",
        f"block/{block}/",
        f"share/{share.id}/",
    ):
        assert stranger.get(at + end).status_code == 404
        assert Client().get(at + end).status_code == 302
        assert mine.get(at + end).status_code == 200
    for end in ("arrange/", "remove/", f"share/{share.id}/withdraw/", f"share/{share.id}/refresh/"):
        assert stranger.post(at + end, {"do": "up", "block": block}).status_code == 404
        assert mine.get(at + end).status_code == 405
    assert mine.get(f"{at}block/nothing/").status_code == 404
    assert mine.get(f"{at}share/{uuid4()}/").status_code == 404
    assert Client().get("/f/nothing-like-it/").status_code == 404


@pytest.mark.req("B8", "refusal")
def test_faults_are_told_and_what_was_typed_stays(mine: Client, learner: rows.Learner) -> None:
    page = rows.page(learner)
    at = f"/my/portfolios/{page.id}/"
    old = mine.post(at, {**FACE, "title": "새 제목", "version": page.version - 1})
    assert (old.status_code, "다른 창에서 먼저 고쳤습니다" in text_of(old)) == (422, True)
    assert 'value="새 제목"' in text_of(old)
    assert Portfolio.objects.get().title == "고객 상담 담당 지원"
    weak = mine.post(
        f"{at}share/",
        {"version": page.version, "audience": "채용", "until": "2026-12-24", "gate": "password"},
    )
    assert (weak.status_code, "암호는 6자부터" in text_of(weak)) == (422, True)
    assert 'value="채용"' in text_of(weak)
    spam = mine.post(f"{at}write/", {"version": page.version, "text": "제 번호는 900101-1234568"})
    assert spam.status_code == 422
    assert mine.post(f"{at}arrange/", {"do": "explode"}).status_code == 404


@pytest.mark.req("B8", "rule")
def test_the_list_asks_as_often_for_many_as_for_few(mine: Client, learner: rows.Learner) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert mine.get("/my/portfolios/").status_code == 200
        return len(asked)

    rows.shared(rows.page(learner))
    count()
    few = count()
    for number in range(4):
        rows.shared(rows.page(learner, title=f"제목 {number}"))
    assert count() <= few
    page = Portfolio.objects.first()
    assert page
    with CaptureQueriesContext(connection) as asked:
        mine.get(f"/my/portfolios/{page.id}/share/")
    assert len(asked) <= few + 2


@pytest.mark.req("B8", "rule")
def test_a_link_ends_at_its_time(client: Client, learner: rows.Learner, monkeypatch: Any) -> None:
    share, token = rows.shared(rows.page(learner))
    monkeypatch.setattr(timezone, "now", lambda: share.expires_at - timedelta(seconds=1))
    assert client.get(f"/f/{token}/").status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: share.expires_at)
    late = client.get(f"/f/{token}/")
    assert (late.status_code, "까지 열려 있었습니다" in text_of(late)) == (410, True)
    assert client.get(f"/f/{token}/portfolio.pdf").status_code == 404
