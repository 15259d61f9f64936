"""Badges for a list of people end to end: status places, signatures, awards, wallets, audit, messages.

By default 10,000; with NAITE_BENCH_FULL=1 also 100,000. Prints the rate of the first and of the last tenth, so
that a rate which falls as the tables grow is seen, and the share of what credcore signs on the same machine: the
latter in processor time, so that other programs do not count. PostgreSQL's own work is not in it; SQLite's is.
"""

import os
import resource
import statistics
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

from credcore.keys import Ed25519Key
from credcore.shapes import read
from credcore.templates import Template
from naite.flows import award_run as flow
from naite.roots import bulk
from naite.roots.ids import new_id
from naite.trunk.badges.award_file import as_csv
from naite.trunk.badges.credentials import Facts, Place, Recipient, award_document
from naite.trunk.badges.models import Achievement, Award, AwardRun, BadgeNumber, StatusList
from naite.trunk.badges.rules import AwardRule
from naite.trunk.badges.services import AchievementDraft, award_runs, publish_achievement
from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet.models import Holding

DATABASE = True
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def run() -> dict[str, Any]:
    """Measure; ends in an error when one badge is missing or double."""
    organisation = Organisation.objects.create(
        slug="bench", name="재는 학습관", kind=Organisation.Kind.LOCAL_GOVERNMENT, created_at=NOW
    )
    staff = Person.objects.create(name="담당", email="staff@bench.example", password="!", joined_at=NOW)
    RoleAssignment.objects.create(
        person=staff, organisation=organisation, role=Role.INSTITUTION_STAFF, valid_from=NOW - timedelta(1)
    )
    sizes = [10_000, 100_000] if os.environ.get("NAITE_BENCH_FULL") else [10_000]
    figures: dict[str, Any] = {}
    ratios: dict[str, Any] = {}
    for size in sizes:
        badge = _badge(organisation, staff, f"디지털 첫걸음 {size}")
        measured = _measure(badge, staff, size)
        signing = _signing_rate(badge)
        figures |= {f"{size:,}: {key}": value for key, value in measured.items()}
        figures[f"{size:,}: credcore alone, badges/s"] = round(signing)
        own = measured["award, badges per second of processor time"]
        ratios[f"{size:,}: award ÷ credcore"] = round(own / signing, 3)
        ratios[f"{size:,}: last tenth ÷ first tenth"] = (
            measured["last tenth, badges/s"] / measured["first tenth, badges/s"]
        )
    figures["memory at the end, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"figures": figures, "ratios": ratios}


def _badge(organisation: Organisation, staff: Person, name: str) -> Achievement:
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
    people = [
        {
            "id": new_id(),
            "name": f"학습자{n}",
            "email": f"{mark}{n}@bench.example",
            "password": "!",
            "joined_at": NOW,
            "is_active": True,
        }
        for n in range(size)
    ]
    bulk.insert(Person, people)
    bulk.insert(
        LearningAccount, ({"id": new_id(), "person_id": each["id"], "opened_at": NOW} for each in people)
    )
    return [str(each["email"]) for each in people]


def _measure(badge: Achievement, staff: Person, size: int) -> dict[str, float]:
    emails = _people(size, f"p{size}-")
    rows = [
        [email, "", f"마을 어르신 {n}명을 도왔습니다.", "활동 일지", "", "2026-11-13", 12]
        for n, email in enumerate(emails)
    ]
    before = Award.objects.count()
    started = time.perf_counter()
    run = award_runs.prepare_file(
        achievement=badge, content=as_csv(rows), file_name="bench.csv", actor=staff, now=NOW
    )
    prepared = time.perf_counter() - started
    assert run.left == size, (run.left, run.rejected_count)
    award_runs.submit(run=run, due_at=None, actor=staff, now=NOW)
    marks, busy = [time.perf_counter()], time.process_time()
    for done in flow.give(run_id=run.pk, clock=lambda: NOW):
        marks.append(time.perf_counter())
        run = done
    busy = time.process_time() - busy
    spans = [later - earlier for earlier, later in pairwise(marks)][: size // flow.CHUNK]
    tenth = max(1, len(spans) // 10)
    assert run.state == AwardRun.State.DONE
    assert (run.awarded_count, run.left) == (size, 0)
    assert Award.objects.count() - before == size
    assert BadgeNumber.objects.count() == Holding.objects.count() == Award.objects.count()
    given = StatusList.objects.filter(purpose="revocation").values_list("allocated", flat=True)
    assert sum(given) == Award.objects.count()
    return {
        "preview, rows/s": round(size / prepared),
        "award, badges/s": round(size / (marks[-1] - marks[0])),
        "award, badges per second of processor time": round(size / busy),
        "first tenth, badges/s": round(flow.CHUNK / statistics.mean(spans[:tenth])),
        "last tenth, badges/s": round(flow.CHUNK / statistics.mean(spans[-tenth:])),
    }


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
