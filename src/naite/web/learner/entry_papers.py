"""The papers of an entry, and asking an institution to confirm it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.errors import Refused
from naite.trunk.people.models import Organisation
from naite.trunk.records.confirmations import queries as confirmation_queries
from naite.trunk.records.confirmations import services as confirmations
from naite.trunk.records.evidence import queries, services
from naite.trunk.records.models import ConfirmationRequest, Entry
from naite.trunk.records.sections.kinds import Confirmer, kind_of
from naite.web.files import download
from naite.web.learner.entry_writing import attach, own_entry
from naite.web.learner.home import person_of
from naite.web.middleware import now_of


@login_required
@require_POST
def add(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Attach the photos and files that were chosen; each is told of by itself."""
    entry = own_entry(request, entry_id)
    papers = [*request.FILES.getlist("photo"), *request.FILES.getlist("paper")]
    if not papers:
        messages.error(request, _("붙일 사진이나 파일을 골라 주세요."))
    done = sum(attach(request, entry, paper) for paper in papers)
    if done:
        messages.success(request, _("증빙 %(count)s개를 붙였습니다.") % {"count": done})
    return HttpResponseRedirect(reverse("my-entry", args=[entry.id]) + "#papers")


@login_required
@require_safe
def show(request: HttpRequest, entry_id: UUID, evidence_id: UUID) -> FileResponse:
    """Look at one of one's own papers; ``save`` in the address saves it."""
    entry = own_entry(request, entry_id)
    found = queries.one(entry.account_id, evidence_id)
    if found is None or found.entry_id != entry.id:
        raise Http404
    return download(found.file, inline="save" not in request.GET)


@login_required
@require_POST
def remove(request: HttpRequest, entry_id: UUID, evidence_id: UUID) -> HttpResponse:
    """Take a paper off and erase it."""
    entry = own_entry(request, entry_id)
    found = queries.one(entry.account_id, evidence_id)
    if found is not None:
        services.remove(evidence=found, entry=entry, actor=person_of(request), now=now_of(request))
        messages.success(request, _("증빙을 지웠습니다."))
    return HttpResponseRedirect(reverse("my-entry", args=[entry.id]) + "#papers")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Choose whom to ask, and ask. The likeliest stand first; any that answers can be searched for."""
    entry = own_entry(request, entry_id)
    if request.method != "POST":
        return _ask_page(request, entry)
    try:
        chosen = UUID(request.POST.get("organisation", ""))
        organisation = Organisation.objects.get(pk=chosen)
    except (ValueError, Organisation.DoesNotExist):
        return _ask_page(request, entry, fault=_("확인을 부탁할 곳을 골라 주세요."))
    try:
        confirmations.ask(
            entry=entry,
            organisation=organisation,
            message=request.POST.get("message", ""),
            actor=person_of(request),
            now=now_of(request),
        )
    except Refused as refusal:
        return _ask_page(request, entry, fault=str(refusal), chosen=organisation)
    messages.success(
        request, _("%(name)s에 확인을 부탁했습니다. 답이 오면 알려 드립니다.") % {"name": organisation.name}
    )
    return HttpResponseRedirect(reverse("my-entry", args=[entry.id]) + "#confirmation")


@login_required
@require_POST
def withdraw(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Take the open question back."""
    entry = own_entry(request, entry_id)
    waiting = confirmation_queries.waiting_in(entry.account_id).get(entry.id)
    if waiting is not None:
        confirmations.withdraw(request=waiting, actor=person_of(request), now=now_of(request))
        messages.success(request, _("확인 부탁을 거두었습니다. 기관은 이제 증빙을 볼 수 없습니다."))
    return HttpResponseRedirect(reverse("my-entry", args=[entry.id]) + "#confirmation")


def _ask_page(
    request: HttpRequest, entry: Entry, *, fault: str = "", chosen: Organisation | None = None
) -> HttpResponse:
    now = now_of(request)
    if request.method != "POST" and (
        entry.source != Entry.Source.LEARNER
        or entry.voided_at is not None
        or entry.provenance != Entry.Provenance.SELF
        or entry.id in confirmation_queries.waiting_in(entry.account_id)
    ):
        return HttpResponseRedirect(reverse("my-entry", args=[entry.id]) + "#confirmation")
    term = request.GET.get("q", "")
    kind = kind_of(entry)
    suggestion = confirmation_queries.suggest(entry, now=now)
    found = confirmation_queries.found(term, now=now)
    if kind is not None and kind.confirmer == Confirmer.EDUCATION_OFFICE:
        found = [each for each in found if each.kind == Organisation.Kind.EDUCATION_OFFICE]
    suggested = {each.pk for each in suggestion.organisations}
    others = [each for each in found if each.pk not in suggested]
    if chosen is not None and chosen.pk not in suggested and chosen not in others:
        others.append(chosen)
    first = chosen or next(iter([*others, *suggestion.organisations]), None)
    context = {
        "section": "account",
        "entry": entry,
        "why": suggestion.why,
        "suggested": suggestion.organisations,
        "others": others,
        "term": term,
        "nothing_found": bool(term.strip()) and not found,
        "first": first.pk if first else None,
        "papers": queries.evidence_of(entry),
        "message": request.POST.get("message", ""),
        "fault": fault,
        "days": confirmations.ANSWER_DAYS,
    }
    return render(request, "learner/entry_ask.html", context, status=422 if fault else 200)


def confirmation_context(entry: Entry) -> dict[str, object]:
    """What an entry's page says of questions to institutions."""
    history = list(confirmation_queries.history_of(entry)) if entry.source == Entry.Source.LEARNER else []
    waiting = [each for each in history if each.state == ConfirmationRequest.State.WAITING]
    return {
        "asked": history,
        "waiting": waiting[0] if waiting else None,
        "declined": history[0]
        if history and history[0].state == ConfirmationRequest.State.DECLINED
        else None,
    }


urlpatterns = [
    path("entries/<uuid:entry_id>/papers/", add, name="my-papers-add"),
    path("entries/<uuid:entry_id>/papers/<uuid:evidence_id>/", show, name="my-paper"),
    path("entries/<uuid:entry_id>/papers/<uuid:evidence_id>/remove/", remove, name="my-paper-remove"),
    path("entries/<uuid:entry_id>/ask/", ask, name="my-entry-ask"),
    path("entries/<uuid:entry_id>/ask/withdraw/", withdraw, name="my-entry-ask-withdraw"),
]
