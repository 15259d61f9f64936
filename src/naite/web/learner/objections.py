"""A learner says that an entry which an institution made is wrong."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.records import queries
from naite.trunk.records.models import Entry
from naite.trunk.records.uploads.objections import object_to
from naite.trunk.records.uploads.queries import objection_to
from naite.web.institution.access import person_of
from naite.web.middleware import now_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Show what was objected and answered, or the form to object."""
    person = person_of(request)
    account = queries.account_of(person)
    entry = queries.entry_of(account, entry_id) if account else None
    if account is None or entry is None or entry.source == Entry.Source.LEARNER:
        raise Http404
    refusal: Refused | None = None
    says = request.POST.get("says", "")
    if request.method == "POST":
        try:
            object_to(entry=entry, says=says, actor=person, now=now_of(request))
        except NotAllowed:
            raise
        except Refused as error:
            refusal = error
        else:
            messages.success(request, _("정정을 요청했습니다. 기관이 답하면 알려 드립니다."))
            return redirect("my-entry-objection", entry.id)
    latest = objection_to(account, entry.id)
    context = {
        "section": "account",
        "entry": entry,
        "objection": latest,
        "may_ask": entry.voided_at is None and (latest is None or latest.state != "open"),
        "refusal": refusal,
        "says": says,
    }
    return render(request, "learner/objection.html", context, status=refusal.status if refusal else 200)


urlpatterns = [path("entries/<uuid:entry_id>/objection/", objection, name="my-entry-objection")]
