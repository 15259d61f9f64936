"""Private questions at the office that answers them: the list with its clock, and one question."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.branches.counselling import policies, queries, rules
from naite.branches.counselling.models import Question
from naite.branches.counselling.services import answers
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Organisation, Person
from naite.web.excel import excel
from naite.web.fields import FilesField, show_refusal
from naite.web.learner.counselling import FILES_HINT, uploads_of
from naite.web.middleware import now_of
from naite.web.roles import current_organisation

PAGE = 30
SHOW_WORDS = {
    "waiting": gettext_lazy("답할 것"),
    "mine": gettext_lazy("내가 맡은 것"),
    "unassigned": gettext_lazy("맡은 사람 없음"),
    "overdue": gettext_lazy("늦은 것"),
    "answered": gettext_lazy("답한 것"),
    "closed": gettext_lazy("마친 것"),
    "all": gettext_lazy("모두"),
}


def me(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def office_of(request: HttpRequest) -> Organisation:
    """Return the office of the seat, for which the person answers questions."""
    office = current_organisation(request)
    if not policies.can_handle_for(me(request), office, now=now_of(request)):
        raise NotAllowed(_("상담에 답하는 담당자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요."))
    assert office is not None
    return office


class AnswerForm(forms.Form):
    body = forms.CharField(label=gettext_lazy("답"), required=False, widget=forms.Textarea(attrs={"rows": 9}))
    uploads = FilesField(label=gettext_lazy("파일"), help_text=FILES_HINT)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NoteForm(forms.Form):
    body = forms.CharField(
        label=gettext_lazy("내부 메모"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("물어본 분께는 보이지 않습니다."),
    )


class OfficeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Organisation) -> str:
        return f"{obj.name} ({Organisation.Kind(obj.kind).label})"


class HandOverForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("넘기는 까닭"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("물어본 분께 그대로 알립니다."),
    )

    def __init__(self, *args: Any, office: Organisation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = OfficeField(
            queries.offices(now=at).exclude(pk=office.pk),
            label=gettext_lazy("넘길 곳"),
            empty_label=gettext_lazy("고르세요"),
        )
        self.order_fields(("to", "reason"))


@login_required
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """List the office's questions by what is to be done; as Excel where asked."""
    office, person, now = office_of(request), me(request), now_of(request)
    today = day_of(now)
    show = request.GET.get("show", "waiting")
    show = show if show in queries.SHOW else "waiting"
    category = request.GET.get("category", "")
    words = " ".join(request.GET.get("q", "").split())[:100]
    rows = queries.office_list(office, person, show=show, category=category, words=words, now=now)
    if request.GET.get("format") == "xlsx":
        audit.record("counselling.export_questions", actor=person, now=now, subject=office, show=show)
        return _excel(office, rows, today)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    counts = queries.counts(office, person, now=now)
    keep = {name: value for name, value in (("show", show), ("category", category), ("q", words)) if value}
    context = {
        "section": "counselling",
        "office": office,
        "page": page,
        "rows": [(row, _left(row, today)) for row in page],
        "show": show,
        "tabs": [(name, SHOW_WORDS[name], counts[name]) for name in queries.SHOW],
        "categories": list(queries.categories()),
        "category": category,
        "q": words,
        "query": urlencode(keep),
        "standing": queries.standing(office, now=now),
    }
    return render(request, "counselling/office_list.html", context)


def _left(row: Question, today: date) -> tuple[str, str]:
    """Return the shape and text of the due chip."""
    if not row.is_waiting or row.due_on is None:
        return "n", "–"
    left = rules.days_left(row.due_on, today)
    if row.due_on < today:
        return "l", f"D+{-left}" if left else _("지남")
    if row.due_on == today:
        return "t", _("오늘")
    return ("s" if left <= 3 else "n"), f"D-{left}"


def _excel(office: Organisation, rows: Any, today: date) -> HttpResponse:
    """Return the list without names or words of the askers: what a report about the work needs."""
    header = [
        _("접수일"),
        _("갈래"),
        _("지역"),
        _("제목"),
        _("상태"),
        _("답할 날"),
        _("남은 날"),
        _("맡은 사람"),
        _("답한 때"),
        _("만족도"),
    ]
    table = (
        [
            row.received_at,
            str(row.category),
            row.region.full_name if row.region else "",
            row.title,
            row.get_state_display(),
            row.due_on,
            rules.days_left(row.due_on, today) if row.is_waiting and row.due_on else "",
            row.handler.name if row.handler else "",
            row.answered_at,
            row.satisfaction,
        ]
        for row in rows
    )
    return excel(f"{office.name}-{_('상담')}-{today:%Y%m%d}", header, table)


def _question(request: HttpRequest, question_id: UUID) -> Question:
    row = queries.question(question_id)
    if row is None:
        raise Http404
    if not policies.can_handle(me(request), row, now=now_of(request)):
        raise NotAllowed(_("이 상담을 맡은 곳의 담당자만 볼 수 있습니다."))
    return row


