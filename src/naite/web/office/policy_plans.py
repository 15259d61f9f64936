"""The ministry's basic plan and the institute's implementation plan: writing, approving, targets beside figures."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import plan_figures
from naite.roots import markdown
from naite.roots.dates import day_of
from naite.roots.drawing.target_bars import target_bars
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.delivery.models import Programme
from naite.trunk.people.models import Person, Region
from naite.trunk.people.queries import regions_on
from naite.trunk.recognition.models import Plan, PlanLine
from naite.trunk.recognition.plans import services
from naite.trunk.recognition.plans.services import LineFacts, PlanFacts
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of
from naite.web.office.case_list import officer_of

SECTION = "policy-plans"
State = Plan.State


class PlanForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("이름"), max_length=150)
    year_from = forms.IntegerField(label=gettext_lazy("첫 해"))
    year_until = forms.IntegerField(label=gettext_lazy("마지막 해"))
    basic = forms.ModelChoiceField(
        Plan.objects.filter(kind=Plan.Kind.BASIC, state=State.PUBLISHED),
        label=gettext_lazy("바탕이 되는 기본계획"),
        required=False,
        empty_label=gettext_lazy("없음"),
    )
    goals = forms.CharField(
        label=gettext_lazy("목표와 내용"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("마크다운으로 씁니다. 공고에 그대로 실립니다."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == Plan.Kind.BASIC:
            del self.fields["basic"]

    def facts(self) -> PlanFacts:
        data = self.cleaned_data
        return PlanFacts(
            data["title"], data["year_from"], data["year_until"], data["goals"], data.get("basic")
        )


class LineForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("구분"), choices=PlanLine.Kind.choices)
    title = forms.CharField(label=gettext_lazy("내용"), max_length=150)
    measure = forms.ChoiceField(
        label=gettext_lazy("지표"),
        required=False,
        choices=[("", gettext_lazy("없음")), *PlanLine.Measure.choices],
    )
    region = forms.ModelChoiceField(
        Region.objects.none(), label=gettext_lazy("시도"), required=False, empty_label=gettext_lazy("전국")
    )
    area = forms.ChoiceField(
        label=gettext_lazy("분야"),
        required=False,
        choices=[("", gettext_lazy("모든 분야")), *PlanLine._meta.get_field("area").choices],  # type: ignore[misc]
    )
    target = forms.IntegerField(label=gettext_lazy("목표 수"), required=False)
    amount = forms.IntegerField(label=gettext_lazy("금액(원)"), required=False)
    from_on = forms.DateField(label=gettext_lazy("시작"), required=False, widget=DATE_INPUT)
    until_on = forms.DateField(label=gettext_lazy("끝"), required=False, widget=DATE_INPUT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = regions_on(timezone.localdate(), level=Region.Level.SIDO)

    def facts(self) -> LineFacts:
        return LineFacts(**self.cleaned_data)


def reader(request: HttpRequest) -> Person:
    return officer_of(request)[0]


def find(request: HttpRequest, plan_id: UUID) -> Plan:
    """Return a plan that an office may read: its own drafts and what was handed in or public."""
    person = reader(request)
    row = get_object_or_404(
        Plan.objects.select_related("office", "basic", "replaces", "decided_by"), pk=plan_id
    )
    if row.state == State.DRAFT and not services.can_write(person, row, now=now_of(request)):
        raise Http404
    return row


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the plans, newest years first; drafts only for who writes them."""
    person, now = reader(request), now_of(request)
    mine = {kind for kind in Plan.Kind.values if services.office_for(person, kind, now=now)}
    rows = [
        row
        for row in Plan.objects.select_related("office")[:200]
        if row.state != State.DRAFT or row.kind in mine
    ]
    kinds = [(kind, label) for kind, label in Plan.Kind.choices if kind in mine]
    return render(request, "office/policy_plans.html", {"section": SECTION, "rows": rows, "kinds": kinds})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin a plan."""
    person, now = reader(request), now_of(request)
    if services.office_for(person, kind, now=now) is None:
        raise NotAllowed(_("기본계획은 교육부, 시행계획은 국가평생교육진흥원 담당자가 씁니다."))
    year = day_of(now).year + 1
    initial = {"year_from": year, "year_until": year + 4 if kind == Plan.Kind.BASIC else year}
    form = PlanForm(request.POST if request.method == "POST" else None, kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create(kind=kind, facts=form.facts(), actor=person, now=now)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("계획을 만들었습니다. 목표, 예산, 일정을 넣어 주세요."))
            return redirect("office-policy-plan", made.pk)
    label = Plan.Kind(kind).label
    return render(
        request,
        "office/policy_plan_form.html",
        {"section": SECTION, "form": form, "label": label},
        status=400 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Change what a draft says."""
    row = find(request, plan_id)
    initial = {name: getattr(row, name) for name in ("title", "year_from", "year_until", "goals", "revision")}
    initial["basic"] = row.basic_id
    form = PlanForm(request.POST if request.method == "POST" else None, kind=row.kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                plan=row,
                facts=form.facts(),
                revision=form.cleaned_data["revision"] or 0,
                actor=reader(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("저장했습니다."))
            return redirect("office-policy-plan", row.pk)
    return render(
        request,
        "office/policy_plan_form.html",
        {"section": SECTION, "form": form, "plan": row, "label": row.get_kind_display()},
        status=400 if form.errors else 200,
    )


def _page(
    request: HttpRequest,
    row: Plan,
    *,
    form: LineForm | None = None,
    line: PlanLine | None = None,
    problem: str = "",
) -> HttpResponse:
    person, now = reader(request), now_of(request)
    writes = services.can_write(person, row, now=now)
    draft = writes and row.state == State.DRAFT
    lines = list(row.lines.select_related("region__parent", "round"))
    programmes = Programme.objects.in_bulk([each.programme_id for each in lines if each.programme_id])
    found = plan_figures.standings(row)
    if draft and form is None:
        form = LineForm(auto_id="line_%s")
    return render(
        request,
        "office/policy_plan.html",
        {
            "section": SECTION,
            "plan": row,
            "goals": markdown.render(row.goals),
            "groups": _groups(lines, programmes, today=day_of(now)),
            "standings": found,
            "reached": plan_figures.reached_in_full(found),
            "chart": chart_of(found),
            "budget": sum(each.amount or 0 for each in lines if each.kind == PlanLine.Kind.BUDGET),
            "draft": draft,
            "writes": writes,
            "approves": row.state == State.SUBMITTED and services.can_approve(person, now=now),
            "makes_rounds": row.state in {State.APPROVED, State.PUBLISHED}
            and services.office_for(person, Plan.Kind.IMPLEMENTATION, now=now) is not None,
            "programmes": Programme.objects.select_related("organisation").order_by("-created_at")[:200]
            if writes
            else [],
            "form": form,
            "line": line,
            "seen": request.POST.get("revision", str(row.revision)),
            "problem": problem,
        },
        status=400 if problem or (form and form.errors) else 200,
    )


def _groups(lines: list[PlanLine], programmes: dict[Any, Programme], *, today: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "kind": kind,
            "lines": [
                {
                    "it": line,
                    "programme": programmes.get(line.programme_id),
                    "earliest": services.earliest_opening(line, today=today) if not line.round else None,
                }
                for line in lines
                if line.kind == kind
            ],
        }
        for kind, label in PlanLine.Kind.choices
        if any(line.kind == kind for line in lines)
    ]


