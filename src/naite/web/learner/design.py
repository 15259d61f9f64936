"""Learning design: choosing a goal, seeing what is there and what is missing, and the steps towards it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.branches.design import queries, rules, services
from naite.branches.design.models import Plan
from naite.roots.errors import Refused
from naite.trunk.catalogue.queries import listing_of
from naite.trunk.catalogue.standards import queries as standards
from naite.trunk.people.models import Organisation
from naite.trunk.records import queries as records
from naite.trunk.records.models import LearningAccount
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.learner.entries import account_or_404
from naite.web.learner.home import person_of
from naite.web.middleware import now_of
from naite.web.public.listing_words import STATE_TAGS


class GoalForm(forms.Form):
    """The name of the goal and until when; its units are chosen beside it."""

    title = forms.CharField(
        label=gettext_lazy("목표의 이름"),
        max_length=120,
        help_text=gettext_lazy("내가 알아보기 쉽게 적으세요. 예: 데이터 관리자 되기"),
    )
    target_on = forms.DateField(
        label=gettext_lazy("언제까지"),
        required=False,
        widget=DATE_INPUT,
        help_text=gettext_lazy("정하지 않아도 됩니다."),
    )


class StepForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("할 일"), max_length=200)
    target_on = forms.DateField(label=gettext_lazy("언제까지"), required=False, widget=DATE_INPUT)


@login_required
@never_cache
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    account = records.account_of(person_of(request))
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    context = {"plans": list(queries.plans_of(account)), "section": "account"}
    return render(request, "learner/plans.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_plan(request: HttpRequest) -> HttpResponse:
    """Look a job or a unit up by name or code, choose its units, name the goal."""
    account = records.account_of(person_of(request))
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    account.person = person_of(request)
    given = request.POST if request.method == "POST" else request.GET
    words, job = given.get("q", "").strip()[:60], given.get("job", "")[:8]
    form = GoalForm(request.POST if request.method == "POST" else None)
    picked = given.getlist("unit")
    if request.method == "POST" and form.is_valid():
        try:
            plan = services.make_plan(
                account=account,
                title=form.cleaned_data["title"],
                job_code=job,
                unit_codes=picked,
                target_on=form.cleaned_data["target_on"],
                actor=account.person,
                now=now_of(request),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("my-plan", args=[plan.id]))
    units = standards.units_of_job(job) if job else standards.find_units(words)
    if not form.is_bound and units and job:
        form.initial["title"] = units[0].sub_name
        picked = [unit.code for unit in units]
    context = {
        "form": form,
        "q": words,
        "job": job,
        "jobs": [] if job else standards.find_jobs(words),
        "units": [(unit, unit.code in picked) for unit in units],
        "looked": bool(words or job),
        "source": standards.newest_list(),
        "section": "account",
    }
    return render(request, "learner/plan_new.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_safe
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One plan: the gap as picture and words, the steps, and for a chosen unit the courses that would close it."""
    account, found = _mine(request, plan_id)
    return _page(request, account, found, StepForm())


