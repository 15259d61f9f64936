"""All entries of an account, one entry, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from naite.roots.drawing.badges import draw_badge
from naite.roots.errors import Invalid
from naite.trunk.badges.models import Award
from naite.trunk.records import queries
from naite.trunk.records.evidence import queries as evidence
from naite.trunk.records.models import Entry, LearningAccount
from naite.trunk.records.sections import services
from naite.trunk.records.sections.kinds import facts_of, kind_of
from naite.trunk.wallet.models import Holding
from naite.web.fields import show_refusal
from naite.web.learner.entry_forms import ACCEPT
from naite.web.learner.entry_papers import confirmation_context
from naite.web.learner.forms import VoidForm
from naite.web.learner.home import person_of
from naite.web.learner.tree import AREA_CLASSES, Learnt, badge_types, known_type, tree_of
from naite.web.learner.words import AREA_NAMES
from naite.web.middleware import now_of

PER_PAGE = 30


def account_or_404(request: HttpRequest) -> LearningAccount:
    """The account of the signed-in person."""
    account = queries.account_of(person_of(request))
    if account is None:
        raise Http404
    return account


@login_required
@require_safe
def entry_list(request: HttpRequest) -> HttpResponse:
    """All entries, by year and area where asked."""
    account = queries.account_of(person_of(request))
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    tree = tree_of(account, this_year=timezone.localdate(now_of(request)).year)
    year, area = request.GET.get("year", ""), request.GET.get("area", "")
    found = [
        each
        for each in tree.learnt
        if (not year or str(each.entry.completed_on.year) == year) and (not area or each.area_code == area)
    ]
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    occurring = {each.area_code for each in tree.learnt}
    return render(
        request,
        "learner/entries.html",
        {
            "section": "account",
            "tree": tree,
            "shown": shown,
            "found": len(found),
            "year": year,
            "area": area,
            "years": [each.year for each in reversed(tree.years) if each.learnt],
            "areas": [(code, AREA_NAMES[code]) for code in AREA_CLASSES if code in occurring],
        },
    )


@login_required
@require_safe
def entry_page(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One entry with everything its snapshot holds; a voided one says so."""
    account = account_or_404(request)
    entry = queries.entry_of(account, entry_id)
    if entry is None:
        raise Http404
    return _entry_page(request, account, entry, VoidForm())


@login_required
@require_POST
def void(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Take back an entry that the learner wrote."""
    account = account_or_404(request)
    entry = queries.entry_of(account, entry_id)
    if entry is None:
        raise Http404
    form = VoidForm(request.POST)
    if not form.is_valid():
        return _entry_page(request, account, entry, form, status=422)
    try:
        services.take_back(
            entry=entry, reason=form.cleaned_data["reason"], actor=person_of(request), now=now_of(request)
        )
    except Invalid as refusal:
        show_refusal(form, refusal)
        return _entry_page(request, account, entry, form, status=422)
    messages.success(request, _("기록을 지웠습니다. 30일 안에는 이 화면에서 되살릴 수 있습니다."))
    return HttpResponseRedirect(reverse("my-entry", args=[entry.id]))


def _badge_page(entry: Entry) -> str:
    """Where the entry's badge lies in the wallet; the wallet itself where it is not (or no longer) there."""
    awards = Award.objects.filter(account_id=entry.account_id, entry_id=entry.id, revoked_at=None)
    holding = (
        Holding.objects.filter(account_id=entry.account_id, award_id__in=awards.values("id"))
        .defer("credential")
        .first()
    )
    return reverse("my-badge", args=[holding.id]) if holding else reverse("my-wallet")


def _entry_page(
    request: HttpRequest, account: LearningAccount, entry: Entry, form: VoidForm, *, status: int = 200
) -> HttpResponse:
    learnt = Learnt(entry, badge_types(account).get(entry.id, ""))
    kind = known_type(learnt.badge_type)
    return render(
        request,
        "learner/entry.html",
        {
            "section": "account",
            "learnt": learnt,
            "entry": entry,
            "own": entry.source == Entry.Source.LEARNER and entry.voided_at is None,
            "form": form,
            "kind": kind_of(entry),
            "facts": facts_of(entry, sensitive=True),
            "papers": evidence.evidence_of(entry),
            "accept": ACCEPT,
            "restorable": services.can_restore(entry, now=now_of(request)),
            **confirmation_context(entry),
            "art": mark_safe(draw_badge(kind, entry.area or None, decorative=True)) if kind else "",  # noqa: S308 - drawn from constants
            "badge_url": _badge_page(entry) if kind else "",
        },
        status=status,
    )
