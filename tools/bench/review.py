"""A round of 5,000 applications with 5 evaluators and 20 items: computing the results, and the lists' pages.

Half a million scores are written straight into the tables; then the last step of every case, from the scores to the
verdict with its history, is timed as the service does it, and the rule by itself. Pages are timed as Django serves
them, from the request to the finished HTML, signed in. NAITE_BENCH_CASES takes another number of applications.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from naite.roots import bulk
from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.recognition.models import (
    Application,
    Assignment,
    ConflictDeclaration,
    CriteriaItem,
    CriteriaVersion,
    Evaluator,
    Panel,
    PanelCase,
    PanelMember,
    Result,
    Round,
    Score,
)
from naite.trunk.recognition.results import rules, services

DATABASE = True
CASES = int(os.environ.get("NAITE_BENCH_CASES", "5000"))
EVALUATORS, ITEMS, PANELS, POOL = 5, 20, 10, 100
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
REQUESTS = 25


def _world() -> tuple[Round, Person, list[Evaluator], list[Panel], list[CriteriaItem]]:
    kinds = Organisation.Kind
    institute = Organisation.objects.create(
        slug="nile", name="국가평생교육진흥원", kind=kinds.NATIONAL_INSTITUTE, created_at=NOW
    )
    officer = Person.objects.create_user("officer@example.kr", name="담당자", joined_at=NOW)
    RoleAssignment.objects.create(
        person=officer, organisation=institute, role=Role.NATIONAL_OFFICER, valid_from=NOW - timedelta(days=9)
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
        opens_at=NOW - timedelta(days=90),
        closes_at=NOW - timedelta(days=60),
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
    pool = []
    for n in range(POOL):
        person = Person.objects.create_user(f"e{n}@example.kr", name=f"위원{n:03}", joined_at=NOW)
        RoleAssignment.objects.create(
            person=person, organisation=institute, role=Role.EVALUATOR, valid_from=NOW - timedelta(days=9)
        )
        one = Evaluator.objects.create(
            person=person, institute=institute, fields=["vocational"], created_at=NOW, changed_at=NOW
        )
        ConflictDeclaration.objects.create(round=round_, evaluator=one, declared_at=NOW)
        PanelMember.objects.create(panel=panels[n % PANELS], evaluator=one, joined_at=NOW)
        pool.append(one)
    return round_, officer, pool, panels, items


def _applications(round_: Round) -> list[Application]:
    institutions = Organisation.objects.bulk_create(
        Organisation(slug=f"i{n}", name=f"기관 {n}", kind="human_resources", created_at=NOW)
        for n in range(max(1, CASES // 10))
    )
    courses = Course.objects.bulk_create(
        [Course(organisation=institutions[n % len(institutions)], created_at=NOW) for n in range(CASES)],
        batch_size=500,
    )
    versions = CourseVersion.objects.bulk_create(
        [
            CourseVersion(
                course=course,
                number=1,
                title=f"과정 {n}",
                category="vocational",
                total_hours=Decimal(30),
                published_at=NOW,
            )
            for n, course in enumerate(courses)
        ],
        batch_size=500,
    )
    return Application.objects.bulk_create(
        [
            Application(
                round=round_,
                organisation=course.organisation,
                course=course,
                version=version,
                kind="planned",
                state=Application.State.IN_REVIEW,
                office=round_.institute,
                number=f"2026-1-{n:05}",
                due_on=round_.review_until,
                created_at=NOW,
                changed_at=NOW,
                submitted_at=NOW,
            )
            for n, (course, version) in enumerate(zip(courses, versions, strict=True))
        ],
        batch_size=500,
    )


def _reviews(
    applications: list[Application], pool: list[Evaluator], panels: list[Panel], items: list[CriteriaItem]
) -> None:
    """Submit everything; nine in ten cases well, the others with some items below 70 %."""
    luck = random.Random(6)
    members = {panel.pk: pool[place::PANELS] for place, panel in enumerate(panels)}
    PanelCase.objects.bulk_create(
        [
            PanelCase(application=each, panel=panels[n % PANELS], seated_at=NOW)
            for n, each in enumerate(applications)
        ],
        batch_size=500,
    )
    given = Assignment.objects.bulk_create(
        [
            Assignment(
                application=each,
                panel=panels[n % PANELS],
                evaluator=one,
                stage="paper",
                state=Assignment.State.SUBMITTED,
                assigned_at=NOW,
                due_on=date(2026, 12, 31),
                submitted_at=NOW,
            )
            for n, each in enumerate(applications)
            for one in luck.sample(members[panels[n % PANELS].pk], EVALUATORS)
        ],
        batch_size=500,
    )
    scores = [Decimal(n) / 2 for n in range(11)]
    bulk.insert(
        Score,
        (
            {
                "assignment_id": each.pk,
                "item_id": item.pk,
                "points": luck.choice(scores[7:] if n // EVALUATORS % 10 else scores[4:]),
                "comment": "증빙에서 확인됨",
                "is_held": False,
                "quotes": [],
                "revision": 1,
                "changed_at": NOW,
            }
            for n, each in enumerate(given)
            for item in items
        ),
    )


def _pages(person: Person, paths: dict[str, str], wrap: Callable[[str], str]) -> dict[str, float]:
    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    figures: dict[str, float] = {}
    for name, path in paths.items():
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        times = []
        for _ in range(REQUESTS):
            begun = time.perf_counter()
            client.get(path)
            times.append((time.perf_counter() - begun) * 1000)
        figures[wrap(f"{name} p95 ms")] = round(statistics.quantiles(times, n=20)[-1], 1)
        figures[wrap(f"{name} queries")] = len(asked)
    return figures


def run() -> dict[str, Any]:
    round_, officer, pool, panels, items = _world()
    applications = _applications(round_)
    _reviews(applications, pool, panels, items)

    begun = time.perf_counter()
    times = []
    for each in applications:
        before = time.perf_counter()
        services.settle(application=each, actor=None, now=NOW)
        times.append((time.perf_counter() - before) * 1000)
    whole = time.perf_counter() - begun
    assert Result.objects.count() == CASES

    luck = random.Random(1)
    points = {n: Decimal(5) for n in range(ITEMS)}
    sheets = {n: {item: Decimal(luck.randrange(11)) / 2 for item in points} for n in range(EVALUATORS)}
    rule_begun = time.perf_counter()
    for _ in range(CASES):
        rules.judge(list(rules.sums_of(points, sheets).values()))
    rule = time.perf_counter() - rule_begun

    # For the lists: a tenth of the cases is still open.
    still = applications[::10]
    Application.objects.filter(pk__in=[each.pk for each in still]).update(state="in_review")
    Assignment.objects.filter(application__in=[each.pk for each in still[: len(still) // 2]]).update(
        state=Assignment.State.OPEN
    )
    connection.cursor().execute("ANALYZE")
    one = Assignment.objects.filter(state=Assignment.State.OPEN).select_related("evaluator__person").first()
    assert one is not None
    figures: dict[str, Any] = {
        "applications": CASES,
        "scores": CASES * EVALUATORS * ITEMS,
        "results, all (s)": round(whole, 1),
        "result, one, median ms": round(statistics.median(times), 2),
        "result, one, p95 ms": round(statistics.quantiles(times, n=20)[-1], 2),
        "rule alone, all (s)": round(rule, 2),
    }
    figures |= _pages(
        officer,
        {
            "panels": reverse("office-panels"),
            "panel": reverse("office-panel", args=[panels[0].pk]),
            "evaluators": reverse("office-evaluators"),
            "case with sheet": reverse("office-panel-case", args=[applications[1].pk]),
            "fees": reverse("office-fees"),
        },
        str,
    )
    figures |= _pages(
        one.evaluator.person,
        {"own list": reverse("review"), "review": reverse("review-case", args=[one.pk])},
        str,
    )
    return {"figures": figures, "ratios": {}}
