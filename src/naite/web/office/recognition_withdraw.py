"""The institute withdraws a recognition that was got by false means, and confirms what goes back by it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from naite.flows import recognised_later
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition import policies
from naite.trunk.recognition.models import Recognition
from naite.trunk.records.models import RecognitionSweep
from naite.trunk.records.transfers import queries
from naite.web.institution.access import person_of
from naite.web.middleware import now_of


def _officer(request: HttpRequest) -> Person:
    person = person_of(request)
    if policies.granting_institute(person, now=now_of(request)) is None:
        raise NotAllowed(
            _("국가평생교육진흥원 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요.")
        )
    return person


def _found(recognition_id: UUID) -> Recognition:
    return get_object_or_404(
        Recognition.objects.select_related("course__current", "course__organisation"), pk=recognition_id
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """Show what withdrawing means and how far it is; a POST withdraws."""
    person = _officer(request)
    row = _found(recognition_id)
    reason = request.POST.get("reason", "")
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            recognised_later.withdraw(given=row, reason=reason, actor=person, now=now_of(request))
        except NotAllowed:
            raise
        except Refused as error:
            refusal = error
        else:
            return redirect("office-recognition-withdraw", row.pk)
    sweep = RecognitionSweep.objects.filter(recognition_id=row.pk, kind="withdrawn").first()
    counts = queries.back_by_recognition([row.pk]).get(row.pk, {})
    context = {
        "row": row,
        "sweep": sweep,
        "waiting": counts.get("proposed", 0),
        "moving": counts.get("confirming", 0),
        "moved": counts.get("confirmed", 0),
        "reason": reason,
        "refusal": refusal,
        "section": "recognition",
    }
    return render(
        request, "office/recognition_withdraw.html", context, status=refusal.status if refusal else 200
    )


@login_required
@require_POST
def confirm(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """Let everything that stands by a withdrawn recognition go back."""
    person = _officer(request)
    row = _found(recognition_id)
    count = recognised_later.confirm_many(
        organisation=None, recognition_id=row.pk, actor=person, now=now_of(request)
    )
    messages.success(request, _("%(count)s건을 5. 특기사항으로 되돌립니다.") % {"count": count})
    return redirect("office-recognition-withdraw", row.pk)


urlpatterns = [
    path("recognition/<uuid:recognition_id>/withdraw/", withdraw, name="office-recognition-withdraw"),
    path(
        "recognition/<uuid:recognition_id>/withdraw/confirm/",
        confirm,
        name="office-recognition-withdraw-confirm",
    ),
]
