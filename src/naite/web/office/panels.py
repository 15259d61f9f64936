"""The panels of a round: making them, who sits in them, and how far their cases are."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue.classification import Category
from naite.trunk.recognition.models import (
    Application,
    Assignment,
    Challenge,
    ConflictDeclaration,
    Evaluator,
    Panel,
    PanelCase,
    PanelMember,
    Round,
)
from naite.trunk.recognition.panels import reminders, seating
from naite.web.excel import excel
from naite.web.fields import show_refusal
from naite.web.middleware import now_of
from naite.web.office.panels_access import officer, panel_for, round_of

PAGE = 50
S = Application.State
IN_REVIEW = (S.IN_REVIEW, S.RE_REVIEW)


class PanelForm(forms.Form):
    """A panel for a field."""

    field = forms.ChoiceField(label=gettext_lazy("분야"), choices=Category.choices)
    name = forms.CharField(
        label=gettext_lazy("평가단 이름"), max_length=60, help_text=gettext_lazy("예: 직업능력 1반")
    )


def waiting(round_: Round) -> Any:
    """Return the applications that the institute has received and not given to a panel."""
    return Application.objects.filter(round=round_, state=S.RECEIVED, office=round_.institute_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def panel_list(request: HttpRequest) -> HttpResponse:
    """List the panels of a round with what waits and what is late; a POST makes one. Constant queries."""
    person, institute = officer(request)
    round_, rounds = round_of(request, institute)
    form = PanelForm(request.POST or None)
    if request.method == "POST" and round_ is not None and form.is_valid():
        try:
            made = seating.make_panel(round=round_, actor=person, now=now_of(request), **form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("office-panel", made.pk)
    today = day_of(now_of(request))
    open_reviews = Q(assignments__state=Assignment.State.OPEN, assignments__application__state__in=IN_REVIEW)
    panels = (
        list(
            Panel.objects.filter(round=round_)
            .annotate(
                open=Count("assignments", filter=open_reviews),
                late=Count("assignments", filter=open_reviews & Q(assignments__due_on__lt=today)),
                done=Count("assignments", filter=Q(assignments__state=Assignment.State.SUBMITTED)),
            )
            .order_by("field", "name")
        )
        if round_
        else []
    )
    seats: dict[UUID, list[PanelMember]] = {}
    for seat in (
        PanelMember.objects.filter(panel__in=panels, left_at=None)
        .select_related("evaluator__person")
        .order_by("-is_chair", "evaluator__person__name")
    ):
        seats.setdefault(seat.panel_id, []).append(seat)
    by_field = dict(waiting(round_).values_list("version__category").annotate(Count("pk")) if round_ else ())
    rows = [{"panel": row, "seats": seats.get(row.pk, [])} for row in panels]
    context = {
        "section": "panels",
        "round": round_,
        "rounds": rounds,
        "rows": rows,
        "form": form,
        "waiting": [
            (Category(key).label if key else _("분야 없음"), n) for key, n in sorted(by_field.items())
        ],
        "waiting_total": sum(by_field.values()),
        "challenges": _challenges(round_),
        "vacancies": vacancies(round_).count() if round_ else 0,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "office/panels.html", context, status=status)


def _challenges(round_: Round | None) -> list[Challenge]:
    return list(
        Challenge.objects.filter(application__round=round_, state=Challenge.State.OPEN)
        .select_related("application__organisation", "evaluator__person")
        .order_by("filed_at")[:50]
    )


def vacancies(round_: Round) -> Any:
    """Return the reviews that ended without anybody taking over, in cases still under review."""
    return Assignment.objects.filter(
        application__round=round_,
        application__state__in=IN_REVIEW,
        state=Assignment.State.REPLACED,
        replaced_by=None,
        stage=F("application__panel_case__stage"),
        attempt=F("application__panel_case__attempt"),
    )


@login_required
@require_safe
def panel(request: HttpRequest, panel_id: UUID) -> HttpResponse:
    """Show who sits in a panel with their loads, and its cases; constant queries."""
    row = panel_for(request, panel_id)
    now, today = now_of(request), day_of(now_of(request))
    open_ = Q(evaluator__assignments__state=Assignment.State.OPEN) & Q(
        evaluator__assignments__application__state__in=IN_REVIEW
    )
    mine = Q(evaluator__assignments__panel=row)
    members = list(
        row.members.filter(left_at=None)
        .select_related("evaluator__person")
        .annotate(
            open=Count("evaluator__assignments", filter=mine & open_),
            late=Count(
                "evaluator__assignments", filter=mine & open_ & Q(evaluator__assignments__due_on__lt=today)
            ),
            done=Count(
                "evaluator__assignments",
                filter=mine & Q(evaluator__assignments__state=Assignment.State.SUBMITTED),
            ),
        )
        .order_by("-is_chair", "evaluator__person__name")
    )
    declared = set(ConflictDeclaration.objects.filter(round=row.round).values_list("evaluator_id", flat=True))
    cases = _cases(row)
    if request.GET.get("format") == "xlsx":
        return _excel(request, row, cases)
    page = Paginator(cases, PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "panels",
        "panel": row,
        "round": row.round,
        "members": [(seat, seat.evaluator_id in declared) for seat in members],
        "page": page,
        "cases": page.object_list,
        "needed": row.round.evaluators_per_application,
        "today": today,
        "to_add": _to_add(row, now),
        "waiting_total": waiting(row.round).filter(version__category=row.field).count(),
        "late": sum(seat.late for seat in members),
    }
    return render(request, "office/panel.html", context)


def _cases(row: Panel) -> Any:
    current = Q(
        application__assignments__stage=F("stage"),
        application__assignments__attempt=F("attempt"),
    )
    return (
        PanelCase.objects.filter(panel=row)
        .select_related("application__organisation", "application__version")
        .annotate(
            given=Count(
                "application__assignments",
                filter=current & Q(application__assignments__state__in=Assignment.LIVE),
            ),
            done=Count(
                "application__assignments",
                filter=current & Q(application__assignments__state=Assignment.State.SUBMITTED),
            ),
        )
        .order_by("application__due_on", "application__number")
    )


def _to_add(row: Panel, now: Any) -> list[Evaluator]:
    """Return who of the pool could join, those of the panel's field first."""
    pool = (
        Evaluator.objects.filter(institute=row.round.institute_id, is_available=True)
        .filter(
            Q(person__roles__valid_until=None) | Q(person__roles__valid_until__gt=now),
            person__roles__role="evaluator",
            person__roles__organisation=row.round.institute_id,
        )
        .exclude(seats__panel=row, seats__left_at=None)
        .select_related("person")
        .distinct()
        .order_by("person__name")
    )
    return sorted(pool, key=lambda each: row.field not in each.fields)


