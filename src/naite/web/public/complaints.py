"""신고: reporting a course without an account, and following the report with its number and key."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.branches.oversight import queries
from naite.branches.oversight.models import Complaint
from naite.branches.oversight.services import complaints as services
from naite.branches.oversight.services.complaints import ComplaintText
from naite.branches.oversight.texts import Upload
from naite.branches.oversight.words import COMPLAINT_ACTS
from naite.roots.errors import Refused
from naite.trunk.catalogue.models import Course
from naite.web.fields import FilesField, show_refusal
from naite.web.files import download
from naite.web.middleware import now_of

MADE, OPENED = "naite_complaint_made", "naite_complaint_opened"
FILES_HINT = gettext_lazy("사진, PDF, 한글 문서. 하나에 10 MB, 5개까지. 기관에는 보여 주지 않습니다.")
SECTION = "help"


class ComplaintForm(forms.Form):
    """What happened, and how to be told if one wants to be."""

    concern = forms.ChoiceField(
        label=gettext_lazy("어떤 일인가요"), choices=Complaint.Concern.choices, widget=forms.RadioSelect
    )
    place = forms.CharField(
        label=gettext_lazy("기관과 강좌 이름"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("아는 만큼 적어 주세요. 예: ○○학습관의 수요일 엑셀 강좌"),
    )
    body = forms.CharField(
        label=gettext_lazy("무슨 일이 있었나요"),
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=gettext_lazy(
            "언제, 어디서, 누가 무엇을 했는지 적어 주세요. 주민등록번호는 적지 마세요. 글은 암호로 잠가 보관합니다."
        ),
    )
    happened = forms.CharField(
        label=gettext_lazy("언제 있었던 일인가요"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("예: 2026년 10월부터"),
    )
    uploads = FilesField(label=gettext_lazy("사진이나 파일"), help_text=FILES_HINT)
    name = forms.CharField(label=gettext_lazy("이름"), required=False, max_length=60)
    email = forms.EmailField(
        label=gettext_lazy("전자우편"),
        required=False,
        help_text=gettext_lazy("새 소식이 있을 때 알립니다. 편지에 기관이나 강좌 이름은 적지 않습니다."),
    )
    phone = forms.CharField(label=gettext_lazy("전화번호"), required=False, max_length=30)


class FollowForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("접수번호"),
        max_length=30,
        help_text=gettext_lazy("예: 2026-7K4Q-9WRT"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    key = forms.CharField(
        label=gettext_lazy("열쇠"),
        max_length=30,
        help_text=gettext_lazy("접수할 때 한 번 보여 드린 글자입니다."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class ReplyForm(forms.Form):
    body = forms.CharField(
        label=gettext_lazy("덧붙일 말"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    uploads = FilesField(label=gettext_lazy("사진이나 파일"), help_text=FILES_HINT)


def uploads_of(form: forms.Form) -> list[Upload]:
    """Return the files of a form as they came in."""
    return [Upload(each.file, each.name) for each in form.cleaned_data.get("uploads", [])]


def place_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Say what can be reported; number and key open a report made before."""
    form = FollowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.find(place=place_of(request), now=now_of(request), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            request.session[OPENED] = str(row.pk)
            return redirect("complaint")
    context = {"section": SECTION, "form": form}
    return render(request, "public/complaints.html", context, status=422 if form.errors else 200)


def _course_of(request: HttpRequest) -> Course | None:
    try:
        chosen = UUID(request.GET.get("course", ""))
    except ValueError:
        return None
    return queries.course(chosen)


@never_cache
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the course by words; or go on without."""
    words = " ".join(request.GET.get("q", "").split())[:100]
    context = {"section": SECTION, "q": words, "found": queries.courses_found(words)}
    return render(request, "public/complaint_choose.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """The report itself; number and key are shown once afterwards."""
    course = _course_of(request)
    form = ComplaintForm(request.POST or None, request.FILES or None)
    if course is not None:
        del form.fields["place"]
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "uploads"}
        try:
            row, key = services.report(
                text=ComplaintText(course=course, **data),
                uploads=uploads_of(form),
                place=place_of(request),
                now=now_of(request),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            request.session[MADE] = {"number": row.number, "key": key}
            request.session[OPENED] = str(row.pk)
            return redirect("complaint-made")
    context = {"section": SECTION, "form": form, "course": course, "days": settings.COMPLAINT_CONTACT_DAYS}
    return render(request, "public/complaint_write.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def made(request: HttpRequest) -> HttpResponse:
    """Show number and key, once."""
    shown = request.session.pop(MADE, None)
    if shown is None:
        return redirect("complaint" if OPENED in request.session else "complaints")
    row = Complaint.objects.get(number=shown["number"])
    context = {"section": SECTION, "number": shown["number"], "key": shown["key"], "row": row}
    return render(request, "public/complaint_made.html", context)


def _opened(request: HttpRequest) -> Complaint | None:
    opened = request.session.get(OPENED)
    return queries.complaint(UUID(opened)) if opened else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest) -> HttpResponse:
    """How far one's report is, what was said, and adding to it."""
    row = _opened(request)
    if row is None:
        return redirect("complaints")
    form = ReplyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reply(
                complaint=row,
                body=form.cleaned_data["body"],
                uploads=uploads_of(form),
                now=now_of(request),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("덧붙였습니다. 담당자가 봅니다."))
            return redirect("complaint")
    context = {
        "section": SECTION,
        "row": row,
        "form": form,
        "talk": queries.talk(row, for_complainant=True),
        "files": queries.files_of(row),
        "events": [
            (event, COMPLAINT_ACTS[event.act])
            for event in queries.complaint_events(row, for_complainant=True)
        ],
    }
    return render(request, "public/complaint.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget on this device which report was open."""
    request.session.pop(OPENED, None)
    request.session.pop(MADE, None)
    messages.success(request, _("이 기기에서 신고 화면을 닫았습니다."))
    return redirect("complaints")


@never_cache
@require_safe
def file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """One's own file."""
    row, found = _opened(request), queries.file_of(file_id)
    if row is None or found is None or found.complaint_id != row.pk:
        raise Http404
    return download(found.file)


urlpatterns = [
    path("complaints/", start, name="complaints"),
    path("complaints/choose/", choose, name="complaint-choose"),
    path("complaints/new/", write, name="complaint-write"),
    path("complaints/made/", made, name="complaint-made"),
    path("complaints/mine/", complaint, name="complaint"),
    path("complaints/mine/close/", leave, name="complaint-leave"),
    path("complaints/mine/files/<uuid:file_id>/", file, name="complaint-file"),
]
