"""An edited list comes back: first what would change, then, once confirmed, what did, and the way back."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.applications import access, marks, queries
from naite.trunk.recognition.applications.marks import Edit
from naite.trunk.recognition.models import Application, CaseMark
from naite.web.middleware import now_of
from naite.web.office import sheet_edit
from naite.web.office.applications import colleagues_of, office_of
from naite.web.office.case_list import officer_of

_SALT = "naite.office.sheet_back"
VALID = timedelta(hours=12)


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Show what an edited list would change. Nothing is written."""
    person, _offices = officer_of(request)
    office, now = office_of(request), now_of(request)
    file = request.FILES.get("file")
    context: dict[str, Any] = {"office": office, "section": "applications", "back": _back(request)}
    try:
        if file is None:
            raise Refused(
                _("올릴 파일을 골라 주세요. 여기서 내려받아 고친 엑셀이나 CSV 파일입니다."), code="no_file"
            )
        if (file.size or 0) > sheet_edit.MOST_BYTES:
            raise Refused(_("파일이 5 MB보다 큽니다. 나누어 올려 주세요."), code="file_too_large")
        content = file.read()
        rows = queries.listed(access.seen_by_offices(person, now=now))
        cases = {row.number: row for row in rows.filter(number__in=sheet_edit.numbers(content))}
        found = sheet_edit.read(
            content,
            cases=cases,
            of=marks.marks_of(office, [row.pk for row in cases.values()]),
            office=office,
            people=colleagues_of(office, request),
            today=day_of(now),
        )
    except Refused as refusal:
        return render(
            request, "office/sheet_back.html", {**context, "trouble": refusal}, status=refusal.status
        )
    edits = [_packed(change.case, change.stood, change.after) for change in found.changes]
    return render(
        request,
        "office/sheet_back.html",
        {
            **context,
            "found": found,
            "packed": _sign(edits, person, office, context["back"]),
        },
        status=422 if found.refused and not found.changes else 200,
    )


def _packed(case: Application, stood: str, to: Edit) -> list[str]:
    day = to.internal_due_on.isoformat() if to.internal_due_on else ""
    return [str(case.pk), stood, str(to.handler_id or ""), day, to.memo]


def _sign(edits: list[list[str]], person: Person, office: Organisation, back: str) -> str:
    return signing.dumps([str(person.pk), str(office.pk), back, edits], salt=_SALT, compress=True)


def _back(request: HttpRequest) -> str:
    return "office-desk" if request.POST.get("back") == "desk" else "office-applications"


@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Make the confirmed changes, each case for itself; one that has changed since is left and told."""
    person, offices = officer_of(request)
    now = now_of(request)
    try:
        who, where, back, edits = signing.loads(request.POST.get("edits", ""), salt=_SALT, max_age=VALID)
    except signing.BadSignature:
        messages.error(
            request, _("확인하는 동안 시간이 너무 지났습니다. 파일을 다시 올려 주세요. 바뀐 것은 없습니다.")
        )
        return redirect("office-applications")
    office = offices.get(UUID(where))
    if who != str(person.pk) or office is None:
        messages.error(
            request, _("다른 자리에서 올린 파일입니다. 지금 자리에서 다시 올려 주세요. 바뀐 것은 없습니다.")
        )
        return redirect("office-applications")
    people = colleagues_of(office, request)
    keys = [UUID(each[0]) for each in edits]
    cases = {row.pk: row for row in queries.listed(Application.objects.filter(pk__in=keys))}
    of = marks.marks_of(office, keys)
    rows: list[dict[str, Any]] = []
    undo: list[list[str]] = []
    for key, stood, handler, day, memo in edits:
        case = cases.get(UUID(key))
        if case is None:
            continue
        before = marks.edit_of(case, of.get(case.pk))
        after = Edit(UUID(handler) if handler else None, date.fromisoformat(day) if day else None, memo)
        row = {"case": case, "shown": sheet_edit.shown(case, before, after, people), "refusal": ""}
        rows.append(row)
        try:
            done = marks.edit(application=case, office=office, to=after, stood=stood, actor=person, now=now)
        except Refused as refusal:
            row["refusal"] = str(refusal)
        else:
            mark = CaseMark.objects.filter(application=case, office=office).first()
            undo.append(_packed(done, marks.fingerprint(done, mark), before))
    audit.record(
        "recognition.edit_list", actor=person, now=now, subject=office, changed=len(undo), rows=len(rows)
    )
    return render(
        request,
        "office/sheet_back_done.html",
        {
            "rows": rows,
            "well": len(undo),
            "undo": _sign(undo, person, office, back) if undo and request.POST.get("undoing") != "1" else "",
            "back": back,
            "section": "applications",
        },
    )


urlpatterns = [
    path("applications/upload/", upload, name="office-applications-upload"),
    path("applications/upload/confirm/", confirm, name="office-applications-confirm"),
]