@login_required
@require_POST
def add_step(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Take a course of the search, or something in own words, into the plan."""
    account, found = _mine(request, plan_id)
    unit = request.POST.get("unit", "")
    form = StepForm(request.POST)
    if request.POST.get("listing"):
        listing = _listing(request.POST["listing"])
        services.add_course(
            plan=found,
            listing=listing,
            unit_code=unit,
            why=request.POST.get("why", ""),
            target_on=None,
            actor=account.person,
            now=now_of(request),
        )
        messages.success(request, _("설계에 담았습니다."))
        return HttpResponseRedirect(reverse("my-plan", args=[found.id]) + "#steps")
    if not form.is_valid():
        return _page(request, account, found, form, status=422)
    try:
        services.add_own_step(
            plan=found,
            title=form.cleaned_data["title"],
            unit_code=unit,
            target_on=form.cleaned_data["target_on"],
            actor=account.person,
            now=now_of(request),
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return _page(request, account, found, form, status=refusal.status)
    return HttpResponseRedirect(reverse("my-plan", args=[found.id]) + "#steps")


@login_required
@require_POST
def change_step(request: HttpRequest, plan_id: UUID, step_id: UUID) -> HttpResponse:
    account, found = _mine(request, plan_id)
    seen = request.POST.get("version", "")
    try:
        services.change_step(
            plan=found,
            step_id=step_id,
            seen_version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0,
            what=request.POST.get("do", ""),
            actor=account.person,
            now=now_of(request),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("my-plan", args=[found.id]) + "#steps")


@login_required
@require_POST
def share(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Let one organisation's counsellors read the plan, or nobody."""
    account, found = _mine(request, plan_id)
    wanted = request.POST.get("organisation", "")
    offices = queries.offices_to_share_with(account.person, now=now_of(request))
    office: Organisation | None = next((each for each in offices if str(each.pk) == wanted), None)
    if wanted and office is None:
        raise Http404
    services.share(plan=found, organisation=office, actor=account.person, now=now_of(request))
    messages.success(
        request,
        _("상담하는 분이 이 설계를 볼 수 있습니다.") if office else _("이제 나만 볼 수 있습니다."),
    )
    return HttpResponseRedirect(reverse("my-plan", args=[found.id]))


@login_required
@require_POST
def drop(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    account, found = _mine(request, plan_id)
    services.drop(plan=found, actor=account.person, now=now_of(request))
    messages.success(request, _("설계를 지웠습니다."))
    return HttpResponseRedirect(reverse("my-plans"))


def plan_context(request: HttpRequest, found: Plan) -> dict[str, Any]:
    """What a plan's page shows, to its owner and to the counsellor who may read it."""
    gaps = queries.gaps_of(found)
    steps = queries.steps_of(found, today=timezone.localdate(now_of(request)))
    done = sum(step.done_on is not None for step in steps)
    marks = rules.counts(gaps)
    return {
        "plan": found,
        "gaps": gaps,
        "marks": marks,
        "bars": [(mark, count, round(100 * count / len(gaps), 2)) for mark, count in marks.items() if count],
        "steps": steps,
        "done": done,
        "percent": round(100 * done / len(steps)) if steps else 0,
    }


def _page(
    request: HttpRequest, account: LearningAccount, found: Plan, form: StepForm, *, status: int = 200
) -> HttpResponse:
    code = request.GET.get("unit", "")
    chosen = next((unit for unit in queries.units_of(found) if unit.code == code), None)
    courses = queries.recommend(chosen, now=now_of(request)) if chosen else []
    context = {
        **plan_context(request, found),
        "chosen": chosen,
        "courses": [(each, STATE_TAGS[each.state]) for each in courses],
        "form": form,
        "offices": queries.offices_to_share_with(account.person, now=now_of(request)),
        "section": "account",
    }
    return render(request, "learner/plan.html", context, status=status)


def _listing(text: str) -> Any:
    try:
        listing = listing_of(UUID(text))
    except ValueError:
        listing = None
    if listing is None:
        raise Http404
    return listing


def _mine(request: HttpRequest, plan_id: UUID) -> tuple[LearningAccount, Plan]:
    """The learner's own plan; anybody else's is not found."""
    account = account_or_404(request)
    found = queries.plan_of(account, plan_id)
    if found is None:
        raise Http404
    account.person = person_of(request)
    found.account = account
    return account, found


urlpatterns = [
    path("design/", plans, name="my-plans"),
    path("design/new/", new_plan, name="my-plan-new"),
    path("design/<uuid:plan_id>/", plan, name="my-plan"),
    path("design/<uuid:plan_id>/steps/", add_step, name="my-plan-add"),
    path("design/<uuid:plan_id>/steps/<uuid:step_id>/", change_step, name="my-plan-step"),
    path("design/<uuid:plan_id>/share/", share, name="my-plan-share"),
    path("design/<uuid:plan_id>/drop/", drop, name="my-plan-drop"),
]
