"""The paper passbook: only the new lines, where they belong; by the learner or at a desk."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.records import passbook as books
from naite.trunk.records import queries as records
from naite.trunk.records.models import LearningAccount
from naite.web.learner.entries import account_or_404
from naite.web.learner.home import person_of
from naite.web.middleware import now_of
from naite.web.office.desk_access import visit_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Show what is new since the book was printed last; a POST says that it is printed, or begins a new book."""
    return _book(
        request, account_or_404(request), person_of(request), {"base": "base.html"}, "my-passbook-book"
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_book(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The same for the person at the desk; the look is logged."""
    visit = visit_of(request, visit_id)
    staff = person_of(request)
    account = records.account_of(visit.person)
    if account is None:
        return HttpResponseRedirect(reverse("desk-visit", args=[visit.pk]))
    if not books.may_print(staff, account, now=now_of(request)):
        raise NotAllowed(_("통장은 본인과 창구에서만 찍을 수 있습니다."))
    audit.record(
        "records.view_passbook",
        actor=staff,
        now=now_of(request),
        subject=visit,
        about=visit.person_id,
        organisation=str(visit.organisation_id),
    )
    context = {"base": "staff.html", "visit": visit, "section": "counter"}
    return _book(request, account, staff, context, "desk-passbook", visit.pk)


def _book(
    request: HttpRequest,
    account: LearningAccount,
    actor: Person,
    context: dict[str, Any],
    name: str,
    *args: object,
) -> HttpResponse:
    refusal: Refused | None = None
    here = reverse(name, args=list(args))
    if request.method == "POST":
        try:
            if request.POST.get("do") == "anew":
                books.begin_anew(account=account, actor=actor, now=now_of(request))
                messages.success(request, _("새 통장을 시작합니다. 모든 줄을 처음부터 찍습니다."))
            else:
                books.confirm_printed(
                    account=account, seen=request.POST.get("seen", ""), actor=actor, now=now_of(request)
                )
                messages.success(request, _("찍은 것으로 적었습니다. 다음에는 새 줄만 찍습니다."))
            return HttpResponseRedirect(here)
        except NotAllowed:
            raise
        except Refused as told:
            refusal = told
    found = books.book_of(account)
    pages = found.pages
    # Two pages stand side by side on one sheet; sheets without a new line need not be printed again.
    sheets = [pages[at : at + 2] for at in range(0, len(pages), 2)]
    response = render(
        request,
        "learner/passbook_book.html",
        {
            "section": "account",
            **context,
            "owner": account.person.name,
            "book": found,
            "sheets": [sheet for sheet in sheets if any(page.new for page in sheet)],
            "pages": len(pages),
            "rows": books.ROWS,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )
    patch_cache_control(response, private=True, no_store=True)
    return response


urlpatterns = [path("passbook/book/", book, name="my-passbook-book")]
desk_urlpatterns = [path("counter/<uuid:visit_id>/passbook/", desk_book, name="desk-passbook")]
