"""A citizen's private questions: the list, writing one, and what was said since."""

from collections.abc import Sequence
from datetime import date, datetime
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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.branches.counselling import help_queries, policies, queries, rules
from naite.branches.counselling.models import Article, Question
from naite.branches.counselling.services import attachments
from naite.branches.counselling.services import questions as services
from naite.branches.counselling.services.attachments import Upload
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.web.fields import FilesField, RegionField, show_refusal
from naite.web.files import download
from naite.web.middleware import now_of

PAGE = 20
GRADES = (
    (5, gettext_lazy("매우 만족")),
    (4, gettext_lazy("만족")),
    (3, gettext_lazy("보통")),
    (2, gettext_lazy("불만족")),
    (1, gettext_lazy("매우 불만족")),
)


FILES_HINT = gettext_lazy("PDF, 사진, 한글 문서. 하나에 10 MB, 5개까지.")


def uploads_of(form: forms.Form) -> list[Upload]:
    """Return the files of a form as they came in."""
    return [Upload(each.file, each.name) for each in form.cleaned_data.get("uploads", [])]


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in person; for views behind ``login_required``."""
    assert isinstance(request.user, Person)
    return request.user


class QuestionForm(forms.Form):
    """What somebody asks. Whether it can be sent is decided by ``counselling``."""

    category = forms.ModelChoiceField(
        queries.categories(), label=gettext_lazy("무엇에 대한 것인가요"), empty_label=gettext_lazy("고르세요")
    )
    title = forms.CharField(
        label=gettext_lazy("제목"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": rules.MAX_TITLE}),
    )
    body = forms.CharField(
        label=gettext_lazy("궁금한 것"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("주민등록번호는 적지 마세요. 물어보신 분과 답하는 담당자만 읽습니다."),
    )
    uploads = FilesField(label=gettext_lazy("파일"), help_text=FILES_HINT)
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = RegionField(
            on=on,
            required=False,
            help_text=gettext_lazy(
                "사는 곳의 시군구에서 답합니다. 고르지 않으면 국가평생교육진흥원에서 답합니다."
            ),
        )
        self.order_fields(("category", "title", "body", "uploads", "region", "edition"))

    def text(self) -> services.QuestionText:
        data = self.cleaned_data
        return services.QuestionText(
            category=data["category"], region=data["region"], title=data["title"], body=data["body"]
        )


class WordsForm(forms.Form):
    body = forms.CharField(
        label=gettext_lazy("덧붙일 말"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    uploads = FilesField(label=gettext_lazy("파일"), help_text=FILES_HINT)


class RateForm(forms.Form):
    grade = forms.TypedChoiceField(
        label=gettext_lazy("도움이 되었나요"), coerce=int, choices=GRADES, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("하고 싶은 말"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


def _mine(request: HttpRequest, question_id: UUID) -> Question:
    row = queries.question(question_id)
    if row is None or not policies.is_asker(person_of(request), row):
        raise Http404
    return row


@login_required
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """List one's own questions."""
    page = Paginator(queries.questions_of(person_of(request)), PAGE).get_page(request.GET.get("page"))
    return render(request, "counselling/mine.html", {"section": "help", "page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a question: ``draft`` keeps it, otherwise it is sent."""
    person, now = person_of(request), now_of(request)
    initial = {
        "region": person.region_id,
        "category": request.GET.get("category"),
        "title": request.GET.get("q"),
    }
    form = QuestionForm(request.POST or None, request.FILES or None, on=day_of(now), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.start(person=person, text=form.text(), actor=person, now=now)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return _sent(request, row, form, now=now)
    return _write_page(request, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Go on writing a draft."""
    row, now = _mine(request, question_id), now_of(request)
    if row.state != Question.State.DRAFT:
        return redirect("my-question", row.pk)
    initial = {
        "category": row.category_id,
        "region": row.region_id,
        "title": row.title,
        "body": row.body,
        "edition": row.edition,
    }
    form = QuestionForm(request.POST or None, request.FILES or None, on=day_of(now), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.revise(
                question=row,
                text=form.text(),
                edition=form.cleaned_data["edition"] or 0,
                actor=person_of(request),
                now=now,
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return _sent(request, row, form, now=now)
    return _write_page(request, form, row)


def _sent(request: HttpRequest, row: Question, form: QuestionForm, *, now: datetime) -> HttpResponse:
    """Keep the draft, or send it; what is refused stays a draft and on the page.

    Before it is sent for the first time, what is asked often and may answer it is shown once.
    """
    try:
        attachments.attach(question=row, uploads=uploads_of(form), actor=person_of(request), now=now)
    except Refused as refusal:
        show_refusal(form, refusal)
        return _again(request, form, row)
    if request.POST.get("act") == "draft":
        messages.success(request, _("저장했습니다. 아직 보내지 않았습니다."))
        return redirect("my-question-edit", row.pk)
    whole = row.title and row.body and not request.POST.get("offered")
    offers = help_queries.offer_faq(row.title, row.body) if whole else []
    if offers:
        return _again(request, form, row, offers=offers)
    try:
        services.submit(question=row, actor=person_of(request), now=now)
    except Refused as refusal:
        show_refusal(form, refusal)
        return _again(request, form, row)
    messages.success(request, _("보냈습니다. 답이 오면 알려 드립니다."))
    return redirect("my-question", row.pk)


def _again(
    request: HttpRequest, form: QuestionForm, row: Question, *, offers: Sequence[Article] = ()
) -> HttpResponse:
    """Show the page of the draft as it is kept now, so that the next attempt goes on with it."""
    sent = request.POST.copy()
    sent["edition"] = str(row.edition)
    form.data = sent
    return _write_page(request, form, row, offers=offers)


def _write_page(
    request: HttpRequest, form: QuestionForm, row: Question | None = None, *, offers: Sequence[Article] = ()
) -> HttpResponse:
    clock = rules.clock_for(queries.clocks(), "", day_of(now_of(request)))
    context = {
        "section": "help",
        "form": form,
        "question": row,
        "offers": offers,
        "files": queries.files_of(row) if row else [],
        "offered": bool(offers) or bool(request.POST.get("offered")),
        "days": clock.working_days if clock else None,
    }
    return render(request, "counselling/write.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def question_page(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Show one's own question with what was said."""
    return _page(request, _mine(request, question_id))


def _page(request: HttpRequest, row: Question, *, status: int = 200, **forms_: forms.Form) -> HttpResponse:
    if row.state == Question.State.DRAFT:
        return redirect("my-question-edit", row.pk)
    now = now_of(request)
    thread = queries.thread_for_asker(row)
    context = {
        "section": "help",
        "question": row,
        "thread": thread,
        "files": queries.files_of(row),
        "handovers": list(queries.handovers(row)),
        "late": row.is_waiting and row.due_on is not None and rules.is_overdue(row.due_on, day_of(now)),
        "can_take_back": row.state == Question.State.RECEIVED and row.handler_id is None and not thread,
        "can_reopen": row.closed_at is not None and rules.can_reopen(row.closed_at, now),
        "words": forms_.get("words") or WordsForm(),
        "rate": forms_.get("rate")
        or RateForm(initial={"grade": row.satisfaction, "text": row.satisfaction_text}),
        "grades": dict(GRADES),
        "grade_word": dict(GRADES).get(row.satisfaction or 0, ""),
    }
    return render(request, "counselling/question.html", context, status=status)


@login_required
@require_POST
def ask_on(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Add words; after an answer they are a further question."""
    row = _mine(request, question_id)
    form = WordsForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.ask_on(
                question=row,
                body=form.cleaned_data["body"],
                actor=person_of(request),
                now=now_of(request),
                uploads=uploads_of(form),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("보냈습니다."))
            return redirect("my-question", row.pk)
    return _page(request, row, words=form, status=422)


@login_required
@require_POST
def rate(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Say how content one is."""
    row = _mine(request, question_id)
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            services.rate(question=row, actor=person_of(request), now=now_of(request), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("고맙습니다. 잘 받았습니다."))
            return redirect("my-question", row.pk)
    return _page(request, row, rate=form, status=422)


@login_required
@require_POST
def act(request: HttpRequest, question_id: UUID, what: str) -> HttpResponse:
    """Close a question, take it back to a draft, or throw a draft away."""
    row = _mine(request, question_id)
    person, now = person_of(request), now_of(request)
    try:
        if what == "close":
            services.close(question=row, actor=person, now=now)
            messages.success(request, _("상담을 마쳤습니다."))
        elif what == "take-back":
            services.take_back(question=row, actor=person, now=now)
            messages.success(request, _("되돌렸습니다. 고쳐서 다시 보낼 수 있습니다."))
            return redirect("my-question-edit", row.pk)
        elif what == "discard":
            services.discard(question=row, actor=person, now=now)
            messages.success(request, _("쓰던 글을 지웠습니다."))
            return redirect("my-questions")
        else:
            raise Http404
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("my-question", row.pk)


@login_required
@require_safe
def file(request: HttpRequest, attachment_id: UUID) -> HttpResponseBase:
    """Hand out a file of a question to its asker, or to the office in charge."""
    found = attachments.find(attachment_id)
    if found is None:
        raise Http404
    return download(attachments.look(attachment=found, actor=person_of(request), now=now_of(request)))


@login_required
@require_POST
def remove_file(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    """Take a file away from one's draft."""
    found = attachments.find(attachment_id)
    if found is None or not policies.is_asker(person_of(request), found.question):
        raise Http404
    attachments.remove(attachment=found, actor=person_of(request), now=now_of(request))
    messages.success(request, _("파일을 뺐습니다."))
    return redirect("my-question-edit", found.question_id)


urlpatterns = [
    path("counselling/files/<uuid:attachment_id>/", file, name="question-file"),
    path("counselling/files/<uuid:attachment_id>/remove/", remove_file, name="my-question-file-remove"),
    path("counselling/", question_list, name="my-questions"),
    path("counselling/new/", new, name="my-question-new"),
    path("counselling/<uuid:question_id>/", question_page, name="my-question"),
    path("counselling/<uuid:question_id>/edit/", edit, name="my-question-edit"),
    path("counselling/<uuid:question_id>/words/", ask_on, name="my-question-words"),
    path("counselling/<uuid:question_id>/rate/", rate, name="my-question-rate"),
    path("counselling/<uuid:question_id>/<slug:what>/", act, name="my-question-act"),
]
