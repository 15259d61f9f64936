"""What an institution does with badges after it gave them: appeals answered, badges renewed."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from naite.flows import badge_life as flow
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges import life_rules, policies
from naite.trunk.badges.models import Award, AwardAct, BadgeAppeal
from naite.trunk.badges.services import life
from naite.trunk.people.models import Organisation, Person
from naite.web.fields import show_refusal
from naite.web.middleware import now_of
from naite.web.roles import current_organisation

PAGE = 30


class AnswerForm(forms.Form):
    decision = forms.ChoiceField(
        label=gettext_lazy("판단"),
        choices=[
            ("uphold", gettext_lazy("받아들임: 정지를 풀거나 배지를 새로 줍니다")),
            ("reject", gettext_lazy("받아들이지 않음: 지금대로 둡니다")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("까닭"),
        max_length=life_rules.ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("이의를 낸 사람이 읽습니다."),
    )


class RenewForm(forms.Form):
    narrative = forms.CharField(
        label=gettext_lazy("무엇을 보고 다시 주나요"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("새 배지에 적힙니다. 예: 2026년 보수교육 8시간을 마침"),
    )


@login_required
@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """Appeals about the institution's badges, the open ones first, by the day on which they are due."""
    person, organisation = _staff(request)
    page = Paginator(
        BadgeAppeal.objects.filter(organisation=organisation)
        .select_related("account__person", "decided_by")
        .order_by("-state", "due_on", "-made_at"),
        PAGE,
    ).get_page(request.GET.get("page"))
    rows = list(page)
    names = dict(
        Award.objects.filter(
            account_id__in={row.account_id for row in rows}, id__in=[row.award_id for row in rows]
        ).values_list("id", "achievement__name")
    )
    today = timezone.localdate(now_of(request))
    if rows:
        audit.record(
            "badges.view_appeals", actor=person, now=now_of(request), subject=organisation, shown=len(rows)
        )
    context = {
        "page": page,
        "rows": [
            {
                "appeal": row,
                "badge": names.get(row.award_id, ""),
                "late": row.state == BadgeAppeal.State.OPEN and row.due_on < today,
            }
            for row in rows
        ],
        "section": "badges",
    }
    return render(request, "institution/badge_appeals.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, account_id: UUID, appeal_id: UUID) -> HttpResponse:
    """One appeal, and the answer of somebody who did not take the badge back."""
    person, organisation = _staff(request)
    found = (
        BadgeAppeal.objects.filter(account_id=account_id, id=appeal_id, organisation=organisation)
        .select_related("account__person", "organisation", "decided_by")
        .first()
    )
    if found is None:
        raise Http404
    now = now_of(request)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = flow.uphold if form.cleaned_data["decision"] == "uphold" else life.reject
        try:
            act(appeal=found, answer=form.cleaned_data["answer"], actor=person, now=now)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("답했습니다. 이의를 낸 사람에게 알렸습니다."))
            return redirect("work-badge-appeals")
    taken = AwardAct.objects.select_related("by").get(account_id=account_id, id=found.act_id)
    context = {
        "appeal": found,
        "award": life.award_of(account_id, found.award_id),
        "act": taken,
        "own": taken.by_id == person.pk,
        "form": form,
        "section": "badges",
    }
    audit.record(
        "badges.view_appeals",
        actor=person,
        now=now,
        subject=found,
        about=found.account.person_id,
    )
    return render(request, "institution/badge_appeal.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, account_id: UUID, award_id: UUID) -> HttpResponse:
    """Give a badge that ends anew, with what that rests on."""
    person, organisation = _staff(request)
    try:
        award = life.award_of(account_id, award_id)
    except Refused as refusal:
        raise Http404 from refusal
    if award.achievement.organisation_id != organisation.pk:
        raise Http404
    form = RenewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            flow.renew(
                award=award, narrative=form.cleaned_data["narrative"], actor=person, now=now_of(request)
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("새 배지를 주었습니다. 전의 배지에는 이어졌다고 적힙니다."))
            return redirect("work-badge", award.achievement_id)
    context: dict[str, Any] = {"award": award, "form": form, "section": "badges"}
    return render(request, "institution/badge_renew.html", context, status=422 if form.errors else 200)


def _staff(request: HttpRequest) -> tuple[Person, Organisation]:
    assert isinstance(request.user, Person)
    organisation = current_organisation(request)
    if organisation is None or not policies.can_take_back(request.user, organisation, now=now_of(request)):
        raise NotAllowed(_("기관 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요."))
    return request.user, organisation


urlpatterns = [
    path("badges/appeals/", appeals, name="work-badge-appeals"),
    path("badges/appeals/<uuid:account_id>/<uuid:appeal_id>/", appeal, name="work-badge-appeal"),
    path("badges/renew/<uuid:account_id>/<uuid:award_id>/", renew, name="work-badge-renew"),
]