def chart_of(found: list[plan_figures.Standing]) -> Any:
    """Draw targets and what was reached; the table beside says the same in numbers."""
    if not found:
        return ""
    picture = target_bars(
        [(each.line.title, each.target, each.actual) for each in found],
        says=_("목표와 달성. 같은 수가 아래 표에 있습니다."),
    )
    return mark_safe(picture)  # noqa: S308 - our own drawing, its words escaped


@login_required
@require_safe
def detail(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show a plan with its lines, and what was reached of its targets."""
    row = find(request, plan_id)
    line = row.lines.filter(pk=request.GET["line"]).first() if _is_uuid(request.GET.get("line", "")) else None
    form = None
    if line is not None:
        names = ("kind", "title", "measure", "area", "target", "amount", "from_on", "until_on")
        form = LineForm(
            initial={**{name: getattr(line, name) for name in names}, "region": line.region_id},
            auto_id="line_%s",
        )
    return _page(request, row, form=form, line=line)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@login_required
@require_POST
def put_line(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Add a line, change one, or take one out."""
    row = find(request, plan_id)
    person, now = reader(request), now_of(request)
    line = (
        row.lines.filter(pk=request.POST["line"]).first() if _is_uuid(request.POST.get("line", "")) else None
    )
    form = LineForm(request.POST, auto_id="line_%s")
    try:
        if request.POST.get("act") == "remove":
            if line is not None:
                services.remove_line(line=line, actor=person, now=now)
            return redirect("office-policy-plan", row.pk)
        if form.is_valid():
            seen = request.POST.get("revision", "")
            services.put_line(
                plan=row,
                facts=form.facts(),
                line_id=line.pk if line else None,
                revision=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
                actor=person,
                now=now,
            )
            return redirect("office-policy-plan", row.pk)
    except NotAllowed:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
    return _page(request, row, form=form, line=line)


@login_required
@require_POST
def act(request: HttpRequest, plan_id: UUID, act: str) -> HttpResponse:
    """Hand in, approve, send back, publish, begin the next version."""
    row = find(request, plan_id)
    person, now, reason = reader(request), now_of(request), request.POST.get("reason", "")
    try:
        if act == "submit":
            services.submit(plan=row, actor=person, now=now)
        elif act in {"approve", "send-back"}:
            services.decide(plan=row, approves=act == "approve", reason=reason, actor=person, now=now)
        elif act == "publish":
            services.publish(plan=row, actor=person, now=now)
        elif act == "next":
            made = services.next_version(plan=row, actor=person, now=now)
            return redirect("office-policy-plan", made.pk)
        else:
            raise Http404
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, row, problem=str(refusal))
    messages.success(request, _("처리했습니다."))
    return redirect(
        "office-policy-plans" if act == "send-back" else reverse("office-policy-plan", args=[row.pk])
    )


