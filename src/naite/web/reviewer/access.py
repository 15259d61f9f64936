"""What the evaluators' pages ask first: who is it, and is this review theirs?"""

from uuid import UUID

from django.http import Http404, HttpRequest

from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Assignment, Evaluator
from naite.trunk.recognition.panels import policies, pool, reviews
from naite.web.middleware import now_of


def me(request: HttpRequest) -> Person:
    """Return the signed-in person; for views behind ``login_required``."""
    assert isinstance(request.user, Person)
    return request.user


def evaluator_of(request: HttpRequest) -> Evaluator:
    """Return the person's own profile; refuses who is no evaluator."""
    return pool.own_profile(person=me(request), now=now_of(request))


def assignment_for(request: HttpRequest, assignment_id: UUID) -> Assignment:
    """Return a review that was given to the person, whatever its state."""
    assignment = reviews.find(assignment_id)
    if assignment is None:
        raise Http404
    policies.require_own(me(request), assignment, now=now_of(request))
    return assignment
