"""Who may run a course run, and who may withdraw a place in it."""

from datetime import datetime

from django.utils.translation import gettext as _

from naite.roots.errors import NotAllowed
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import COURSE_STAFF, can_run_courses, has_role
from naite.trunk.people.standing import manner


def can_run(person: Person | None, run: CourseRun, *, now: datetime) -> bool:
    """Staff of the run's own institution: change it, see who takes part, mark attendance, payment."""
    return can_run_courses(person, run.organisation, now=now)


def can_show_code(person: Person | None, run: CourseRun, *, now: datetime) -> bool:
    """Staff and the institution's instructors: put the attendance code on the screen, which names nobody."""
    return has_role(person, run.organisation, *COURSE_STAFF, Role.INSTRUCTOR, now=now)


def can_cancel(person: Person | None, enrolment: Enrolment, *, now: datetime) -> bool:
    """The enrolled person, who stands in for them, or staff of the run's institution."""
    if person is None:
        return False
    return bool(manner(person, enrolment.person_id, scope="courses", now=now)) or can_run(
        person, enrolment.run, now=now
    )


def require_organisation_staff(person: Person | None, organisation: Organisation, *, now: datetime) -> None:
    if not can_run_courses(person, organisation, now=now):
        raise NotAllowed(_("이 기관의 강좌를 맡은 담당자만 할 수 있습니다."))


def require_staff(person: Person | None, run: CourseRun, *, now: datetime) -> None:
    require_organisation_staff(person, run.organisation, now=now)


def require_self(person: Person | None) -> Person:
    if person is None or not person.is_active:
        raise NotAllowed(_("먼저 로그인해 주세요."))
    return person
