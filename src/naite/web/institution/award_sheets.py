"""The files of giving a badge to many: the empty form, and the report of what came of a list."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naite.roots.audit import services as audit
from naite.trunk.badges.award_file import COLUMNS, EXAMPLES
from naite.trunk.badges.models import AwardRow
from naite.web.excel import excel, excel_form
from naite.web.institution.access import institution_of, person_of
from naite.web.institution.award import run_for_staff
from naite.web.middleware import now_of

Outcome = AwardRow.Outcome


@login_required
@require_safe
def award_report(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The reconciliation as Excel, in the columns of the form: corrected, it can be handed in again."""
    run = run_for_staff(request, run_id)
    rows = AwardRow.objects.filter(run=run).order_by("position")
    if request.GET.get("show") in Outcome.values:
        rows = rows.filter(outcome=request.GET["show"])
    audit.record("badges.export_award_run", actor=person_of(request), now=now_of(request), subject=run)
    return excel(
        name=str(_("수여 보고_%(name)s") % {"name": run.achievement.name}),
        title=str(_("수여 보고")),
        heads=[*COLUMNS, str(_("결과")), str(_("까닭")), str(_("올린 파일의 행"))],
        rows=(
            [
                row.email,
                row.name,
                row.narrative,
                row.evidence,
                row.evidence_url,
                row.completed_on,
                row.hours,
                row.attendance,
                row.score,
                str(Outcome(row.outcome).label),
                row.reason,
                row.number,
            ]
            for row in rows.iterator(chunk_size=2000)
        ),
    )


@login_required
@require_safe
def award_template(request: HttpRequest) -> HttpResponse:
    """The empty form, and on a second sheet how each column is written."""
    institution_of(request)
    return excel_form(name=_("배지 수여 양식"), title=_("받을 사람"), columns=COLUMNS, examples=EXAMPLES)


urlpatterns = [
    path("awards/template/", award_template, name="work-award-template"),
    path("awards/<uuid:run_id>/report/", award_report, name="work-award-report"),
]
