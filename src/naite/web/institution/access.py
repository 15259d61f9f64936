"""What the institution's pages ask first: who is it, for which institution, may they see this run?"""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from naite.roots.errors import NotAllowed
from naite.trunk.delivery import policies, queries
from naite.trunk.delivery.models import CourseRun, Enrolment, Session
from naite.trunk.people.models import Organisation, Person
from naite.trunk.people.policies import can_run_courses
from naite.web.middleware import now_of
from naite.web.roles import current_organisation


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in person; for views behind ``login_required``."""
    assert isinstance(request.user, Person)
    return request.user


def institution_of(request: HttpRequest) -> Organisation:
    """Return the institution of the seat, whose courses the person runs."""
    organisation = current_organisation(request)
    if organisation is None or not can_run_courses(person_of(request), organisation, now=now_of(request)):
        raise NotAllowed(_("강좌를 운영하는 기관 담당자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요."))
    return organisation


def run_for(request: HttpRequest, run_id: UUID) -> CourseRun:
    """Return a run of an institution whose courses the person runs."""
    run = queries.run_of(run_id)
    if run is None:
        raise Http404
    policies.require_staff(person_of(request), run, now=now_of(request))
    return run


def session_for(request: HttpRequest, session_id: UUID) -> Session:
    """Return a session, with its run, of an institution whose courses the person runs."""
    session = queries.session_of(session_id)
    if session is None:
        raise Http404
    policies.require_staff(person_of(request), session.run, now=now_of(request))
    return session


def enrolment_for(request: HttpRequest, enrolment_id: UUID) -> Enrolment:
    """Return a place in a run of an institution whose courses the person runs."""
    enrolment = (
        Enrolment.objects.select_related("run__organisation", "run__version", "person")
        .filter(pk=enrolment_id)
        .first()
    )
    if enrolment is None:
        raise Http404
    policies.require_staff(person_of(request), enrolment.run, now=now_of(request))
    return enrolment