def _excel(request: HttpRequest, row: Panel, cases: Any) -> HttpResponse:
    person, _institute = officer(request)
    audit.record("recognition.export_panel", actor=person, now=now_of(request), subject=row)
    heads = [_("접수번호"), _("과정"), _("기관"), _("상태"), _("단계"), _("제출"), _("위원 수"), _("기한")]
    table = (
        [
            case.application.number,
            case.application.version.title if case.application.version else "",
            case.application.organisation.name,
            case.application.get_state_display(),
            case.get_stage_display(),
            case.done,
            case.given,
            case.application.due_on,
        ]
        for case in cases.iterator(chunk_size=500)
    )
    return excel(f"{row.name}-{_('평가 현황')}", heads, table)


@login_required
@require_POST
def change(request: HttpRequest, panel_id: UUID) -> HttpResponse:
    """Add or remove a member, name the chair, or remind the late ones; ``what`` says which."""
    row = panel_for(request, panel_id)
    person, institute = officer(request)
    now, what = now_of(request), request.POST.get("what")
    try:
        if what == "add":
            chosen = get_object_or_404(
                Evaluator.objects.select_related("person"), pk=_key(request, "evaluator"), institute=institute
            )
            seating.add_member(panel=row, evaluator=chosen, actor=person, now=now)
        elif what == "remind":
            told = reminders.remind_panel(panel=row, actor=person, now=now)
            messages.success(
                request,
                _("늦은 위원 %(n)d명에게 알렸습니다.") % {"n": told}
                if told
                else _("오늘 이미 알렸거나 늦은 위원이 없습니다."),
            )
        else:
            member = get_object_or_404(
                row.members.select_related("evaluator", "panel__round__institute"), pk=_key(request, "member")
            )
            act = seating.make_chair if what == "chair" else seating.remove_member
            act(member=member, actor=person, now=now)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return redirect("office-panel", row.pk)


def _key(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return None


urlpatterns = [
    path("panels/", panel_list, name="office-panels"),
    path("panels/<uuid:panel_id>/", panel, name="office-panel"),
    path("panels/<uuid:panel_id>/change/", change, name="office-panel-change"),
]
