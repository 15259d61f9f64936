"""Meetings of the committee: preparing, opening, presence, closing."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.roots.workflow import Step, Workflow
from naite.trunk.people.models import Organisation, Person, RoleAssignment
from naite.trunk.recognition.applications import workflow as cases
from naite.trunk.recognition.committee import policies
from naite.trunk.recognition.committee.rules import QUORUM_RULES
from naite.trunk.recognition.models import (
    AgendaItem,
    Application,
    CommitteeMember,
    Meeting,
    MeetingSeat,
    Recusal,
    Round,
)

MOST_TEXT = 4000
S = Meeting.State
WORKFLOW = Workflow(
    Step("open", (S.PREPARING,), S.OPEN, "the members in office get their seats"),
    Step("close", (S.OPEN,), S.CLOSED, "the minutes are fixed, decisions take effect"),
    Step("cancel", (S.PREPARING,), S.CANCELLED, "its cases wait for another meeting"),
)


@dataclass(frozen=True)
class Plan:
    """When, where and by which rule a meeting is held."""

    starts_at: datetime
    place: str = ""
    manner: str = Meeting.Manner.IN_PERSON
    quorum: str = Meeting.Quorum.MAJORITY
    round: Round | None = None


def allow_secretary(actor: Person | None, institute: Organisation, now: datetime) -> None:
    if not policies.can_prepare(actor, institute, now=now):
        raise NotAllowed(_("심의위원회는 국가평생교육진흥원 담당자가 준비하고 진행합니다."))


def lock(meeting: Meeting) -> Meeting:
    """Return the meeting as it stands, locked, so that only one person changes it at a time."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("institute").get(pk=meeting.pk)


def require(meeting: Meeting, *states: str) -> None:
    if meeting.state not in states:
        raise Refused(
            _("지금 상태(%(state)s)에서는 할 수 없습니다. 화면을 새로 고쳐 주세요.")
            % {"state": meeting.get_state_display()},
            code="meeting_state",
        )


@transaction.atomic
def prepare(*, institute: Organisation, plan: Plan, actor: Person, now: datetime) -> Meeting:
    """Set up the next meeting of its year; numbers follow one another. Not safe to repeat."""
    allow_secretary(actor, institute, now)
    _check(plan, now)
    Organisation.objects.select_for_update().get(pk=institute.pk)  # one number at a time
    year = timezone.localtime(plan.starts_at).year
    last = Meeting.objects.filter(institute=institute, year=year).aggregate(last=Max("number"))["last"]
    meeting = Meeting.objects.create(
        institute=institute,
        year=year,
        number=(last or 0) + 1,
        starts_at=plan.starts_at,
        place=plan.place.strip(),
        manner=plan.manner,
        quorum=plan.quorum,
        round=plan.round,
        created_by=actor,
        created_at=now,
    )
    audit.record("recognition.prepare_meeting", actor=actor, now=now, subject=meeting)
    return meeting


@transaction.atomic
def change(*, meeting: Meeting, plan: Plan, revision: int, actor: Person, now: datetime) -> Meeting:
    """Change when and where a meeting is held, or its rule, while it is prepared.

    Refuses (``changed_meanwhile``) when somebody else changed it after ``revision``. The number stays, and
    with it the year.
    """
    allow_secretary(actor, meeting.institute, now)
    _check(plan, now)
    meeting = lock(meeting)
    require(meeting, S.PREPARING)
    if timezone.localtime(plan.starts_at).year != meeting.year:
        message = _("다른 해로 옮기려면 이 회의를 취소하고 새로 만들어 주세요.")
        raise Invalid(message, code="other_year", fields={"starts_at": message})
    changed = Meeting.objects.filter(pk=meeting.pk, revision=revision).update(
        starts_at=plan.starts_at,
        place=plan.place.strip(),
        manner=plan.manner,
        quorum=plan.quorum,
        round=plan.round,
        revision=F("revision") + 1,
    )
    if not changed:
        raise_changed()
    meeting.refresh_from_db()
    audit.record("recognition.change_meeting", actor=actor, now=now, subject=meeting)
    return meeting


