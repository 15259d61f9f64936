"""Oversight in the demo world: complaints, a cancellation, an objection that won, an order that runs, draws."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from naite.branches.oversight import deadlines
from naite.branches.oversight.models import Cancellation, Candidate, Complaint, Investigation
from naite.branches.oversight.services import (
    cancellations,
    complaint_work,
    complaints,
    corrections,
    draws,
    investigations,
    objections,
)
from naite.branches.oversight.services.complaints import ComplaintText
from naite.flows import oversight, recognised_later
from naite.flows.demo.teaching import School, add_subject, at
from naite.flows.demo.world import Subject
from naite.roots.dates import settled
from naite.trunk.catalogue.classification import Area, Category, SubArea
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Recognition

_A, _S, _C = Area.SELF_GROWTH, SubArea.ARTS, Category.ARTS_CULTURE
# Key, place, title; the first three were recognised the year before the others.
COURSES = (
    ("pottery", "moonlight", "흙으로 빚는 생활 도자"),
    ("bread", "suwon-learning", "천연 발효 빵 만들기"),
    ("drama", "zelkova", "동네 낭독극"),
    ("knit", "evergreen", "뜨개로 여는 아침"),
    ("coffee", "suwon-learning", "커피와 로스팅 입문"),
    ("photo", "moonlight", "바다 사진 교실"),
    ("garden", "zelkova", "베란다 텃밭"),
    ("calligraphy", "seoul-my-college", "손글씨 캘리그래피"),
    ("barista", "suwon-learning", "바리스타 실무"),
    ("camera", "moonlight", "휴대전화로 찍는 단편 영화"),
    ("guitar", "zelkova", "통기타 첫걸음"),
)


class _Stage:
    """The officers, the recognitions and the days around now."""

    def __init__(self, school: School, now: datetime) -> None:
        self.cast = school.cast
        self.now = now
        self.today = timezone.localdate(now)
        self.officer = self.cast.people["seoyeon"]
        self.second = self.cast.people["jaemin"]
        self.given: dict[str, Recognition] = {}
        self._school = school

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def at(self, ago: int, hour: int = 10) -> datetime:
        return at(self.day(ago), hour)

    def recognise(self, key: str, place: str, title: str, number: str, received: date) -> None:
        subject = Subject(
            key, place, title, f"{title}: 처음부터 차근차근 배웁니다.", _A, _S, _C, Decimal(16), ("시작", "한 걸음", "또 한 걸음", "나누기")
        )  # fmt: skip
        version = add_subject(self._school, subject)
        self.given[key] = recognised_later.grant(
            course=version.course,
            number=number,
            granted_on=received - timedelta(days=2),
            received_on=received,
            actor=self.officer,
            now=at(received, 11),
        )

    def staff_of(self, given: Recognition) -> Person:
        place = next(key for key, row in self.cast.places.items() if row.pk == given.course.organisation_id)
        return self.cast.staff(place)


def watch_over(school: School, *, now: datetime) -> None:
    """Play oversight's last half year."""
    stage = _Stage(school, now)
    running = (stage.today - timedelta(days=3 * 365 + 90)).year
    for n, (key, place, title) in enumerate(COURSES):
        if n < 3:
            received, year = date(running - 1, 6, 15), running - 1
        elif n < 8:
            received = stage.today - timedelta(days=3 * 365 + 90)
            year = running
        else:
            received = stage.today - timedelta(days=700)
            year = received.year
        stage.recognise(key, place, title, f"제{year}-{8001 + n}호", received)
    for each in (_CANCELLED, _WON):
        stage.given[each.key] = Recognition.objects.select_related("course__organisation").get(
            course__current__title=each.key
        )
    _draw(stage, running - 1, committed=120, drawn=118, all_visits=True)
    _draw(stage, running, committed=12, drawn=10, all_visits=False)
    _cancelled(stage)
    _won(stage)
    _corrected(stage)
    _waiting(stage)


def _draw(stage: _Stage, year: int, *, committed: int, drawn: int, all_visits: bool) -> None:
    row = draws.commit(of=None, year=year, actor=stage.officer, now=stage.at(committed))
    draws.draw(committed=row, actor=stage.officer, now=stage.at(drawn))
    visits = [
        each.investigation
        for each in Candidate.objects.filter(draw=row, drawn=True).select_related("investigation")
    ]
    for n, visit in enumerate(visits):
        if visit is not None and (all_visits or (n == 0 and len(visits) > 1)):
            _report(stage, visit, ago=drawn - 4 - n, violation="")


