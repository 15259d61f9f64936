"""Certifying institutions (A26), and the yearly disclosure of their classes."""

from datetime import date

import pytest
from django.test import Client
from tests import factories as make
from tests.registry_rows import World, world

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.delivery import disclosure
from naite.trunk.people.models import InstitutionCertification, Person, Role
from naite.trunk.people.registry import certifications

TODAY = date(2026, 11, 24)


@pytest.fixture
def w(db: None) -> World:
    return world()


@pytest.fixture
def nation(w: World) -> Person:
    return make.staff(
        make.organisation("국가평생교육진흥원", kind="national_institute"), Role.NATIONAL_OFFICER
    )


def certify(w: World, actor: Person, **changes: object) -> InstitutionCertification:
    facts = {
        "number": "기관인증-2026-1",
        "valid_from": TODAY,
        "last_day": date(2029, 11, 23),
        "ground": "2026년 기관 평가",
        **changes,
    }
    return certifications.certify(organisation=w.hall, actor=actor, now=make.NOW, **facts)  # type: ignore[arg-type]


@pytest.mark.req("A26", "rule")
def test_a_certification_holds_for_its_days_and_is_public(w: World, nation: Person, client: Client) -> None:
    made = certify(w, nation)
    assert [
        made.is_valid_on(day) for day in (date(2026, 11, 23), TODAY, date(2029, 11, 23), date(2029, 11, 24))
    ] == [
        False,
        True,
        True,
        False,
    ]
    told = client.get(f"/api/v1/institutions/{w.hall.slug}").json()
    assert told["certifications"][0]["number"] == "기관인증-2026-1"
    assert told["history"][0]["act"] == "certify"
    for _ in range(2):
        certifications.cancel(certification=made, reason="요건 미달", actor=nation, now=make.NOW)
    assert not made.is_valid_on(TODAY)
    assert certify(w, nation, number="기관인증-2026-2").pk  # the days are free again


@pytest.mark.req("A26", "refusal")
def test_what_is_refused(w: World, nation: Person) -> None:
    for actor in (w.officer, w.staff, make.person()):
        with pytest.raises(NotAllowed):
            certify(w, actor)
    with pytest.raises(Invalid) as wrong:
        certify(w, nation, number=" ", last_day=date(2026, 1, 1), ground="")
    assert set(wrong.value.fields) == {"number", "last_day", "ground"}
    certify(w, nation)
    with pytest.raises(Invalid):
        certify(w, nation)  # the number was used
    with pytest.raises(Refused) as twice:
        certify(w, nation, number="다른 번호", valid_from=date(2029, 11, 23), last_day=date(2030, 1, 1))
    assert twice.value.code == "already_certified"


@pytest.mark.req("A26", "browser")
def test_the_page_certifies_and_cancels(
    w: World, nation: Person, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)
    page = f"/office/registry/{w.hall.pk}/certifications/"
    sent = {"number": "인증-7", "valid_from": "2026-11-24", "last_day": "2029-11-23", "ground": "기관 평가"}
    client.force_login(w.officer)
    assert "인증 기록하기" not in client.get(page).content.decode()
    assert client.post(page, sent).status_code == 403
    client.force_login(nation)
    bad = client.post(page, {**sent, "last_day": "2020-01-01"})
    assert bad.status_code == 400
    assert "인증-7" in bad.content.decode()
    assert client.post(page, sent).status_code == 302
    assert "인증-7" in client.get(f"/institutions/{w.hall.slug}/").content.decode()
    row = InstitutionCertification.objects.get()
    assert client.post(page, {"act": "cancel", "row": str(row.pk), "reason": ""}).status_code == 400
    assert client.post(page, {"act": "cancel", "row": str(row.pk), "reason": "요건 미달"}).status_code == 302
    assert "기관 인증</h2>" not in client.get(f"/institutions/{w.hall.slug}/").content.decode()


@pytest.mark.req("A26", "browser")
def test_each_year_is_disclosed_without_cancelled_classes(w: World, client: Client) -> None:
    version = make.version(w.hall)
    make.run(version, name="=SUM(1)", instructor="배시우", fee=10_000)
    make.run(version, name="폐강된 반", state="cancelled")
    make.run(version, name="지난해 반", starts_on=date(2025, 3, 2), ends_on=date(2025, 4, 2))
    assert disclosure.years_of(w.hall) == [2026, 2025]
    lines = list(disclosure.lines_of(w.hall, year=2026))
    assert [(line.capacity, line.fee, line.instructor) for line in lines] == [(20, 10_000, "배시우")]
    answer = client.get(f"/institutions/{w.hall.slug}/disclosure-2026.csv")
    text = answer.content.decode("utf-8-sig")
    assert "배시우" in text
    assert "'=SUM(1)" in text  # never run as a formula
    assert "폐강된 반" not in text
    assert client.get(f"/institutions/{w.hall.slug}/disclosure-2026.xlsx").status_code == 200
    assert client.get("/institutions/nowhere/disclosure-2026.csv").status_code == 404
    assert client.get(f"/institutions/{w.hall.slug}/disclosure-99999.csv").status_code == 404
    assert "2026년 CSV" in client.get(f"/institutions/{w.hall.slug}/").content.decode()
