"""Work beside the applications: committee, approval, notices, changes, complaints, questions, accounts."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from naite.branches.counselling.models import Question
from naite.branches.counselling.policies import can_handle_for
from naite.branches.oversight import queries as oversight
from naite.branches.oversight.policies import can_oversee
from naite.roots.dates import day_of
from naite.trunk.people.models import Role
from naite.trunk.people.registry import access as registry_access
from naite.trunk.people.registry import queries as registry
from naite.trunk.recognition import changes as reported
from naite.trunk.recognition.committee import approvals as ministry
from naite.trunk.recognition.committee import queries as committee
from naite.trunk.recognition.letters import policies as letter_policies
from naite.trunk.recognition.letters import queries as letters
from naite.trunk.recognition.models import Application
from naite.trunk.records.applications import policies as account_policies
from naite.trunk.records.models import AccountApplication
from naite.web.desk.recognition import named, of_values
from naite.web.desk.work import MOST, Desk, Work


def agenda(desk: Desk) -> Iterable[Work]:
    """Evaluated cases that stand on no agenda yet, for the institute; one piece of work for each round."""
    if desk.role != Role.NATIONAL_OFFICER or desk.organisation is None:
        return
    for round_, waiting in committee.waiting_by_round(desk.organisation):
        yield Work(
            kind="agenda",
            label=_("의안 올리기"),
            title=str(round_),
            sub=say("심의를 기다리는 건 %(n)s") % {"n": waiting},
            url=reverse("office-committee"),
            due_on=round_.committee_on,
            state=_("심의 대기"),
            round=str(round_),
        )


def approvals(desk: Desk) -> Iterable[Work]:
    """What the committee decided and the ministry has to approve."""
    if desk.role != Role.MINISTRY_OFFICIAL:
        return
    for case in ministry.waiting().values("changed_at", *named())[:MOST]:
        yield Work(
            kind="approve",
            label=_("승인"),
            url=reverse("office-approval", args=[case["pk"]]),
            due_on=case["due_on"],
            state=Application.State(case["state"]).label,
            arrived_on=day_of(case["changed_at"]),
            acts=("approve",),
            **of_values(case),
        )


def result_notices(desk: Desk) -> Iterable[Work]:
    """Results that an office still has to tell its institutions, within seven days."""
    office = desk.organisation
    if office is None or not letter_policies.can_notify(desk.person, office, now=desk.now):
        return
    for row in letters.of_offices([office.pk]).filter(done_on=None)[:MOST]:
        out, of = row.letters_out, row.letters_all  # type: ignore[attr-defined]
        yield Work(
            kind="notify",
            label=_("결과 통보"),
            title=str(row.batch.round),
            sub=say("%(of)s곳 가운데 %(out)s곳에 알림") % {"of": of, "out": out},
            url=reverse("office-letters-local", args=[row.pk]),
            due_on=row.due_on,
            state=_("통보 중") if out else _("통보 전"),
            arrived_on=row.arrived_on,
            round=str(row.batch.round),
            target=row.pk,
            acts=("notify",),
        )


def changes(desk: Desk) -> Iterable[Work]:
    """Changes that institutions reported, for the institute to decide."""
    if desk.role != Role.NATIONAL_OFFICER:
        return
    for change in reported.waiting().filter(recognition__granted_by=desk.organisation)[:MOST]:
        course = change.recognition.course
        yield Work(
            kind="change",
            label=_("변경 보고"),
            title=str(course.current),
            sub=f"{course.organisation} · {change.recognition.number}",
            url=reverse("office-changes"),
            due_on=None,
            state=change.get_state_display(),
        )


def proposals(desk: Desk) -> Iterable[Work]:
    """Changes of their pages in the registry that institutions ask the responsible office for."""
    if desk.organisation is None or desk.role not in registry_access.OFFICER_ROLES:
        return
    for row in registry.waiting_for(desk.organisation)[:MOST]:
        yield Work(
            kind="proposal",
            label=_("기관 변경 신청"),
            title=row.organisation.name,
            sub=say("기관 대장"),
            url=reverse("office-registry-proposal", args=[row.pk]),
            due_on=None,
            state=row.get_state_display(),
            arrived_on=day_of(row.submitted_at) if row.submitted_at else None,
        )


def complaints(desk: Desk) -> Iterable[Work]:
    """Complaints from the public, never about one's own organisations."""
    if desk.role != Role.NATIONAL_OFFICER or not can_oversee(desk.person, None, now=desk.now):
        return
    for row in oversight.complaints(desk.person, show="waiting", words="", today=desk.today)[:MOST]:
        yield Work(
            kind="complaint",
            label=_("신고 처리"),
            title=str(row.course.current) if row.course else row.place or row.get_concern_display(),
            sub=f"{row.get_concern_display()} · {row.number}",
            url=reverse("office-complaint", args=[row.pk]),
            due_on=row.due_on,
            state=row.get_state_display(),
            arrived_on=day_of(row.received_at),
            handler_id=row.handler_id,
            handler=row.handler.name if row.handler else "",
            needs_handler=row.handler_id is None,
        )


def questions(desk: Desk) -> Iterable[Work]:
    """Private questions that wait for the office's answer; never one's own."""
    if not can_handle_for(desk.person, desk.organisation, now=desk.now):
        return
    rows = (
        Question.objects.filter(office=desk.organisation, state__in=Question.WAITING)
        .exclude(person=desk.person)
        .select_related("handler", "category")
        .order_by("due_on", "id")[:MOST]
    )
    for row in rows:
        yield Work(
            kind="question",
            label=_("상담 답변"),
            title=row.title,
            sub=str(row.category),
            url=reverse("office-question", args=[row.pk]),
            due_on=row.due_on,
            state=row.get_state_display(),
            arrived_on=day_of(row.received_at) if row.received_at else None,
            handler_id=row.handler_id,
            handler=row.handler.name if row.handler else "",
            needs_handler=row.handler_id is None,
        )


def accounts(desk: Desk) -> Iterable[Work]:
    """Applications for learning accounts; never one's own or one's child's."""
    if desk.organisation is None or not account_policies.can_decide_for(
        desk.person, desk.organisation, now=desk.now
    ):
        return
    rows = (
        AccountApplication.objects.filter(office=desk.organisation, state=AccountApplication.State.APPLIED)
        .exclude(person=desk.person)
        .exclude(applied_by=desk.person)
        .select_related("person")
        .order_by("due_on", "id")[:MOST]
    )
    for row in rows:
        yield Work(
            kind="account",
            label=_("계좌 승인"),
            title=row.person.name,
            sub=say("학습계좌 신청"),
            url=reverse("office-account-application", args=[row.pk]),
            due_on=row.due_on,
            state=row.get_state_display(),
            arrived_on=day_of(row.applied_at),
        )