def _report(stage: _Stage, visit: Investigation, *, ago: int, violation: str, end: str = "nothing") -> None:
    when = stage.at(ago, 14)
    investigations.begin(investigation=visit, actor=stage.officer, now=when)
    findings = {each.position: ("fine", "") for each in visit.findings.all()}
    if violation:
        findings[5] = ("violation", violation)
    visit = investigations.save(
        investigation=visit,
        edition=visit.edition,
        findings=findings,
        summary="강의실, 수업, 출석부, 강사 서류를 확인했습니다." + (f" {violation}" if violation else ""),
        actor=stage.officer,
        now=when,
    )
    investigations.report(
        investigation=visit, edition=visit.edition, conclusion=end, actor=stage.officer, now=when
    )


def _complain(stage: _Stage, key: str, concern: str, body: str, *, ago: int, **contact: Any) -> Complaint:
    given = stage.given[key]
    text = ComplaintText(concern=concern, body=body, course=given.course, **contact)
    row, _key = complaints.report(text=text, uploads=(), place=f"demo-{given.pk}-{ago}", now=stage.at(ago, 9))
    return row


@dataclass(frozen=True)
class _Failure:
    """A complaint that turned out true, and what the institution did not put right."""

    key: str
    concern: str
    body: str
    violation: str
    demands: str
    ago: int


# Both were recognised in the round that is over.
_CANCELLED = _Failure(
    "공공데이터 시각화",
    "below_standard",
    "컴퓨터가 여덟 대뿐이라 스무 명이 번갈아 씁니다. 인정받은 안내문에는 스무 대라고 되어 있습니다.",
    "실습 컴퓨터가 20대가 아니라 8대이고, 그 가운데 2대는 켜지지 않습니다.",
    "인정받은 대로 실습 컴퓨터 20대를 갖추고 사진과 함께 결과를 내십시오.",
    105,
)
_WON = _Failure(
    "해양 생태 해설",
    "not_as_recognised",
    "24시간짜리라고 해서 신청했는데 바다에 나가는 6시간을 열지 않고 끝났습니다.",
    "인정받은 24시간 가운데 현장 실습 6시간을 연 기록이 없습니다.",
    "빠진 6시간을 열고 출석부와 함께 결과를 내십시오.",
    103,
)


def _ordered_in_vain(stage: _Stage, failure: _Failure) -> Cancellation:
    """Go from a complaint by a visit and an order that was not followed to the notice of cancellation."""
    ago = failure.ago
    given = stage.given[failure.key]
    row = _complain(stage, failure.key, failure.concern, failure.body, ago=ago, email="sinmungo@example.kr")
    row = complaint_work.accept(complaint=row, course=None, actor=stage.officer, now=stage.at(ago, 11))
    visit = investigations.plan(
        recognition=given,
        cause="complaint",
        visit_on=stage.day(ago - 5),
        complaint=row,
        actor=stage.officer,
        now=stage.at(ago - 1),
    )
    _report(stage, visit, ago=ago - 5, violation=failure.violation, end="correction")
    order = corrections.issue(
        recognition=given,
        investigation=visit,
        ground="not_as_recognised",
        grounds=failure.violation,
        demands=failure.demands,
        delivered_on=stage.day(ago - 7),
        until=settled(stage.day(ago - 35)),
        publish=False,
        actor=stage.officer,
        now=stage.at(ago - 7),
    )
    row.refresh_from_db()
    complaint_work.close(
        complaint=row,
        outcome="ordered",
        answer="현장에서 확인하고 바로잡도록 시정명령을 했습니다. 알려 주셔서 고맙습니다.",
        actor=stage.officer,
        now=stage.at(ago - 7, 15),
    )
    corrections.judge(
        order=order,
        fulfilled=False,
        reason="기한이 지나도록 결과를 내지 않았습니다.",
        actor=stage.officer,
        now=stage.at(ago - 41),
    )
    order.refresh_from_db()
    return cancellations.give_notice(
        recognition=given,
        ground="not_as_recognised",
        order=order,
        investigation=None,
        grounds=f"시정명령을 받고도 바로잡지 않았습니다. {failure.violation}",
        delivered_on=stage.day(ago - 43),
        opinion_until=deadlines.last_day("opinion", stage.day(ago - 43)),
        hearing=None,
        actor=stage.officer,
        now=stage.at(ago - 43),
    )


