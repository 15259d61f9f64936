"""Plans that citizens share with an organisation's counsellors: to read, not to change."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from naite.branches.design import queries, services
from naite.trunk.people.models import Person
from naite.web.learner.design import plan_context
from naite.web.middleware import now_of

PER_PAGE = 30


@login_required
@never_cache
@require_safe
def shared_plans(request: HttpRequest) -> HttpResponse:
    """What is shared with the organisations where one counsels; nobody else's."""
    assert isinstance(request.user, Person)
    found = queries.readable_plans(request.user, now=now_of(request))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "office/plans.html", {"page": page, "section": "plans"})


@login_required
@never_cache
@require_safe
def shared_plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One shared plan; each look is recorded. A plan that is not shared here is not found."""
    assert isinstance(request.user, Person)
    found = queries.readable_plans(request.user, now=now_of(request)).filter(id=plan_id).first()
    if found is None:
        raise Http404
    services.note_look(plan=found, actor=request.user, now=now_of(request))
    return render(request, "office/plan.html", {**plan_context(request, found), "section": "plans"})


urlpatterns = [
    path("plans/", shared_plans, name="office-plans"),
    path("plans/<uuid:plan_id>/", shared_plan, name="office-plan"),
]
