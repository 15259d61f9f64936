"""A round of any size for the benchmarks, written straight into the tables on both engines.

``World.add`` brings cases in every state with all that hangs on them: 20 items of text, the route, the history,
5 reviews with 20 scores each, places on an agenda, letters, recognitions. Called twice, it makes the same world
larger, so that a page can be asked how many queries it makes with a few cases and with many.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import OuterRef

from naite.roots import bulk
from naite.roots.ids import new_id
from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.people.models import Organisation, Person, Region, Role, RoleAssignment
from naite.trunk.recognition.models import (
    AgendaItem,
    Application,
    ApplicationItem,
    Assignment,
    CaseEvent,
    CommitteeMember,
    ConflictDeclaration,
    CriteriaItem,
    CriteriaVersion,
    Evaluator,
    Hop,
    LocalNotice,
    Meeting,
    MeetingSeat,
    NoticeBatch,
    Panel,
    PanelCase,
    PanelMember,
    Recognition,
    ResultNotice,
    Round,
    Score,
)

EVALUATORS, ITEMS, PANELS, POOL, PROVINCES, OFFICES = 5, 20, 10, 100, 17, 226
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
K, S = Organisation.Kind, Application.State
# What a case is in for the lists, by its number modulo ten; the verdicts come from the scores before.
STATES = (
    S.IN_REVIEW,
    S.RECEIVED,
    S.EVALUATED,
    S.EVALUATED,
    S.EVALUATED,
    S.DELIBERATED,
    S.APPROVED,
    S.REFUSED,
    S.RECOGNISED,
    S.RECOGNISED,
)
_HISTORY = (
    ("submit", S.DRAFT, S.SUBMITTED, 80),
    ("receive", S.SUBMITTED, S.RECEIVED, 78),
    ("forward", S.RECEIVED, S.SUBMITTED, 70),
    ("receive", S.SUBMITTED, S.RECEIVED, 68),
    ("seat_panel", S.RECEIVED, S.IN_REVIEW, 60),
)
_ENDS = {
    S.DELIBERATED: 1,
    S.APPROVED: 2,
    S.REFUSED: 2,
    S.RECOGNISED: 3,
}


@dataclass
class World:
    """The round with its offices; ``cases`` grows with ``add``."""

    round: Round
    institute: Organisation
    offices: list[Organisation]
    officer: Person
    local_officer: Person
    official: Person
    pool: list[Evaluator]
    panels: list[Panel]
    items: list[CriteriaItem]
    meeting: Meeting
    batch: NoticeBatch
    locals: dict[Any, LocalNotice]
    institutions: list[Organisation] = field(default_factory=list)
    cases: list[Application] = field(default_factory=list)

    @transaction.atomic
    def add(self, count: int) -> list[Application]:
        """Write so many more cases with submitted reviews, all before the panel; returns them."""
        first = len(self.cases)
        places = [self._institution(first // 10 + n) for n in range(max(1, count // 10))]
        self.institutions += places
        made = []
        courses, versions, cases = [], [], []
        for n in range(first, first + count):
            place = places[n % len(places)]
            course, version = new_id(), new_id()
            courses.append({"id": course, "organisation_id": place.pk, "created_at": NOW, "current_id": None})
            versions.append(
                {
                    "id": version,
                    "course_id": course,
                    "number": 1,
                    "title": f"이웃과 함께 읽는 마을의 역사 {n}",
                    "category": "vocational",
                    "total_hours": Decimal(30),
                    "published_at": NOW,
                }
            )
            case = Application(
                round=self.round,
                organisation=place,
                course_id=course,
                version_id=version,
                kind="planned",
                state=S.IN_REVIEW,
                office=self.institute,
                number=f"2026-1-{n:05}",
                due_on=self.round.review_until,
                created_at=NOW - 90 * DAY,
                changed_at=NOW - 60 * DAY,
                submitted_at=NOW - 80 * DAY,
            )
            made.append(case)
            cases.append(_plain(case))
        bulk.insert(Course, courses)
        bulk.insert(CourseVersion, versions)
        Course.objects.filter(current=None).update(
            current=CourseVersion.objects.filter(course_id=OuterRef("pk")).values("pk")[:1]
        )
        bulk.insert(Application, cases)
        self._papers(made)
        self._reviews(made, first)
        self.cases += made
        return made

    def _institution(self, n: int) -> Organisation:
        office = self.offices[n % len(self.offices)]
        return Organisation.objects.create(
            slug=f"i{n}",
            name=f"마을배움터 {n}",
            kind=K.HUMAN_RESOURCES,
            parent=office,
            region_id=office.region_id,
            created_at=NOW,
        )

    def _papers(self, made: list[Application]) -> None:
        bulk.insert(
            ApplicationItem,
            (
                {
                    "id": new_id(),
                    "application_id": case.pk,
                    "item_id": item.pk,
                    "text": f"{item.title}을 이렇게 갖추었습니다.",
                    "text_before": "",
                    "check_state": "complete",
                    "check_note": "",
                }
                for case in made
                for item in self.items
            ),
        )
        bulk.insert(
            Hop,
            (
                {
                    "id": new_id(),
                    "application_id": case.pk,
                    "position": place,
                    "office_id": office,
                    "arrived_at": NOW - 80 * DAY + place * DAY,
                    "received_at": NOW - 79 * DAY + place * DAY,
                    "left_at": NOW - 70 * DAY if place == 1 else None,
                    "letter_number": "",
                }
                for case in made
                for place, office in enumerate((case.organisation.parent_id, self.institute.pk), start=1)
            ),
        )
        bulk.insert(CaseEvent, (line for case in made for line in self._lines(case, _HISTORY)))

    def _lines(self, case: Application, history: Any) -> Iterator[dict[str, Any]]:
        for act, source, target, days in history:
            yield {
                "id": new_id(),
                "application_id": case.pk,
                "recognition_id": None,
                "at": NOW - days * DAY,
                "act": act,
                "from_state": source,
                "to_state": target,
                "actor_id": self.officer.pk,
                "office_id": self.institute.pk,
                "reason": "",
                "due_on": None,
                "evidence": {},
                "audience": "parties",
            }

    def _reviews(self, made: list[Application], first: int) -> None:
        """Submit everything; nine in ten cases well, the others with some items below 70 %."""
        luck = random.Random(6 + first)
        bulk.insert(
            PanelCase,
            (
                {
                    "application_id": case.pk,
                    "panel_id": self.panels[(first + n) % PANELS].pk,
                    "stage": "paper",
                    "attempt": 1,
                    "seated_at": NOW - 60 * DAY,
                }
                for n, case in enumerate(made)
            ),
        )
        given = []
        for n, case in enumerate(made):
            at = (first + n) % PANELS
            for one in luck.sample(self.pool[at::PANELS], EVALUATORS):
                given.append(
                    {
                        "id": new_id(),
                        "application_id": case.pk,
                        "panel_id": self.panels[at].pk,
                        "evaluator_id": one.pk,
                        "stage": "paper",
                        "attempt": 1,
                        "state": "submitted",
                        "explanation": {},
                        "assigned_by_id": self.officer.pk,
                        "assigned_at": NOW - 60 * DAY,
                        "due_on": date(2026, 12, 31),
                        "submitted_at": NOW - 30 * DAY,
                        "reminded_on": None,
                        "replaced_by_id": None,
                        "ended_at": None,
                        "ended_reason": "",
                    }
                )
        bulk.insert(Assignment, given)
        scores = [Decimal(n) / 2 for n in range(11)]
        bulk.insert(
            Score,
            (
                {
                    "id": new_id(),
                    "assignment_id": each["id"],
                    "item_id": item.pk,
                    "points": luck.choice(scores[8:] if n // EVALUATORS % 10 else scores[4:]),
                    "comment": "증빙에서 확인됨",
                    "is_held": False,
                    "quotes": [],
                    "revision": 1,
                    "changed_at": NOW - 30 * DAY,
                }
                for n, each in enumerate(given)
                for item in self.items
            ),
        )

    @transaction.atomic
    def spread_out(self, made: list[Application], first: int) -> None:
        """Put judged cases where the lists find them: a tenth each in the states of ``STATES``."""
        by_state: dict[Any, list[Application]] = {}
        for n, case in enumerate(made, start=first):
            by_state.setdefault((STATES[n % 10], n % 10), []).append(case)
        for (state, _place), cases in by_state.items():
            keys = [case.pk for case in cases]
            rows = Application.objects.filter(pk__in=keys)
            rows.update(state=state, due_on=date(2026, 12, 10))
            if state == S.IN_REVIEW:
                late = Assignment.objects.filter(application__in=keys[::2])
                late.update(state=Assignment.State.OPEN, submitted_at=None, due_on=date(2026, 11, 20))
            elif state == S.RECEIVED:
                PanelCase.objects.filter(application__in=keys).delete()
                rows.update(handler=None)
            elif state in _ENDS:
                rows.update(decided_at=NOW - 5 * DAY, office=None)
                self._ending(cases, state)
        self._agenda(by_state.get((S.EVALUATED, 2), []))
        self._letters(by_state)

    def _ending(self, cases: list[Application], state: str) -> None:
        steps = [
            ("deliberate", S.EVALUATED, S.DELIBERATED, 15),
            ("refuse" if state == S.REFUSED else "approve", S.DELIBERATED, state, 5),
            ("take_effect", S.APPROVED, S.RECOGNISED, 2),
        ][: _ENDS[S(state)]]
        bulk.insert(CaseEvent, (line for case in cases for line in self._lines(case, steps)))
        if state == S.RECOGNISED:
            bulk.insert(
                Recognition,
                (
                    {
                        "id": new_id(),
                        "number": f"제2026-{case.number[-5:]}호",
                        "course_id": case.course_id,
                        "granted_by_id": self.institute.pk,
                        "decided_by_id": None,
                        "granted_on": date(2026, 11, 19),
                        "received_on": date(2026, 11, 22),
                        "valid_from": date(2026, 11, 22),
                        "valid_until": date(2031, 11, 22),
                        "cancelled_on": None,
                        "cancel_reason": "",
                        "created_at": NOW,
                    }
                    for case in cases
                ),
            )

    def _agenda(self, cases: list[Application]) -> None:
        before = self.meeting.items.count()
        bulk.insert(
            AgendaItem,
            (
                {
                    "id": new_id(),
                    "meeting_id": self.meeting.pk,
                    "application_id": case.pk,
                    "position": before + n,
                    "found": "recognise",
                    "is_waiting": True,
                    "outcome": "",
                    "how": "",
                    "votes_for": 0,
                    "votes_against": 0,
                    "votes_abstained": 0,
                    "voters": 0,
                    "grounds": "",
                    "revision": 1,
                    "decided_at": None,
                    "decided_by_id": None,
                }
                for n, case in enumerate(cases, start=1)
            ),
        )

    def _letters(self, by_state: dict[Any, list[Application]]) -> None:
        kinds = {S.APPROVED: "recognised", S.REFUSED: "refused"}
        bulk.insert(
            ResultNotice,
            (
                {
                    "id": new_id(),
                    "local_id": self.locals[case.organisation.parent_id].pk,
                    "application_id": case.pk,
                    "organisation_id": case.organisation_id,
                    "kind": kinds[state],
                    "state": "waiting",
                    "channel": "",
                    "number": "",
                    "paper": {},
                    "fault": "",
                }
                for (state, _place), cases in by_state.items()
                if state in kinds
                for case in cases
            ),
        )


def _plain(row: Any) -> dict[str, Any]:
    return {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}


def world() -> World:
    """Make the ministry, the institute, provinces, local governments, a pool in panels, a meeting and a batch."""
    ministry = Organisation.objects.create(slug="moe", name="교육부", kind=K.MINISTRY, created_at=NOW)
    institute = Organisation.objects.create(
        slug="nile", name="국가평생교육진흥원", kind=K.NATIONAL_INSTITUTE, parent=ministry, created_at=NOW
    )
    regions = Region.objects.bulk_create(
        Region(code=f"{n + 50}", name=f"시도{n}", level=Region.Level.SIDO, valid_from=date(2000, 1, 1))
        for n in range(PROVINCES)
    )
    offices = [
        Organisation(
            slug=f"o{n}",
            name=f"시군구{n}",
            kind=K.LOCAL_GOVERNMENT,
            parent=institute,
            region=regions[n % PROVINCES],
            created_at=NOW,
        )
        for n in range(OFFICES)
    ]
    Organisation.objects.bulk_create(offices)
    people = {
        name: Person.objects.create_user(f"{name}@example.kr", name=name, joined_at=NOW)
        for name in ("officer", "local", "official")
    }
    for name, place, role in (
        ("officer", institute, Role.NATIONAL_OFFICER),
        ("local", offices[0], Role.LOCAL_OFFICER),
        ("official", ministry, Role.MINISTRY_OFFICIAL),
    ):
        RoleAssignment.objects.create(
            person=people[name], organisation=place, role=role, valid_from=NOW - 9 * DAY
        )
    criteria = CriteriaVersion.objects.create(name="기준", number=1, state="published", created_at=NOW)
    items = CriteriaItem.objects.bulk_create(
        CriteriaItem(version=criteria, heading="teaching", position=n, title=f"항목 {n}", points=Decimal(5))
        for n in range(1, ITEMS + 1)
    )
    round_ = Round.objects.create(
        year=2026,
        number=1,
        title="2026년 제1차 평가인정",
        state=Round.State.PUBLISHED,
        institute=institute,
        criteria=criteria,
        opens_at=NOW - 90 * DAY,
        closes_at=NOW - 60 * DAY,
        review_until=date(2026, 12, 31),
        committee_on=date(2027, 1, 20),
        stages=["paper"],
        evaluators_per_application=EVALUATORS,
        created_at=NOW,
    )
    panels = [
        Panel.objects.create(round=round_, field="vocational", name=f"{n}반", created_at=NOW)
        for n in range(1, PANELS + 1)
    ]
    pool = _pool(institute, round_, panels)
    meeting = Meeting.objects.create(
        institute=institute,
        round=round_,
        year=2026,
        number=1,
        starts_at=NOW,
        state="open",
        created_at=NOW,
    )
    for n, one in enumerate(pool[:9]):
        member = CommitteeMember.objects.create(
            institute=institute,
            person=one.person,
            is_chair=n == 0,
            term_from=date(2026, 1, 1),
            term_until=date(2028, 1, 1),
            appointed_at=NOW,
        )
        MeetingSeat.objects.create(meeting=meeting, member=member, is_present=True)
    batch = NoticeBatch.objects.create(
        round=round_, number="국가평생교육진흥원-2026-1", total=0, created_at=NOW, done_at=NOW
    )
    locals_ = LocalNotice.objects.bulk_create(
        LocalNotice(
            batch=batch,
            office=office,
            arrived_on=date(2026, 11, 10 if n % 3 else 23),
            due_on=date(2026, 11, 17 if n % 3 else 30),
        )
        for n, office in enumerate(offices)
    )
    return World(
        round=round_,
        institute=institute,
        offices=offices,
        officer=people["officer"],
        local_officer=people["local"],
        official=people["official"],
        pool=pool,
        panels=panels,
        items=items,
        meeting=meeting,
        batch=batch,
        locals={each.office_id: each for each in locals_},
    )


def _pool(institute: Organisation, round_: Round, panels: list[Panel]) -> list[Evaluator]:
    pool = []
    for n in range(POOL):
        person = Person.objects.create_user(f"e{n}@example.kr", name=f"위원{n:03}", joined_at=NOW)
        RoleAssignment.objects.create(
            person=person, organisation=institute, role=Role.EVALUATOR, valid_from=NOW - 9 * DAY
        )
        one = Evaluator.objects.create(
            person=person, institute=institute, fields=["vocational"], created_at=NOW, changed_at=NOW
        )
        ConflictDeclaration.objects.create(round=round_, evaluator=one, declared_at=NOW)
        PanelMember.objects.create(panel=panels[n % PANELS], evaluator=one, joined_at=NOW)
        pool.append(one)
    return pool
