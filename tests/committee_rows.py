"""A committee with members and a meeting, for tests of deliberation and of what follows."""

from datetime import date, timedelta

from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.recognition.committee import agenda, meetings
from naite.trunk.recognition.models import Application, CommitteeMember, Meeting
from tests import factories as make
from tests.recognition_rows import Offices


def member(institute: Organisation, name: str, **fields: object) -> CommitteeMember:
    """Make a member whose term is running at ``make.NOW``, with the role."""
    person: Person = make.staff(institute, Role.COMMITTEE_MEMBER, name)
    return CommitteeMember.objects.create(
        **{
            "institute": institute,
            "person": person,
            "term_from": date(2026, 1, 1),
            "term_until": date(2028, 1, 1),
            "appointed_at": make.NOW - timedelta(days=300),
            **fields,
        }
    )


def committee(where: Offices) -> list[CommitteeMember]:
    """Make a chair and four members; the last belongs to the applying institution."""
    return [
        member(where.national, "위채움", is_chair=True),
        member(where.national, "위도담"),
        member(where.national, "위소나"),
        member(where.national, "위이루"),
        member(where.national, "위하늬", affiliation=where.institution),
    ]


def meeting(where: Offices, cases: list[Application], *, present: int = 4) -> Meeting:
    """Make an open meeting with these cases and so many members present, in their order."""
    plan = meetings.Plan(starts_at=make.NOW + timedelta(hours=4), place="제1회의실")
    made = meetings.prepare(institute=where.national, plan=plan, actor=where.officer, now=make.NOW)
    agenda.add(meeting=made, application_ids=[case.pk for case in cases], actor=where.officer, now=make.NOW)
    made = meetings.open_meeting(meeting=made, actor=where.officer, now=make.NOW)
    seats = [seat.pk for seat in made.seats.order_by("-member__is_chair", "member__person__name")][:present]
    return meetings.set_presence(meeting=made, present=set(seats), actor=where.officer, now=make.NOW)
