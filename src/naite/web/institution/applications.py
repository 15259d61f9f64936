"""Recognition for an institution: its applications, starting one, following, supplementing, withdrawing."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue.models import Course
from naite.trunk.recognition.applications import access, evidence, queries, writing
from naite.trunk.recognition.applications.workflow import WORKFLOW
from naite.trunk.recognition.models import Application, Evidence, PanelCase, Round
from naite.trunk.recognition.rounds.queries import open_for
from naite.web import case_page
from naite.web.fields import show_refusal
from naite.web.files import download
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of

PAGE = 30
State = Application.State


def application_for(request: HttpRequest, application_id: UUID) -> Application:
    """Return an application of an institution whose courses the person runs; others' do not exist for them."""
    row = queries.application_of(application_id)
    if row is None or not access.can_apply(person_of(request), row.organisation, now=now_of(request)):
        raise Http404
    return row


@login_required
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """List the institution's applications and the rounds that take some now; a fixed number of queries."""
    organisation, now = institution_of(request), now_of(request)
    rows = queries.of_institution(organisation)
    state = request.GET.get("state", "")
    if state in State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today = day_of(now)
    found = [
        {
            "case": row,
            "due": case_page.due_of(row.due_on, today),
            "mine": row.state in {State.DRAFT, State.SUPPLEMENT, State.PROVISIONAL},
        }
        for row in page
    ]
    return render(
        request,
        "institution/applications.html",
        {
            "rows": found,
            "page": page,
            "query": f"state={state}" if state else "",
            "state": state,
            "states": State.choices,
            "rounds": open_for(organisation, now=now),
            "section": "applications",
        },
    )


class CourseField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Course) -> str:
        return obj.current.title if obj.current else str(obj.pk)


class EarlierField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Application) -> str:
        return f"{obj.number} {obj.version}"


class BeginForm(forms.Form):
    """Which course, of which kind, and from which earlier application the words are taken."""

    kind = forms.ChoiceField(
        label=gettext_lazy("과정 구분"), choices=Application.Kind.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, organisation: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        courses = Course.objects.filter(organisation=organisation, current__isnull=False, retired_at=None)
        self.fields["course"] = CourseField(
            courses.select_related("current").order_by("current__title"),
            label=gettext_lazy("신청할 과정"),
            empty_label=gettext_lazy("고르세요"),
        )
        self.fields["copy_from"] = EarlierField(
            Application.objects.filter(organisation=organisation)
            .exclude(number="")
            .select_related("version")
            .order_by("-submitted_at"),
            label=gettext_lazy("베껴 올 이전 신청"),
            required=False,
            empty_label=gettext_lazy("새로 쓰기"),
            help_text=gettext_lazy("이름이 같은 항목의 설명과 증빙을 가져옵니다."),
        )
        admitted = {"finished": round.admits_finished, "planned": round.admits_planned}
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(value, label) for value, label in Application.Kind.choices if admitted[str(value)]]
        self.order_fields(["course", "kind", "copy_from"])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Start an application in a round from one of the institution's courses."""
    organisation = institution_of(request)
    of = get_object_or_404(Round.objects.exclude(state=Round.State.DRAFT), pk=round_id)
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        organisation=organisation,
        round=of,
        initial={"kind": "planned" if of.admits_planned else "finished"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = writing.begin(round=of, actor=person_of(request), now=now_of(request), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("work-application-edit", made.pk)
    return render(
        request,
        "institution/application_new.html",
        {"form": form, "round": of, "section": "applications"},
        status=422 if form.errors else 200,
    )


@login_required
@require_safe
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show an application that was handed in; a draft leads to its form."""
    row = application_for(request, application_id)
    if row.state == State.DRAFT:
        return redirect("work-application-edit", row.pk)
    context = case_page.context(row, person_of(request), now=now_of(request), office=False)
    return render(
        request,
        "institution/application.html",
        {
            **context,
            "may_withdraw": WORKFLOW.allows("withdraw", row.state),
            "reviewed": PanelCase.objects.filter(application=row).exists(),
            "section": "applications",
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Take an application back after saying what follows."""
    row = application_for(request, application_id)
    if request.method == "POST":
        writing.withdraw(
            application=row,
            reason=request.POST.get("reason", ""),
            actor=person_of(request),
            now=now_of(request),
        )
        messages.success(request, _("신청을 취하했습니다. 신청 기간이 남아 있으면 다시 신청할 수 있습니다."))
        return redirect("work-applications")
    return render(request, "institution/application_withdraw.html", {"case": row, "section": "applications"})


@login_required
@require_safe
def evidence_file(request: HttpRequest, evidence_id: UUID) -> HttpResponseBase:
    """Hand out a file of evidence to its institution and to the offices that may see the application."""
    row = get_object_or_404(
        Evidence.objects.select_related("application__organisation", "application__office", "file"),
        pk=evidence_id,
    )
    if not evidence.may_open(person_of(request), row, now=now_of(request)):
        raise NotAllowed(_("이 증빙을 볼 권한이 없습니다."))
    return download(row.file, inline=request.GET.get("save") != "1")


@login_required
@require_POST
def supplement(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Hand in what was demanded."""
    row = application_for(request, application_id)
    try:
        writing.supplement(application=row, actor=person_of(request), now=now_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("work-application-edit", row.pk)
    messages.success(request, _("보완한 것을 냈습니다. 담당 기관이 다시 확인합니다."))
    return redirect("work-application", row.pk)


urlpatterns = [
    path("applications/", applications, name="work-applications"),
    path("applications/new/<uuid:round_id>/", begin, name="work-application-new"),
    path("applications/<uuid:application_id>/", application, name="work-application"),
    path("applications/<uuid:application_id>/withdraw/", withdraw, name="work-application-withdraw"),
    path("applications/<uuid:application_id>/supplement/", supplement, name="work-application-supplement"),
    path("applications/evidence/<uuid:evidence_id>/", evidence_file, name="recognition-evidence"),
]
