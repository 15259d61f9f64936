"""Work of committee members and evaluators beside the cases, and what the institute prepares for them."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from naite.roots.dates import day_of
from naite.trunk.people.models import Organisation, Role
from naite.trunk.recognition.committee import policies as committee
from naite.trunk.recognition.letters import policies as letter_policies
from naite.trunk.recognition.letters import queries as letters
from naite.trunk.recognition.models import ConflictDeclaration, LocalNotice, Meeting, Round
from naite.web.desk.work import MOST, Desk, Work

SOON = timedelta(days=60)
K = Organisation.Kind


def meetings(desk: Desk) -> Iterable[Work]:
    """Meetings of the committee: to read for whoever sits in them, to hold for the institute."""
    if desk.organisation is None or desk.role not in (Role.COMMITTEE_MEMBER, Role.NATIONAL_OFFICER):
        return
    holds = desk.role == Role.NATIONAL_OFFICER
    if not holds and committee.membership(desk.person, desk.organisation, now=desk.now) is None:
        return
    states = Meeting.State
    rows = (
        Meeting.objects.filter(
            institute=desk.organisation,
            state__in=[states.PREPARING, states.OPEN],
            starts_at__lt=desk.now + SOON,
        )
        .select_related("round")
        .annotate(cases=Count("items"), undecided=Count("items", filter=Q(items__outcome="")))
        .order_by("starts_at", "id")[:MOST]
    )
    for row in rows:
        open_ = row.state == states.OPEN
        if holds:
            label = _("회의 진행") if open_ else _("회의 준비")
        else:
            label = _("심의") if open_ else _("자료 읽기")
        yield Work(
            kind="meeting",
            label=label,
            title=str(row),
            sub=say("안건 %(n)s건, 아직 정하지 않은 것 %(left)s건") % {"n": row.cases, "left": row.undecided},
            url=reverse("office-committee-meeting", args=[row.pk]),
            due_on=day_of(row.starts_at),
            state=row.get_state_display(),
            arrived_on=day_of(row.created_at),
            round=str(row.round) if row.round else "",
            target=row.pk,
        )


def declarations(desk: Desk) -> Iterable[Work]:
    """Rounds for which an evaluator in a panel has not yet said what binds them to whom."""
    if desk.role != Role.EVALUATOR:
        return
    done = ConflictDeclaration.objects.filter(round=OuterRef("pk"), evaluator__person=desk.person)
    rows = (
        Round.objects.filter(
            ~Exists(done),
            panels__members__evaluator__person=desk.person,
            panels__members__evaluator__institute=desk.organisation,
            panels__members__left_at=None,
            state=Round.State.PUBLISHED,
        )
        .filter(Q(results_on=None) | Q(results_on__gte=desk.today))
        .distinct()
        .order_by("year", "number")
    )
    for row in rows[:MOST]:
        yield Work(
            kind="declare",
            label=_("확인서 내기"),
            title=row.title,
            sub=say("이해충돌 확인서를 내야 배정받을 수 있습니다."),
            url=reverse("review-declare", args=[row.pk]),
            due_on=row.review_from,
            state=_("내지 않음"),
            round=row.title,
            target=row.pk,
        )


def results(desk: Desk) -> Iterable[Work]:
    """Results to be sent to the local governments, and local governments that are late in telling them."""
    office = desk.organisation
    if office is None or desk.role != Role.NATIONAL_OFFICER:
        return
    if not letter_policies.can_send_out(desk.person, office, now=desk.now):
        return
    for round_, count in letters.rounds_ready(office):
        yield Work(
            kind="send_results",
            label=_("결과 보내기"),
            title=round_.title,
            sub=say("지자체로 보낼 결과 %(n)s건") % {"n": count},
            url=reverse("office-letters"),
            due_on=round_.results_on,
            state=_("보내기 전"),
            round=round_.title,
            target=round_.pk,
        )
    late = (
        LocalNotice.objects.filter(batch__round__institute=office, done_on=None, due_on__lt=desk.today)
        .select_related("office__region__parent", "batch__round")
        .order_by("due_on", "id")[:MOST]
    )
    for row in late:
        yield _late(row, acts=("press",))


def below(desk: Desk) -> Iterable[Work]:
    """What a province's local governments are late with."""
    office = desk.organisation
    if office is None or office.kind != K.PROVINCIAL_INSTITUTE:
        return
    if not letter_policies.can_notify(desk.person, office, now=desk.now):
        return
    late = (
        LocalNotice.objects.filter(office__parent=office, done_on=None, due_on__lt=desk.today)
        .select_related("office__region__parent", "batch__round")
        .order_by("due_on", "id")[:MOST]
    )
    for row in late:
        yield _late(row, acts=())


def _late(row: LocalNotice, *, acts: tuple[str, ...]) -> Work:
    region = row.office.region
    return Work(
        kind="late_notice",
        label=_("통보 늦음"),
        title=row.office.name,
        sub=f"{row.batch.round} · {row.batch.number}",
        url=reverse("office-letters-local", args=[row.pk]),
        due_on=row.due_on,
        state=_("시도에 알림") if row.escalated_at else _("재촉함") if row.reminders else _("통보 중"),
        arrived_on=row.arrived_on,
        turn="others",
        whose=row.office.name,
        round=row.batch.round.title,
        region=region.full_name if region else "",
        target=row.pk,
        acts=acts,
    )
