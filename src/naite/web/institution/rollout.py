"""The plan by which programmes come to give badges (row B14)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges.models import RolloutStep
from naite.trunk.badges.services import rollout
from naite.trunk.people.models import Organisation
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of


class StepForm(forms.Form):
    """Which programme of which institution, from when."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("기관"), queryset=Organisation.objects.none(), empty_label=None
    )
    programme = forms.CharField(label=gettext_lazy("프로그램"), max_length=120)
    starts_on = forms.DateField(label=gettext_lazy("배지를 주기 시작하는 날"), widget=DATE_INPUT)
    note = forms.CharField(label=gettext_lazy("메모"), max_length=300, required=False)

    def __init__(self, *args: Any, planner: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            Q(pk=planner.pk) | Q(parent=planner), closed_on=None
        ).order_by("name")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rollout_page(request: HttpRequest) -> HttpResponse:
    """The plan with how each step stands, and a form for the next one."""
    planner, now = institution_of(request), now_of(request)
    form = StepForm(request.POST or None, planner=planner)
    if request.method == "POST" and form.is_valid():
        try:
            rollout.plan(planner=planner, **form.cleaned_data, actor=person_of(request), now=now)
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("계획에 넣었습니다."))
            return redirect("work-rollout")
    context = {
        "rows": rollout.steps_of(planner, today=timezone.localdate(now)),
        "form": form,
        "section": "badges",
    }
    return render(request, "institution/rollout.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def rollout_drop(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """Take a step out of the plan."""
    step = get_object_or_404(
        RolloutStep.objects.select_related("planner"), pk=step_id, planner=institution_of(request)
    )
    rollout.drop(step=step, actor=person_of(request), now=now_of(request))
    return redirect("work-rollout")


urlpatterns = [
    path("rollout/", rollout_page, name="work-rollout"),
    path("rollout/<uuid:step_id>/drop/", rollout_drop, name="work-rollout-drop"),
]
