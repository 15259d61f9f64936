"""Official lists of forwarded cases (송부 목록): under which numbers, and each as PDF, HWPX or Excel."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naite.roots.audit import services as audit
from naite.trunk.recognition.letters import lists
from naite.web.excel import excel
from naite.web.middleware import now_of
from naite.web.notice_papers import paper_response
from naite.web.office.case_list import officer_of

PAGE = 50


@login_required
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List the official numbers under which one's offices forwarded cases."""
    _person, offices = officer_of(request)
    page = Paginator(lists.numbers_of(list(offices.values())), PAGE).get_page(request.GET.get("page"))
    return render(
        request, "office/forwarding.html", {"page": page, "rows": list(page), "section": "applications"}
    )


@login_required
@require_safe
def letter(request: HttpRequest) -> HttpResponse:
    """Hand out the list of the cases that went out under one number."""
    person, offices = officer_of(request)
    number = request.GET.get("number", "").strip()[:60]
    hops = lists.forwarded(list(offices.values()), number) if number else []
    if not hops:
        raise Http404
    audit.record("recognition.export_letter", actor=person, now=now_of(request), letter=number)
    form = request.GET.get("form", "")
    if form in ("pdf", "hwpx"):
        paper = lists.forwarding(hops, number=number, sender=person)
        return paper_response(paper, _("송부 목록 %(number)s") % {"number": number}, form)
    return excel(
        name=_("송부 목록 %(number)s") % {"number": number},
        title=_("송부 목록"),
        heads=[_("연번"), _("접수번호"), _("기관"), _("과정"), _("과정 구분"), _("제출한 때")],
        rows=(
            [
                place,
                hop.application.number,
                hop.application.organisation.name,
                hop.application.version.title if hop.application.version else "",
                hop.application.get_kind_display(),
                hop.application.submitted_at,
            ]
            for place, hop in enumerate(hops, start=1)
        ),
    )


urlpatterns = [
    path("applications/letters/", letters, name="office-applications-letters"),
    path("applications/letter/", letter, name="office-applications-letter"),
]