def raise_changed() -> None:
    raise Refused(
        _("그 사이에 다른 사람이 바꾸었습니다. 바뀐 것을 확인한 뒤 다시 저장해 주세요."),
        code="changed_meanwhile",
    )


@transaction.atomic
def open_meeting(*, meeting: Meeting, actor: Person, now: datetime) -> Meeting:
    """Open a meeting: everyone in office that day gets a seat; who belongs to an applicant is excluded (제척).

    Refuses an empty agenda, a committee without members, and a second opening.
    """
    allow_secretary(actor, meeting.institute, now)
    meeting = lock(meeting)
    require(meeting, S.PREPARING)
    if not meeting.items.exists():
        raise Invalid(_("안건이 없습니다. 먼저 안건을 올려 주세요."), code="no_agenda")
    members = list(members_on(meeting.institute, timezone.localdate(meeting.starts_at)))
    if not members:
        raise Invalid(_("회의 날에 임기 중인 심의위원이 없습니다. 위원을 위촉해 주세요."), code="no_members")
    MeetingSeat.objects.bulk_create(MeetingSeat(meeting=meeting, member=member) for member in members)
    WORKFLOW.move(meeting, "open", opened_at=now)
    exclude_affiliated(meeting, members, list(meeting.items.select_related("application")), actor, now)
    audit.record("recognition.open_meeting", actor=actor, now=now, subject=meeting, members=len(members))
    return meeting


def members_on(institute: Organisation, day: date) -> "list[CommitteeMember]":
    """Return who sits on the committee on a day, the chair first."""
    return list(
        CommitteeMember.objects.filter(institute=institute, term_from__lte=day, term_until__gt=day)
        .select_related("person", "affiliation")
        .order_by("-is_chair", "person__name", "id")
    )


