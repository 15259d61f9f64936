"""How many completions of a file are taken in a second, and whether memory grows with their number."""

import csv
import io
import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from naite.flows import upload_completions as flow
from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models import CompletionUpload, Entry, LearningAccount
from naite.trunk.records.uploads import columns as col
from naite.trunk.records.uploads import reading

DATABASE = True
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SIZES = tuple(int(size) for size in os.environ.get("BENCH_COMPLETIONS", "10000,100000").split(","))
PEOPLE = 5_000
COURSES = 40
BORN = date(1970, 1, 1)


def _resident() -> float:
    """Return this process's memory in MB, as it is now."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1048576


def _prepare() -> Organisation:
    home = Organisation.objects.create(
        slug="bench", name="큰학습관", kind=Organisation.Kind.HUMAN_RESOURCES, created_at=NOW
    )
    for number in range(COURSES):
        course = Course.objects.create(organisation=home, created_at=NOW)
        course.current = CourseVersion.objects.create(
            course=course, number=1, title=f"과정 {number}", total_hours=40, published_at=NOW
        )
        course.save(update_fields=["current"])
    people = [
        Person(email=f"p{n}@example.kr", name=f"학습자{n}", birth_date=BORN, joined_at=NOW)
        for n in range(PEOPLE)
    ]
    Person.objects.bulk_create(people, batch_size=500)
    LearningAccount.objects.bulk_create(
        (LearningAccount(person=person, opened_at=NOW) for person in people), batch_size=500
    )
    return home


def _file(rows: int, year: int) -> bytes:
    """Nine of ten rows enter, one of twenty waits for its person, one of twenty has to be corrected."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([col.NAME, col.BIRTH, col.EMAIL, col.TITLE, col.COMPLETED, col.HOURS])
    for n in range(rows):
        who = n % PEOPLE
        known = n % 20 != 7
        day = date(year, 1, 1) + timedelta(days=n // PEOPLE)
        writer.writerow(
            [
                f"학습자{who}",
                BORN.isoformat(),
                f"{'p' if known else 'q'}{who}@example.kr",
                f"과정 {n % COURSES}",
                day.isoformat(),
                "0" if n % 20 == 13 else "20",
            ]
        )
    return out.getvalue().encode("cp949")


def run() -> dict[str, Any]:
    home = _prepare()
    figures: dict[str, Any] = {}
    grown: dict[int, float] = {}
    for year, size in enumerate(SIZES, start=2010):
        content = _file(size, year)
        before = _resident()
        most = before
        started = time.perf_counter()
        upload = reading.receive(
            organisation=home, content=content, file_name="bench.csv", actor=None, now=NOW
        )
        for _done in reading.read_next(upload_id=upload.pk, now=NOW):
            most = max(most, _resident())
        read = time.perf_counter() - started
        started = time.perf_counter()
        flow.apply(upload_id=upload.pk, actor=None, now=NOW)
        for _done in flow.finish(upload_id=upload.pk, now=NOW):
            most = max(most, _resident())
        applied = time.perf_counter() - started
        upload.refresh_from_db()
        assert upload.state == CompletionUpload.State.APPLIED, upload.state
        assert upload.counted == upload.row_count == size
        added = Entry.objects.filter(completed_on__year=year, voided_at=None).count()
        assert added == upload.new_count == size * 18 // 20, (added, upload.new_count)
        grown[size] = most - before
        figures |= {
            f"{size:,} rows: read and plan, rows/s": round(size / read),
            f"{size:,} rows: apply and tell, rows/s": round(size / applied),
            f"{size:,} rows: memory gained, MB": round(grown[size], 1),
        }
    small, large = grown[SIZES[0]], grown[SIZES[-1]]
    return {
        "figures": figures,
        "ratios": {"memory gained, largest file less smallest, MB": round(large - small, 1)},
    }
