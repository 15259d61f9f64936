"""A plan as Excel and PDF, and an Excel that was corrected taken back."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from naite.flows import plan_figures
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.roots.papers import Heading, Paper, Table, Text, pdf
from naite.trunk.catalogue.standard_file.container import open_lines
from naite.trunk.recognition.models import Plan, PlanLine
from naite.trunk.recognition.plans import services, sheet
from naite.trunk.recognition.plans.services import LineFacts
from naite.web.excel import excel
from naite.web.middleware import now_of
from naite.web.office.policy_plans import SECTION, find, reader


@login_required
@require_safe
def download(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Hand out the lines as Excel, with what was reached."""
    row = find(request, plan_id)
    reached = {each.line.pk: each for each in plan_figures.standings(row)}
    lines = row.lines.select_related("region__parent")
    return excel(
        row.title,
        [*sheet.COLUMNS, _("달성"), _("달성률(%)")],
        (
            [
                *sheet.row_of(line),
                reached[line.pk].actual if line.pk in reached else None,
                reached[line.pk].percent if line.pk in reached else None,
            ]
            for line in lines
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show what a corrected Excel would change in a draft; the file is read anew and kept when it is confirmed."""
    row = find(request, plan_id)
    person, now = reader(request), now_of(request)
    problem = kept = ""
    wrong: list[str] = []
    changes: list[tuple[UUID | None, LineFacts]] = []
    try:
        if request.method == "POST":
            file, kept = request.FILES.get("file"), request.POST.get("rows", "")
            if kept:
                table = [(n, line.split("\t")) for n, line in enumerate(kept.split("\n"), start=1)]
            elif file is None or isinstance(file, list):
                table = []
                problem = _("올릴 엑셀 파일을 골라 주세요.")
            else:
                lines, _encoding = open_lines(file.read(), max_bytes=settings.UPLOAD_MAX_BYTES, max_rows=500)
                table = [(n, [" ".join(str(c).split()) for c in cells]) for n, cells in lines]
            if table:
                changes, wrong, _new = sheet.read(row, table[0][1], table[1:])
                if kept and not wrong:
                    services.put_lines(plan=row, lines=changes, actor=person, now=now)
                    messages.success(request, _("%(n)s줄을 바꾸었습니다.") % {"n": len(changes)})
                    return redirect("office-policy-plan", row.pk)
                kept = "\n".join("\t".join(cells) for _n, cells in table)
    except NotAllowed:
        raise
    except Refused as refusal:
        problem = str(refusal)
    before = {line.pk: line for line in row.lines.select_related("region__parent")}
    return render(
        request,
        "office/policy_plan_upload.html",
        {
            "section": SECTION,
            "plan": row,
            "problem": problem,
            "wrong": wrong,
            "changes": [
                {
                    "facts": facts,
                    "before": before.get(pk) if pk else None,
                    "kind": PlanLine.Kind(facts.kind).label,
                }
                for pk, facts in changes
                if facts.kind
            ],
            "rows": "" if wrong or problem else kept,
        },
        status=400 if problem or wrong else 200,
    )


@login_required
@require_safe
def paper(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Hand out the plan as a PDF."""
    return pdf_of(find(request, plan_id), today=day_of(now_of(request)))


def pdf_of(row: Plan, *, today: Any) -> HttpResponse:
    """Set a plan as a PDF: goals, then its lines by kind."""
    blocks: list[Any] = [Text(part) for part in row.goals.split("\n\n") if part.strip()]
    for kind, label in PlanLine.Kind.choices:
        lines = [line for line in row.lines.select_related("region__parent") if line.kind == kind]
        if not lines:
            continue
        heads = [_("내용"), _("지역·분야"), _("목표 수"), _("금액(원)"), _("기간")]
        blocks += [
            Heading(str(label)),
            Table(
                heads,
                [
                    [
                        line.title,
                        " · ".join(
                            part
                            for part in (
                                line.region.full_name if line.region else "",
                                str(line.get_area_display()) if line.area else "",
                            )
                            if part
                        )
                        or "–",
                        f"{line.target:,}" if line.target is not None else "–",
                        f"{line.amount:,}" if line.amount is not None else "–",
                        f"{line.from_on:%Y.%m.%d} – {line.until_on:%Y.%m.%d}"
                        if line.from_on and line.until_on
                        else "–",
                    ]
                    for line in lines
                ],
                widths=(3, 2, 1, 2, 2),
                numbers=(2, 3),
            ),
        ]
    made = Paper(title=row.title, issuer=row.office.name, day=today, blocks=blocks)
    return HttpResponse(
        pdf(made),
        content_type="application/pdf",
        headers={"Content-Disposition": "inline; filename=plan.pdf", "X-Content-Type-Options": "nosniff"},
    )


urlpatterns = [
    path("policy-plans/<uuid:plan_id>/lines.xlsx", download, name="office-policy-plan-xlsx"),
    path("policy-plans/<uuid:plan_id>/upload/", upload, name="office-policy-plan-upload"),
    path("policy-plans/<uuid:plan_id>/plan.pdf", paper, name="office-policy-plan-pdf"),
]