def exclude_affiliated(
    meeting: Meeting,
    members: list[CommitteeMember],
    items: list[AgendaItem],
    actor: Person | None,
    now: datetime,
) -> None:
    """Keep members out of the cases of institutions they name as theirs or hold a role in."""
    applicants = {item.application.organisation_id for item in items}
    belongs: set[tuple[UUID, UUID]] = {
        (member.person_id, member.affiliation_id) for member in members if member.affiliation_id is not None
    }
    held = RoleAssignment.objects.filter(
        person__in=[member.person_id for member in members],
        organisation__in=applicants,
        valid_from__lte=now,
    ).exclude(valid_until__lte=now)
    belongs |= set(held.values_list("person_id", "organisation_id"))
    Recusal.objects.bulk_create(
        (
            Recusal(
                item=item,
                member=member,
                ground=Recusal.Ground.AFFILIATED,
                noted_by=actor,
                noted_at=now,
            )
            for item in items
            for member in members
            if (member.person_id, item.application.organisation_id) in belongs
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def set_presence(*, meeting: Meeting, present: set[UUID], actor: Person, now: datetime) -> Meeting:
    """Set who is there, by the ids of their seats, while the meeting is open. Safe to repeat.

    Cases decided before keep the numbers with which they were decided.
    """
    allow_secretary(actor, meeting.institute, now)
    meeting = lock(meeting)
    require(meeting, S.OPEN)
    seats = set(meeting.seats.values_list("pk", flat=True))
    if present - seats:
        raise Invalid(_("이 회의의 위원이 아닌 사람이 들어 있습니다."), code="foreign_seat")
    meeting.seats.filter(pk__in=present).update(is_present=True)
    meeting.seats.exclude(pk__in=present).update(is_present=False)
    audit.record("recognition.meeting_presence", actor=actor, now=now, subject=meeting, present=len(present))
    return meeting


@transaction.atomic
def close(*, meeting: Meeting, remarks: str = "", actor: Person, now: datetime) -> Meeting:
    """Close a meeting: each decided case goes to the ministry (``deliberate``), postponed ones wait on.

    Refuses while a case is undecided. Writes one event a case; all or nothing.
    """
    allow_secretary(actor, meeting.institute, now)
    meeting = lock(meeting)
    require(meeting, S.OPEN)
    remarks = remarks.strip()
    if len(remarks) > MOST_TEXT:
        message = _("%(most)s자까지 적을 수 있습니다.") % {"most": f"{MOST_TEXT:,}"}
        raise Invalid(message, code="too_long", fields={"remarks": message})
    items = list(meeting.items.select_related("application"))
    left = sum(1 for item in items if not item.outcome)
    if left:
        raise Refused(
            _("아직 정하지 않은 안건이 %(count)s건 있습니다. 정하거나 계속 심의로 넘겨 주세요.")
            % {"count": left},
            code="undecided",
        )
    ministry = ministry_of(meeting.institute)
    for item in items:
        if item.outcome != AgendaItem.Outcome.POSTPONED:
            _deliberate(meeting, item, ministry, actor, now)
    meeting.items.update(is_waiting=False)
    WORKFLOW.move(meeting, "close", closed_at=now, closed_by=actor, remarks=remarks)
    audit.record("recognition.close_meeting", actor=actor, now=now, subject=meeting, cases=len(items))
    return meeting


@transaction.atomic
def cancel(*, meeting: Meeting, actor: Person, now: datetime) -> Meeting:
    """Cancel a meeting that was not opened; its cases may go onto another agenda."""
    allow_secretary(actor, meeting.institute, now)
    meeting = lock(meeting)
    require(meeting, S.PREPARING)
    meeting.items.all().delete()
    WORKFLOW.move(meeting, "cancel", closed_at=now, closed_by=actor)
    audit.record("recognition.cancel_meeting", actor=actor, now=now, subject=meeting)
    return meeting


def attach_minutes(*, meeting: Meeting, file: StoredFile) -> None:
    """Keep the minutes of a closed meeting. They are set once."""
    if not Meeting.objects.filter(pk=meeting.pk, state=S.CLOSED, minutes=None).update(minutes=file):
        raise Refused(_("회의록이 이미 있습니다."), code="minutes_kept")
    meeting.minutes = file


def ministry_of(institute: Organisation) -> Organisation | None:
    """Return the ministry above an institute, else the only one there is."""
    kind = Organisation.Kind.MINISTRY
    if institute.parent is not None and institute.parent.kind == kind:
        return institute.parent
    return Organisation.objects.filter(kind=kind, closed_on=None).order_by("created_at", "id").first()


def _deliberate(
    meeting: Meeting, item: AgendaItem, ministry: Organisation | None, actor: Person, now: datetime
) -> None:
    cases.move(
        item.application,
        "deliberate",
        actor=actor,
        now=now,
        on_behalf_of=meeting.institute,
        reason=item.grounds,
        evidence={"meeting": str(meeting.pk), "number": str(meeting), "outcome": item.outcome},
        verdict=Application.Verdict(item.outcome),
        office=ministry,
        handler=None,
        due_on=None,
    )


def _check(plan: Plan, now: datetime) -> None:
    fields = {}
    if plan.quorum not in QUORUM_RULES:
        fields["quorum"] = _("의결 요건을 골라 주세요.")
    if plan.manner not in Meeting.Manner:
        fields["manner"] = _("방식을 골라 주세요.")
    if plan.manner == Meeting.Manner.IN_PERSON and not plan.place.strip():
        fields["place"] = _("모일 곳을 적어 주세요.")
    if timezone.localdate(plan.starts_at) < timezone.localdate(now):
        fields["starts_at"] = _("지난 날입니다. 앞으로 올 날을 적어 주세요.")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="meeting_faults", fields=fields)
