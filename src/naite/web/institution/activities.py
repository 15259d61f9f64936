"""Staff confirm what learners did for activity badges, and let learning circles organise it (row B2)."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges.models import Activity, LearningCircle
from naite.trunk.badges.services import activities
from naite.trunk.people.models import Person
from naite.web.fields import show_refusal
from naite.web.institution.access import institution_of, person_of
from naite.web.learner.activities import decide_as
from naite.web.middleware import now_of

PAGE = 20


class CircleForm(forms.Form):
    """A circle and who leads it."""

    name = forms.CharField(label=gettext_lazy("모임 이름"), max_length=80)
    leader = forms.EmailField(
        label=gettext_lazy("이끎이의 이메일"), help_text=gettext_lazy("나이테 회원이어야 합니다.")
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def activity_list(request: HttpRequest) -> HttpResponse:
    """What waits to be confirmed, oldest first, and the institution's circles."""
    organisation = institution_of(request)
    form = CircleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        leader = Person.objects.filter(email=form.cleaned_data["leader"].lower(), is_active=True).first()
        if leader is None:
            form.add_error("leader", _("이 이메일을 쓰는 회원이 없습니다."))
        else:
            try:
                activities.open_circle(
                    organisation=organisation,
                    name=form.cleaned_data["name"],
                    leader=leader,
                    actor=person_of(request),
                    now=now_of(request),
                )
            except NotAllowed:
                raise
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("학습모임을 열었습니다. 이끎이가 활동을 확인할 수 있습니다."))
                return redirect("work-activities")
    waiting = (
        Activity.objects.filter(achievement__organisation=organisation, state=Activity.State.SENT)
        .select_related("account__person", "achievement", "circle")
        .prefetch_related("pictures__file")
        .order_by("sent_at", "id")
    )
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        audit.record(
            "badges.view_activities",
            actor=person_of(request),
            now=now_of(request),
            people=[row.account.person_id for row in page],
        )
    context = {
        "page": page,
        "form": form,
        "circles": LearningCircle.objects.filter(organisation=organisation, ended_at=None)
        .select_related("leader")
        .order_by("name"),
        "section": "badges",
    }
    return render(request, "institution/activities.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def activity_decide(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """Confirm an activity or send it back."""
    activity = get_object_or_404(
        Activity.objects.select_related(
            "account__person", "circle", "achievement__organisation", "achievement__course_version"
        ),
        id=activity_id,
        achievement__organisation=institution_of(request),
    )
    try:
        decide_as(request, activity)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("work-activities")


@login_required
@require_POST
def circle_end(request: HttpRequest, circle_id: UUID) -> HttpResponse:
    """Let a circle organise no more."""
    circle = get_object_or_404(
        LearningCircle.objects.select_related("organisation"),
        pk=circle_id,
        organisation=institution_of(request),
    )
    activities.end_circle(circle=circle, actor=person_of(request), now=now_of(request))
    return redirect("work-activities")


urlpatterns = [
    path("activities/", activity_list, name="work-activities"),
    path("activities/<uuid:activity_id>/", activity_decide, name="work-activity-decide"),
    path("circles/<uuid:circle_id>/end/", circle_end, name="work-circle-end"),
]