@login_required
@require_safe
def question_page(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Show one question; that it was read is recorded."""
    row = _question(request, question_id)
    answers.look(question=row, actor=me(request), now=now_of(request))
    return _page(request, row)


def _page(request: HttpRequest, row: Question, *, status: int = 200, **given: forms.Form) -> HttpResponse:
    person, now = me(request), now_of(request)
    assert row.office is not None
    thread = queries.thread_for_staff(row)
    draft = queries.draft_of(row, person)
    templates = list(queries.templates_of(row.office))
    chosen = next((t for t in templates if str(t.pk) == request.GET.get("template")), None)
    body = chosen.body if chosen else draft.body if draft else ""
    today = day_of(now)
    context = {
        "section": "counselling",
        "question": row,
        "thread": thread,
        "files": queries.files_of(row),
        "handovers": list(queries.handovers(row)),
        "due": _left(row, today),
        "draft": draft,
        "templates": templates,
        "colleagues": queries.handlers_of(row.office, now=now),
        "answer": given.get("answer") or AnswerForm(initial={"body": body, "seen": len(thread)}),
        "note": given.get("note") or NoteForm(prefix="note"),
        "hand": given.get("hand") or HandOverForm(prefix="hand", office=row.office, at=now),
    }
    return render(request, "counselling/office_question.html", context, status=status)


@login_required
@require_POST
def answer(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Send an answer, or keep it as a draft (``act=draft``)."""
    row, person, now = _question(request, question_id), me(request), now_of(request)
    form = AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        body = form.cleaned_data["body"]
        try:
            if request.POST.get("act") == "draft":
                answers.save_draft(question=row, body=body, actor=person, now=now)
                messages.success(request, _("답을 저장했습니다. 아직 보내지 않았습니다."))
            else:
                seen = form.cleaned_data["seen"]
                answers.answer(
                    question=row, body=body, actor=person, now=now, seen=seen, uploads=uploads_of(form)
                )
                messages.success(request, _("답을 보냈습니다. 물어본 분께 알렸습니다."))
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
            if refusal.code == "thread_moved":
                sent = request.POST.copy()
                sent["seen"] = str(len(queries.thread_for_staff(row)))
                form.data = sent
        else:
            return redirect("office-question", row.pk)
    return _page(request, row, answer=form, status=422)


@login_required
@require_POST
def note(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Write an internal note."""
    row = _question(request, question_id)
    form = NoteForm(request.POST, prefix="note")
    if form.is_valid():
        try:
            answers.note(question=row, actor=me(request), now=now_of(request), **form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("메모를 남겼습니다."))
            return redirect("office-question", row.pk)
    return _page(request, row, note=form, status=422)


@login_required
@require_POST
def assign(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Give the question to a colleague, to oneself, or to nobody."""
    row, now = _question(request, question_id), now_of(request)
    assert row.office is not None
    chosen = request.POST.get("handler", "")
    to = next((p for p in queries.handlers_of(row.office, now=now) if str(p.pk) == chosen), None)
    if chosen and to is None:
        messages.error(request, _("이 곳에서 상담에 답하는 사람이 아닙니다."))
        return redirect("office-question", row.pk)
    answers.assign(question=row, to=to, actor=me(request), now=now)
    messages.success(request, _("맡은 사람을 바꾸었습니다."))
    return redirect("office-question", row.pk)


@login_required
@require_POST
def hand_over(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Give the question to another office."""
    row, now = _question(request, question_id), now_of(request)
    assert row.office is not None
    form = HandOverForm(request.POST, prefix="hand", office=row.office, at=now)
    if form.is_valid():
        try:
            answers.hand_over(question=row, actor=me(request), now=now, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("상담을 넘겼습니다. 물어본 분께 알렸습니다."))
            return redirect("office-questions")
    return _page(request, row, hand=form, status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def templates(request: HttpRequest) -> HttpResponse:
    """The office's answer templates: list, keep, take away."""
    office, person, now = office_of(request), me(request), now_of(request)
    rows = list(queries.templates_of(office))
    chosen = next((row for row in rows if str(row.pk) == request.GET.get("edit")), None)
    initial = {"name": chosen.name, "body": chosen.body, "category": chosen.category_id} if chosen else None
    form = TemplateForm(request.POST or None, initial=initial)
    if request.method == "POST" and request.POST.get("retire"):
        row = next((row for row in rows if str(row.pk) == request.POST["retire"]), None)
        if row is None:
            raise Http404
        answers.retire_template(template=row, actor=person, now=now)
        messages.success(request, _("답변 틀을 치웠습니다."))
        return redirect("office-answer-templates")
    if request.method == "POST" and form.is_valid():
        try:
            answers.keep_template(office=office, actor=person, now=now, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("답변 틀을 저장했습니다."))
            return redirect("office-answer-templates")
    context = {"section": "counselling", "office": office, "rows": rows, "form": form}
    return render(request, "counselling/office_templates.html", context, status=422 if form.errors else 200)


class TemplateForm(forms.Form):
    """Words that the office answers with often."""

    name = forms.CharField(
        label=gettext_lazy("이름"),
        required=False,
        help_text=gettext_lazy("같은 이름이 있으면 그것을 고칩니다."),
    )
    category = forms.ModelChoiceField(
        queries.categories(),
        label=gettext_lazy("갈래"),
        required=False,
        empty_label=gettext_lazy("모든 갈래"),
    )
    body = forms.CharField(label=gettext_lazy("글"), required=False, widget=forms.Textarea(attrs={"rows": 7}))


urlpatterns = [
    path("counselling/", question_list, name="office-questions"),
    path("counselling/templates/", templates, name="office-answer-templates"),
    path("counselling/<uuid:question_id>/", question_page, name="office-question"),
    path("counselling/<uuid:question_id>/answer/", answer, name="office-question-answer"),
    path("counselling/<uuid:question_id>/note/", note, name="office-question-note"),
    path("counselling/<uuid:question_id>/assign/", assign, name="office-question-assign"),
    path("counselling/<uuid:question_id>/hand-over/", hand_over, name="office-question-hand-over"),
]
