"""The long form of an application: saves itself, works without script, tells the second of two tabs."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from naite.flows import apply
from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.roots.files import services as files
from naite.roots.files.kinds import DOCUMENTS
from naite.trunk.recognition.applications import evidence, queries, rules, writing
from naite.trunk.recognition.models import Application, ApplicationItem, Evidence
from naite.web import case_page
from naite.web.institution.access import person_of
from naite.web.institution.applications import application_for
from naite.web.middleware import now_of

State = Application.State
LABELS = {
    "purpose": gettext_lazy("과정의 목적"),
    "audience": gettext_lazy("배울 사람"),
    "operation": gettext_lazy("운영 계획"),
    "instructors": gettext_lazy("교수·강사"),
    "contact_name": gettext_lazy("담당자"),
    "contact_phone": gettext_lazy("담당자 전화번호"),
    "planned_from": gettext_lazy("운영할 기간의 첫날"),
    "planned_until": gettext_lazy("운영할 기간의 마지막 날"),
    "capacity": gettext_lazy("정원"),
    "fee": gettext_lazy("학습비(원)"),
}
LONG = frozenset({"purpose", "audience", "operation", "instructors"})
DATES = frozenset({"planned_from", "planned_until"})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Write a draft, or supplement what was called lacking. Every button first keeps what was typed."""
    row = application_for(request, application_id)
    if row.state not in {State.DRAFT, State.SUPPLEMENT}:
        return redirect("work-application", row.pk)
    if request.method != "POST":
        return _page(request, row)
    problems: dict[str, str] = {}
    try:
        row = _keep(request, row)
        problems = _files(request, row)
    except Refused as refusal:
        return _page(
            request,
            row,
            typed=request.POST,
            problems={name: str(text) for name, text in refusal.fields.items()},
            trouble=str(refusal),
            status=refusal.status,
        )
    if problems:
        return _page(request, row, problems=problems, status=422)
    if request.POST.get("act") == "check":
        return redirect("work-application-check", row.pk)
    messages.success(request, _("저장했습니다."))
    return redirect(reverse("work-application-edit", args=[row.pk]) + _anchor(request))


@login_required
@require_POST
def autosave(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Keep what is typed without leaving the form, and say so; the answer carries the new revision."""
    row = application_for(request, application_id)
    try:
        row = _keep(request, row)
    except Refused as refusal:
        return render(
            request, "institution/_application_saved.html", {"trouble": str(refusal), "case": row}, status=200
        )
    return render(request, "institution/_application_saved.html", {"case": row, "saved_at": now_of(request)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show what lacks with links to it; when nothing does, hand it in after saying what follows."""
    row = application_for(request, application_id)
    if row.state != State.DRAFT:
        return redirect("work-application", row.pk)
    refused = ""
    if request.method == "POST":
        try:
            row = apply.submit(application=row, actor=person_of(request), now=now_of(request))
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(
                request, _("신청서를 냈습니다. 접수번호는 %(number)s입니다.") % {"number": row.number}
            )
            return redirect("work-application", row.pk)
    lacks = writing.lacks(row)
    return render(
        request,
        "institution/application_check.html",
        {
            "case": row,
            "lacks": lacks,
            "refused": refused,
            "file_count": row.evidence.filter(removed_at=None).count(),
            "section": "applications",
        },
        status=422 if refused else 200,
    )


def _keep(request: HttpRequest, row: Application) -> Application:
    """Save everything that the request carries."""
    data = request.POST
    texts = {
        UUID(name[5:]): str(value)
        for name, value in data.items()
        if name.startswith("item-") and _is_uuid(name[5:])
    }
    given = data.get("revision", "")
    return writing.save(
        application=row,
        revision=int(given) if given.isdecimal() and len(given) < 9 else 0,
        content={name: data[name] for name in rules.CONTENT_LIMITS if name in data} or None,
        texts=texts,
        run_ids=data.getlist("runs") if data.get("runs_shown") else None,
        kind=data.get("kind") or None,
        actor=person_of(request),
        now=now_of(request),
    )


def _files(request: HttpRequest, row: Application) -> dict[str, str]:
    """Keep the files that were chosen and take out the one whose button was pressed; say which were refused."""
    person, now = person_of(request), now_of(request)
    problems: dict[str, str] = {}
    removed = request.POST.get("remove", "")
    if _is_uuid(removed):
        gone = Evidence.objects.filter(pk=removed, application=row).select_related(
            "application", "file", "item"
        )
        if each := gone.first():
            evidence.remove(evidence=each, actor=person, now=now)
    items = {f"file-{each.item_id}": each.item for each in row.items.select_related("item")}
    for name, chosen in request.FILES.lists():
        if name not in items:
            continue
        for file in chosen:
            assert not isinstance(file, str)
            try:
                evidence.add(
                    application=row,
                    item=items[name],
                    stream=file,
                    name=file.name or "",
                    actor=person,
                    now=now,
                )
            except Refused as refusal:
                key = f"item-{items[name].pk}"
                problems[key] = f"{file.name}: {refusal}"
    return problems


def _page(
    request: HttpRequest,
    row: Application,
    *,
    typed: Any = None,
    problems: dict[str, str] | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    now = now_of(request)
    drafting = row.state == State.DRAFT
    problems = problems or {}
    groups = queries.item_groups(row)
    if not drafting:
        groups = [
            queries.ItemGroup(group.key, group.label, mine)
            for group in groups
            if (
                mine := [each for each in group.rows if each.row.check_state == ApplicationItem.Check.LACKING]
            )
        ]
    for group in groups:
        for each in group.rows:
            key = f"item-{each.row.item_id}"
            each.row.shown = typed.get(key, each.row.text) if typed else each.row.text  # type: ignore[attr-defined]
            each.row.problem = problems.get(key, "")  # type: ignore[attr-defined]
    names = [
        name for name in rules.CONTENT_LIMITS if name not in DATES or row.kind == Application.Kind.PLANNED
    ]
    fields = [
        {
            "name": name,
            "label": LABELS[name],
            "value": (typed.get(name) if typed else None) or row.content.get(name, ""),
            "long": name in LONG,
            "date": name in DATES,
            "limit": rules.CONTENT_LIMITS[name],
            "problem": problems.get(name, ""),
        }
        for name in names
    ]
    finished = row.kind == Application.Kind.FINISHED
    context = {
        "case": row,
        "drafting": drafting,
        "groups": groups,
        "fields": fields if drafting else [],
        "past": list(apply.past_runs(row, now=now)) if drafting and finished else [],
        "finished": finished,
        "kinds": [
            (value, label)
            for value, label in Application.Kind.choices
            if (row.round.admits_finished if value == "finished" else row.round.admits_planned)
        ],
        "trouble": trouble,
        "problems": problems,
        "accept": files.accept_of(DOCUMENTS),
        "kinds_of_files": files.kinds_in_words(DOCUMENTS),
        "revision": (typed.get("revision") if typed else None) or row.revision,
        "due": case_page.due_of(row.due_on, day_of(now)),
        "section": "applications",
    }
    return render(request, "institution/application_edit.html", context, status=status)


def _anchor(request: HttpRequest) -> str:
    at = request.POST.get("at", "")
    return f"#item-{at}" if _is_uuid(at) else ""


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


urlpatterns = [
    path("applications/<uuid:application_id>/edit/", edit, name="work-application-edit"),
    path("applications/<uuid:application_id>/autosave/", autosave, name="work-application-autosave"),
    path("applications/<uuid:application_id>/check/", check, name="work-application-check"),
]
