"""Who prepares meetings, and who sits in them."""

from datetime import datetime

from django.utils import timezone

from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.recognition.models import CommitteeMember, Meeting


def can_prepare(person: Person | None, institute: Organisation, *, now: datetime) -> bool:
    """Whether a person is the committee's secretary (간사): an officer of the national institute."""
    return has_role(person, institute, Role.NATIONAL_OFFICER, now=now)


def membership(person: Person | None, institute: Organisation, *, now: datetime) -> CommitteeMember | None:
    """Return the term in which a person sits on the committee today, if the role is still held."""
    if person is None or not has_role(person, institute, Role.COMMITTEE_MEMBER, now=now):
        return None
    today = timezone.localdate(now)
    return CommitteeMember.objects.filter(
        person=person, institute=institute, term_from__lte=today, term_until__gt=today
    ).first()


def can_see(person: Person | None, meeting: Meeting, *, now: datetime) -> bool:
    """Whether a person may read a meeting's papers: the secretary, and members with a seat or in office."""
    if can_prepare(person, meeting.institute, now=now):
        return True
    member = membership(person, meeting.institute, now=now)
    return member is not None and meeting.state != Meeting.State.CANCELLED