@login_required
@require_POST
def line_act(request: HttpRequest, plan_id: UUID, line_id: UUID, act: str) -> HttpResponse:
    """Make a schedule line a round, or say which programme trains the staff."""
    row = find(request, plan_id)
    line = get_object_or_404(row.lines.select_related("plan__office", "round"), pk=line_id)
    person, now = reader(request), now_of(request)
    try:
        if act == "round":
            made = services.make_round(line=line, actor=person, now=now)
            messages.success(request, _("차수를 만들었습니다. 기준과 나머지 일정을 적고 공고해 주세요."))
            return redirect("office-round", made.pk)
        chosen = request.POST.get("programme", "")
        programme = Programme.objects.filter(pk=chosen).first() if _is_uuid(chosen) else None
        services.name_programme(
            line=line, programme_id=programme.pk if programme else None, actor=person, now=now
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, row, problem=str(refusal))
    messages.success(request, _("저장했습니다."))
    return redirect("office-policy-plan", row.pk)


urlpatterns = [
    path("policy-plans/", listing, name="office-policy-plans"),
    path("policy-plans/new/<str:kind>/", new, name="office-policy-plan-new"),
    path("policy-plans/<uuid:plan_id>/", detail, name="office-policy-plan"),
    path("policy-plans/<uuid:plan_id>/edit/", edit, name="office-policy-plan-edit"),
    path("policy-plans/<uuid:plan_id>/lines/", put_line, name="office-policy-plan-line"),
    path(
        "policy-plans/<uuid:plan_id>/lines/<uuid:line_id>/<str:act>/",
        line_act,
        name="office-policy-plan-line-act",
    ),
    path("policy-plans/<uuid:plan_id>/<str:act>/", act, name="office-policy-plan-act"),
]
