"""The learner writes down activities for an activity badge, and leaders of circles confirm them (row B2)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import activities as flow
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges.award_people import type_of
from naite.trunk.badges.models import Achievement, Activity, ActivityPicture, LearningCircle
from naite.trunk.badges.services import activities
from naite.trunk.people.models import Person
from naite.trunk.records.queries import account_of
from naite.web import badge_art
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.files import download
from naite.web.middleware import now_of


class ActivityForm(forms.Form):
    """One activity: when, how long, what."""

    done_on = forms.DateField(label=gettext_lazy("한 날"), widget=DATE_INPUT)
    hours = forms.DecimalField(label=gettext_lazy("시간"), max_digits=4, decimal_places=1)
    what = forms.CharField(
        label=gettext_lazy("무엇을 했나요"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("배지에 적혀 누구나 볼 수 있습니다. 다른 사람의 이름은 적지 마세요."),
    )
    circle = forms.ModelChoiceField(
        label=gettext_lazy("학습모임"),
        queryset=LearningCircle.objects.none(),
        required=False,
        empty_label=gettext_lazy("모임 없이"),
    )
    pictures = forms.FileField(
        label=gettext_lazy("사진"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "class": "file-input"}),
        help_text=gettext_lazy("한 장, 10 MB까지. 확인하는 사람만 봅니다."),
    )

    def __init__(self, *args: Any, achievement: Achievement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circle"].queryset = LearningCircle.objects.filter(  # type: ignore[attr-defined]
            organisation=achievement.organisation_id, ended_at=None
        ).order_by("name")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, achievement_id: UUID) -> HttpResponse:
    """Write an activity down; below, what one wrote so far and how far it leads."""
    achievement = _achievement(achievement_id)
    person, now = _person(request), now_of(request)
    account = account_of(person)
    if account is None:
        return redirect("my-home")
    form = ActivityForm(request.POST or None, request.FILES or None, achievement=achievement)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        file = data["pictures"]
        try:
            activities.log(
                account=account,
                achievement=achievement,
                done_on=data["done_on"],
                hours=data["hours"],
                what=data["what"],
                circle=data["circle"],
                pictures=[file] if file else [],
                names=[file.name or ""] if file else [],
                actor=person,
                now=now,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("적었습니다. 담당자가 확인하면 시간에 더합니다."))
            return redirect("my-activities", achievement.pk)
    rows = list(
        Activity.objects.filter(account=account, achievement=achievement)
        .exclude(state=Activity.State.WITHDRAWN)
        .select_related("circle")
        .prefetch_related("pictures__file")
        .order_by("-done_on", "-sent_at")
    )
    hours = activities.confirmed_hours(achievement, [account.pk]).get(account.pk, 0)
    context = {
        "achievement": achievement,
        "form": form,
        "rows": rows,
        "hours": hours,
        "art": badge_art.face_of(achievement).url(),
        "section": "wallet",
    }
    return render(request, "learner/activities.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, achievement_id: UUID, activity_id: UUID) -> HttpResponse:
    """Take back what one wrote."""
    activity = _activity(activity_id, achievement_id)
    if activity.account.person_id != _person(request).pk:
        raise Http404
    try:
        activities.withdraw(activity=activity, actor=_person(request), now=now_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("my-activities", achievement_id)


@login_required
@never_cache
@require_safe
def picture(request: HttpRequest, picture_id: UUID) -> FileResponse:
    """A picture, for its owner and for who confirms the activity. Looking at it is recorded."""
    found = get_object_or_404(
        ActivityPicture.objects.select_related(
            "file", "activity__account", "activity__circle", "activity__achievement__organisation"
        ),
        pk=picture_id,
    )
    person, now = _person(request), now_of(request)
    if not activities.can_see(person, found.activity, now=now):
        raise Http404
    owner = found.activity.account.person_id
    if owner != person.pk:
        audit.record("badges.view_activity_picture", actor=person, now=now, subject=found, about=owner)
    return download(found.file, inline=True)


@login_required
@never_cache
@require_safe
def circles(request: HttpRequest) -> HttpResponse:
    """What waits for the leader of a circle to confirm."""
    person, now = _person(request), now_of(request)
    led = list(LearningCircle.objects.filter(leader=person, ended_at=None).select_related("organisation"))
    rows = list(
        Activity.objects.filter(circle__in=led, state=Activity.State.SENT)
        .exclude(account__person=person)
        .select_related("account__person", "achievement", "circle")
        .prefetch_related("pictures__file")
        .order_by("sent_at")[:100]
    )
    if rows:
        audit.record(
            "badges.view_activities",
            actor=person,
            now=now,
            people=[row.account.person_id for row in rows],
        )
    return render(request, "learner/circles.html", {"circles": led, "rows": rows, "section": "wallet"})


@login_required
@require_POST
def decide(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """Confirm an activity or send it back, as the leader of its circle."""
    activity = _activity(activity_id)
    try:
        decide_as(request, activity)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("my-circles")


def decide_as(request: HttpRequest, activity: Activity) -> None:
    """What both kinds of coordinators do with the buttons of an activity."""
    person, now = _person(request), now_of(request)
    if request.POST.get("act") == "return":
        activities.send_back(activity=activity, reason=request.POST.get("reason", ""), actor=person, now=now)
        messages.success(request, _("까닭과 함께 돌려보냈습니다."))
    elif flow.confirm(activity=activity, actor=person, now=now) is not None:
        messages.success(request, _("확인했습니다. 시간을 모두 채워 배지를 드렸습니다."))
    else:
        messages.success(request, _("확인했습니다."))


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def _achievement(achievement_id: UUID) -> Achievement:
    achievement = get_object_or_404(
        Achievement.objects.select_related("organisation"), pk=achievement_id, retired_at=None
    )
    if "activity" not in type_of(achievement).demands:
        raise Http404
    return achievement


def _activity(activity_id: UUID, achievement_id: UUID | None = None) -> Activity:
    rows = Activity.objects.select_related(
        "account__person", "circle", "achievement__organisation", "achievement__course_version"
    )
    if achievement_id is not None:
        rows = rows.filter(achievement_id=achievement_id)
    return get_object_or_404(rows, id=activity_id)


urlpatterns = [
    path("activities/pictures/<uuid:picture_id>/", picture, name="activity-picture"),
    path("activities/<uuid:achievement_id>/", log, name="my-activities"),
    path(
        "activities/<uuid:achievement_id>/<uuid:activity_id>/withdraw/", withdraw, name="my-activity-withdraw"
    ),
    path("circles/", circles, name="my-circles"),
    path("circles/<uuid:activity_id>/", decide, name="my-circle-decide"),
]
