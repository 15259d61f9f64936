"""Badges for a list of people end to end: status places, signatures, awards, wallets, audit, messages, log.

By default 10,000, once to people new to badges and once more to the same people, and a third list whose worker is
killed (``kill -9``) on its way and which is then finished here. With NAITE_BENCH_FULL=1 also 100,000. With
NAITE_BENCH_FILL=1000000 the tables are filled to so many badges with generated rows (short bytes in place of
signed credentials, all else as it is), and 10,000 are given on top of them: the rate must hold.

The share of what credcore signs is in processor time, so that other programs do not count; the work of
PostgreSQL's own process is told beside it. SQLite's is within.
"""

import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from credcore.keys import Ed25519Key
from credcore.shapes import read
from credcore.templates import Template
from naite.flows import award_run as flow
from naite.roots import bulk
from naite.roots.audit import services as audit
from naite.roots.audit.models import AuditEvent
from naite.roots.copying import Same
from naite.roots.ids import new_id
from naite.roots.ledger import services as ledger
from naite.roots.ledger.models import Leaf
from naite.roots.notices import services as notices
from naite.trunk.badges.award_file import as_csv
from naite.trunk.badges.credentials import Facts, Place, Recipient, award_document
from naite.trunk.badges.models import Achievement, Award, AwardRow, AwardRun, BadgeNumber, StatusList
from naite.trunk.badges.rules import AwardRule
from naite.trunk.badges.services import AchievementDraft, award_runs, publish_achievement
from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet.models import Holding

DATABASE = True
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


FILL_CHUNK = 20_000
WORKER = """
import sys, django
django.setup()
from uuid import UUID
from django.utils import timezone
from naite.flows.award_run import give
for run in give(run_id=UUID(sys.argv[1]), clock=timezone.now):
    print(run.awarded_count, flush=True)
"""


