"""Powers delegated to provinces: dated, with a ground, and read by the services that need them."""

from datetime import date, timedelta

import pytest
from django.test import Client
from tests import factories as make
from tests.recognition_rows import Offices, offices

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Role
from naite.trunk.recognition import changes, delegations
from naite.trunk.recognition.models import ChangeReport, Delegation

TODAY = date(2026, 11, 24)
POWER = Delegation.Power.CHANGES


@pytest.fixture
def o(db: None) -> Offices:
    return offices()


def delegate(o: Offices, *, on: date = TODAY, power: str = POWER) -> Delegation:
    return delegations.delegate(
        power=power,
        institute=o.provincial,
        valid_from=on,
        ground="교육부 고시 제2026-12호",
        actor=o.officer,
        now=make.NOW,
    )


def reported(o: Offices) -> ChangeReport:
    recognition = make.recognition(make.version(o.institution), granted_by=o.national)
    return changes.report(
        recognition=recognition,
        change=changes.Change("place", "1층", "2층", "이사", TODAY),
        actor=o.staff,
        now=make.NOW,
    )


@pytest.mark.req("A1", "rule")
def test_a_province_decides_while_the_power_is_its_own(o: Offices) -> None:
    row = reported(o)
    with pytest.raises(NotAllowed):
        changes.decide(change=row, accepts=True, actor=o.provincial_officer, now=make.NOW)
    held = delegate(o)
    changes.decide(change=row, accepts=True, actor=o.provincial_officer, now=make.NOW)
    row.refresh_from_db()
    assert row.state == "accepted"
    assert row.recognition.events.get(act="accept_change").office == o.provincial
    delegations.end(delegation=held, last_day=TODAY, reason="되돌림", actor=o.officer, now=make.NOW)
    tomorrow = make.NOW + timedelta(days=1)
    assert delegations.holder(POWER, o.institution.region, on=TODAY) == o.provincial
    assert delegations.holder(POWER, o.institution.region, on=TODAY + timedelta(days=1)) is None
    assert not delegations.may(o.provincial_officer, POWER, o.institution.region, o.national, now=tomorrow)
    assert delegations.may(o.officer, POWER, o.institution.region, o.national, now=tomorrow)


def test_it_holds_from_its_day_in_its_province_for_its_power(o: Offices) -> None:
    delegate(o, on=TODAY + timedelta(days=3))
    region = o.institution.region
    assert delegations.holder(POWER, region, on=TODAY + timedelta(days=2)) is None
    assert delegations.holder(POWER, region, on=TODAY + timedelta(days=3)) == o.provincial
    later = make.NOW + timedelta(days=3)
    assert delegations.provinces_of(o.provincial_officer, POWER, now=later) == {"11"}
    assert not delegations.may(
        o.provincial_officer, POWER, make.region("26350", "해운대구"), o.national, now=later
    )
    other = Delegation.Power.REMINDERS
    assert not delegations.may(o.provincial_officer, other, region, o.national, now=later)
    outsider = make.staff(
        make.organisation("부산진흥원", kind="provincial_institute"), Role.PROVINCIAL_OFFICER
    )
    assert not delegations.may(outsider, POWER, region, o.national, now=later)


@pytest.mark.req("A1", "refusal")
def test_what_is_refused(o: Offices) -> None:
    for actor in (o.provincial_officer, o.local_officer, o.staff):
        with pytest.raises(NotAllowed):
            delegations.delegate(
                power=POWER,
                institute=o.provincial,
                valid_from=TODAY,
                ground="고시",
                actor=actor,
                now=make.NOW,
            )
    with pytest.raises(Invalid) as refused:
        delegations.delegate(
            power="everything",
            institute=o.local,
            valid_from=TODAY - timedelta(days=1),
            ground=" ",
            actor=o.official,
            now=make.NOW,
        )
    assert set(refused.value.fields) == {"power", "institute", "valid_from", "ground"}
    held = delegate(o)
    assert delegate(o) == held  # again changes nothing
    with pytest.raises(Refused) as twice:
        delegate(o, on=TODAY + timedelta(days=1))
    assert twice.value.code == "already_delegated"
    with pytest.raises(Invalid):
        delegations.end(
            delegation=held, last_day=TODAY - timedelta(days=1), reason="x", actor=o.officer, now=make.NOW
        )
    assert Delegation.objects.count() == 1


def test_taken_back_before_its_day_it_never_holds(o: Offices) -> None:
    held = delegate(o, on=TODAY + timedelta(days=9))
    delegations.end(delegation=held, last_day=TODAY, reason="계획 바뀜", actor=o.officer, now=make.NOW)
    assert delegations.holder(POWER, o.institution.region, on=TODAY + timedelta(days=9)) is None


@pytest.mark.req("A1", "browser")
def test_the_page_shows_all_and_lets_only_the_nation_write(
    o: Offices, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)
    client.force_login(o.officer)
    sent = {"act": "delegate", "power": POWER, "institute": str(o.provincial.pk), "valid_from": "2026-11-24"}
    bad = client.post("/office/delegations/", {**sent, "ground": "", "valid_from": "2020-01-01"})
    assert bad.status_code == 400
    assert client.post("/office/delegations/", {**sent, "ground": "교육부 고시 제1호"}).status_code == 302
    row = reported(o)
    client.force_login(o.provincial_officer)
    page = client.get("/office/delegations/").content.decode()
    assert "교육부 고시 제1호" in page
    assert "위임하기" not in page
    assert client.post("/office/delegations/", {**sent, "ground": "내가 정함"}).status_code == 403
    assert "1층" in client.get("/office/changes/").content.decode()
    client.post(f"/office/changes/{row.pk}/", {"act": "accept"})
    row.refresh_from_db()
    assert row.state == "accepted"
    client.force_login(o.officer)
    held = Delegation.objects.get()
    ended = {"act": "end", "row": str(held.pk), "last_day": "2026-11-30", "reason": "재검토"}
    assert client.post("/office/delegations/", {**ended, "last_day": ""}).status_code == 400
    assert client.post("/office/delegations/", ended).status_code == 302
    assert client.get("/office/delegations/?format=xlsx").status_code == 200
    client.force_login(o.staff)
    assert client.get("/office/delegations/").status_code == 403


@pytest.mark.req("A1", "refusal")
def test_an_end_once_set_is_not_moved_on_over_the_next_one(o: Offices) -> None:
    held = delegate(o)
    days = [TODAY + timedelta(days=number) for number in (5, 6, 9)]
    delegations.end(delegation=held, last_day=days[0], reason="조정", actor=o.officer, now=make.NOW)
    delegate(o, on=days[1])
    with pytest.raises(Refused) as refused:
        delegations.end(delegation=held, last_day=days[2], reason="조정", actor=o.officer, now=make.NOW)
    assert refused.value.code == "ends_earlier"
    assert delegations.in_force(days[1]).filter(power=POWER).count() == 1


def test_one_that_never_held_does_not_stand_in_the_way(o: Offices, client: Client) -> None:
    soon = delegate(o, on=TODAY + timedelta(days=30))
    delegations.end(delegation=soon, last_day=TODAY, reason="취소", actor=o.officer, now=make.NOW)
    assert delegate(o).is_valid_on(TODAY)
    client.force_login(o.officer)
    assert client.post("/office/delegations/", {"act": "end", "row": "none"}).status_code == 404
