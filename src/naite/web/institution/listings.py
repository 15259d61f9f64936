"""Listings that an institution supplied: what they are about, and taking them over as runs."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows.take_over import take_over as take_over_listing
from naite.roots.dates import day_of, show_span
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue import policies, services
from naite.trunk.catalogue.import_plan import words
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.queries import state_expression, state_of
from naite.trunk.catalogue.rules import RegistrationState
from naite.trunk.delivery.drafts import SessionDraft
from naite.web.institution.access import person_of
from naite.web.institution.course_forms import ClassForm, area_value, explain
from naite.web.institution.courses import author_of, kept
from naite.web.institution.take_over_form import TakeOverForm
from naite.web.middleware import now_of

PAGE = 30


def _listing(request: HttpRequest, listing_id: UUID) -> Listing:
    listing = get_object_or_404(
        Listing.objects.select_related("supplier", "region__parent"),
        pk=listing_id,
        source=Listing.Source.STANDARD_FILE,
    )
    if not policies.can_change_listing(person_of(request), listing, now=now_of(request)):
        raise NotAllowed(_("이 안내 강좌를 올린 기관의 담당자만 볼 수 있습니다."))
    return listing


@login_required
@require_safe
def listings(request: HttpRequest) -> HttpResponse:
    """List what the institution uploaded: which need a class, which are already runs, which are over."""
    supplier = author_of(request)
    now = now_of(request)
    sought = " ".join(request.GET.get("q", "").split())[:100]
    show = request.GET.get("show", "")
    rows = (
        Listing.objects.filter(supplier=supplier, source=Listing.Source.STANDARD_FILE, withdrawn_at=None)
        .annotate(state=state_expression(now))
        .order_by("-starts_on", "title", "id")
    )
    over = Q(state=RegistrationState.CLOSED)
    shown = {
        "": Q(run_id=None) & ~over,
        "unclassified": Q(run_id=None, area="", category="") & ~over,
        "taken": Q(run_id__isnull=False),
        "over": Q(run_id=None) & over,
    }
    show = show if show in shown else ""
    rows = rows.filter(shown[show])
    if sought:
        rows = rows.filter(title__icontains=sought)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, state_of(row, now=now)) for row in page],
        "show": show,
        "q": sought,
        "keep": kept(show=show, q=sought),
        "section": "courses",
    }
    return render(request, "institution/listings.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def listing_classify(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Say what a listing is about."""
    listing = _listing(request, listing_id)
    initial = {"category": listing.category, "klass": area_value(listing.area, listing.sub_area)}
    form = ClassForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.classify_listing(
                listing_id=listing.pk, actor=person_of(request), now=now_of(request), **form.classes()
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("분류를 적었습니다."))
            return redirect("work-listings")
    context = {"listing": listing, "form": form, "section": "courses"}
    return render(request, "institution/listing_classify.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def listing_withdraw(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Take a listing out of search."""
    listing = _listing(request, listing_id)
    try:
        services.withdraw_listing(listing_id=listing.pk, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("안내 강좌를 내렸습니다. 이제 강좌 찾기에 나오지 않습니다."))
    return redirect("work-listings")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Make a run of a listing; ``preview`` shows the meetings first, ``open`` opens."""
    listing = _listing(request, listing_id)
    if listing.run_id is not None:
        messages.info(request, _("이미 넘겨받아 강좌로 열었습니다."))
        return redirect("work-listings")
    if request.method != "POST":
        return _take_over_page(request, listing, TakeOverForm(listing=listing))
    form = TakeOverForm(request.POST, listing=listing)
    if not form.is_valid():
        return _take_over_page(request, listing, form, status=422)
    if request.POST.get("act") != "open":
        return _take_over_page(request, listing, form, preview=True)
    try:
        run = take_over_listing(
            listing_id=listing.pk, given=form.given(), actor=person_of(request), now=now_of(request)
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        explain(form, refusal)
        return _take_over_page(request, listing, form, status=refusal.status)
    messages.success(request, _("강좌를 열었습니다. 이제 나이테에서 바로 신청을 받습니다."))
    return redirect("work-run", run.pk)


def _take_over_page(
    request: HttpRequest, listing: Listing, form: TakeOverForm, *, preview: bool = False, status: int = 200
) -> HttpResponse:
    today = day_of(now_of(request))
    context = {
        "listing": listing,
        "weekdays": words("weekdays", listing.weekdays),
        "form": form,
        "sessions": _shown(form.sessions(), today) if preview else None,
        "total": form.total() if preview else None,
        "section": "courses",
    }
    return render(request, "institution/take_over.html", context, status=status)


def _shown(sessions: Iterable[SessionDraft], today: date) -> list[dict[str, Any]]:
    return [
        {
            "when": show_span(each.starts_at, each.ends_at, today=today) if each.starts_at else "",
            "hours": each.hours,
        }
        for each in sessions
    ]


urlpatterns = [
    path("listings/", listings, name="work-listings"),
    path("listings/<uuid:listing_id>/classify/", listing_classify, name="work-listing-classify"),
    path("listings/<uuid:listing_id>/withdraw/", listing_withdraw, name="work-listing-withdraw"),
    path("listings/<uuid:listing_id>/take-over/", take_over, name="work-take-over"),
]