def _cancelled(stage: _Stage) -> None:
    """A complaint that ended in the cancellation of a recognition."""
    case = _ordered_in_vain(stage, _CANCELLED)
    cancellations.give_opinion(
        cancellation=case,
        opinion="내년 예산에 컴퓨터 값을 넣었습니다. 그때까지 기다려 주십시오.",
        waive=False,
        actor=stage.staff_of(stage.given[_CANCELLED.key]),
        now=stage.at(56),
    )
    oversight.decide_cancellation(
        cancellation=case,
        cancel=True,
        reasons="예산을 세웠다는 의견을 헤아렸으나, 두 달 동안 갖추지 않아 배우는 사람이 실습할 수 없습니다.",
        delivered_on=stage.day(45),
        actor=stage.officer,
        now=stage.at(45),
    )


def _won(stage: _Stage) -> None:
    """Another complaint that ended so, and the objection that won."""
    case = _ordered_in_vain(stage, _WON)
    oversight.decide_cancellation(
        cancellation=case,
        cancel=True,
        reasons="기한까지 의견이 없었고 사실이 달라지지 않았습니다.",
        delivered_on=stage.day(46),
        actor=stage.officer,
        now=stage.at(46),
    )
    case.refresh_from_db()
    objection = objections.file(
        against=case,
        text="현장 실습 6시간은 날씨 때문에 한 주 미루어 열었고 출석부와 영상이 있습니다. 결과를 다른 과정의 명령에 잘못 올렸습니다.",
        actor=stage.staff_of(stage.given[_WON.key]),
        now=stage.at(41),
    )
    objections.assign(objection=objection, to=stage.second, actor=stage.officer, now=stage.at(40))
    oversight.decide_objection(
        objection=objection,
        uphold=True,
        answer="출석부와 영상으로 6시간을 연 것을 확인했습니다. 취소를 거두고 평가인정을 되살립니다.",
        actor=stage.second,
        now=stage.at(33),
    )


def _corrected(stage: _Stage) -> None:
    """An order that runs: answered once, sent back, and due soon."""
    given = stage.given["guitar"]
    row = _complain(
        stage,
        "guitar",
        "attendance",
        "오지 않은 사람도 출석으로 적힙니다. 저도 빠진 날이 출석으로 되어 있었습니다.",
        ago=30,
    )
    row = complaint_work.accept(complaint=row, course=None, actor=stage.second, now=stage.at(30, 13))
    visit = investigations.plan(
        recognition=given,
        cause="complaint",
        visit_on=stage.day(28),
        complaint=row,
        actor=stage.second,
        now=stage.at(29),
    )
    _report(
        stage,
        visit,
        ago=28,
        violation="10월 출석부에 오지 않은 3명이 출석으로 적혀 있습니다.",
        end="correction",
    )
    order = corrections.issue(
        recognition=given,
        investigation=visit,
        ground="not_as_recognised",
        grounds="10월 출석부에 오지 않은 3명이 출석으로 적혀 있습니다.",
        demands="출석부를 바로잡고, 출석을 적는 방법을 고쳐 결과를 내십시오.",
        delivered_on=stage.day(25),
        until=settled(stage.day(-9)),
        publish=False,
        actor=stage.second,
        now=stage.at(25),
    )
    row.refresh_from_db()
    complaint_work.close(
        complaint=row,
        outcome="ordered",
        answer="현장에서 확인하고 출석부를 바로잡도록 시정명령을 했습니다.",
        actor=stage.second,
        now=stage.at(24),
    )
    corrections.answer(
        order=order,
        body="출석부를 고쳤습니다. 이제 QR로 출석합니다.",
        uploads=(),
        actor=stage.staff_of(given),
        now=stage.at(6),
    )
    corrections.send_back(
        order=order, reason="고친 출석부 사본이 빠졌습니다.", actor=stage.second, now=stage.at(4)
    )


def _waiting(stage: _Stage) -> None:
    """Two complaints that wait, and one that was not ours."""
    _complain(
        stage,
        "coffee",
        "below_standard",
        "실습 기계가 한 대뿐이라 열두 명이 돌아가며 씁니다. 인정받은 안내문에는 네 대라고 되어 있습니다.",
        ago=1,
        name="박나루",
        phone="010-0000-0000",
    )
    row = _complain(stage, "photo", "other", "수업 시간이 공지 없이 바뀌었습니다.", ago=5)
    complaint_work.accept(complaint=row, course=None, actor=stage.officer, now=stage.at(4))
    row = _complain(stage, "knit", "other", "수강료를 돌려받지 못했습니다.", ago=20)
    complaint_work.put_out_of_scope(
        complaint=row,
        reason="수강료 반환은 기관에 먼저 청구하시고, 받아들여지지 않으면 관할 교육지원청에 알려 주세요.",
        actor=stage.second,
        now=stage.at(17),
    )
