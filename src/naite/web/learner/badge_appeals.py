"""The holder's side when a badge was taken back: the reason, an appeal, its answer."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges import life_rules
from naite.trunk.badges.models import BadgeAppeal
from naite.trunk.badges.services import life
from naite.trunk.wallet.models import Holding
from naite.web.fields import show_refusal
from naite.web.learner.wallet import mine
from naite.web.middleware import now_of


class AppealForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("왜 잘못되었다고 생각하나요"),
        max_length=life_rules.REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "있었던 일을 적어 주세요. 취소하거나 정지한 사람이 아닌 다른 담당자가 살펴봅니다."
        ),
    )


def appeal_of(holding: Holding) -> BadgeAppeal | None:
    """The latest appeal about a badge."""
    if holding.award_id is None:
        return None
    return (
        BadgeAppeal.objects.filter(account_id=holding.account_id, award_id=holding.award_id)
        .select_related("organisation", "account__person")
        .order_by("-made_at")
        .first()
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, holding_id: UUID) -> HttpResponse:
    """See what was done and why; say that it was wrong; read the answer."""
    account, holding = mine(request, holding_id)
    if holding.award_id is None:
        raise Http404
    now = now_of(request)
    award = life.award_of(account.pk, holding.award_id)
    act = life.last_act(account_id=account.pk, award_id=award.id)
    made = appeal_of(holding)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            life.appeal(award=award, reason=form.cleaned_data["reason"], actor=account.person, now=now)
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("이의를 냈습니다. 답이 오면 알려 드립니다."))
            return HttpResponseRedirect(reverse("my-badge-appeal", args=[holding.id]))
    current = made if made is not None and act is not None and made.act_id == act.id else None
    context = {
        "holding": holding,
        "award": award,
        "act": act,
        "appeal": made,
        "form": form,
        "may": act is not None
        and act.act != "unsuspend"
        and current is None
        and life_rules.can_still_appeal(act.at, now=now),
        "days": life_rules.APPEAL_DAYS,
        "answer_days": life_rules.ANSWER_DAYS,
        "section": "wallet",
    }
    return render(request, "learner/badge_appeal.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, holding_id: UUID) -> HttpResponse:
    account, holding = mine(request, holding_id)
    made = appeal_of(holding)
    if made is None:
        raise Http404
    try:
        life.withdraw_appeal(appeal=made, actor=account.person, now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("my-badge-appeal", args=[holding.id]))


urlpatterns = [
    path("wallet/<uuid:holding_id>/appeal/", appeal, name="my-badge-appeal"),
    path("wallet/<uuid:holding_id>/appeal/withdraw/", withdraw, name="my-badge-appeal-withdraw"),
]
