"""Work on applications: the offices' own, an evaluator's, and what panels ask of the institute."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from naite.roots.dates import day_of
from naite.trunk.people.models import Organisation, Role
from naite.trunk.recognition.applications import access, marks
from naite.trunk.recognition.models import Application, ApplicationItem, Assignment, CaseMark, Challenge
from naite.trunk.recognition.panels.reminders import open_reviews
from naite.web.desk.work import MOST, Desk, Label, Work

State = Application.State
_CASE = ("application__organisation__region__parent", "application__version", "application__round")


def cases(desk: Desk) -> Iterable[Work]:
    """Applications whose turn it is at this office, and those that its institutions have to supplement."""
    office = desk.organisation
    if office is None or not access.acts_for(desk.person, office, now=desk.now):
        return
    with_us = Q(office=office, state__in=[State.SUBMITTED, State.RECEIVED])
    supplementing = Q(
        state=State.SUPPLEMENT, hops__office=office, hops__arrived_at__isnull=False, hops__left_at=None
    )
    back = Q(items__check_state=ApplicationItem.Check.UNCHECKED) & ~Q(items__check_note="")
    rows = (
        Application.objects.filter(with_us | supplementing)
        .select_related("organisation__region__parent", "version", "handler", "round")
        .annotate(back=Count("items", filter=back, distinct=True))
        .order_by("due_on", "number")[:MOST]
    )
    found = list(rows)
    notes = marks.marks_of(office, [row.pk for row in found])
    for row in found:
        yield _case(row, office, notes.get(row.pk))


def _case(row: Application, office: Organisation, mark: CaseMark | None) -> Work:
    last = row.round.institute_id == office.pk
    kind, label = {
        State.SUBMITTED: ("receive", _("접수")),
        State.SUPPLEMENT: ("supplement", _("보완 제출")),
    }.get(
        State(row.state),
        ("recheck", _("보완 확인"))
        if row.back  # type: ignore[attr-defined]
        else ("seat", _("평가단 배정"))
        if last
        else ("forward", _("검토·전달")),
    )
    others = row.state == State.SUPPLEMENT
    acts = () if others else ("assign", kind) if kind in {"receive", "forward"} else ("assign",)
    return Work(
        kind=kind,
        label=label,
        title=str(row.version),
        sub=f"{row.organisation} · {row.number}",
        url=reverse("office-application", args=[row.pk]),
        due_on=row.due_on,
        state=row.get_state_display(),
        arrived_on=day_of(row.changed_at),
        handler_id=row.handler_id,
        handler=row.handler.name if row.handler else "",
        needs_handler=row.state == State.RECEIVED and row.handler_id is None,
        turn="others" if others else "mine",
        whose=str(_("기관")) if others else "",
        acts=acts,
        inner_on=mark.internal_due_on if mark else None,
        memo=mark.memo if mark else "",
        **of_case(row),
    )


def of_case(row: Application) -> dict[str, Any]:
    """Return what a piece of work says of its application: number, round and region, for the filters."""
    region = row.organisation.region
    return {
        "target": row.pk,
        "number": row.number,
        "round": row.round.title,
        "region": region.full_name if region else "",
    }


def reviews(desk: Desk) -> Iterable[Work]:
    """An evaluator's cases to review."""
    if desk.role != Role.EVALUATOR:
        return
    rows = (
        open_reviews()
        .filter(evaluator__person=desk.person, evaluator__institute=desk.organisation)
        .select_related(*_CASE)
        .order_by("due_on", "pk")[:MOST]
    )
    for row in rows:
        yield Work(
            kind="again" if row.is_again else "review",
            label=_("재평가") if row.is_again else _("평가"),
            title=str(row.application.version),
            sub=f"{row.application.organisation} · {row.application.number}",
            url=reverse("review-case", args=[row.pk]),
            due_on=row.due_on,
            state=row.get_state_display(),
            arrived_on=day_of(row.assigned_at),
            handler_id=desk.person.pk,
            handler=desk.person.name,
            **of_case(row.application),
        )


def panels(desk: Desk) -> Iterable[Work]:
    """What panels ask of the institute: challenges to decide, seats to fill, and reviews that are late."""
    if desk.role != Role.NATIONAL_OFFICER or desk.organisation is None:
        return
    filed = (
        Challenge.objects.filter(
            application__round__institute=desk.organisation, state=Challenge.State.OPEN, kind="challenge"
        )
        .select_related(*_CASE, "evaluator__person")
        .order_by("filed_at")[:MOST]
    )
    for one in filed:
        yield _of_panel(
            one.application, "challenge", _("기피 결정"), one.get_state_display(), day_of(one.filed_at)
        )
    empty = (
        Assignment.objects.filter(
            application__round__institute=desk.organisation,
            application__state__in=[State.IN_REVIEW, State.RE_REVIEW],
            state=Assignment.State.REPLACED,
            replaced_by=None,
            stage=F("application__panel_case__stage"),
            attempt=F("application__panel_case__attempt"),
        )
        .select_related(*_CASE)
        .order_by("ended_at", "pk")[:MOST]
    )
    for gone in empty:
        left = day_of(gone.ended_at) if gone.ended_at else None
        yield _of_panel(gone.application, "vacancy", _("위원 빈 자리"), gone.get_state_display(), left)
    late = (
        open_reviews()
        .filter(application__round__institute=desk.organisation, due_on__lt=desk.today)
        .select_related(*_CASE, "evaluator__person")
        .order_by("due_on", "pk")[:MOST]
    )
    for row in late:
        yield Work(
            kind="late_review",
            label=_("평가 제출"),
            title=str(row.application.version),
            sub=f"{row.application.organisation} · {row.application.number}",
            url=reverse("office-panel-case", args=[row.application_id]),
            due_on=row.due_on,
            state=row.get_state_display(),
            turn="others",
            whose=row.evaluator.person.name,
            **{**of_case(row.application), "target": row.pk},
            acts=("remind",),
        )


def _of_panel(application: Application, kind: str, label: Label, state: Label, arrived: date | None) -> Work:
    return Work(
        kind=kind,
        label=label,
        title=str(application.version),
        sub=f"{application.organisation} · {application.number}",
        url=reverse("office-panel-case", args=[application.pk])
        if application.state in (State.IN_REVIEW, State.RE_REVIEW)
        else reverse("office-panels"),
        due_on=application.due_on,
        state=state,
        arrived_on=arrived,
        **of_case(application),
    )
