"""Helper mode: begun by the learner, bounded, seen, and over by itself; and cards at the door of a class."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.world import entry

from naite.branches.privacy import access
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.delivery import services as delivery
from naite.trunk.delivery.models import Attendance, Enrolment, Session
from naite.trunk.delivery.services.carding import mark_by_card
from naite.trunk.people import cards, helping
from naite.trunk.people.models import HelpSession, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def malsun() -> Person:
    person = make.person("이말순", birth_date=date(1949, 9, 20))
    entry(make.account(person), 2025)
    return person


@pytest.mark.req("A16", "browser")
def test_help_by_a_code_is_bounded_seen_and_ends_by_itself(
    malsun: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, library = Client(), Client()
    own.force_login(malsun)
    own.post("/my/account/help/")
    code = own.get("/my/account/help/").context["code"]
    assert library.post("/card/help/", {"code": code, "helper": ""}).status_code == 422
    assert library.post("/card/help/", {"code": "0000 0000", "helper": "사서"}).status_code == 403
    assert library.post("/card/help/", {"code": code, "helper": "마포도서관 사서"}).status_code == 302
    assert Client().post("/card/help/", {"code": code, "helper": "다른 사람"}).status_code == 403
    home = library.get("/my/entries/")
    assert home.status_code == 200 and "마포도서관 사서" in home.content.decode()
    assert home["Content-Security-Policy"]
    run = make.run(make.version())
    assert library.post(f"/my/enrol/{run.pk}/").status_code in {200, 302}
    assert Enrolment.objects.filter(person=malsun).exists()
    for path in (
        "/my/account/", "/my/account/card/", "/my/account/people/", "/my/account/close/", "/accounts/",
        "/accounts/profile/", "/my/certificates/", "/my/represent/", "/work/", "/office/counter/",
    ):  # fmt: skip
        answer = library.get(path)
        assert answer.status_code == 403, path
        assert "도움 모드에서는" in answer.content.decode()
    assert library.post("/my/entries/new/", {"title": "x"}).status_code == 403
    _page, rows = access.history(malsun, number=None, others_only=True)
    assert {(row.as_what, row.why) for row in rows} >= {("도움 모드에서", "마포도서관 사서")}
    monkeypatch.setattr(timezone, "now", lambda: NOW + helping.LASTS)
    assert library.get("/my/entries/")["Location"] == "/card/help/"
    assert library.get("/my/entries/").status_code == 302  # signed out
    assert own.get("/my/account/").status_code == 200


@pytest.mark.req("A16", "browser")
def test_help_by_card_and_ended_from_ones_own_device(malsun: Person) -> None:
    card = cards.issue(person=malsun, pin="7304", organisation=None, actor=malsun, now=NOW)
    library, own = Client(), Client()
    wrong = {"number": card.number, "pin": "9999", "helper": "큰아들"}
    assert library.post("/card/help/", wrong).status_code == 403
    assert library.post("/card/help/", {"helper": "큰아들"}).status_code == 422
    assert library.post("/card/help/", {**wrong, "pin": "7304"}).status_code == 302
    assert library.get("/my/entries/").status_code == 200
    own.force_login(malsun)
    own.post("/my/account/help/", {"end": "1"})
    assert library.get("/my/entries/")["Location"] == "/card/help/"
    again = Client()
    again.post("/card/help/", {**wrong, "pin": "7304"})
    again.post("/card/help/end/")
    assert "_auth_user_id" not in again.session
    assert not HelpSession.objects.filter(ends_at__gt=NOW).exists()


@pytest.mark.req("A16", "refusal")
def test_codes_run_out_and_staff_are_not_helped(malsun: Person) -> None:
    code = helping.make_code(person=malsun, now=NOW)
    with pytest.raises(helping.HelpRefused):
        helping.begin_by_code(code=code, helper="사서", now=NOW + helping.CODE_LASTS)
    newer = helping.make_code(person=malsun, now=NOW)
    with pytest.raises(helping.HelpRefused):
        helping.begin_by_code(code=code, helper="사서", now=NOW)
    helping.begin_by_code(code=newer, helper="사서", now=NOW)
    with pytest.raises(NotAllowed):
        helping.make_code(person=make.staff(make.organisation()), now=NOW)


class TestCardsAtTheDoor:
    @pytest.fixture
    def session(self) -> Session:
        run = make.run(sessions=1)
        return Session.objects.select_related("run__organisation").get(run=run)

    @pytest.mark.req("A16", "browser")
    def test_a_scan_marks_present_then_late_and_only_members(
        self, client: Client, session: Session, malsun: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        staff: Any = make.staff(session.run.organisation)
        other = make.person("나들이", birth_date=date(1950, 1, 1))
        cards_of = {
            person.pk: cards.issue(person=person, pin="7304", organisation=None, actor=person, now=NOW)
            for person in (malsun, other)
        }
        delivery.enrol(run_id=session.run_id, person=malsun, now=NOW)
        start = session.starts_at
        assert start is not None
        monkeypatch.setattr(timezone, "now", lambda: start)
        client.force_login(staff)
        url = f"/work/sessions/{session.pk}/attendance/card/"
        assert url in client.get(f"/work/sessions/{session.pk}/attendance/").content.decode()
        scanned = client.post(url, {"card": f"https://x.kr/card/{cards_of[malsun.pk].number}/"})
        assert "이말순 님: 출석" in scanned.content.decode()
        assert client.post(url, {"card": cards_of[malsun.pk].number}).status_code == 200
        assert Attendance.objects.get().state == "present"
        stranger = client.post(url, {"card": cards_of[other.pk].number})
        assert stranger.status_code == 422 and "수강생이 아닌" in stranger.content.decode()
        assert client.post(url, {"card": "123"}).status_code == 422
        Attendance.objects.update(state="absent")
        later = start + timedelta(minutes=30)
        assert (
            mark_by_card(session=session, text=cards_of[malsun.pk].number, actor=staff, now=later).state
            == "late"
        )
        Attendance.objects.all().delete()
        with pytest.raises(Refused):
            mark_by_card(
                session=session, text=cards_of[malsun.pk].number, actor=staff, now=start + timedelta(days=2)
            )
        with pytest.raises(NotAllowed):
            mark_by_card(session=session, text=cards_of[malsun.pk].number, actor=malsun, now=start)
