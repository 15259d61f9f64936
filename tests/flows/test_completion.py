"""From the decision to the record, the badge and the wallet, and back when it was wrong."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories as make

from naite.flows import accounts, completion
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.assessment.models import Completion
from naite.trunk.badges import services as badges
from naite.trunk.badges.models import Award
from naite.trunk.badges.rules import AwardRule
from naite.trunk.delivery import services as delivery
from naite.trunk.delivery.models import Attendance, CourseRun, Enrolment
from naite.trunk.people.models import Person
from naite.trunk.records.models import Entry
from naite.trunk.wallet.models import Holding

pytestmark = pytest.mark.django_db
AFTER = make.NOW + timedelta(days=30)


@pytest.fixture
def run() -> CourseRun:
    version = make.version(make.organisation(region=make.region()))
    staff = make.staff(version.course.organisation)
    badges.publish_achievement(
        draft=badges.AchievementDraft(
            course_version=version,
            framework="seoul",
            badge_type="participation",
            area="civic",
            name="마을 기록가",
            description="마을의 이야기를 기록했습니다.",
            criteria="수업의 80% 이상 출석했습니다.",
            rule=AwardRule(min_attendance=80),
        ),
        actor=staff,
        now=make.NOW,
    )
    return make.run(version)


@pytest.fixture
def staff(run: CourseRun) -> Person:
    return make.staff(run.organisation, name="임지호")


def _attend(run: CourseRun, person: Person, staff: Person, *states: str) -> Enrolment:
    enrolment = delivery.enrol(run_id=run.pk, person=person, now=make.NOW)
    for session, state in zip(run.sessions.order_by("number"), states, strict=True):
        assert session.starts_at
        delivery.mark_attendance(
            session=session, enrolment=enrolment, state=state, actor=staff, now=session.starts_at
        )
    return enrolment


@pytest.mark.req("X1", "rule")
@pytest.mark.req("A19", "rule")
def test_a_completion_becomes_an_entry_and_a_badge_in_the_wallet(
    run: CourseRun, staff: Person, run_tasks: Callable[[], int]
) -> None:
    account = make.account()
    enrolment = _attend(run, account.person, staff, "present", "late")
    recognised = make.recognition(run.version)
    for _ in range(2):  # repeating changes nothing
        decided = completion.complete(enrolment=enrolment, actor=staff, now=AFTER)
        run_tasks()
    assert decided.outcome == Completion.Outcome.COMPLETED
    entry = Entry.objects.get(account=account)
    assert (entry.section, entry.recognition_id) == (Entry.Section.RECOGNISED, recognised.pk)
    assert (entry.hours, entry.provenance) == (Decimal("4.0"), Entry.Provenance.SYSTEM)
    award = Award.objects.get(account=account)
    assert (award.entry_id, award.achievement.name) == (entry.id, "마을 기록가")
    assert Holding.objects.get(account=account).award_id == award.id


@pytest.mark.req("A17", "rule")
def test_an_unrecognised_course_goes_to_section_five(run: CourseRun, staff: Person) -> None:
    account = make.account()
    enrolment = _attend(run, account.person, staff, "present", "present")
    completion.complete(enrolment=enrolment, actor=staff, now=AFTER)
    assert Entry.objects.get(account=account).section == Entry.Section.OTHER


@pytest.mark.req("B2", "refusal")
def test_who_did_not_complete_gets_neither_entry_nor_badge(
    run: CourseRun, staff: Person, run_tasks: Callable[[], int]
) -> None:
    account = make.account()
    enrolment = _attend(run, account.person, staff, "present", "absent")
    decided = completion.complete(enrolment=enrolment, actor=staff, now=AFTER)
    run_tasks()
    assert decided.outcome == Completion.Outcome.NOT_COMPLETED
    assert not Entry.objects.exists()
    assert not Award.objects.exists()


@pytest.mark.req("A19", "rule")
def test_an_account_opened_later_gathers_what_was_completed_before(
    run: CourseRun,
    staff: Person,
    run_tasks: Callable[[], int],
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)
    person = make.person()
    enrolment = _attend(run, person, staff, "present", "present")
    completion.complete(enrolment=enrolment, actor=staff, now=AFTER)
    assert not Entry.objects.exists()
    client.force_login(person)
    assert client.post(reverse("my-open-account")).status_code == 302
    account = accounts.open_account(person=person, actor=person, now=AFTER)  # safe to repeat
    run_tasks()
    assert Entry.objects.filter(account=account).count() == 1
    assert Award.objects.filter(account=account).count() == 1


@pytest.mark.req("X1", "rule")
def test_a_correction_runs_left_to_right(run: CourseRun, staff: Person, run_tasks: Callable[[], int]) -> None:
    account = make.account()
    enrolment = _attend(run, account.person, staff, "present", "present")
    decided = completion.complete(enrolment=enrolment, actor=staff, now=AFTER)
    run_tasks()
    delivery.mark_attendance(
        session=run.sessions.get(number=2),
        enrolment=enrolment,
        state=Attendance.State.ABSENT,
        actor=staff,
        now=AFTER,
        reason="다른 사람이 대신 적었음",
    )
    renewed = completion.correct(completion=decided, reason="출석을 바로잡음", actor=staff, now=AFTER)
    run_tasks()
    assert renewed.outcome == Completion.Outcome.NOT_COMPLETED
    entry = Entry.objects.get(account=account)
    assert entry.void_reason == "출석을 바로잡음"
    assert Award.objects.get(account=account).revoked_at is not None
    with pytest.raises(Refused):
        completion.correct(completion=decided, reason="또", actor=staff, now=AFTER)


@pytest.mark.req("A19", "refusal")
def test_a_run_is_decided_whole_or_not_at_all(run: CourseRun, staff: Person) -> None:
    accounts_ = [make.account() for _ in range(3)]
    enrolments = [_attend(run, a.person, staff, "present", "present") for a in accounts_]
    outsider = make.staff(make.organisation("다른 기관"))
    with pytest.raises(NotAllowed):
        completion.complete_run(run_id=run.pk, actor=outsider, now=AFTER)
    with pytest.raises(Refused):  # a session is still to be held
        completion.complete_run(run_id=run.pk, actor=staff, now=make.NOW)
    assert not Completion.objects.exists()
    named = [enrolments[0].pk]
    assert len(completion.complete_run(run_id=run.pk, enrolment_ids=named, actor=staff, now=AFTER)) == 1
    assert len(completion.complete_run(run_id=run.pk, actor=staff, now=AFTER)) == 3
    assert Entry.objects.count() == 3
