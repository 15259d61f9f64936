"""The desk: finding, opening on paper, serving for half an hour; and who may not."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.world import entry

from naite.branches.privacy import access
from naite.branches.privacy.models import Consent
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import NotAllowed
from naite.roots.notices import services as notices
from naite.trunk.delivery import services as delivery
from naite.trunk.delivery.models import Enrolment
from naite.trunk.people import cards, desk
from naite.trunk.people.models import DeskVisit, LearningCard, Organisation, PaperConsent, Person, Role
from naite.trunk.records.models import Certificate, LearningAccount

pytestmark = pytest.mark.django_db
BORN = date(1949, 9, 20)
WHO = {"name": "이말순", "birth_date": "19490920", "reason": "신청을 도와 달라고 하심"}


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def hall() -> Organisation:
    return make.organisation("마포구", region=make.region())


@pytest.fixture
def staff(hall: Organisation) -> Person:
    return make.staff(hall, Role.DESK_STAFF, "민들레")


@pytest.fixture
def malsun() -> Person:
    return make.person("이말순", email=None, birth_date=BORN, region=make.region())


def serving(hall: Organisation, staff: Person, person: Person) -> DeskVisit:
    return desk.begin(organisation=hall, person_id=person.pk, reason="도움", actor=staff, now=NOW)


@pytest.mark.req("A16", "browser")
def test_an_account_is_opened_on_paper_without_e_mail(
    client: Client, hall: Organisation, staff: Person
) -> None:
    make.consent_texts()
    client.force_login(staff)
    facts = {
        "name": "이말순",
        "birth_date": "19490920",
        "consent_terms": "on",
        "consent_privacy": "on",
        "kept_where": "",
    }
    bare = client.post("/office/counter/open/", facts)
    assert bare.status_code == 422 and "종이를 둔 곳" in bare.content.decode()
    assert not Person.objects.filter(name="이말순").exists()
    unsigned = client.post(
        "/office/counter/open/", {**facts, "consent_privacy": "", "kept_where": "캐비닛 3"}
    )
    assert unsigned.status_code == 422
    fake = SimpleUploadedFile("동의서.pdf", b"not a pdf")
    assert client.post("/office/counter/open/", {**facts, "paper": fake}).status_code == 422
    assert not Person.objects.filter(name="이말순").exists()
    assert client.post("/office/counter/open/", {**facts, "kept_where": "캐비닛 3"}).status_code == 302
    person = Person.objects.get(name="이말순")
    assert person.email is None and not person.has_usable_password()
    assert person.region == hall.region
    assert LearningAccount.objects.filter(person=person, closed_at=None).exists()
    assert PaperConsent.objects.get(person=person).kept_where == "캐비닛 3"
    assert set(Consent.objects.filter(person=person).values_list("on_paper", flat=True)) == {True}
    told = set(AuditEvent.objects.filter(data_subject_id=person.pk).values_list("action", "actor_id"))
    assert {("people.register", staff.pk), ("people.take_paper", staff.pk)} <= told
    twin = client.post("/office/counter/open/", {**facts, "kept_where": "캐비닛 3"})
    assert twin.status_code == 422 and "계정이 이미 있습니다" in twin.content.decode()
    again = {**facts, "kept_where": "캐비닛 3", "really_another": "on"}
    assert client.post("/office/counter/open/", again).status_code == 302


@pytest.mark.req("A16", "browser")
def test_somebody_is_found_served_and_sees_it(
    client: Client, hall: Organisation, staff: Person, malsun: Person
) -> None:
    client.force_login(staff)
    assert "왜 찾는지" not in client.get("/office/counter/").content.decode()
    assert client.post("/office/counter/", {**WHO, "reason": ""}).status_code == 422
    found = client.post("/office/counter/", WHO).content.decode()
    assert str(malsun.pk) in found
    began = client.post("/office/counter/begin/", {"person": malsun.pk, "reason": "신청"})
    visit = DeskVisit.objects.get(person=malsun)
    assert began["Location"] == f"/office/counter/{visit.pk}/"
    page = client.get(f"/office/counter/{visit.pk}/").content.decode()
    assert "30분 남음" in page and "여기에 쌓입니다" in page
    made = client.post(f"/office/counter/{visit.pk}/card/", {"pin": "7304", "again": "7304"})
    assert made["Location"].endswith("/card/print/")
    card = LearningCard.objects.get(person=malsun)
    assert card.shown_number in client.get(made["Location"]).content.decode()
    assert cards.sign_in(text=card.number, pin="7304", now=NOW) == malsun
    _page, rows = access.history(malsun, number=None, others_only=True)
    assert {row.who for row in rows} == {"마포구"} and {row.as_what for row in rows} == {"창구 담당자"}
    assert "신청을 도와 달라고 하심" in {row.why for row in rows}


@pytest.mark.req("A16", "browser")
def test_courses_papers_and_letters(
    client: Client, hall: Organisation, staff: Person, malsun: Person
) -> None:
    client.force_login(staff)
    account = make.account(malsun)
    entry(account, 2025)
    run = make.run(make.version(hall, title="한글 다시 배우기"))
    visit = serving(hall, staff, malsun)
    base = f"/office/counter/{visit.pk}/"
    assert "한글 다시 배우기" in client.get(base, {"q": "한글"}).content.decode()
    assert client.post(base + "enrol/", {"run": run.pk}).status_code == 302
    assert Enrolment.objects.get(person=malsun).run == run
    assert client.post(base + "enrol/", {"run": run.pk}).status_code == 409
    letter = notices.letters_of(malsun.pk)
    assert len(letter) == 1 and "한글 다시 배우기" in client.get(base + "letters/").content.decode()
    client.post(base + "told/")
    assert notices.letters_of(malsun.pk) == []
    assert "이말순" in client.get(base + "record/").content.decode()
    pdf = client.post(base + "certificate/", {"kind": "portfolio", "key": "one"})
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    client.post(base + "certificate/", {"kind": "portfolio", "key": "one"})
    assert Certificate.objects.filter(account=account).count() == 1
    client.post(base + "end/")
    assert client.get(base).status_code == 403


@pytest.mark.req("A16", "refusal")
def test_who_may_not(client: Client, hall: Organisation, staff: Person, malsun: Person) -> None:
    elsewhere = make.organisation("은평구", region=make.region("11380", "은평구"))
    stranger = make.staff(elsewhere, Role.DESK_STAFF)
    manager = make.staff(hall, Role.INSTITUTION_STAFF)
    for someone in (malsun, manager):
        client.force_login(someone)
        assert client.get("/office/counter/").status_code == 403
    assert (
        desk.find(
            organisation=elsewhere, name="이말순", birth_date=BORN, reason="도움", actor=stranger, now=NOW
        )
        == []
    )
    for organisation, actor in ((elsewhere, stranger), (hall, stranger), (elsewhere, staff)):
        with pytest.raises(NotAllowed):
            desk.begin(organisation=organisation, person_id=malsun.pk, reason="도움", actor=actor, now=NOW)
    with pytest.raises(NotAllowed, match="업무를 보는 계정"):
        make_staff = make.staff(hall)
        Person.objects.filter(pk=make_staff.pk).update(region=make.region())
        serving(hall, staff, make_staff)
    visit = serving(hall, staff, malsun)
    client.force_login(make.staff(hall, Role.DESK_STAFF, "다른 창구"))
    assert client.get(f"/office/counter/{visit.pk}/").status_code == 403
    for later in (NOW + desk.LASTS, NOW + timedelta(days=2)):
        with pytest.raises(NotAllowed):
            desk.require_on(visit, actor=staff, now=later)
    run = make.run(make.version(hall))
    with pytest.raises(NotAllowed):
        delivery.enrol(run_id=run.pk, person=malsun, actor=manager, now=NOW)
    staff.roles.update(valid_until=NOW)
    with pytest.raises(NotAllowed):
        delivery.enrol(run_id=run.pk, person=malsun, actor=staff, now=NOW)
    assert not Enrolment.objects.exists()


@pytest.mark.req("A16", "refusal")
def test_a_card_from_elsewhere_needs_its_pin(client: Client, hall: Organisation, staff: Person) -> None:
    guest = make.person("나들이", email=None, birth_date=BORN, region=make.region("11380", "은평구"))
    card = cards.issue(person=guest, pin="7304", organisation=None, actor=guest, now=NOW)
    client.force_login(staff)
    shown = {"card": card.number, "reason": "출석"}
    assert client.post("/office/counter/", shown).status_code == 422
    assert client.post("/office/counter/", {**shown, "pin": "9999"}).status_code == 422
    assert client.post("/office/counter/", {**shown, "pin": "7304"}).status_code == 302
    assert client.post("/office/counter/", {"card": "999", "reason": "출석"}).status_code == 422


def test_looking_up_is_bounded_and_the_page_asks_the_same_number_of_questions(
    client: Client, hall: Organisation, staff: Person, malsun: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(staff)
    account = make.account(malsun)
    visit = serving(hall, staff, malsun)
    counts = []
    for more in (2, 8):
        for number in range(more):
            entry(account, 2010 + number)
            delivery.enrol(run_id=make.run(make.version(hall)).pk, person=malsun, now=NOW)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/office/counter/{visit.pk}/")
        counts.append(len(captured))
    assert counts[1] <= counts[0]
    monkeypatch.setattr(desk, "MOST_A_DAY", 1)
    assert client.post("/office/counter/", WHO).status_code == 200
    assert client.post("/office/counter/", WHO).status_code == 422
