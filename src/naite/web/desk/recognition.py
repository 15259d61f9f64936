"""Work on applications: the offices' own, an evaluator's, and what panels ask of the institute."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from naite.roots.dates import day_of
from naite.trunk.people.models import Organisation, Role
from naite.trunk.recognition.applications import access, marks, queries
from naite.trunk.recognition.models import Application, Assignment, CaseMark, Challenge, Hop
from naite.trunk.recognition.panels.reminders import open_reviews
from naite.web.desk.work import MOST, Desk, Label, Work

State = Application.State
_CASE = ("application__organisation__region__parent", "application__version", "application__round")
# What a piece of work shows of a case; its form and its snapshot stay where they are.
_NAMED = (
    "pk",
    "number",
    "version__title",
    "organisation__name",
    "round__title",
    "organisation__region__name",
    "organisation__region__parent__name",
    "state",
    "due_on",
)


def cases(desk: Desk) -> Iterable[Work]:
    """Applications whose turn it is at this office, and those that its institutions have to supplement."""
    office = desk.organisation
    if office is None or not access.acts_for(desk.person, office, now=desk.now):
        return
    with_us = Q(office=office, state__in=[State.SUBMITTED, State.RECEIVED])
    here = Hop.objects.filter(
        application=OuterRef("pk"), office=office, arrived_at__isnull=False, left_at=None
    )
    supplementing = Q(Exists(here), state=State.SUPPLEMENT)
    # Plain values, and counts and route asked for row by row: a round brings a desk hundreds of cases.
    rows = (
        Application.objects.filter(with_us | supplementing)
        .annotate(back=queries.supplemented_count())
        .order_by("due_on", "number")
        .values("back", "changed_at", "round__institute_id", "handler_id", "handler__name", *named())
    )
    found = list(rows[:MOST])
    notes = marks.marks_of(office, [row["pk"] for row in found])
    for row in found:
        yield _case(row, office, notes.get(row["pk"]))


def _case(row: dict[str, Any], office: Organisation, mark: CaseMark | None) -> Work:
    state, last = State(row["state"]), row["round__institute_id"] == office.pk
    kind, label = {
        State.SUBMITTED: ("receive", _("접수")),
        State.SUPPLEMENT: ("supplement", _("보완 제출")),
    }.get(
        state,
        ("recheck", _("보완 확인"))
        if row["back"]
        else ("seat", _("평가단 배정"))
        if last
        else ("forward", _("검토·전달")),
    )
    others = state == State.SUPPLEMENT
    acts = () if others else ("assign", kind) if kind in {"receive", "forward"} else ("assign",)
    return Work(
        kind=kind,
        label=label,
        url=reverse("office-application", args=[row["pk"]]),
        due_on=row["due_on"],
        state=state.label,
        arrived_on=day_of(row["changed_at"]),
        handler_id=row["handler_id"],
        handler=row["handler__name"] or "",
        needs_handler=state == State.RECEIVED and row["handler_id"] is None,
        turn="others" if others else "mine",
        whose=str(_("기관")) if others else "",
        acts=acts,
        inner_on=mark.internal_due_on if mark else None,
        memo=mark.memo if mark else "",
        **of_values(row),
    )


def named(path: str = "") -> list[str]:
    """Return what ``of_values`` needs of an application, reached by a path from the row asked for."""
    return [f"{path}{name}" for name in _NAMED]


def of_values(row: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Return what a piece of work says of its application, from values: title, number, round, region."""
    pk, number, title, place, round_, region, province = (row[f"{path}{name}"] for name in _NAMED[:7])
    return {
        "title": title or "",
        "sub": f"{place} · {number}",
        "target": pk,
        "number": number,
        "round": round_,
        "region": f"{province} {region}" if province and province != region else region or "",
    }


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
        .order_by("due_on", "pk")
        .values("pk", "state", "due_on", "evaluator__person__name", *named("application__"))
    )
    for row in late[:MOST]:
        facts = of_values(row, "application__")
        yield Work(
            kind="late_review",
            label=_("평가 제출"),
            url=reverse("office-panel-case", args=[facts["target"]]),
            due_on=row["due_on"],
            state=Assignment.State(row["state"]).label,
            turn="others",
            whose=row["evaluator__person__name"],
            **{**facts, "target": row["pk"]},
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
