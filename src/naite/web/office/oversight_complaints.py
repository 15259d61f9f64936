"""Complaints at the national institute: the list with its clock, triage, and one complaint."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from naite.branches.oversight import queries
from naite.branches.oversight.models import Complaint
from naite.branches.oversight.services import complaint_work as services
from naite.branches.oversight.words import COMPLAINT_ACTS
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.web.excel import excel
from naite.web.fields import show_refusal
from naite.web.files import download
from naite.web.middleware import now_of
from naite.web.office.oversight_access import (
    PAGE,
    SECTION,
    TABS,
    ReasonForm,
    due_chip,
    keep_query,
    officer_of,
)

SHOW_WORDS = {
    "waiting": gettext_lazy("처리할 것"),
    "mine": gettext_lazy("내가 맡은 것"),
    "unassigned": gettext_lazy("맡은 사람 없음"),
    "overdue": gettext_lazy("늦은 것"),
    "ended": gettext_lazy("마친 것"),
    "all": gettext_lazy("모두"),
}


class WordsForm(forms.Form):
    body = forms.CharField(label=gettext_lazy("글"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    to_complainant = forms.TypedChoiceField(
        label=gettext_lazy("누가 읽나요"),
        coerce=lambda value: value == "yes",
        choices=(("yes", gettext_lazy("신고한 분")), ("no", gettext_lazy("우리끼리 (내부 메모)"))),
        initial="yes",
        widget=forms.RadioSelect,
    )


class MergeForm(forms.Form):
    into = forms.CharField(
        label=gettext_lazy("함께 처리할 신고의 번호"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("예: 2026-7K4Q-9WRT"),
    )


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("어떻게 처리했나요"), choices=Complaint.Outcome.choices, widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label=gettext_lazy("신고한 분께 드리는 답"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("합쳐진 신고에도 같은 답이 갑니다. 사람의 이름은 적지 마세요."),
    )


@login_required
@require_safe
def complaint_list(request: HttpRequest) -> HttpResponse:
    """List complaints by what is to be done; as Excel where asked, without words and contacts."""
    person, now = officer_of(request), now_of(request)
    today = day_of(now)
    show = request.GET.get("show", "waiting")
    show = show if show in queries.SHOW else "waiting"
    words = " ".join(request.GET.get("q", "").split())[:100]
    rows = queries.complaints(person, show=show, words=words, today=today)
    if request.GET.get("format") == "xlsx":
        audit.record("oversight.export_complaints", actor=person, now=now, show=show)
        return _excel(rows)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    counts = queries.complaint_counts(person, today=today)
    context = {
        "section": SECTION,
        "tabs": TABS,
        "tab": "complaints",
        "page": page,
        "rows": [(row, due_chip(row.due_on, today, waiting=row.is_waiting)) for row in page],
        "show": show,
        "chips": [(name, SHOW_WORDS[name], counts[name]) for name in queries.SHOW],
        "q": words,
        "query": keep_query(show=show, q=words),
    }
    return render(request, "office/oversight/complaints.html", context)


def _excel(rows: Any) -> HttpResponse:
    heads = [
        _("접수번호"),
        _("받은 때"),
        _("기관"),
        _("강좌"),
        _("어떤 일"),
        _("상태"),
        _("답할 날"),
        _("맡은 사람"),
        _("끝난 때"),
        _("처리"),
    ]
    table = (
        [
            row.number,
            row.received_at,
            row.organisation.name if row.organisation else row.place,
            row.course.current.title if row.course and row.course.current else "",
            row.get_concern_display(),
            row.get_state_display(),
            row.due_on,
            row.handler.name if row.handler else "",
            row.ended_at,
            row.get_outcome_display(),
        ]
        for row in rows
    )
    return excel(_("신고"), heads, table)


def _found(complaint_id: UUID) -> Complaint:
    row = queries.complaint(complaint_id)
    if row is None:
        raise Http404
    return row


@never_cache
@login_required
@require_safe
def complaint_page(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """Show one complaint; that it was read is recorded."""
    row = _found(complaint_id)
    services.look(complaint=row, actor=officer_of(request), now=now_of(request))
    return _page(request, row)


def _page(
    request: HttpRequest,
    row: Complaint,
    *,
    status: int = 200,
    contact: dict[str, str] | None = None,
    given: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    person, now = officer_of(request), now_of(request)
    words, given = " ".join(request.GET.get("q", "").split())[:100], given or {}
    context = {
        "section": SECTION,
        "row": row,
        "due": due_chip(row.due_on, day_of(now), waiting=row.is_waiting),
        "mine": row.handler_id == person.pk,
        "talk": queries.talk(row, for_complainant=False),
        "files": queries.files_of(row),
        "events": [
            (event, COMPLAINT_ACTS[event.act])
            for event in queries.complaint_events(row, for_complainant=False)
        ],
        "others": queries.same_institution(row) if row.is_waiting else [],
        "merged": list(row.merged.all()),
        "colleagues": queries.officers(row.office, now=now) if row.is_waiting else [],
        "contact": contact,
        "q": words,
        "courses": queries.courses_found(words) if row.course is None else [],
        "words": given.get("words") or WordsForm(),
        "refuse": given.get("refuse") or ReasonForm(prefix="refuse"),
        "merge": given.get("merge") or MergeForm(prefix="merge"),
        "close": given.get("close") or CloseForm(prefix="close"),
        "reveal": given.get("reveal") or ReasonForm(prefix="reveal"),
    }
    return render(request, "office/oversight/complaint.html", context, status=status)


@login_required
@require_POST
def act(request: HttpRequest, complaint_id: UUID, what: str) -> HttpResponse:
    """Do one thing with a complaint."""
    row, person, now = _found(complaint_id), officer_of(request), now_of(request)
    form, name = _form_of(what, request)
    if form is not None and not form.is_valid():
        return _page(request, row, status=422, given={name: form})
    data = form.cleaned_data if form else {}
    try:
        if what == "accept":
            chosen = request.POST.get("course", "")
            course = queries.course(UUID(chosen)) if chosen else None
            services.accept(complaint=row, course=course, actor=person, now=now)
            messages.success(request, _("신고를 맡았습니다."))
        elif what == "refuse":
            services.put_out_of_scope(complaint=row, actor=person, now=now, **data)
            messages.success(request, _("처리 대상이 아니라고 답했습니다."))
        elif what == "merge":
            services.merge(complaint=row, into_number=data["into"], actor=person, now=now)
            messages.success(request, _("합쳤습니다."))
        elif what == "write":
            services.write(complaint=row, actor=person, now=now, **data)
            messages.success(request, _("글을 남겼습니다."))
        elif what == "assign":
            chosen = request.POST.get("handler", "")
            to = next((p for p in queries.officers(row.office, now=now) if str(p.pk) == chosen), None)
            if to is None:
                raise Refused(_("맡길 사람을 골라 주세요."), code="no_handler")
            services.assign(complaint=row, to=to, actor=person, now=now)
            messages.success(request, _("맡은 사람을 바꾸었습니다."))
        elif what == "close":
            ended = services.close(complaint=row, actor=person, now=now, **data)
            messages.success(request, _("처리를 마쳤습니다. %(n)s건에 답했습니다.") % {"n": len(ended)})
        elif what == "reveal":
            contact = services.reveal(complaint=row, actor=person, now=now, **data)
            return _page(request, _found(complaint_id), contact=contact)
        else:
            raise Http404
    except NotAllowed:
        raise
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return redirect("office-complaint", row.pk)
        if refusal.code == "moved_meanwhile":  # its form may not be on the page any more
            messages.error(request, str(refusal))
            return _page(request, _found(complaint_id), status=409)
        show_refusal(form, refusal)
        return _page(request, _found(complaint_id), status=422, given={name: form})
    return redirect("office-complaint", row.pk)


def _form_of(what: str, request: HttpRequest) -> tuple[forms.Form | None, str]:
    data = request.POST
    if what == "refuse":
        return ReasonForm(data, prefix="refuse"), "refuse"
    if what == "reveal":
        return ReasonForm(data, prefix="reveal"), "reveal"
    if what == "merge":
        return MergeForm(data, prefix="merge"), "merge"
    if what == "write":
        return WordsForm(data), "words"
    if what == "close":
        return CloseForm(data, prefix="close"), "close"
    return None, ""


@never_cache
@login_required
@require_safe
def file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """One file of a complaint; that it was looked at is recorded."""
    attached = queries.file_of(file_id)
    if attached is None:
        raise Http404
    stored = services.look_at_file(attached=attached, actor=officer_of(request), now=now_of(request))
    return download(stored, inline=stored.is_picture)


urlpatterns = [
    path("oversight/", complaint_list, name="office-oversight"),
    path("oversight/complaints/<uuid:complaint_id>/", complaint_page, name="office-complaint"),
    path("oversight/complaints/<uuid:complaint_id>/<slug:what>/", act, name="office-complaint-act"),
    path("oversight/complaint-files/<uuid:file_id>/", file, name="office-complaint-file"),
]
