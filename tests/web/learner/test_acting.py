"""Representatives and guardians: invited, bounded, seen and withdrawn; and who may not."""

import re
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
from naite.branches.privacy import queries as privacy_queries
from naite.branches.privacy import services as privacy
from naite.branches.privacy.models import Consent
from naite.flows.desk import Newcomer, open_at_desk
from naite.flows.family import open_for_child
from naite.roots.dates import start_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.delivery import services as delivery
from naite.trunk.delivery.models import Enrolment
from naite.trunk.people import cards, representation, standing
from naite.trunk.people.models import PaperConsent, Person, Representation, Role
from naite.trunk.people.representation import Scopes
from naite.trunk.records.certificates import services as certificates
from naite.trunk.records.models import Certificate, CertificateKind, LearningAccount

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def grandmother() -> Person:
    return make.person("김복순", birth_date=date(1944, 4, 18))


@pytest.fixture
def grandchild() -> Person:
    return make.person("한새봄", birth_date=date(1999, 3, 2))


def lets(principal: Person, who: Person, *, days: int = 30, **scopes: Any) -> Representation:
    scopes.setdefault("sections", frozenset({4}))
    _row, code = representation.invite(
        principal=principal, scopes=Scopes(**scopes), relation="손녀", days=days, actor=principal, now=NOW
    )
    return representation.accept(code=code.lower(), actor=who, now=NOW)


@pytest.mark.req("A16", "browser")
def test_a_code_is_made_given_and_taken(client: Client, grandmother: Person, grandchild: Person) -> None:
    client.force_login(grandmother)
    empty = client.post("/my/account/people/", {"relation": "손녀", "days": "30"})
    assert empty.status_code == 422 and "하나 이상" in empty.content.decode()
    form = {"relation": "손녀", "sections": ["4", "5"], "courses": "on", "days": "30"}
    assert client.post("/my/account/people/", form).status_code == 302
    html = client.get("/my/account/people/").content.decode()
    code = re.search(r'<p class="big num">([0-9A-Z-]+)</p>', html)
    assert code and "번호를 쓰기를 기다림" in html
    assert code.group(1) not in client.get("/my/account/people/").content.decode()
    child = Client()
    child.force_login(grandchild)
    asked = child.post("/my/represent/", {"code": code.group(1)})
    page = child.get(asked["Location"]).content.decode()
    assert "김복순 님이 부탁합니다" in page and "강좌 신청과 취소" in page
    taken = child.post(asked["Location"])
    assert taken.status_code == 302
    entry(make.account(grandmother), 2025)
    acting = child.get(taken["Location"]).content.decode()
    assert "김복순 님을 대신하고 있습니다" in acting
    _page, rows = access.history(grandmother, number=None, others_only=True)
    assert ("한새봄", "대리인", "학습계좌를 보았습니다") in {(r.who, r.as_what, str(r.what)) for r in rows}
    client.post(f"/my/account/people/{Representation.objects.get().pk}/end/")
    assert child.get(taken["Location"]).status_code == 403
    assert child.get("/my/represent/ABCD-EFGH/").status_code == 404


@pytest.mark.req("A16", "refusal")
def test_codes_are_used_once_by_somebody_else_in_time(grandmother: Person, grandchild: Person) -> None:
    _row, code = representation.invite(
        principal=grandmother,
        scopes=Scopes(courses=True),
        relation="손녀",
        days=30,
        actor=grandmother,
        now=NOW,
    )
    with pytest.raises(NotAllowed):
        representation.accept(code=code, actor=grandmother, now=NOW)
    with pytest.raises(NotAllowed):
        representation.accept(code=code, actor=make.person(birth_date=date(2015, 1, 1)), now=NOW)
    with pytest.raises(representation.InvitationOver):
        representation.accept(code=code, actor=grandchild, now=NOW + representation.CODE_LASTS)
    row = representation.accept(code=code, actor=grandchild, now=NOW)
    assert representation.accept(code=code, actor=grandchild, now=NOW).pk == row.pk
    with pytest.raises(representation.InvitationOver):
        representation.accept(code=code, actor=make.person(), now=NOW)
    with pytest.raises(Refused, match="이미 이분의"):
        lets(grandmother, grandchild)
    with pytest.raises(NotAllowed):
        representation.end(row=row, actor=make.person(), now=NOW)
    with pytest.raises(NotAllowed):
        representation.invite(
            principal=grandmother,
            scopes=Scopes(courses=True),
            relation="나",
            days=30,
            actor=grandchild,
            now=NOW,
        )


