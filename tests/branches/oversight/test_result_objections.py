"""Objections to a refusal or a provisional recognition: the clock, who answers, and what follows."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import clock
from tests import factories as make
from tests import recognition_rows as rows
from tests.committee_rows import committee, meeting

from naite.branches.oversight.models import ResultObjection
from naite.branches.oversight.services import result_objections as objections
from naite.flows import recognition_notices as flow
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person, Role
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.committee import agenda
from naite.trunk.recognition.letters import batches, sending
from naite.trunk.recognition.models import Application, CaseEvent, LocalNotice, ResultNotice
from naite.trunk.recognition.results import supplements

pytestmark = pytest.mark.django_db
S, NOW = Application.State, make.NOW
TODAY = date(2026, 11, 24)


@dataclass
class Told:
    """A case whose result was told and received today; ``officer`` had a part in it, ``second`` had none."""

    where: rows.Offices
    second: Person
    case: Application
    notice: ResultNotice

    def file(self, *, now: Any = NOW, text: str = "평가가 사실과 다릅니다.") -> ResultObjection:
        return objections.file(notice=self.notice, text=text, actor=self.where.staff, now=now)

    def handled(self, *, now: Any = NOW) -> ResultObjection:
        row = self.file(now=now)
        return objections.assign(objection=row, to=self.second, actor=self.where.officer, now=now)

    def decide(self, row: ResultObjection, *, uphold: bool, now: Any = NOW, actor: Any = None) -> Any:
        return objections.decide(
            objection=row, uphold=uphold, answer="살펴보았습니다.", actor=actor or self.second, now=now
        )


def told(state: str = S.REFUSED, **fields: Any) -> Told:
    where = rows.offices()
    second = make.staff(where.national, Role.NATIONAL_OFFICER, "강서연")
    of = rows.round_(where.national)
    refused = state == S.REFUSED
    case = rows.application(
        where,
        of,
        state,
        verdict="refuse" if refused else "provisional",
        decided_at=NOW - timedelta(days=1) if refused else None,
        **fields,
    )
    act = "deliberate" if refused else "pass_provisionally"
    note_event(act=act, actor=where.officer, now=NOW, application=case)
    batch = batches.send_out(round_=of, actor=where.officer, now=NOW)
    list(batches.distribute(batch_id=batch.pk, now=NOW))
    local = LocalNotice.objects.get(batch=batch)
    sending.consent(institution=where.institution, wanted=True, actor=where.staff, now=NOW)
    flow.notify(local=local, notice_ids=None, actor=where.local_officer, now=NOW)
    case.refresh_from_db()
    return Told(where, second, case, ResultNotice.objects.get(application=case))


@pytest.mark.req("A14", "rule")
def test_an_upheld_objection_to_a_refusal_brings_the_case_before_the_committee_and_a_new_letter() -> None:
    at = told()
    row = at.handled()
    assert (row.due_on, row.number) == (date(2026, 12, 8), "2026-0001-R")
    at.decide(row, uphold=True)
    case = Application.objects.get(pk=at.case.pk)
    assert (case.state, case.verdict, case.office) == (S.EVALUATED, "refuse", at.where.national)
    assert case.decided_at is None
    at.notice.refresh_from_db()
    assert at.notice.superseded_at == NOW, "the letter stays, marked"
    # The committee may recognise now, with grounds, and each new result is told once more, a refusal too.
    committee(at.where)
    item = meeting(at.where, [case]).items.get()
    agenda.decide(
        item=item,
        decision=agenda.Decision(outcome="refuse", grounds="다시 보아도 모자람"),
        revision=item.revision,
        actor=at.where.officer,
        now=NOW,
    )
    Application.objects.filter(pk=case.pk).update(state=S.REFUSED, decided_at=NOW)
    batch = batches.send_out(round_=case.round, actor=at.where.officer, now=NOW)
    list(batches.distribute(batch_id=batch.pk, now=NOW))
    assert ResultNotice.objects.filter(application=case, superseded_at=None).get().kind == "refused"
    assert ResultNotice.objects.filter(application=case).count() == 2


@pytest.mark.req("A14", "refusal")
def test_nobody_who_had_a_part_in_the_result_answers() -> None:
    at = told()
    row = at.file()
    for someone in (at.where.officer, at.where.staff, at.where.official, at.where.local_officer):
        with pytest.raises(Invalid, match="참여한 사람"):
            objections.assign(objection=row, to=someone, actor=at.second, now=NOW)
    with pytest.raises(NotAllowed):
        objections.assign(objection=row, to=at.second, actor=at.where.staff, now=NOW)
    with pytest.raises(NotAllowed, match="먼저 맡아"):
        at.decide(row, uphold=True)
    objections.assign(objection=row, to=at.second, actor=at.where.officer, now=NOW)
    with pytest.raises(NotAllowed, match="참여한 사람"):
        at.decide(row, uphold=True, actor=at.where.officer)
    with pytest.raises(Invalid):
        objections.decide(objection=row, uphold=True, answer=" ", actor=at.second, now=NOW)
    assert Application.objects.get(pk=at.case.pk).state == S.REFUSED
    at.decide(row, uphold=False)
    for uphold in (True, False):
        with pytest.raises(Refused, match="이미 답한"):
            at.decide(row, uphold=uphold)


@pytest.mark.req("A14", "refusal")
def test_it_is_filed_by_the_institution_in_thirty_days_from_the_receipt_and_once() -> None:
    at = told()
    with pytest.raises(NotAllowed):
        objections.file(notice=at.notice, text="가", actor=at.where.officer, now=NOW)
    with pytest.raises(Invalid):
        at.file(text="  ")
    # 24 December is the thirtieth day, a Thursday; the next day is a holiday and too late.
    assert objections.last_day_to_file(at.notice) == date(2026, 12, 24)
    with pytest.raises(Refused) as late:
        at.file(now=NOW + timedelta(days=31))
    assert late.value.code == "too_late"
    assert not ResultObjection.objects.exists()
    at.file(now=NOW + timedelta(days=30))
    with pytest.raises(Refused) as twice:
        at.file(now=NOW + timedelta(days=30))
    assert twice.value.code == "already_objected"


@pytest.mark.req("A14", "refusal")
@pytest.mark.parametrize("change", [{"received_on": None}, {"kind": "recognised"}, {"superseded_at": NOW}])
def test_some_letters_cannot_be_objected_to(change: dict[str, Any]) -> None:
    at = told()
    ResultNotice.objects.filter(pk=at.notice.pk).update(**change)
    with pytest.raises(Refused) as refused:
        at.file()
    assert refused.value.code == "nothing_to_object"


@pytest.mark.req("A14", "rule")
def test_the_answer_is_put_off_once_by_ten_days() -> None:
    at = told()
    row = at.handled()
    assert objections.extend(objection=row, reason="현장 확인", actor=at.second, now=NOW).due_on == date(
        2026, 12, 18
    )
    with pytest.raises(Refused) as again:
        objections.extend(objection=row, reason="또", actor=at.second, now=NOW)
    assert again.value.code == "extended_already"


@pytest.mark.req("A14", "rule")
@pytest.mark.req("A9", "rule")
def test_the_time_to_supplement_stands_still_while_an_objection_is_answered() -> None:
    at = told(S.PROVISIONAL)
    assert at.case.due_on == date(2026, 12, 24)
    row = at.handled()
    assert supplements.lapse_due(now=NOW + timedelta(days=300)) == 0
    # Filed on the 24th, answered on the 3rd: ten days, and 3 January is a Sunday.
    at.decide(row, uphold=False, now=NOW + timedelta(days=9))
    case = Application.objects.get(pk=at.case.pk)
    assert (case.state, case.due_on) == (S.PROVISIONAL, date(2027, 1, 4))
    assert supplements.lapse_due(now=NOW + timedelta(days=41)) == 0
    assert supplements.lapse_due(now=NOW + timedelta(days=42)) == 1


@pytest.mark.req("A14", "refusal")
def test_a_withdrawn_objection_frees_the_clock_and_a_case_that_went_on_is_not_torn_back() -> None:
    at = told(S.PROVISIONAL)
    row = at.file()
    with pytest.raises(NotAllowed):
        objections.withdraw(objection=row, actor=at.where.officer, now=NOW)
    objections.withdraw(objection=row, actor=at.where.staff, now=NOW)
    assert Application.objects.get(pk=at.case.pk).due_on == date(2026, 12, 28), (
        "a day more: past the holidays"
    )
    again = at.handled()
    Application.objects.filter(pk=at.case.pk).update(state=S.RE_REVIEW)
    with pytest.raises(Refused) as gone_on:
        at.decide(again, uphold=True)
    assert gone_on.value.code == "gone_on"
    assert ResultObjection.objects.get(pk=again.pk).state == "filed"


@pytest.mark.req("A14", "refusal")
def test_a_reopened_provisional_case_is_not_decided_by_following_the_panel() -> None:
    at = told(S.PROVISIONAL)
    at.decide(at.handled(), uphold=True)
    committee(at.where)
    made = meeting(at.where, [Application.objects.get(pk=at.case.pk)])
    item = made.items.get()
    [(_item, refusal)] = agenda.follow_panel(
        meeting=made, item_ids=[item.pk], actor=at.where.officer, now=NOW
    )
    assert refusal is not None
    item.refresh_from_db()
    assert item.outcome == ""


@pytest.mark.req("A14", "browser")
def test_the_pages_of_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.hold(monkeypatch, NOW)
    at = told()
    client, here = Client(), reverse("work-result-objection", args=[at.notice.pk])
    client.force_login(at.where.staff)
    assert here in client.get(reverse("work-notice", args=[at.notice.pk])).content.decode()
    assert "12.24(목)까지 낼 수 있습니다" in client.get(here).content.decode()
    empty = client.post(here, {"text": ""})
    assert empty.status_code == 422
    assert client.post(here, {"text": "강의실 확인이 빠졌습니다."}).status_code == 302
    assert "12.08(화)까지 답이 옵니다" in client.get(here).content.decode()
    row = ResultObjection.objects.get()

    client.force_login(at.where.officer)
    listing = client.get(reverse("office-result-objections")).content.decode()
    assert row.number in listing
    page, act = (reverse(f"office-result-objection{end}", args=[row.pk]) for end in ("", "-act"))
    shown = client.get(page).content.decode()
    assert "참여한 분은" in shown
    client.post(act, {"act": "assign", "handler": str(at.second.pk)})
    client.force_login(at.second)
    wrong = client.post(act, {"act": "uphold", "answer-answer": ""})
    assert wrong.status_code == 422
    assert client.post(act, {"act": "uphold", "answer-answer": "확인했습니다."}).status_code == 302
    client.force_login(at.where.staff)
    assert "심의위원회가 다시 심의합니다" in client.get(here).content.decode()
    for stranger in (at.where.local_officer, make.person("남")):
        client.force_login(stranger)
        assert client.get(page).status_code == 403
        assert client.get(here).status_code == 403
    assert CaseEvent.objects.filter(application=at.case, act="reopen", audience="parties").exists()
