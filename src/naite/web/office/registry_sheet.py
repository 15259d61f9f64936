"""The registry as Excel, and an Excel that was corrected taken back: first what would change, then on confirmation."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue.standard_file.container import open_lines
from naite.trunk.people.registry import sheet
from naite.web import registry_words as words
from naite.web.excel import excel
from naite.web.middleware import now_of
from naite.web.office.registry import SECTION, filtered, me, reach

SALT = "naite.registry.sheet"
HOUR = 3600


@login_required
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Hand out the institutions that the filters leave; the taking is logged."""
    rows = filtered(request).select_related("parent").order_by("name", "id")
    audit.record("people.export_registry", actor=me(request), now=now_of(request))
    return excel(
        _("기관 대장"), list(sheet.COLUMNS), (sheet.row_of(row) for row in rows.iterator(chunk_size=500))
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Show what a corrected Excel would change; change it when that very list is confirmed with a reason."""
    reach(request)
    person, now = me(request), now_of(request)
    lines: list[sheet.Line] = []
    problem = token = ""
    reason = request.POST.get("reason", "")
    try:
        if request.method == "POST" and "token" in request.POST:
            token = request.POST["token"]
            done = sheet.apply(wanted=_unsigned(token, str(person.pk)), reason=reason, actor=person, now=now)
            messages.success(request, _("%(n)s곳의 대장을 정정했습니다.") % {"n": f"{done:,}"})
            return redirect("office-registry")
        if request.method == "POST":
            file = request.FILES.get("file")
            if file is None or isinstance(file, list):
                problem = _("올릴 엑셀 파일을 골라 주세요.")
            else:
                read, _encoding = open_lines(
                    file.read(), max_bytes=settings.UPLOAD_MAX_BYTES, max_rows=sheet.MOST + 10
                )
                table = [(number, [str(cell) for cell in cells]) for number, cells in read]
                lines = sheet.read(table[0][1], table[1:], person=person, now=now) if table else []
    except NotAllowed:
        raise
    except Refused as refusal:
        problem = str(refusal)
    except signing.BadSignature:
        problem, token = _("확인 시간이 지났습니다. 엑셀을 다시 올려 주세요."), ""
    wrong = [line for line in lines if line.faults]
    if lines and not wrong:
        token = _signed(lines, str(person.pk))
    spoken = words.Words(line.changes for line in lines)
    return render(
        request,
        "office/registry_sheet.html",
        {
            "section": SECTION,
            "problem": problem,
            "wrong": wrong,
            "lines": [
                {"line": line, "changes": spoken.changes(line.changes)} for line in lines if line.changes
            ],
            "token": token,
            "reason": reason,
            "uploaded": request.method == "POST",
        },
        status=400 if problem or wrong else 200,
    )


def _signed(lines: list[sheet.Line], person_id: str) -> str:
    """Bind what was shown to who saw it, so that nothing else is confirmed."""
    rows = [
        [str(line.organisation.pk), line.revision, {f: after for f, (_b, after) in line.changes.items()}]
        for line in lines
        if line.organisation is not None
    ]
    return signing.dumps({"by": person_id, "rows": rows}, salt=SALT, compress=True)


def _unsigned(token: str, person_id: str) -> list[tuple[str, int, dict[str, str]]]:
    said: dict[str, Any] = signing.loads(token, salt=SALT, max_age=HOUR)
    if said["by"] != person_id:
        raise signing.BadSignature
    return [(pk, revision, values) for pk, revision, values in said["rows"]]


urlpatterns = [
    path("registry/download/", download, name="office-registry-download"),
    path("registry/upload/", upload, name="office-registry-upload"),
]
