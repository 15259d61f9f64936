"""The desk gathers what waits beside applications: each piece for whom it concerns, and for nobody else."""

from datetime import date, timedelta

import pytest
from tests import factories as make
from tests import recognition_rows as rows

from naite.branches.counselling.models import Question, QuestionCategory
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.recognition.models import Application, LocalNotice, NoticeBatch
from naite.trunk.records.models import AccountApplication
from naite.web.desk import Desk, work_of

pytestmark = pytest.mark.django_db
S = Application.State


def kinds(who: Person, where: Organisation, role: Role) -> list[str]:
    return [work.kind for work in work_of(Desk(who, where, role, make.NOW))]


@pytest.mark.req("A1", "rule", "refusal")
def test_committee_and_approval_wait_for_institute_and_ministry() -> None:
    at = rows.offices()
    of = rows.round_(at.national)
    rows.application(at, of, S.EVALUATED)
    rows.application(at, of, S.EVALUATED)
    rows.application(at, of, S.DELIBERATED)

    assert kinds(at.officer, at.national, Role.NATIONAL_OFFICER) == ["agenda"]  # one for the round
    assert kinds(at.official, at.ministry, Role.MINISTRY_OFFICIAL) == ["approve"]
    assert kinds(at.local_officer, at.local, Role.LOCAL_OFFICER) == []


@pytest.mark.req("A11", "rule", "refusal")
def test_results_to_be_told_lie_on_the_desk_of_their_office_until_done() -> None:
    at = rows.offices()
    batch = NoticeBatch.objects.create(
        round=rows.round_(at.national), created_by=at.officer, created_at=make.NOW, total=1
    )
    LocalNotice.objects.create(
        batch=batch, office=at.local, arrived_on=date(2026, 11, 20), due_on=date(2026, 11, 27)
    )

    (work,) = work_of(Desk(at.local_officer, at.local, Role.LOCAL_OFFICER, make.NOW))
    assert (work.kind, work.due_on) == ("notify", date(2026, 11, 27))
    assert kinds(at.provincial_officer, at.provincial, Role.PROVINCIAL_OFFICER) == []

    LocalNotice.objects.update(done_on=date(2026, 11, 24))
    assert kinds(at.local_officer, at.local, Role.LOCAL_OFFICER) == []


@pytest.mark.req("A16", "rule", "refusal")
def test_account_applications_wait_for_their_office_and_never_for_the_applicant() -> None:
    at = rows.offices()
    for who in (make.person("이말순"), at.local_officer):
        AccountApplication.objects.create(
            person=who,
            office=at.local,
            applied_by=who,
            applied_at=make.NOW - timedelta(days=1),
            due_on=date(2026, 11, 30),
        )

    (work,) = work_of(Desk(at.local_officer, at.local, Role.LOCAL_OFFICER, make.NOW))
    assert (work.kind, work.title) == ("account", "이말순")
    assert kinds(at.staff, at.institution, Role.INSTITUTION_STAFF) == []


@pytest.mark.req("A21", "rule", "refusal")
def test_questions_wait_for_their_office_and_not_for_who_asked() -> None:
    at = rows.offices()
    category = QuestionCategory.objects.order_by("pk")[0]
    for who in (make.person("이말순"), at.local_officer):
        Question.objects.create(
            person=who,
            entered_by=who,
            category=category,
            title="기록이 보이지 않아요",
            body="지난달에 배운 것이 없습니다.",
            state=Question.State.RECEIVED,
            office=at.local,
            created_at=make.NOW,
            changed_at=make.NOW,
            received_at=make.NOW,
            due_on=date(2026, 11, 30),
        )

    (work,) = work_of(Desk(at.local_officer, at.local, Role.LOCAL_OFFICER, make.NOW))
    assert (work.kind, work.needs_handler) == ("question", True)
    assert kinds(at.provincial_officer, at.provincial, Role.PROVINCIAL_OFFICER) == []