def run() -> dict[str, Any]:
    """Measure; ends in an error when one badge is missing or double."""
    organisation, staff = make_institution()
    figures: dict[str, Any] = {}
    ratios: dict[str, Any] = {}

    def measure(label: str, emails: list[str]) -> Achievement:
        badge = make_badge(organisation, staff, f"디지털 첫걸음 {label}")
        measured = _measure(badge, staff, emails)
        signing = _signing_rate(badge)
        figures.update({f"{label}: {key}": value for key, value in measured.items()})
        figures[f"{label}: credcore alone, badges/s"] = round(signing)
        own = measured["badges per second of processor time"]
        ratios[f"{label}: award ÷ credcore"] = round(own / signing, 3)
        ratios[f"{label}: last tenth ÷ first tenth"] = (
            measured["last tenth, badges/s"] / measured["first tenth, badges/s"]
        )
        return badge

    people = _people(10_000, "p")
    badge = measure("10,000 new people", people)
    measure("10,000 the same people", people)
    figures["killed: badges when it was, of 10,000"] = _killed(
        make_badge(organisation, staff, "끊김"), staff, people
    )
    if os.environ.get("NAITE_BENCH_FULL"):
        measure("100,000 new people", _people(100_000, "h"))
    filled = int(os.environ.get("NAITE_BENCH_FILL", "0"))
    if filled:
        figures["filling, badges/s"] = _fill(badge, filled)
        on_top = f"10,000 on top of {filled:,}"
        measure(on_top, _people(10_000, "t"))
        ratios[f"{on_top} ÷ on empty tables"] = (
            figures[f"{on_top}: badges per second of processor time"]
            / figures["10,000 new people: badges per second of processor time"]
        )
    started = time.perf_counter()
    leaves = ledger.append_waiting(now=NOW)
    figures["into the log, leaves/s"] = round(leaves / (time.perf_counter() - started))
    assert Leaf.objects.filter(kind="badge").count() == Award.objects.exclude(digest=None).count()
    figures["memory at the end, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"figures": figures, "ratios": ratios}


def make_institution() -> tuple[Organisation, Person]:
    """An institution and one of its staff."""
    organisation = Organisation.objects.create(
        slug="bench", name="재는 학습관", kind=Organisation.Kind.LOCAL_GOVERNMENT, created_at=NOW
    )
    staff = Person.objects.create(name="담당", email="staff@bench.example", password="!", joined_at=NOW)
    RoleAssignment.objects.create(
        person=staff, organisation=organisation, role=Role.INSTITUTION_STAFF, valid_from=NOW - timedelta(1)
    )
    return organisation, staff


def make_badge(organisation: Organisation, staff: Person, name: str) -> Achievement:
    """A published badge of activity; each has a course of its own."""
    course = Course.objects.create(organisation=organisation, created_at=NOW)
    version = CourseVersion.objects.create(
        course=course, number=1, title=name, total_hours=Decimal(4), published_at=NOW
    )
    return publish_achievement(
        draft=AchievementDraft(
            course_version=version,
            framework="seoul",
            badge_type="activity",
            area="career",
            name=name,
            description="스마트폰으로 민원을 신청하고 길을 찾는 법을 이웃에게 알렸습니다.",
            criteria="8시간 이상 활동하고 담당자의 확인을 받습니다.",
            rule=AwardRule(activity_hours=Decimal(8)),
        ),
        actor=staff,
        now=NOW,
    )


def _people(size: int, mark: str) -> list[str]:
    _accounts(size, mark)
    return [f"{mark}{n}@bench.example" for n in range(size)]


def _accounts(size: int, mark: str) -> list[UUID]:
    """People with accounts and addresses; returns the ids of their accounts."""
    people, accounts = [new_id() for _ in range(size)], [new_id() for _ in range(size)]
    bulk.insert_columns(
        Person,
        size,
        {
            "id": people,
            "name": [f"학습자{n}" for n in range(size)],
            "email": [f"{mark}{n}@bench.example" for n in range(size)],
            "password": Same("!"),
            "joined_at": Same(NOW),
            "is_active": Same(True),
        },
    )
    bulk.insert_columns(LearningAccount, size, {"id": accounts, "person_id": people, "opened_at": Same(NOW)})
    return accounts


def _prepared(badge: Achievement, staff: Person, emails: list[str]) -> AwardRun:
    rows = [
        [email, "", f"마을 어르신 {n}명을 도왔습니다.", "활동 일지", "", "2026-11-13", 12]
        for n, email in enumerate(emails)
    ]
    return award_runs.prepare_file(
        achievement=badge, content=as_csv(rows), file_name="bench.csv", actor=staff, now=NOW
    )


def _measure(badge: Achievement, staff: Person, emails: list[str]) -> dict[str, float]:
    size = len(emails)
    started = time.perf_counter()
    run = _prepared(badge, staff, emails)
    prepared = time.perf_counter() - started
    assert run.left == size, (run.left, run.rejected_count)
    award_runs.submit(run=run, due_at=None, actor=staff, now=NOW)
    marks, busy, beside = [time.perf_counter()], time.process_time(), _server_time()
    for done in flow.give(run_id=run.pk, clock=lambda: NOW):
        marks.append(time.perf_counter())
        run = done
    busy, beside = time.process_time() - busy, _server_time() - beside
    spans = [later - earlier for earlier, later in pairwise(marks)][: size // flow.CHUNK]
    tenth = max(1, len(spans) // 10)
    _check(run, size)
    return {
        "preview, rows/s": round(size / prepared),
        "badges/s by the clock": round(size / (marks[-1] - marks[0])),
        "badges per second of processor time": round(size / busy),
        **({"processor time of PostgreSQL, µs/badge": round(1e6 * beside / size)} if beside else {}),
        "first tenth, badges/s": round(flow.CHUNK / statistics.mean(spans[:tenth])),
        "last tenth, badges/s": round(flow.CHUNK / statistics.mean(spans[-tenth:])),
    }


def _check(run: AwardRun, size: int) -> None:
    """Every row of the run became one badge with its number, its wallet, its event and its message."""
    assert (run.state, run.awarded_count, run.left) == (AwardRun.State.DONE, size, 0)
    ids = AwardRow.objects.filter(run=run, outcome=AwardRow.Outcome.AWARDED).values("id")
    awards = Award.objects.filter(id__in=ids)
    assert ids.count() == awards.count() == awards.values("account_id").distinct().count() == size
    assert Holding.objects.filter(award_id__in=ids).count() == size
    assert BadgeNumber.objects.filter(award_id__in=ids).count() == size
    assert awards.values("revocation_list_id", "revocation_index").distinct().count() == size
    assert AuditEvent.objects.filter(action="badges.issue", detail__run=str(run.pk)).count() == size


def _killed(badge: Achievement, staff: Person, emails: list[str]) -> int:
    """Give a list by a worker that is killed, then the rest here; returns how many there were at the kill."""
    run = _prepared(badge, staff, emails)
    award_runs.submit(run=run, due_at=None, actor=staff, now=NOW)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(run.pk)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    for _ in range(4):
        worker.stdout.readline()
    time.sleep(random.uniform(0, 0.1))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    run.refresh_from_db()
    given = run.awarded_count
    assert 0 < given < len(emails), given
    assert Award.objects.filter(achievement=badge).count() == given
    for done in flow.give(run_id=run.pk, clock=lambda: NOW):
        run = done
    _check(run, len(emails))
    return given


def _server_time() -> float:
    """Processor seconds of the database's process for this connection; 0 where there is none to be seen."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        row = cursor.fetchone()
    stat = Path(f"/proc/{row[0] if row else 0}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _fill(badge: Achievement, count: int) -> int:
    """Fill the tables with badges of ten for each of so many people, as bulk giving writes them but unsigned."""
    start, place = time.perf_counter(), StatusList.objects.filter(purpose="revocation").first()
    assert place is not None
    size = min(FILL_CHUNK, count)
    for done in range(0, count, size):
        with transaction.atomic(), bulk.collecting_later():
            accounts = _accounts(size // 10, f"f{done}-") * 10
            ids, numbers = [new_id() for _ in accounts], [uuid4() for _ in accounts]
            rows = len(accounts)
            bulk.insert_columns(
                Award,
                rows,
                {
                    "account_id": accounts,
                    "id": ids,
                    "achievement_id": Same(badge.pk),
                    "entry_id": [uuid4() for _ in ids],
                    "credential": Same(b"{}" * 100),
                    "credential_id": [f"urn:uuid:{number}" for number in numbers],
                    "digest": Same(None),
                    "issued_at": Same(NOW),
                    "revocation_list_id": Same(place.pk),
                    "revocation_index": list(range(rows)),
                    "suspension_list_id": Same(place.pk),
                    "suspension_index": list(range(rows)),
                },
            )
            bulk.insert_columns(
                BadgeNumber, rows, {"badge_id": numbers, "account_id": accounts, "award_id": ids}
            )
            bulk.insert_columns(
                Holding,
                rows,
                {
                    "account_id": accounts,
                    "source": Same(Holding.Source.AWARD.value),
                    "award_id": ids,
                    "credential": Same(b"{}" * 100),
                    "sha256": [number.hex * 2 for number in numbers],
                    "title": Same(badge.name),
                    "issuer_name": Same("재는 학습관"),
                    "issued_at": Same(NOW),
                    "held_at": Same(NOW),
                },
            )
            audit.record_keys(
                "badges.issue",
                ((f"{account}:{each}", each, {}) for account, each in zip(accounts, ids, strict=True)),
                of="badges.award",
                actor=None,
                now=NOW,
            )
            notices.send_many(
                (
                    {
                        "address": "f@bench.example",
                        "subject": "배지",
                        "body": "배지",
                        "dedupe_key": f"badge:{each}",
                    }
                    for each in ids
                ),
                now=NOW,
            )
    assert Award.objects.count() >= count
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return round(count / (time.perf_counter() - start))


def _signing_rate(badge: Achievement) -> float:
    """What credcore signs of this very badge in a second, without a row written."""
    key = Ed25519Key.generate()
    place = Place(new_id(), 5)
    document = award_document(
        achievement=badge,
        facts=Facts(completed_on=NOW.date(), hours=Decimal(12), narrative="마을 어르신을 도왔습니다."),
        recipient=Recipient(did=key.did_key),
        badge_id=uuid4(),
        places={StatusList.Purpose.REVOCATION: place, StatusList.Purpose.SUSPENSION: Place(new_id(), 6)},
        now=NOW,
    )
    template = Template(document, key.signer())
    values = [read(document, hole) for hole in template.holes]
    rows = [[f"urn:uuid:{uuid4()}", *values[1:]] for _ in range(5000)]
    started = time.process_time()
    for _issued in template.issue_many(rows, created=NOW):
        pass
    if template.counters.fast != len(rows):
        raise RuntimeError("credcore did not take its fast path")
    return len(rows) / (time.process_time() - started)
