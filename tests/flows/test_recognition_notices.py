"""From approved results to recognitions in force: batches, letters, receipt, reminders."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tests import factories as make
from tests.recognition_rows import Offices, application, offices, round_
from tests.threads import all_at_once

from naite.flows import recognition_notices as flow
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.people.models import Role
from naite.trunk.recognition.letters import batches, reminders, sending
from naite.trunk.recognition.models import (
    Application,
    CaseEvent,
    LocalNotice,
    NoticeBatch,
    Recognition,
    ResultNotice,
    Round,
)
from naite.trunk.records.models import RecognitionSweep

pytestmark = [pytest.mark.django_db, pytest.mark.req("A11", "api")]
S, N = Application.State, ResultNotice.State
NOW = make.NOW
TODAY = date(2026, 11, 24)


@pytest.fixture
def where() -> Offices:
    return offices()


@pytest.fixture
def round1(where: Offices) -> Round:
    return round_(where.national)


def approved(where: Offices, of: Round, **fields: Any) -> Application:
    serial = Application.objects.count() + 1
    fields = {
        "verdict": "recognise",
        "recognition_number": f"제2026-{serial:04}호",
        "decided_at": NOW - timedelta(days=1),
        **fields,
    }
    return application(where, of, fields.pop("state", S.APPROVED), **fields)


def sent_out(where: Offices, of: Round, at: Any = NOW) -> LocalNotice:
    batch = batches.send_out(round_=of, actor=where.officer, now=at)
    for _batch in batches.distribute(batch_id=batch.pk, now=at):
        pass
    return LocalNotice.objects.select_related("office__parent", "batch__round__institute").get(batch=batch)


def test_results_come_to_the_local_government_with_their_last_day(where: Offices, round1: Round) -> None:
    approved(where, round1)
    approved(where, round1, state=S.REFUSED, verdict="refuse", recognition_number="")
    approved(where, round1, state=S.PROVISIONAL, decided_at=None, recognition_number="")
    approved(where, round1, state=S.DELIBERATED, decided_at=None, recognition_number="")
    local = sent_out(where, round1)
    assert (local.office, local.arrived_on, local.due_on) == (where.local, TODAY, date(2026, 12, 1))
    kinds = sorted(local.letters.values_list("kind", flat=True))
    assert kinds == ["provisional", "recognised", "refused"]
    assert local.batch.sent == local.batch.total == 3
    told = Message.objects.get(person_id=where.local_officer.pk)
    assert "12.1(화)까지" in told.body
    with pytest.raises(Refused) as refused:
        batches.send_out(round_=round1, actor=where.officer, now=NOW)
    assert refused.value.code == "nothing_ready"


@pytest.mark.req("A11", "refusal")
def test_only_the_institute_sends_and_only_the_office_notifies(where: Offices, round1: Round) -> None:
    approved(where, round1)
    for someone in (where.local_officer, where.official, where.staff):
        with pytest.raises(NotAllowed):
            batches.send_out(round_=round1, actor=someone, now=NOW)
    local = sent_out(where, round1)
    other = make.staff(make.organisation("서대문구"), Role.LOCAL_OFFICER)
    for someone in (where.officer, where.staff, where.provincial_officer, other):
        with pytest.raises(NotAllowed):
            flow.notify(local=local, notice_ids=None, actor=someone, now=NOW)
        with pytest.raises(NotAllowed):
            flow.enter_receipt(notice=local.letters.get(), received_on=TODAY, actor=someone, now=NOW)
    with pytest.raises(NotAllowed):
        sending.consent(institution=where.institution, wanted=True, actor=where.local_officer, now=NOW)


@pytest.mark.req("A12", "api")
def test_with_consent_a_letter_arrives_in_the_mailbox_and_takes_effect(where: Offices, round1: Round) -> None:
    case = approved(where, round1)
    sending.consent(institution=where.institution, wanted=True, actor=where.staff, now=NOW)
    local = sent_out(where, round1)
    assert flow.notify(local=local, notice_ids=None, actor=where.local_officer, now=NOW) == 1
    notice = ResultNotice.objects.get()
    case.refresh_from_db()
    granted = Recognition.objects.get()
    assert (notice.state, notice.channel, notice.received_on) == (N.RECEIVED, "mailbox", TODAY)
    assert (case.state, case.recognition) == (S.RECOGNISED, granted)
    assert granted.number == case.recognition_number
    assert granted.granted_on == date(2026, 11, 23)
    assert (granted.received_on, granted.valid_from) == (TODAY, TODAY)
    assert granted.valid_until == date(2031, 11, 24)
    assert RecognitionSweep.objects.filter(recognition_id=granted.pk).exists()
    assert CaseEvent.objects.get(act="take_effect").audience == CaseEvent.Audience.PUBLIC
    local.refresh_from_db()
    assert local.done_on == TODAY
    assert flow.notify(local=local, notice_ids=None, actor=where.local_officer, now=NOW) == 0
    assert Recognition.objects.count() == 1


@pytest.mark.req("A12", "api")
def test_on_paper_it_takes_effect_on_the_day_of_receipt(where: Offices, round1: Round) -> None:
    case = approved(where, round1)
    local = sent_out(where, round1)
    flow.notify(local=local, notice_ids=None, actor=where.local_officer, now=NOW)
    notice = ResultNotice.objects.get()
    assert (notice.state, notice.channel) == (N.SENT, "paper")
    case.refresh_from_db()
    assert case.state == S.APPROVED
    assert not Recognition.objects.exists()
    later = NOW + timedelta(days=3)
    for day, code in ((date(2026, 11, 23), "before_sent"), (date(2026, 11, 28), "future")):
        with pytest.raises(Invalid) as refused:
            flow.enter_receipt(notice=notice, received_on=day, actor=where.local_officer, now=later)
        assert refused.value.code == code
    given = flow.enter_receipt(
        notice=notice, received_on=date(2026, 11, 26), actor=where.local_officer, now=later
    )
    assert given is not None
    assert (given.received_on, given.valid_until) == (date(2026, 11, 26), date(2031, 11, 26))
    with pytest.raises(Refused) as again:
        flow.enter_receipt(
            notice=notice, received_on=date(2026, 11, 26), actor=where.local_officer, now=later
        )
    assert again.value.code == "received"


def test_a_finished_course_has_its_runs_covered(where: Offices, round1: Round) -> None:
    run = make.run()
    approved(where, round1, kind="finished", run_ids=[str(run.pk)])
    sending.consent(institution=where.institution, wanted=True, actor=where.staff, now=NOW)
    flow.notify(local=sent_out(where, round1), notice_ids=None, actor=where.local_officer, now=NOW)
    assert [row.run_id for row in Recognition.objects.get().covered_runs.all()] == [run.pk]


@pytest.mark.req("A12", "api")
def test_a_renewal_overlaps_what_it_renews_and_nothing_else(where: Offices, round1: Round) -> None:
    version = make.version(where.institution)
    old = make.recognition(version, granted_by=where.national)
    renewing = approved(where, round1, version=version, renews=old)
    sending.consent(institution=where.institution, wanted=True, actor=where.staff, now=NOW)
    flow.notify(local=sent_out(where, round1), notice_ids=None, actor=where.local_officer, now=NOW)
    renewing.refresh_from_db()
    assert renewing.state == S.RECOGNISED

    second = round_(where.national, number=2, criteria=round1.criteria)
    clash = approved(where, second, version=version)
    local = sent_out(where, second)
    flow.notify(local=local, notice_ids=None, actor=where.local_officer, now=NOW)
    notice = ResultNotice.objects.get(application=clash)
    assert notice.state == N.WAITING
    assert "이미 평가인정을 받았습니다" in notice.fault
    assert notice.number == ""
    clash.refresh_from_db()
    assert clash.state == S.APPROVED


@pytest.mark.req("A10", "api")
def test_an_adverse_letter_names_its_grounds_and_how_to_object(where: Offices, round1: Round) -> None:
    approved(where, round1, state=S.REFUSED, verdict="refuse", recognition_number="")
    flow.notify(local=sent_out(where, round1), notice_ids=None, actor=where.local_officer, now=NOW)
    said = str(ResultNotice.objects.get().paper)
    for part in ("까닭", "30일 이내", "행정기본법", "행정심판법", "90일 이내", "마포구청장", "마포구-2026-1"):
        assert part in said
    assert not Recognition.objects.exists()


def test_a_letter_keeps_the_words_in_which_it_was_sent(where: Offices, round1: Round) -> None:
    case = approved(where, round1)
    flow.notify(local=sent_out(where, round1), notice_ids=None, actor=where.local_officer, now=NOW)
    before = ResultNotice.objects.get().paper
    assert case.version is not None
    case.version.title = "다른 이름"
    case.version.save()
    assert ResultNotice.objects.get().paper == before


def test_many_go_out_in_the_background_and_survive_being_killed(
    where: Offices, round1: Round, monkeypatch: pytest.MonkeyPatch, run_tasks: Callable[[], int]
) -> None:
    for _ in range(7):
        approved(where, round1)
    monkeypatch.setattr(batches, "CHUNK", 3)
    batch = flow.send_out(round_=round1, actor=where.officer, now=NOW)
    next(batches.distribute(batch_id=batch.pk, now=NOW))  # killed after its first chunk
    assert ResultNotice.objects.count() == 3
    run_tasks()
    batch.refresh_from_db()
    assert (batch.sent, ResultNotice.objects.count()) == (7, 7)
    assert batch.done_at is not None

    sending.consent(institution=where.institution, wanted=True, actor=where.staff, now=NOW)
    monkeypatch.setattr(sending, "CHUNK", 2)
    monkeypatch.setattr(flow, "AT_ONCE", 1)
    local = LocalNotice.objects.get()
    assert flow.notify(local=local, notice_ids=None, actor=where.local_officer, now=NOW) == 7
    next(sending.send_queued(local_id=local.pk, now=NOW))
    assert Recognition.objects.count() == 2
    run_tasks()
    assert Recognition.objects.count() == 7
    numbers = ResultNotice.objects.values_list("number", flat=True)
    assert sorted(numbers) == sorted(f"마포구-2026-{n}" for n in range(1, 8))
    assert not NoticeBatch.objects.filter(done_at=None).exists()


@pytest.mark.req("A11", "api")
def test_two_reminders_and_then_the_province_is_told(where: Offices, round1: Round) -> None:
    approved(where, round1)
    local = sent_out(where, round1)
    ids = [local.pk]

    def remind(days: int) -> str:
        at = NOW + timedelta(days=days)
        return reminders.remind(local_ids=ids, actor=where.officer, now=at)[0].did

    assert [remind(days) for days in (7, 8, 8, 9, 10, 11)] == [
        "left",  # the last day is not over
        "reminded",
        "left",  # once a day
        "reminded",
        "escalated",
        "left",
    ]
    local.refresh_from_db()
    assert local.reminders == 2
    told = Message.objects.filter(person_id=where.provincial_officer.pk)
    assert "두 번 재촉해도" in told.get().body
    assert Message.objects.filter(person_id=where.local_officer.pk).count() == 3
    with pytest.raises(NotAllowed):
        reminders.remind(local_ids=ids, actor=where.local_officer, now=NOW)


@pytest.mark.req("A9", "rule")
def test_the_time_to_supplement_begins_with_the_receipt_of_the_letter(where: Offices, round1: Round) -> None:
    case = approved(where, round1, state=S.PROVISIONAL, decided_at=None, recognition_number="")
    local = sent_out(where, round1)
    flow.notify(local=local, notice_ids=None, actor=where.local_officer, now=NOW)
    case.refresh_from_db()
    assert case.due_on is None
    notice = ResultNotice.objects.get()
    assert "이 통보를 받은 날부터 30일" in str(notice.paper)
    later = NOW + timedelta(days=20)
    flow.enter_receipt(notice=notice, received_on=date(2026, 11, 26), actor=where.local_officer, now=later)
    case.refresh_from_db()
    assert case.due_on == date(2026, 12, 28), "thirty days after the 26th is a Saturday"
    line = CaseEvent.objects.get(application=case, act="notice_received")
    assert line.due_on == case.due_on


@pytest.mark.req("A11", "rule")
def test_the_worker_reminds_twice_and_then_tells_the_office_above(where: Offices, round1: Round) -> None:
    approved(where, round1)
    local = sent_out(where, round1)
    assert local.due_on == date(2026, 12, 1)
    steps = {}
    for days in range(40):
        at = NOW + timedelta(days=days)
        if any(reminders.remind_late(now=at) for _ in range(2)):
            local.refresh_from_db()
            steps[f"{at:%m-%d}"] = (local.reminders, local.escalated_at is not None)
    # Wednesday 2 December, then three working days on each time: over the weekend, never on one.
    assert steps == {"12-02": (1, False), "12-07": (2, False), "12-10": (2, True)}
    assert Message.objects.filter(person_id=where.provincial_officer.pk).count() == 1
    assert Message.objects.filter(person_id=where.local_officer.pk).count() == 3


@pytest.mark.req("A11", "rule")
def test_an_officers_reminder_counts_and_who_has_told_is_left_alone(where: Offices, round1: Round) -> None:
    approved(where, round1)
    local = sent_out(where, round1)
    at = NOW + timedelta(days=8)
    assert reminders.remind(local_ids=[local.pk], actor=where.officer, now=at)[0].did == "reminded"
    assert reminders.remind_late(now=at) == 0
    assert reminders.remind_late(now=at + timedelta(days=4)) == 0, "Sunday"
    flow.notify(local=local, notice_ids=None, actor=where.local_officer, now=at)
    assert reminders.remind_late(now=at + timedelta(days=30)) == 0


@pytest.mark.req("A11", "rule")
def test_an_office_without_a_province_is_told_of_to_who_sent_the_results(
    where: Offices, round1: Round
) -> None:
    where.local.parent = where.national
    where.local.save()
    approved(where, round1)
    sent_out(where, round1)
    for days in range(8, 40):
        reminders.remind_late(now=NOW + timedelta(days=days))
    assert Message.objects.filter(person_id=where.officer.pk, subject__contains="늦습니다").count() == 1


def test_a_worker_killed_between_two_offices_tells_each_once(
    where: Offices, round1: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = make.organisation("용산구", parent=where.provincial, region=where.local.region)
    other = make.staff(second, Role.LOCAL_OFFICER, "고윤슬")
    approved(where, round1)
    batch = sent_out(where, round1).batch
    LocalNotice.objects.create(batch=batch, office=second, arrived_on=TODAY, due_on=date(2026, 12, 1))
    at, told = NOW + timedelta(days=8), []
    real = batches.tell_office

    def dies(office: Any, **rest: Any) -> int:
        told.append(office)
        if len(told) == 2:
            raise SystemExit
        return real(office, **rest)

    monkeypatch.setattr(batches, "tell_office", dies)
    with pytest.raises(SystemExit):
        reminders.remind_late(now=at)
    assert sorted(LocalNotice.objects.values_list("reminders", flat=True)) == [0, 1]
    monkeypatch.setattr(batches, "tell_office", real)
    assert reminders.remind_late(now=at) == 1
    assert reminders.remind_late(now=at) == 0
    for person in (where.local_officer, other):
        assert Message.objects.filter(person_id=person.pk, subject__contains="기한이 지났습니다").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_tell_an_institution_once() -> None:
    where = offices()
    of = round_(where.national)
    approved(where, of)
    sending.consent(institution=where.institution, wanted=True, actor=where.staff, now=NOW)
    local = sent_out(where, of)

    def tell() -> int:
        return flow.notify(local=local, notice_ids=None, actor=where.local_officer, now=NOW)

    results = all_at_once([tell, tell])
    assert sorted(results) == [0, 1]
    assert Recognition.objects.count() == 1
    assert CaseEvent.objects.filter(act="notify").count() == 1


def test_consent_is_kept_each_time_it_is_given(where: Offices) -> None:
    for wanted in (True, True, False, False, True):
        sending.consent(institution=where.institution, wanted=wanted, actor=where.staff, now=NOW)
    held = where.institution.mailbox_consents
    assert (held.count(), held.filter(ended_at=None).count()) == (2, 1)
