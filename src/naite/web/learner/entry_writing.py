"""Writing down what was learned elsewhere, correcting it, bringing it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.errors import Refused
from naite.roots.ids import new_id
from naite.trunk.records import queries
from naite.trunk.records.evidence import services as evidence
from naite.trunk.records.models import Entry
from naite.trunk.records.sections import services
from naite.trunk.records.sections.kinds import BY_KEY, EntryKind, kind_of, kinds_of
from naite.trunk.records.sections.services import ChangedMeanwhile, Doubtful
from naite.web.fields import show_refusal
from naite.web.learner.entry_forms import NewWordsForm, WordsForm
from naite.web.learner.home import person_of
from naite.web.middleware import now_of

OWN_SECTIONS = (Entry.Section.SCHOOLING, Entry.Section.CERTIFICATES, Entry.Section.OTHER)


@login_required
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Choose what kind of thing it is; with ``section`` only among that section's."""
    if queries.account_of(person_of(request)) is None:
        return HttpResponseRedirect(reverse("my-home"))
    only = request.GET.get("section", "")
    groups = [
        (section, kinds_of(section))
        for section in OWN_SECTIONS
        if only not in {"2", "3", "5"} or only == str(section)
    ]
    return render(request, "learner/entry_kinds.html", {"section": "account", "groups": groups})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Write down one thing of a kind, with a paper if there is one. Sent twice, it is kept once."""
    account = queries.account_of(person_of(request))
    chosen = BY_KEY.get(kind)
    if chosen is None:
        raise Http404
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    if request.method != "POST":
        return _form_page(request, NewWordsForm(chosen, initial={"token": new_id()}), chosen)
    form = NewWordsForm(chosen, request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, chosen)
    try:
        entry = services.write(
            account=account,
            words=form.words(),
            token=str(form.cleaned_data["token"]),
            accept=request.POST.getlist("accept"),
            actor=person_of(request),
            now=now_of(request),
        )
    except Doubtful as doubtful:
        return _form_page(request, form, chosen, doubtful=doubtful)
    except Refused as refusal:
        show_refusal(form, refusal)
        return _form_page(request, form, chosen)
    messages.success(request, _("나이테에 더했습니다."))
    if paper := form.cleaned_data["paper"]:
        attach(request, entry, paper)
    return HttpResponseRedirect(reverse("my-entry", args=[entry.id]))


def attach(request: HttpRequest, entry: Entry, paper: "UploadedFile[Any]") -> bool:
    """Attach one uploaded file; what is wrong with it is told and touches nothing else."""
    try:
        evidence.attach(
            entry=entry, stream=paper, name=paper.name or "", actor=person_of(request), now=now_of(request)
        )
    except Refused as refusal:
        messages.error(
            request,
            _("‘%(name)s’ 파일은 붙이지 못했습니다. %(why)s") % {"name": paper.name, "why": refusal},
        )
        return False
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Correct own words; the old ones stay as history. The second of two windows keeps what was typed."""
    entry = own_entry(request, entry_id)
    kind = kind_of(entry) or BY_KEY.get(request.GET.get("kind", "training"), BY_KEY["training"])
    if request.method != "POST":
        if entry.voided_at is not None:
            return HttpResponseRedirect(reverse("my-entry", args=[entry.id]))
        initial = {**WordsForm.initial_of(services.words_of(entry)), "token": new_id()}
        return _form_page(request, WordsForm(kind, initial=initial), kind, entry=entry)
    form = WordsForm(kind, request.POST)
    if not form.is_valid():
        return _form_page(request, form, kind, entry=entry)
    try:
        made = services.correct(
            entry=entry,
            words=form.words(),
            token=str(form.cleaned_data["token"]),
            accept=request.POST.getlist("accept"),
            actor=person_of(request),
            now=now_of(request),
        )
    except Doubtful as doubtful:
        return _form_page(request, form, kind, entry=entry, doubtful=doubtful)
    except ChangedMeanwhile as changed:
        return _form_page(request, form, kind, entry=entry, changed=changed)
    except Refused as refusal:
        show_refusal(form, refusal)
        return _form_page(request, form, kind, entry=entry)
    messages.success(
        request,
        _("고쳤습니다. 전에 적은 것은 이력으로 남습니다.")
        if made.id != entry.id
        else _("바뀐 것이 없습니다."),
    )
    return HttpResponseRedirect(reverse("my-entry", args=[made.id]))


@login_required
@require_POST
def restore(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Bring back own words that were taken back by mistake."""
    entry = own_entry(request, entry_id)
    services.restore(entry=entry, actor=person_of(request), now=now_of(request))
    messages.success(request, _("기록을 되살렸습니다."))
    return HttpResponseRedirect(reverse("my-entry", args=[entry.id]))


def own_entry(request: HttpRequest, entry_id: UUID) -> Entry:
    """The entry of the signed-in person, voided or not."""
    account = queries.account_of(person_of(request))
    entry = queries.entry_of(account, entry_id) if account else None
    if entry is None:
        raise Http404
    return entry


def _form_page(
    request: HttpRequest,
    form: WordsForm,
    kind: EntryKind,
    *,
    entry: Entry | None = None,
    doubtful: Doubtful | None = None,
    changed: ChangedMeanwhile | None = None,
) -> HttpResponse:
    status = 422 if form.errors or doubtful else 409 if changed else 200
    context = {
        "section": "account",
        "form": form,
        "kind": kind,
        "entry": entry,
        "doubtful": doubtful,
        "changed": changed,
    }
    return render(request, "learner/entry_form.html", context, status=status)


urlpatterns = [
    path("entries/new/", choose, name="my-entry-new"),
    path("entries/new/<slug:kind>/", new, name="my-entry-new-kind"),
    path("entries/<uuid:entry_id>/edit/", edit, name="my-entry-edit"),
    path("entries/<uuid:entry_id>/restore/", restore, name="my-entry-restore"),
]
