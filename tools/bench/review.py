"""A round with 5 evaluators and 20 items for each case: computing the results, and what every desk and list costs.

1,000 cases unless NAITE_BENCH_CASES says otherwise (5,000 make half a million scores). The last step of every
case, from the scores to the verdict with its history, is timed as the service does it, and the rule by itself. Pages
are timed as Django serves them, from the request to the finished HTML, signed in; each is asked for its queries
with a tenth of the cases and again with all, and a page that asks more is an error.
"""

import os
import random
import statistics
import time
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Application, Assignment, Result
from naite.trunk.recognition.results import rules, services
from tools.bench import _round

DATABASE = True
CASES = int(os.environ.get("NAITE_BENCH_CASES", "1000"))
REQUESTS = int(os.environ.get("NAITE_BENCH_REQUESTS", "25"))
LIMIT_MS = 100
# PostgreSQL may spend one more when a page number is past what it has cached; nothing else may grow.
SLACK = 1


def _pages(world: _round.World) -> list[tuple[str, Person, str]]:
    """Return what is measured: its name, who asks, and the address."""
    state = Application.objects.filter(round=world.round)
    judged = state.filter(state="evaluated").order_by("number")[0]
    waiting = state.filter(state="deliberated").order_by("number")[0]
    review = (
        Assignment.objects.filter(state=Assignment.State.OPEN, application__state="in_review")
        .select_related("evaluator__person")
        .order_by("application__number", "evaluator__person__name")[0]
    )
    office, evaluator = world.officer, review.evaluator.person
    local = world.locals[world.offices[0].pk]
    item = world.meeting.items.order_by("position")[0]
    return [
        ("institute: desk", office, reverse("office-desk")),
        ("institute: applications", office, reverse("office-applications")),
        ("institute: applications, page 3", office, reverse("office-applications") + "?page=3"),
        ("institute: one application", office, reverse("office-application", args=[judged.pk])),
        ("institute: panels", office, reverse("office-panels")),
        ("institute: one panel", office, reverse("office-panel", args=[world.panels[0].pk])),
        ("institute: giving out cases", office, reverse("office-panel-assign", args=[world.panels[0].pk])),
        ("institute: case with score sheet", office, reverse("office-panel-case", args=[judged.pk])),
        ("institute: evaluators", office, reverse("office-evaluators")),
        ("institute: fees", office, reverse("office-fees")),
        ("institute: committee", office, reverse("office-committee")),
        ("institute: agenda", office, reverse("office-committee-meeting", args=[world.meeting.pk])),
        ("institute: one agenda item", office, reverse("office-committee-paper", args=[item.pk])),
        ("institute: letters", office, reverse("office-letters")),
        ("institute: figures", office, reverse("office-figures")),
        ("ministry: desk", world.official, reverse("office-desk")),
        ("ministry: approvals", world.official, reverse("office-approvals")),
        ("ministry: one case", world.official, reverse("office-approval", args=[waiting.pk])),
        ("local: desk", world.local_officer, reverse("office-desk")),
        ("local: applications", world.local_officer, reverse("office-applications")),
        ("local: letters", world.local_officer, reverse("office-letters")),
        ("local: its letters", world.local_officer, reverse("office-letters-local", args=[local.pk])),
        ("evaluator: own list", evaluator, reverse("review")),
        ("evaluator: one case", evaluator, reverse("review-case", args=[review.pk])),
        ("public: recognitions", office, reverse("recognitions")),
    ]


def _client(person: Person) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    return client


def _queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.content[:300])
    return len(asked)


def _settle(applications: list[Application]) -> list[float]:
    times = []
    for each in applications:
        before = time.perf_counter()
        services.settle(application=each, actor=None, now=_round.NOW)
        times.append((time.perf_counter() - before) * 1000)
    return times


def _add(world: _round.World, count: int) -> tuple[float, list[float]]:
    """Add cases and judge them; returns the seconds that writing took, and each judgement's milliseconds."""
    first, begun = len(world.cases), time.perf_counter()
    made = world.add(count)
    wrote = time.perf_counter() - begun
    times = _settle(made)
    world.spread_out(made, first)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return wrote, times


def _rule_alone() -> float:
    luck = random.Random(1)
    points = {n: Decimal(5) for n in range(_round.ITEMS)}
    sheets = {n: {item: Decimal(luck.randrange(11)) / 2 for item in points} for n in range(_round.EVALUATORS)}
    begun = time.perf_counter()
    for _ in range(CASES):
        rules.judge(list(rules.sums_of(points, sheets).values()))
    return time.perf_counter() - begun


def run() -> dict[str, Any]:
    """Measure; ends in an error when a verdict is missing, or when a page asks more with more cases."""
    world = _round.world()
    few = CASES // 10
    wrote, times = _add(world, few)
    before = {name: _queries(_client(person), path) for name, person, path in _pages(world)}
    more, rest = _add(world, CASES - few)
    assert Result.objects.count() == CASES
    times += rest
    figures: dict[str, Any] = {
        "applications": CASES,
        "scores": CASES * _round.EVALUATORS * _round.ITEMS,
        "writing the round (s)": round(wrote + more, 1),
        "results of the whole round (s)": round(sum(times) / 1000, 1),
        "result of one case, median ms": round(statistics.median(times), 2),
        "result of one case, p95 ms": round(statistics.quantiles(times, n=20)[-1], 2),
        "rule alone, whole round (s)": round(_rule_alone(), 2),
    }
    slow, growing = [], []
    for name, person, path in _pages(world):
        client = _client(person)
        now = _queries(client, path)
        then = before[name]
        if now > then + SLACK:
            growing.append(f"{name}: {then} queries with {few} cases, {now} with {CASES}")
        taken = []
        for _ in range(REQUESTS):
            begun = time.perf_counter()
            client.get(path)
            taken.append((time.perf_counter() - begun) * 1000)
        worst = statistics.quantiles(taken, n=20)[-1]
        figures[f"{name}: median ms"] = round(statistics.median(taken), 1)
        figures[f"{name}: p95 ms"] = round(worst, 1)
        figures[f"{name}: queries ({few:,} → {CASES:,} cases)"] = f"{then} → {now}"
        if worst > LIMIT_MS:
            slow.append(name)
    figures[f"pages over {LIMIT_MS} ms"] = ", ".join(slow) or "none"
    assert not growing, "\n".join(growing)
    return {"figures": figures, "ratios": {}}
