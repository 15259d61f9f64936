"""An institution's side of the review: who sits in the panel, challenging, what fell short, handing in again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.dates import day_of, show_day
from naite.roots.errors import NotAllowed, Refused
from naite.roots.files.kinds import EVIDENCE
from naite.roots.files.services import accept_of
from naite.trunk.people.policies import can_run_courses
from naite.trunk.recognition.models import Application, Evaluator, Evidence, PanelMember
from naite.trunk.recognition.panels import challenges
from naite.trunk.recognition.results import queries, supplements
from naite.web import files
from naite.web.institution.access import person_of
from naite.web.middleware import now_of

S = Application.State
MOST_FILES = 10


def _application(request: HttpRequest, application_id: UUID) -> Application:
    row = get_object_or_404(
        Application.objects.select_related(
            "organisation", "round__institute", "round__criteria", "version", "panel_case__panel"
        ),
        pk=application_id,
    )
    if not can_run_courses(person_of(request), row.organisation, now=now_of(request)):
        raise NotAllowed(_("신청한 기관의 담당자만 볼 수 있습니다."))
    return row


def _members(application: Application) -> list[PanelMember]:
    """Return who may review the case: the members of its panel, else of the panels of its field."""
    rows = PanelMember.objects.filter(left_at=None, panel__round=application.round_id)
    case = getattr(application, "panel_case", None)
    if case is not None:
        rows = rows.filter(panel=case.panel_id)
    elif application.version is not None:
        rows = rows.filter(panel__field=application.version.category)
    return list(rows.select_related("evaluator__person", "panel").order_by("evaluator__person__name"))


def _page(
    request: HttpRequest,
    application: Application,
    *,
    error: str = "",
    typed: dict[UUID, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    now, person = now_of(request), person_of(request)
    short = queries.shortfalls(application=application, reader=person, now=now)
    texts = supplements.texts_of(application, [each.item for each in short])
    evidence: dict[UUID | None, list[Evidence]] = {}
    for row in Evidence.objects.filter(application=application, removed_at=None).select_related("file"):
        evidence.setdefault(row.item_id, []).append(row)
    changed = supplements.changed_items(application) if short else set()
    open_ = application.state == S.PROVISIONAL and (
        application.due_on is None or day_of(now) <= application.due_on
    )
    context: dict[str, Any] = {
        "section": "applications",
        "application": application,
        "members": _members(application),
        "can_challenge": application.state in challenges.OPEN_STATES,
        "challenges": application.challenges.filter(kind="challenge")
        .select_related("evaluator__person")
        .order_by("filed_at"),
        "short": [
            {
                "shortfall": each,
                "row": texts.get(each.item.pk),
                "text": (typed or {}).get(
                    each.item.pk, texts[each.item.pk].text if each.item.pk in texts else ""
                ),
                "evidence": evidence.get(each.item.pk, []),
                "changed": each.item.pk in changed,
            }
            for each in short
        ],
        "open": open_,
        "due": show_day(application.due_on, today=day_of(now)) if application.due_on else "",
        "left": (application.due_on - day_of(now)).days if application.due_on else 0,
        "accept": accept_of(EVIDENCE),
        "error": error,
    }
    return render(request, "institution/application_result.html", context, status=status)


@login_required
@require_safe
def result(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show the review as far as the institution may know it."""
    return _page(request, _application(request, application_id))


@login_required
@require_POST
def supplement(request: HttpRequest, application_id: UUID, item_id: UUID) -> HttpResponse:
    """Change one item that fell short, and add evidence to it."""
    application = _application(request, application_id)
    text = request.POST.get("text", "")
    given = request.FILES.getlist("files")[:MOST_FILES]
    revision = request.POST.get("revision", "")
    try:
        supplements.supplement_item(
            application=application,
            item_id=item_id,
            text=text,
            uploads=[(each.name or "", each) for each in given],
            revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else 0,
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(
            request, application, error=str(refusal.message), typed={item_id: text}, status=refusal.status
        )
    messages.success(request, _("저장했습니다. 모두 고쳤으면 아래에서 다시 내 주세요."))
    return redirect("work-application-result", application.pk)


@login_required
@require_POST
def again(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Hand in again for the one re-evaluation."""
    application = _application(request, application_id)
    try:
        supplements.hand_in_again(application=application, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, application, error=str(refusal.message), status=refusal.status)
    messages.success(request, _("다시 냈습니다. 못 미친 항목을 같은 평가단이 한 번 더 평가합니다."))
    return redirect("work-application-result", application.pk)


@login_required
@require_http_methods(["POST"])
def challenge(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Challenge a member of the panel, with the reason."""
    application = _application(request, application_id)
    try:
        wanted = UUID(request.POST.get("evaluator", ""))
    except ValueError:
        raise Http404 from None
    evaluator = get_object_or_404(Evaluator, pk=wanted, institute=application.round.institute_id)
    try:
        challenges.challenge(
            application=application,
            evaluator=evaluator,
            reason=request.POST.get("reason", ""),
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, application, error=str(refusal.message), status=refusal.status)
    messages.success(request, _("기피를 신청했습니다. 진흥원이 결정하면 알려 드립니다."))
    return redirect("work-application-result", application.pk)


@login_required
@require_safe
def evidence(request: HttpRequest, application_id: UUID, evidence_id: UUID) -> FileResponse:
    """Hand out a piece of the institution's own evidence."""
    application = _application(request, application_id)
    row = get_object_or_404(
        Evidence.objects.select_related("file"), pk=evidence_id, application=application, removed_at=None
    )
    return files.download(row.file)


urlpatterns = [
    path("applications/<uuid:application_id>/result/", result, name="work-application-result"),
    path(
        "applications/<uuid:application_id>/result/items/<uuid:item_id>/",
        supplement,
        name="work-application-supplement",
    ),
    path("applications/<uuid:application_id>/result/again/", again, name="work-application-again"),
    path(
        "applications/<uuid:application_id>/result/challenge/", challenge, name="work-application-challenge"
    ),
    path(
        "applications/<uuid:application_id>/result/evidence/<uuid:evidence_id>/",
        evidence,
        name="work-application-result-evidence",
    ),
]
