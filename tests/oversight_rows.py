"""An institute with two officers, an institution with a recognised course, and cases about it, for tests."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from naite.branches.oversight.models import Complaint
from naite.branches.oversight.services import complaint_work, complaints
from naite.branches.oversight.services.complaints import ComplaintText
from naite.branches.oversight.texts import Upload
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Person, Role
from naite.trunk.recognition.models import Recognition
from tests import factories as make
from tests import recognition_rows as rows

NOW = make.NOW
WORDS = "수요일 반은 강사가 오지 않는데 출석부에는 모두 출석으로 적혀 있습니다."


@dataclass
class Ground:
    """Where a case happens."""

    where: rows.Offices
    second: Person  # another officer of the institute
    course: Course
    recognition: Recognition

    @property
    def officer(self) -> Person:
        return self.where.officer

    @property
    def staff(self) -> Person:
        return self.where.staff


def ground() -> Ground:
    where = rows.offices()
    version = make.version(where.institution, title="마을 기록가 되기")
    given = make.recognition(version, granted_by=where.national)
    second = make.staff(where.national, Role.NATIONAL_OFFICER, "강서연")
    return Ground(where, second, version.course, given)


def upload(content: bytes, name: str = "사진.png") -> Upload:
    return Upload(BytesIO(content), name)


def complaint(
    on: Ground, *, now: datetime = NOW, uploads: Any = (), place: str = "192.0.2.7", **text: Any
) -> tuple[Complaint, str]:
    """Report something about the course; returns the complaint and its key."""
    told = ComplaintText(**{"concern": "attendance", "body": WORDS, "course": on.course, **text})
    return complaints.report(text=told, uploads=uploads, place=place, now=now)


def accepted(on: Ground, *, now: datetime = NOW, **text: Any) -> Complaint:
    row, _key = complaint(on, now=now, **text)
    return complaint_work.accept(complaint=row, course=None, actor=on.officer, now=now)
