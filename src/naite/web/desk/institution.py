"""What recognition asks of an institution: drafts, supplements, results, orders, renewals; and what it waits for."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from naite.branches.oversight import case_queries
from naite.branches.oversight.models import Cancellation, CorrectionOrder
from naite.roots.dates import day_of
from naite.trunk.people.models import Organisation
from naite.trunk.people.policies import COURSE_STAFF, can_run_courses
from naite.trunk.recognition import renewals
from naite.trunk.recognition.models import Application, ChangeReport, Recognition, ResultNotice
from naite.trunk.recognition.queries import live
from naite.web.desk.work import MOST, Desk, Work

State = Application.State
_MINE = {
    State.DRAFT: ("draft", _("이어서 쓰기")),
    State.SUPPLEMENT: ("supplement", _("보완 제출")),
    State.PROVISIONAL: ("again", _("재평가 자료")),
}


def _institution(desk: Desk) -> Organisation | None:
    """Return the institution of the seat, if its courses are run from it."""
    if desk.organisation is None or desk.role not in COURSE_STAFF:
        return None
    return desk.organisation if can_run_courses(desk.person, desk.organisation, now=desk.now) else None


def applications(desk: Desk) -> Iterable[Work]:
    """Drafts with the last day of their round, what has to be supplemented, and what is with the offices."""
    institution = _institution(desk)
    if institution is None:
        return
    rows = (
        Application.objects.filter(organisation=institution, state__in=Application.OPEN)
        .select_related("round", "version", "course__current", "office")
        .order_by("due_on", "created_at", "id")[:MOST]
    )
    for row in rows:
        found = _MINE.get(State(row.state))
        kind, label = found or ("running", _("처리 기다림"))
        due, url = row.due_on, reverse("work-application", args=[row.pk])
        if row.state == State.DRAFT:
            if row.round.closes_at is None or row.round.closes_at <= desk.now:
                continue
            due = day_of(row.round.closes_at - timedelta(seconds=1))
            url = reverse("work-application-edit", args=[row.pk])
        elif row.state == State.PROVISIONAL:
            url = reverse("work-application-result", args=[row.pk])
        yield Work(
            kind=kind,
            label=label,
            title=str(row.version or row.course.current or row),
            sub=f"{row.round} · {row.number}" if row.number else str(row.round),
            url=url,
            due_on=due,
            state=row.get_state_display(),
            arrived_on=day_of(row.changed_at),
            turn="mine" if found else "others",
            whose="" if found or row.office is None else row.office.name,
            round=row.round.title,
            number=row.number,
            target=row.pk,
        )


def notices(desk: Desk) -> Iterable[Work]:
    """Results that nobody at the institution has opened yet."""
    institution = _institution(desk)
    if institution is None:
        return
    states = ResultNotice.State
    rows = (
        ResultNotice.objects.filter(
            organisation=institution, state__in=[states.SENT, states.RECEIVED], opened_at=None
        )
        .exclude(channel=ResultNotice.Channel.PAPER)
        .select_related("application__version", "application__round", "local__office")
        .order_by("-sent_at", "id")[:MOST]
    )
    for row in rows:
        yield Work(
            kind="result",
            label=_("결과 읽기"),
            title=str(row.application.version or row.application),
            sub=f"{row.local.office} · {row.number}",
            url=reverse("work-notice", args=[row.pk]),
            due_on=None,
            state=row.get_kind_display(),
            arrived_on=day_of(row.sent_at) if row.sent_at else None,
            round=row.application.round.title,
            target=row.pk,
        )


def oversight(desk: Desk) -> Iterable[Work]:
    """Orders to put something right, and cancellations on which the institution may speak."""
    institution = _institution(desk)
    if institution is None:
        return
    found = case_queries.cases_of(institution)
    for row in found["orders"]:
        assert isinstance(row, CorrectionOrder)
        if row.state == CorrectionOrder.State.ISSUED:
            yield Work(
                kind="order",
                label=_("시정 결과 내기"),
                title=str(row.recognition.course.current),
                sub=f"{row.number} · {row.get_ground_display()}",
                url=reverse("work-order", args=[row.pk]),
                due_on=case_queries.correction_due(row),
                state=row.get_state_display(),
                arrived_on=row.delivered_on,
                target=row.pk,
            )
    for case in found["cancellations"]:
        assert isinstance(case, Cancellation)
        if case.state == Cancellation.State.NOTICED and case.opinion_at is None:
            yield Work(
                kind="opinion",
                label=_("의견 내기"),
                title=str(case.recognition.course.current),
                sub=f"{case.number} · {case.get_ground_display()}",
                url=reverse("work-cancellation", args=[case.pk]),
                due_on=case.opinion_until,
                state=case.get_state_display(),
                arrived_on=case.notice_delivered_on,
                target=case.pk,
            )


def recognitions(desk: Desk) -> Iterable[Work]:
    """Recognitions that end within the year and are not being renewed, and reported changes under way."""
    institution = _institution(desk)
    if institution is None:
        return
    under_way = Application.objects.filter(course=OuterRef("course"), state__in=Application.OPEN)
    rows = (
        Recognition.objects.filter(
            live(desk.today),
            ~Exists(under_way),
            course__organisation=institution,
            valid_until__lte=desk.today + timedelta(days=renewals.OPENS_DAYS),
        )
        .select_related("course__current")
        .order_by("valid_until", "id")[:MOST]
    )
    for row in rows:
        yield Work(
            kind="renew",
            label=_("갱신 신청"),
            title=str(row.course.current),
            sub=say("인정번호 %(number)s · 유효기간이 끝나기 전에 신청합니다.") % {"number": row.number},
            url=reverse("work-recognitions"),
            due_on=row.valid_until - timedelta(days=1),
            state=_("곧 끝남"),
            arrived_on=None,
            target=row.pk,
        )
    reports = (
        ChangeReport.objects.filter(
            recognition__course__organisation=institution, state=ChangeReport.State.SUBMITTED
        )
        .select_related("recognition__course__current", "recognition__granted_by")
        .order_by("submitted_at", "id")[:MOST]
    )
    for report in reports:
        yield Work(
            kind="change_waits",
            label=_("변경 보고"),
            title=str(report.recognition.course.current),
            sub=f"{report.get_kind_display()} · {report.recognition.number}",
            url=reverse("work-recognitions"),
            due_on=None,
            state=report.get_state_display(),
            arrived_on=day_of(report.submitted_at),
            turn="others",
            whose=report.recognition.granted_by.name if report.recognition.granted_by else "",
            target=report.pk,
        )


SOURCES = (applications, notices, oversight, recognitions)
