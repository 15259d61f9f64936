"""How long a round's results take to reach their local governments, their institutions and force.

1,000 results unless NAITE_BENCH_CASES says otherwise. The worker that sends them is killed again and again with
SIGKILL while it works; at the end every letter must have its own number, be sent once and have put one
recognition in force.
"""

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from naite.flows import recognition_notices as flow
from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.recognition.letters import batches, sending
from naite.trunk.recognition.models import (
    Application,
    CaseEvent,
    LocalNotice,
    MailboxConsent,
    Recognition,
    ResultNotice,
    Round,
)

DATABASE = True
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CASES = int(os.environ.get("NAITE_BENCH_CASES", "1000"))
KILLS = 3
OFFICES, INSTITUTIONS = 226, 1000


def _organisations(kind: str, count: int, name: str) -> list[Organisation]:
    rows = [
        Organisation(slug=f"{kind}-{n}", name=f"{name}{n}", kind=kind, created_at=NOW) for n in range(count)
    ]
    return Organisation.objects.bulk_create(rows, batch_size=500)


def _prepare() -> tuple[Round, Person, Person]:
    kinds = Organisation.Kind
    (nile,) = _organisations(kinds.NATIONAL_INSTITUTE, 1, "국가평생교육진흥원")
    offices = _organisations(kinds.LOCAL_GOVERNMENT, OFFICES, "시군구")
    places = _organisations(kinds.HUMAN_RESOURCES, INSTITUTIONS, "기관")
    for number, place in enumerate(places):
        place.parent = offices[number % OFFICES]
    Organisation.objects.bulk_update(places, ["parent"], batch_size=500)
    officer = Person.objects.create(email="officer@example.kr", name="임지호", joined_at=NOW)
    local = Person.objects.create(email="local@example.kr", name="서아라", joined_at=NOW)
    roles = [RoleAssignment(person=officer, organisation=nile, role=Role.NATIONAL_OFFICER, valid_from=NOW)]
    roles += [
        RoleAssignment(person=local, organisation=office, role=Role.LOCAL_OFFICER, valid_from=NOW)
        for office in offices
    ]
    RoleAssignment.objects.bulk_create(roles, batch_size=500)
    MailboxConsent.objects.bulk_create(
        (MailboxConsent(organisation=place, given_by=local, given_at=NOW) for place in places), batch_size=500
    )
    of = Round.objects.create(
        year=2026,
        number=1,
        title="2026년 제1차 평가인정",
        state=Round.State.PUBLISHED,
        institute=nile,
        opens_at=NOW - timedelta(days=200),
        closes_at=NOW - timedelta(days=170),
        created_at=NOW,
    )
    courses = [Course(organisation=places[n % INSTITUTIONS], created_at=NOW) for n in range(CASES)]
    Course.objects.bulk_create(courses, batch_size=500)
    versions = [
        CourseVersion(course=course, number=1, title=f"과정 {n}", total_hours=20, published_at=NOW)
        for n, course in enumerate(courses)
    ]
    CourseVersion.objects.bulk_create(versions, batch_size=500)
    Application.objects.bulk_create(
        (
            Application(
                number=f"2026-1-{n:05}",
                round=of,
                organisation=courses[n].organisation,
                course=courses[n],
                version=versions[n],
                kind=Application.Kind.PLANNED,
                state=Application.State.APPROVED,
                verdict=Application.Verdict.RECOGNISE,
                recognition_number=f"제2026-{n + 1:04}호",
                office=nile,
                created_at=NOW,
                changed_at=NOW,
                submitted_at=NOW,
                decided_at=NOW - timedelta(days=1),
            )
            for n in range(CASES)
        ),
        batch_size=500,
    )
    return of, officer, local


def _killed(rows: list[LocalNotice]) -> int:
    """Let a process send, kill it with SIGKILL, several times; returns how many letters had gone out."""
    connection.close()
    for _ in range(KILLS):
        before = ResultNotice.objects.filter(state=ResultNotice.State.QUEUED).count()
        connection.close()
        child = os.fork()
        if child == 0:
            for row in rows:
                flow.carry_out(local_id=row.pk, now=NOW)
            os._exit(0)
        end = time.monotonic() + 60
        while ResultNotice.objects.filter(state=ResultNotice.State.QUEUED).count() > before - CASES // 20:
            assert time.monotonic() < end, "nothing was sent within a minute"
            time.sleep(0.02)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return CASES - ResultNotice.objects.filter(state=ResultNotice.State.QUEUED).count()


def _everything_once() -> None:
    letters = ResultNotice.objects.filter(state=ResultNotice.State.RECEIVED)
    given = Recognition.objects.count()
    assert given == CASES == letters.count(), f"{given} of {CASES} took effect"
    assert letters.values("number").distinct().count() == CASES, "a number was given twice"
    assert CaseEvent.objects.filter(act="notify").count() == CASES, "a letter went out twice"
    assert not LocalNotice.objects.filter(done_on=None).exists()


def run() -> dict[str, Any]:
    of, officer, local = _prepare()
    began = time.perf_counter()
    batch = batches.send_out(round_=of, actor=officer, now=NOW)
    for _batch in batches.distribute(batch_id=batch.pk, now=NOW):
        pass
    out = time.perf_counter() - began
    rows = list(LocalNotice.objects.select_related("office").order_by("id"))
    for row in rows:
        sending.queue(local=row, notice_ids=None, actor=local, now=NOW)
    killed = _killed(rows)
    left = ResultNotice.objects.filter(state=ResultNotice.State.QUEUED).count()
    began = time.perf_counter()
    for row in rows:
        flow.carry_out(local_id=row.pk, now=NOW)
    told = time.perf_counter() - began
    _everything_once()
    print(f"{CASES:,} results to {OFFICES} local governments: {out:.1f} s")
    print(f"{left:,} letters sent, received and in force: {told:.1f} s, {left / told:,.0f}/s")
    return {
        "figures": {
            "cases": CASES,
            "distribute_seconds": round(out, 2),
            "workers killed while sending": KILLS,
            "letters that had gone out before": killed,
            "notify_seconds, the rest": round(told, 2),
            "letters_per_second": round(left / told, 1),
        },
        "ratios": {},
    }
