"""Endorsements: asked, signed with the endorser's own key, verified as any credential, taken back; and what
becomes of institutions, whose badges go on verifying."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests import badge_rows
from tests import factories as make
from tests import package_rows as rows

from credcore import jsonio
from naite.flows import verification, verification_notes
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.badges.models import Achievement, BadgeEndorsement
from naite.trunk.badges.services import endorsements as services
from naite.trunk.badges.services import keys
from naite.trunk.people import offices
from naite.trunk.people.models import Organisation, OrganisationChange, Person

NOW = make.NOW


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    cache.clear()


@pytest.fixture
def badge(db: None) -> Achievement:
    return badge_rows.published()


@pytest.fixture
def company(db: None) -> Organisation:
    return make.organisation("가온물류")


def asked(badge: Achievement, company: Organisation) -> BadgeEndorsement:
    return services.ask(
        achievement=badge,
        endorser=company,
        message="채용에 도움이 되는지 말해 주세요.",
        actor=make.staff(badge.organisation),
        now=NOW,
    )


def text_of(response: Any) -> str:
    return str(response.content.decode())


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.req("B12", "rule")
def test_an_endorsement_is_a_credential_of_the_endorser(badge: Achievement, company: Organisation) -> None:
    made = asked(badge, company)
    services.accept(endorsement=made, comment="경력으로 봅니다.", actor=make.staff(company), now=NOW)
    document = jsonio.loads(bytes(made.credential))
    assert document["type"] == ["VerifiableCredential", "EndorsementCredential"]
    assert document["issuer"]["name"] == "가온물류"
    assert document["credentialSubject"]["endorsementComment"] == "경력으로 봅니다."
    assert document["credentialSubject"]["id"].endswith(f"/achievements/{badge.pk}/")
    assert badge_rows.check(bytes(made.credential)).verdict == "valid"
    altered = bytes(made.credential).replace("경력으로".encode(), "만점으로".encode())
    assert badge_rows.check(altered).verdict == "altered"
    services.revoke(endorsement=made, reason="기준이 바뀜", actor=make.staff(company), now=NOW)
    assert badge_rows.check(bytes(made.credential)).verdict == "revoked"
    with pytest.raises(Refused):
        services.revoke(endorsement=made, reason="또", actor=make.staff(company), now=NOW)


@pytest.mark.req("B12", "refusal")
def test_who_may_ask_and_who_may_endorse(badge: Achievement, company: Organisation) -> None:
    stranger = make.person()
    for actor in (stranger, make.staff(company), None):
        with pytest.raises(NotAllowed):
            services.ask(achievement=badge, endorser=company, message="", actor=actor, now=NOW)
    clerk = make.staff(badge.organisation)
    with pytest.raises(Invalid):
        services.ask(achievement=badge, endorser=badge.organisation, message="", actor=clerk, now=NOW)
    made = asked(badge, company)
    with pytest.raises(Refused, match="이미"):
        asked(badge, company)
    for actor in (stranger, clerk, None):
        with pytest.raises(NotAllowed):
            services.accept(endorsement=made, comment="좋습니다", actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            services.decline(endorsement=made, actor=actor, now=NOW)
    with pytest.raises(Invalid):
        services.accept(endorsement=made, comment=" ", actor=make.staff(company), now=NOW)
    services.decline(endorsement=made, actor=make.staff(company), now=NOW)
    with pytest.raises(Refused):
        services.accept(endorsement=made, comment="좋습니다", actor=make.staff(company), now=NOW)
    assert not made.credential
    asked(badge, company)  # after a no, one may ask again


@pytest.mark.req("B12", "browser")
def test_from_a_request_to_the_page_of_the_badge(badge: Achievement, company: Organisation) -> None:
    clerk, boss = signed_in(make.staff(badge.organisation)), signed_in(make.staff(company))
    ask = f"/work/endorsements/ask/{badge.pk}/"
    assert "가온물류" in text_of(clerk.get(ask))
    assert boss.get(ask).status_code == 404
    assert clerk.post(ask, {"endorser": "", "message": ""}).status_code == 422
    clerk.post(ask, {"endorser": str(company.pk), "message": "부탁합니다"})
    made = BadgeEndorsement.objects.get()
    at = f"/work/endorsements/{made.pk}/"
    assert badge.name in text_of(boss.get("/work/endorsements/"))
    assert clerk.get(at).status_code == 404
    assert boss.post(at, {"do": "accept", "comment": ""}).status_code == 422
    boss.post(at, {"do": "accept", "comment": "경력으로 봅니다."})
    page = text_of(Client().get(f"/o/{badge.organisation.slug}/achievements/{badge.pk}/"))
    assert "경력으로 봅니다." in page
    assert "가온물류" in page
    made.refresh_from_db()
    served = Client().get(f"/o/{company.slug}/endorsements/{made.pk}/")
    assert (served.content, served["Content-Type"]) == (bytes(made.credential), "application/vc")
    assert verification.verify_bytes(served.content, now=NOW).report.verdict == "valid"
    boss.post(at, {"do": "revoke", "reason": "기준이 바뀜"})
    page = text_of(Client().get(f"/o/{badge.organisation.slug}/achievements/{badge.pk}/"))
    assert "취소" in page
    assert Client().get(f"/o/{company.slug}/endorsements/{made.pk}/").status_code == 200


@pytest.mark.req("B12", "rule")
def test_a_verified_badge_says_who_endorses_it(db: None, company: Organisation) -> None:
    learner = rows.learner()
    found = verification.verify_bytes(bytes(learner.holding.credential), now=NOW)
    badge = Achievement.objects.get()
    made = asked(badge, company)
    assert not verification_notes.notes_of(found).endorsements
    services.accept(endorsement=made, comment="경력으로 봅니다.", actor=make.staff(company), now=NOW)
    notes = verification_notes.notes_of(found)
    assert [each.row.comment for each in notes.endorsements] == ["경력으로 봅니다."]
    page = text_of(Client().post("/verify/", {"text": bytes(learner.holding.credential).decode()}))
    assert "경력으로 봅니다." in page
    services.revoke(endorsement=made, reason="기준이 바뀜", actor=make.staff(company), now=NOW)
    assert not verification_notes.notes_of(found).endorsements
    altered = bytes(learner.holding.credential).replace("경력전환".encode(), "경력단절".encode())
    assert verification_notes.notes_of(verification.verify_bytes(altered, now=NOW)).issuer is None


# -- what becomes of institutions -----------------------------------------------------------------------------


def operator() -> Person:
    return make.person("운영자", is_operator=True)


def facts_of(organisation: Organisation, **changes: Any) -> offices.OrganisationFacts:
    values = {
        "name": organisation.name,
        "kind": organisation.kind,
        "legal_basis": organisation.legal_basis,
        "parent": organisation.parent,
        "region": organisation.region,
        "address": organisation.address,
        "phone": organisation.phone,
        "homepage_url": organisation.homepage_url,
    }
    return offices.OrganisationFacts(**{**values, **changes})


@pytest.mark.req("B12", "rule")
def test_badges_of_a_renamed_institution_keep_verifying(db: None) -> None:
    learner = rows.learner()
    issuer = Achievement.objects.get().organisation
    old = issuer.name
    offices.change_organisation(
        organisation=issuer, facts=facts_of(issuer, name="새이름학습관"), actor=operator(), now=NOW
    )
    found = verification.verify_bytes(bytes(learner.holding.credential), now=NOW)
    assert found.report.verdict == "valid"
    notes = verification_notes.notes_of(found)
    assert notes.issuer_renamed
    change = OrganisationChange.objects.get()
    assert (change.kind, change.former_name) == ("renamed", old)
    page = text_of(Client().get(f"/o/{issuer.slug}/"))
    assert "새이름학습관" in page
    assert old in page
    checked = text_of(Client().post("/verify/", {"text": bytes(learner.holding.credential).decode()}))
    assert "새이름학습관" in checked
    keys.rotate_key(organisation=issuer, actor=operator(), now=NOW)
    assert verification.verify_bytes(bytes(learner.holding.credential), now=NOW).report.verdict == "valid"


@pytest.mark.req("B12", "rule")
@pytest.mark.parametrize("merged", [True, False])
def test_badges_of_a_closed_or_merged_institution_keep_verifying(db: None, merged: bool) -> None:
    learner = rows.learner()
    issuer = Achievement.objects.get().organisation
    heir = make.organisation("큰학습관") if merged else None
    offices.close_organisation(
        organisation=issuer, on=date(2026, 11, 20), into=heir, actor=operator(), now=NOW
    )
    found = verification.verify_bytes(bytes(learner.holding.credential), now=NOW)
    assert found.report.verdict == "valid"
    page = text_of(Client().get(f"/o/{issuer.slug}/"))
    assert "2026.11.20" in page
    assert ("큰학습관" in page) is merged
    assert "계속 확인할 수 있습니다" in page
    checked = text_of(Client().post("/verify/", {"text": bytes(learner.holding.credential).decode()}))
    assert ("큰학습관" in checked) is merged
    assert "2026.11.20" in checked


@pytest.mark.req("B12", "refusal")
def test_what_cannot_be_merged(db: None) -> None:
    one, other = make.organisation("하나"), make.organisation("다른")
    with pytest.raises(NotAllowed):
        offices.close_organisation(
            organisation=one, on=date(2026, 11, 20), into=other, actor=make.person(), now=NOW
        )
    for into in (one,):
        with pytest.raises(Invalid):
            offices.close_organisation(
                organisation=one, on=date(2026, 11, 20), into=into, actor=operator(), now=NOW
            )
    assert not OrganisationChange.objects.exists()
