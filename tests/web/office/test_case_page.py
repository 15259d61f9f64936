"""The page of a case: next and previous of the list one came from, as whom its history is read, the own memo."""

from datetime import date, timedelta

import pytest
from django.test import Client
from tests import factories as make
from tests import recognition_rows as rows

from naite.trunk.people.models import Role
from naite.trunk.recognition.applications import handling, marks
from naite.trunk.recognition.applications.marks import Edit
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.models import Application, CaseEvent, CaseMark

pytestmark = pytest.mark.django_db
S = Application.State
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


def links(page: str) -> dict[str, str]:
    """Return where K and J lead."""
    found = {}
    for part in page.split('data-key="')[1:]:
        key, rest = part.split('"', 1)
        found[key] = rest.split('href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    return found


@pytest.mark.req("A1", "browser")
@pytest.mark.parametrize(
    "start", ["/office/applications/?turn=mine&state=submitted", "/office/desk/?kind=receive"]
)
def test_j_and_k_walk_the_list_also_when_a_case_has_left_it(client: Client, start: str) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    cases = [
        rows.application(where, a_round, S.SUBMITTED, due_on=TODAY + timedelta(days=day)) for day in range(3)
    ]
    other = rows.application(where, a_round, S.RECEIVED, due_on=TODAY)
    client.force_login(where.local_officer)
    listed = client.get(start).content.decode()
    first = next(
        part.split('"', 1)[0].replace("&amp;", "&")
        for part in listed.split('href="')
        if str(cases[0].pk) in part.split('"', 1)[0]
    )
    page = client.get(first).content.decode()
    assert "3건 중 1번째" in page
    assert set(links(page)) == {"KeyJ"}
    assert str(cases[1].pk) in links(page)["KeyJ"]
    second = client.get(links(page)["KeyJ"]).content.decode()
    assert str(cases[0].pk) in links(second)["KeyK"]
    assert str(cases[2].pk) in links(second)["KeyJ"]

    address = links(page)["KeyJ"].replace(f"{cases[1].pk}/", f"{cases[1].pk}/receive/")
    after = client.post(address, follow=True).content.decode()
    assert "남은 2건" in after  # the list has one less, and J leads to what followed
    assert str(cases[2].pk) in links(after)["KeyJ"]
    assert str(cases[0].pk) in links(after)["KeyK"]
    assert "번째" not in client.get(f"/office/applications/{other.pk}/").content.decode()
    assert client.get(f"/office/applications/{other.pk}/?list=x%3D1&at=zz&see=nobody").status_code == 200
    client.force_login(make.staff(where.national, Role.NATIONAL_OFFICER, "다른 이"))
    assert client.get(first).status_code == 200


@pytest.mark.req("A15", "browser", "refusal")
def test_the_history_is_read_as_the_office_the_institution_or_the_public(client: Client) -> None:
    where = rows.offices()
    case = rows.application(where, rows.round_(where.national), S.SUBMITTED)
    handling.receive(application=case, actor=where.local_officer, now=make.NOW)
    for audience, reason in (("offices", "내부 사정"), ("parties", "기관에 알림"), ("public", "모두에게")):
        note_event(
            act="assign",
            actor=where.officer,
            now=make.NOW,
            application=case,
            reason=reason,
            audience=audience,
        )
    client.force_login(where.local_officer)
    url = f"/office/applications/{case.pk}/"
    everything = client.get(url).content.decode()
    parties = client.get(f"{url}?see=parties").content.decode()
    public = client.get(f"{url}?see=public").content.decode()
    for page, seen in ((everything, 3), (parties, 2), (public, 1)):
        assert [word in page for word in ("모두에게", "기관에 알림", "내부 사정")] == [
            place < seen for place in range(3)
        ]
    assert where.officer.name in everything
    assert where.officer.name not in parties
    assert CaseEvent.objects.filter(application=case).count() == 4


@pytest.mark.req("A1", "browser", "refusal")
def test_the_own_deadline_and_memo_are_kept_and_the_second_tab_is_told(client: Client) -> None:
    where = rows.offices()
    due = TODAY + timedelta(days=5)
    case = rows.application(where, rows.round_(where.national), S.RECEIVED, due_on=due)
    client.force_login(where.local_officer)
    url = f"/office/applications/{case.pk}/mark/"
    sent = {"internal_due_on": "2026-11-26", "memo": "전화함", "stood": marks.fingerprint(case, None)}
    late = client.post(url, {**sent, "internal_due_on": "2026-12-24"})
    assert late.status_code == 422
    assert "처리 기한" in late.content.decode()
    assert "전화함" in late.content.decode()  # nothing typed is lost
    assert client.post(url, sent).status_code == 302
    assert CaseMark.objects.get().memo == "전화함"
    second = client.post(url, {**sent, "memo": "또 다른 탭"})
    assert "다른 사람이 바꾸어" in second.content.decode()
    assert "또 다른 탭" in second.content.decode()
    assert CaseMark.objects.get().memo == "전화함"
    marks.edit(
        application=case,
        office=where.national,
        to=Edit(case.handler_id, None, "진흥원 메모"),
        stood=marks.fingerprint(case, None),
        actor=where.officer,
        now=make.NOW,
    )
    assert "진흥원 메모" not in client.get(f"/office/applications/{case.pk}/").content.decode()
    client.force_login(where.staff)
    assert client.post(url, sent).status_code == 403
