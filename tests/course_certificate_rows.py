"""A class whose people completed it."""

import struct
import zlib
from datetime import date, timedelta
from decimal import Decimal

from naite.trunk.assessment.models import Completion
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.people.models import Person
from tests import factories as make
from tests.factories import NOW


def completion(run: CourseRun, name: str, *, outcome: str = "completed", hours: str = "20") -> Completion:
    person = make.person(name, birth_date=date(1968, 5, 12))
    enrolment = Enrolment.objects.create(
        run=run,
        person=person,
        number=run.enrolments.count() + 1,
        state=Enrolment.State.CONFIRMED,
        applied_at=NOW,
    )
    return Completion.objects.create(
        enrolment=enrolment,
        outcome=outcome,
        attended_sessions=2,
        counted_sessions=2,
        attendance_rate=Decimal(100),
        hours=Decimal(hours),
        decided_at=NOW,
        completed_on=date(2026, 11, 20),
    )


def a_class(*names: str) -> tuple[CourseRun, Person, list[Completion]]:
    """A run, one of its staff, and completions of these people."""
    run = make.run(starts_on=date(2026, 9, 1))
    return run, make.staff(run.organisation), [completion(run, name) for name in names]


def png(size: int = 8) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + b"\xb3\x26\x1e\xff" * size for _ in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


LATER = NOW + timedelta(hours=1)