@pytest.mark.req("A16", "refusal")
def test_nothing_beyond_the_scope_or_the_time(
    client: Client, grandmother: Person, grandchild: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make.account(grandmother)
    shown = entry(account, 2025, section=4)
    hidden = entry(account, 2024, section=5, title="비밀 일기")
    row = lets(grandmother, grandchild, certificates=True, days=7)
    client.force_login(grandchild)
    html = client.get(f"/my/for/{row.pk}/").content.decode()
    assert shown.title in html and "비밀 일기" not in html
    run = make.run(make.version())
    assert client.post(f"/my/for/{row.pk}/enrol/", {"run": run.pk}).status_code == 403
    with pytest.raises(NotAllowed):
        delivery.enrol(run_id=run.pk, person=grandmother, actor=grandchild, now=NOW)
    with pytest.raises(NotAllowed, match="맡긴 영역"):
        certificates.issue_certificate(
            account=account,
            kind=CertificateKind.PORTFOLIO,
            entry_ids=[shown.id, hidden.id],
            request_key="beyond",
            actor=grandchild,
            now=NOW,
        )
    pdf = client.post(f"/my/for/{row.pk}/certificate/", {"kind": "portfolio", "key": "a"})
    assert pdf.content.startswith(b"%PDF")
    assert Certificate.objects.get().entry_count == 1
    assert client.post(f"/my/for/{row.pk}/card/", {"pin": "7304", "again": "7304"}).status_code == 403
    for scope in ("courses", "badges", "account"):
        assert standing.manner(grandchild, grandmother.pk, scope=scope, now=NOW) == ""  # type: ignore[arg-type]
    later = NOW + timedelta(days=7)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert client.get(f"/my/for/{row.pk}/").status_code == 403
    assert client.post(f"/my/for/{row.pk}/certificate/", {"kind": "portfolio"}).status_code == 403
    client.force_login(make.person())
    assert client.get(f"/my/for/{row.pk}/").status_code == 404


@pytest.mark.req("A16", "browser")
def test_a_representative_applies_and_withdraws(
    client: Client, grandmother: Person, grandchild: Person
) -> None:
    row = lets(grandmother, grandchild, courses=True)
    run = make.run(make.version(title="한글 다시 배우기"))
    client.force_login(grandchild)
    assert "대신 신청하기" in client.get(f"/my/for/{row.pk}/", {"q": "한글"}).content.decode()
    client.post(f"/my/for/{row.pk}/enrol/", {"run": run.pk})
    made = Enrolment.objects.get(person=grandmother)
    assert client.post(f"/my/for/{row.pk}/enrol/", {"run": run.pk}).status_code == 409
    client.post(f"/my/for/{row.pk}/cancel/", {"enrolment": made.pk})
    made.refresh_from_db()
    assert made.state == "cancelled" and not Enrolment.objects.filter(person=grandchild).exists()
    other = delivery.enrol(run_id=run.pk, person=make.person(), now=NOW)
    assert client.post(f"/my/for/{row.pk}/cancel/", {"enrolment": other.pk}).status_code == 404


class TestChildren:
    BORN = date(2015, 3, 5)

    @pytest.fixture
    def mother(self) -> Person:
        make.consent_texts()
        return make.person("윤새봄", birth_date=date(1985, 1, 1), region=make.region())

    @pytest.mark.req("A16", "browser")
    def test_a_guardian_opens_sees_and_makes_the_card(self, client: Client, mother: Person) -> None:
        client.force_login(mother)
        form = {"name": "윤나무", "birth_date": "20150305", "relation": "어머니", "consent_terms": "on"}
        missing = client.post("/my/account/people/child/", form)
        assert missing.status_code == 422 and not Person.objects.filter(name="윤나무").exists()
        made = client.post("/my/account/people/child/", {**form, "consent_privacy": "on"})
        assert made.status_code == 302
        child = Person.objects.get(name="윤나무")
        row = Representation.objects.get(principal=child)
        assert row.valid_until == start_of(date(2029, 3, 5))
        assert LearningAccount.objects.filter(person=child).exists()
        assert set(Consent.objects.filter(person=child).values_list("given_by", "by_guardian")) == {
            (mother.pk, True)
        }
        assert "모든 것" in client.get(made["Location"]).content.decode()
        card = client.post(f"/my/for/{row.pk}/card/", {"pin": "7304", "again": "7304"})
        assert cards.live_card(child) is not None and client.get(card["Location"]).status_code == 200
        run = make.run(make.version())
        client.post(f"/my/for/{row.pk}/enrol/", {"run": run.pk})
        assert Enrolment.objects.filter(person=child).exists()
        assert client.post("/my/account/people/child/", {**form, "consent_privacy": "on"}).status_code == 422
        with pytest.raises(NotAllowed):
            representation.end(row=row, actor=child, now=NOW)

    @pytest.mark.req("A16", "refusal")
    def test_who_is_no_guardian_and_who_is_no_child(self, mother: Person) -> None:
        texts = [text for text in make.consent_texts() if text.required]
        facts: dict[str, Any] = {"name": "윤나무", "relation": "어머니", "agreed": texts, "now": NOW}
        for guardian in (make.person(birth_date=None), make.person(birth_date=date(2008, 6, 1))):
            with pytest.raises(NotAllowed):
                open_for_child(guardian=guardian, birth_date=self.BORN, **facts)
        with pytest.raises(Invalid, match="14세 미만일 때만"):
            open_for_child(guardian=mother, birth_date=date(2012, 11, 24), **facts)
        with pytest.raises(Invalid):
            open_for_child(guardian=mother, birth_date=self.BORN, **{**facts, "relation": ""})
        assert not Person.objects.filter(name="윤나무").exists()

    @pytest.mark.req("A16", "rule")
    def test_on_the_fourteenth_birthday_the_link_ends_and_the_child_is_asked(self, mother: Person) -> None:
        texts = [text for text in make.consent_texts() if text.required]
        row = open_for_child(
            guardian=mother, name="윤나무", birth_date=self.BORN, relation="어머니", agreed=texts, now=NOW
        )
        child, birthday = row.principal, start_of(date(2029, 3, 5))
        eve = birthday - timedelta(seconds=1)
        assert standing.manner(mother, child.pk, scope="account", now=eve) == "guardian"
        assert standing.manner(mother, child.pk, scope="account", now=birthday) == ""
        assert privacy_queries.unanswered(child, now=eve) == []
        asked = privacy_queries.unanswered(child, now=birthday)
        assert {text.pk for text in asked} == {text.pk for text in texts}
        privacy.give_consents(person=child, texts=texts, actor=child, now=birthday)
        assert privacy_queries.unanswered(child, now=birthday) == []
        assert representation.fourteenth_birthday(date(2016, 2, 29)) == date(2030, 3, 1)

    @pytest.mark.req("A16", "refusal")
    def test_at_the_desk_the_guardian_signs(self, mother: Person) -> None:
        hall = make.organisation("마포구", region=make.region())
        staff = make.staff(hall, Role.DESK_STAFF)
        texts = [text for text in make.consent_texts() if text.required]
        facts: dict[str, Any] = {
            "agreed": texts, "paper": None, "kept_where": "캐비닛 3", "organisation": hall, "actor": staff, "now": NOW,
        }  # fmt: skip
        alone = Newcomer(name="윤나무", birth_date=self.BORN)
        with pytest.raises(Invalid) as refused:
            open_at_desk(newcomer=alone, **facts)
        assert set(refused.value.fields) == {"guardian_name", "guardian_relation"}
        signed = Newcomer(
            name="윤나무", birth_date=self.BORN, guardian_name="윤새봄", guardian_relation="어머니"
        )
        visit = open_at_desk(newcomer=signed, **facts)
        paper = PaperConsent.objects.get(person=visit.person)
        assert (paper.kind, paper.signed_by, paper.relation) == ("guardian", "윤새봄", "어머니")
        assert not Consent.objects.filter(person=visit.person, by_guardian=False).exists()
