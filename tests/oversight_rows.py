"""An institute with two officers, an institution with a recognised course, and cases about it, for tests."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from naite.branches.oversight import deadlines
from naite.branches.oversight.models import Cancellation, Complaint, CorrectionOrder, Investigation
from naite.branches.oversight.services import (
    cancellations,
    complaint_work,
    complaints,
    corrections,
    investigations,
)
from naite.branches.oversight.services.complaints import ComplaintText
from naite.branches.oversight.texts import Upload
from naite.roots.dates import day_of
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


def visit(on: Ground, *, violation: bool = True, now: datetime = NOW, **plan: Any) -> Investigation:
    """A visit that is reported, with one violation or none."""
    row = investigations.plan(
        **{
            "recognition": on.recognition,
            "cause": Investigation.Cause.OWN,
            "visit_on": day_of(now),
            "actor": on.officer,
            "now": now,
            **plan,
        }
    )
    investigations.begin(investigation=row, actor=on.officer, now=now)
    findings = {each.position: ("fine", "") for each in row.findings.all()}
    if violation:
        findings[4] = ("violation", "출석부에 없는 사람을 출석으로 적음")
    investigations.save(
        investigation=row,
        edition=1,
        findings=findings,
        summary="현장을 확인했습니다.",
        actor=on.officer,
        now=now,
    )
    return investigations.report(
        investigation=row,
        edition=2,
        conclusion="correction" if violation else "nothing",
        actor=on.officer,
        now=now,
    )


def order(on: Ground, *, now: datetime = NOW, **fields: Any) -> CorrectionOrder:
    """An order that came today and runs for a month."""
    return corrections.issue(
        **{
            "recognition": on.recognition,
            "investigation": None,
            "ground": "not_as_recognised",
            "grounds": "출석부가 수업과 맞지 않습니다.",
            "demands": "출석부를 바로잡고 방법을 고치십시오.",
            "delivered_on": day_of(now),
            "until": day_of(now) + timedelta(days=30),
            "publish": False,
            "actor": on.officer,
            "now": now,
            **fields,
        }
    )


def notice(on: Ground, *, now: datetime = NOW, **fields: Any) -> Cancellation:
    """A prior notice of a cancellation for false means."""
    return cancellations.give_notice(
        **{
            "recognition": on.recognition,
            "ground": "false_means",
            "order": None,
            "investigation": None,
            "grounds": "강사 자격 서류가 위조되었습니다.",
            "delivered_on": day_of(now),
            "opinion_until": deadlines.last_day("opinion", day_of(now)),
            "hearing": None,
            "actor": on.officer,
            "now": now,
            **fields,
        }
    )
