"""The desks of committee members, evaluators and the institute beside the cases."""

from datetime import date, timedelta

import pytest
from django.test import Client
from tests import factories as make
from tests import recognition_rows as rows

from naite.trunk.people.models import Role
from naite.trunk.recognition.models import (
    CommitteeMember,
    ConflictDeclaration,
    Evaluator,
    Meeting,
    Panel,
    PanelMember,
)
from naite.web.desk import Desk, work_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


@pytest.mark.req("A1", "rule", "refusal")
def test_a_meeting_lies_on_the_desks_of_its_members_and_of_the_institute() -> None:
    at = rows.offices()
    member = make.staff(at.national, Role.COMMITTEE_MEMBER, "위채움")
    former = make.staff(at.national, Role.COMMITTEE_MEMBER, "송나래")
    for who, until in ((member, date(2027, 1, 1)), (former, date(2026, 11, 1))):
        CommitteeMember.objects.create(
            institute=at.national,
            person=who,
            term_from=date(2026, 1, 1),
            term_until=until,
            appointed_at=make.NOW,
        )
    common = {"institute": at.national, "year": 2026, "created_at": make.NOW}
    Meeting.objects.create(**common, number=1, starts_at=make.NOW + timedelta(days=2))
    Meeting.objects.create(**common, number=2, starts_at=make.NOW, state=Meeting.State.CLOSED)
    Meeting.objects.create(**common, number=3, starts_at=make.NOW + timedelta(days=90))

    def labels(who: object, role: Role) -> list[str]:
        return [f"{w.label} {w.due_on:%m.%d}" for w in work_of(Desk(who, at.national, role, make.NOW))]  # type: ignore[arg-type]

    assert labels(member, Role.COMMITTEE_MEMBER) == ["자료 읽기 11.26"]
    assert labels(at.officer, Role.NATIONAL_OFFICER) == ["회의 준비 11.26"]
    assert labels(former, Role.COMMITTEE_MEMBER) == []


@pytest.mark.req("A1", "browser")
def test_an_evaluator_is_asked_for_the_declaration_until_it_is_handed_in(client: Client) -> None:
    at = rows.offices()
    of = rows.round_(at.national)
    who = make.staff(at.national, Role.EVALUATOR, "서아람")
    evaluator = Evaluator.objects.create(
        person=who, institute=at.national, created_at=make.NOW, changed_at=make.NOW
    )
    panel = Panel.objects.create(round=of, field="vocational", name="직업 1반", created_at=make.NOW)
    PanelMember.objects.create(panel=panel, evaluator=evaluator, joined_at=make.NOW)
    client.force_login(who)
    page = client.get("/office/desk/").content.decode()
    assert "확인서 내기" in page
    assert "신청 건" not in page  # the list of cases is the offices'
    ConflictDeclaration.objects.create(round=of, evaluator=evaluator, declared_at=make.NOW)
    assert "기다리는 일이 없습니다" in client.get("/office/desk/").content.decode()


@pytest.mark.req("A1", "browser")
def test_other_seats_say_what_waits_there(client: Client) -> None:
    at = rows.offices()
    of = rows.round_(at.national)
    rows.application(at, of, "submitted", due_on=date(2026, 11, 20))
    who = make.staff(at.national, Role.NATIONAL_OFFICER, "두 자리")
    make.role(who, at.local, Role.LOCAL_OFFICER)
    client.force_login(who)
    pages = []
    for seat in who.roles.order_by("organisation__name"):
        client.post("/role/", {"role": str(seat.pk)})
        pages.append(client.get("/office/desk/").content.decode())
    here, elsewhere = ("D+4" in page for page in pages)
    assert here != elsewhere
    assert sum("늦음 1" in page and "모두 1건" in page for page in pages) == 1
