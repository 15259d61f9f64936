"""From the committee on: one round to its end, the first results of another, with one office that is late."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from naite.flows import committee as closing
from naite.flows import recognition_notices as notices
from naite.flows.demo import recognition_letters as letters
from naite.flows.demo import recognition_world as world
from naite.flows.demo.cast import LONG_AGO, Cast
from naite.flows.demo.recognition_rounds import Rounds
from naite.flows.demo.teaching import at
from naite.flows.demo.world import MAIL
from naite.roots.dates import day_of
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.recognition.committee import agenda, approvals, meetings, members, queries
from naite.trunk.recognition.committee.agenda import Decision
from naite.trunk.recognition.letters import reminders, sending
from naite.trunk.recognition.models import (
    AgendaItem,
    Application,
    LocalNotice,
    Meeting,
    Round,
)

S, V = Application.State, Application.Verdict
# Whose result went out first; the office of this one is late.
FIRST = frozenset({"moonlight"})
CONSENTED = ("hangang", "saeum", "seoul-my-college", "evergreen", "suwon-learning", "gongdeok")
MEMBERS = (
    ("위채움", "평생교육학", "", True),
    ("송나래", "직업능력개발", "", False),
    ("권이듬", "문해교육", "evergreen", False),
    ("도하진", "시민교육", "", False),
    ("명소윤", "문화예술교육", "", False),
)
GROUNDS = "학습자 지원·관리 항목에서 결석자 보충과 상담 계획을 확인할 수 없고, 강의실 사용 계약이 운영 기간보다 짧습니다."


def play(rounds: Rounds, cast: Cast, *, now: datetime) -> None:
    """Take the finished round to its end; of the one under review tell the first results, and leave some at
    the ministry, at a local government that is late, and for the next meeting."""
    officer, today = cast.people["seoyeon"], day_of(now)
    _members(cast, officer, now)
    _consent(cast, now)
    _finish(rounds, cast)
    _tell_first(rounds, cast, today)
    _next_meeting(cast.places["nile"], officer, now)


def _finish(rounds: Rounds, cast: Cast) -> None:
    """Deliberate, approve and tell everything, and let every institution receive its letter."""
    of, officer = rounds.finished, cast.people["seoyeon"]
    assert of.committee_on is not None and of.results_on is not None
    cases = _evaluated(of)
    _deliberate(of, cases, officer, at(of.committee_on, 14))
    approvals.approve_many(
        application_ids=cases,
        actor=rounds.officials["moe"],
        now=at(of.committee_on + timedelta(days=8), 10),
    )
    letters.tell_all(of, rounds.officials, actor=officer, now=at(of.results_on, 10))


def _tell_first(rounds: Rounds, cast: Cast, today: date) -> None:
    """Deliberate what was reviewed first: one office is late, one in the middle of it, two cases wait above."""
    of, officer = rounds.reviewed, cast.people["seoyeon"]
    plans = {each.title: each for each in world.REVIEWED}
    going = [
        rounds.cases[title]
        for title, each in plans.items()
        if each.stands in {"approved", "refused", "deliberated"}
    ]
    _deliberate(of, [case.pk for case in going], officer, at(today - timedelta(days=14), 14))
    decided = [case for case in going if plans[str(case.version)].stands != "deliberated"]
    first = [case.pk for case in decided if plans[str(case.version)].place in FIRST]
    second = [case.pk for case in decided if case.pk not in first]
    official = rounds.officials["moe"]
    approvals.approve_many(application_ids=first, actor=official, now=at(today - timedelta(days=13), 10))
    letters.send(of, actor=officer, now=at(today - timedelta(days=12), 10))
    for days in (4, 2):
        late = LocalNotice.objects.filter(office=cast.places["haeundae"], done_on=None)
        reminders.remind(
            local_ids=[row.pk for row in late], actor=officer, now=at(today - timedelta(days=days), 9)
        )
    approvals.approve_many(application_ids=second, actor=official, now=at(today - timedelta(days=9), 10))
    sent = at(today - timedelta(days=6), 10)
    batch = letters.send(of, actor=officer, now=sent)
    letters.notify(batch, "yuseong", actor=rounds.officials["yuseong"], now=sent + timedelta(days=1))
    mapo = batch.locals.select_related("office").get(office=cast.places["mapo"])
    some = [row.pk for row in mapo.letters.order_by("-application__number")[:2]]
    notices.notify(local=mapo, notice_ids=some, actor=cast.people["doyun"], now=sent + timedelta(days=2))


def _evaluated(of: Round) -> list[UUID]:
    return list(Application.objects.filter(round=of, state=S.EVALUATED).values_list("pk", flat=True))


def _members(cast: Cast, officer: Person, now: datetime) -> None:
    nile, today = cast.places["nile"], day_of(now)
    for number, (name, field, place, is_chair) in enumerate(MEMBERS, start=1):
        person = Person.objects.create_user(f"committee{number}{MAIL}", name=name, joined_at=LONG_AGO)
        RoleAssignment.objects.create(
            person=person, organisation=nile, role=Role.COMMITTEE_MEMBER, valid_from=LONG_AGO
        )
        cast.people[f"committee{number}"] = person
        members.appoint(
            institute=nile,
            person=person,
            affiliation=cast.places[place] if place else None,
            field=field,
            is_chair=is_chair,
            term_from=today - timedelta(days=340),
            term_until=today + timedelta(days=390),
            actor=officer,
            now=at(today - timedelta(days=340), 9),
        )


def _deliberate(of: Round, ids: Collection[UUID], officer: Person, held: datetime) -> None:
    meeting = meetings.prepare(
        institute=of.institute,
        plan=meetings.Plan(starts_at=held, place="국가평생교육진흥원 대회의실", round=of),
        actor=officer,
        now=held - timedelta(days=7),
    )
    agenda.add(meeting=meeting, application_ids=ids, actor=officer, now=held - timedelta(days=6))
    meeting = meetings.open_meeting(meeting=meeting, actor=officer, now=held)
    meetings.set_presence(
        meeting=meeting, present=set(meeting.seats.values_list("pk", flat=True)), actor=officer, now=held
    )
    for item in queries.agenda(meeting):
        _appointed, present = queries.strength(item)
        refuses = item.found == V.REFUSE
        decision = (
            Decision(AgendaItem.Outcome.REFUSE, how="vote", votes=(present - 1, 1, 0), grounds=GROUNDS)
            if refuses
            else Decision(AgendaItem.Outcome.RECOGNISE)
        )
        agenda.decide(item=item, decision=decision, revision=item.revision, actor=officer, now=held)
    closing.close(
        meeting=meeting,
        remarks="결석자 보충 계획을 적는 칸을 다음 차수 신청서에 두기로 하였다.",
        actor=officer,
        now=held + timedelta(hours=3),
    )


def _consent(cast: Cast, now: datetime) -> None:
    for slug in CONSENTED:
        place = cast.places[slug]
        staff = RoleAssignment.objects.filter(organisation=place, role=Role.INSTITUTION_STAFF)[0].person
        sending.consent(institution=place, wanted=True, actor=staff, now=now - timedelta(days=200))


def _next_meeting(institute: Organisation, officer: Person, now: datetime) -> None:
    """Prepare the next meeting, with whatever the panels have finished by now on its agenda."""
    waiting = list(queries.candidates(institute).values_list("pk", flat=True))
    meeting: Meeting = meetings.prepare(
        institute=institute,
        plan=meetings.Plan(
            starts_at=at(day_of(now) + timedelta(days=9), 14), place="국가평생교육진흥원 대회의실"
        ),
        actor=officer,
        now=now - timedelta(hours=2),
    )
    agenda.add(
        meeting=meeting,
        application_ids=waiting[: max(1, len(waiting) - 2)],
        actor=officer,
        now=now - timedelta(hours=1),
    )
