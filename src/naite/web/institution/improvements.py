"""Results before and after: entered one by one or from a list, looked at before anything is written (row B2)."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import proofs
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.trunk.badges.improvement_file import COLUMNS, EXAMPLES, ResultRow, read_results
from naite.trunk.badges.improvement_rules import Results
from naite.trunk.badges.models import Achievement
from naite.web.excel import excel_form
from naite.web.fields import DATE_INPUT
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of

_SALT = "naite.badges.results"
# How long a looked-at list can be entered.
_GOOD_FOR = 3600 * 8


class ResultForm(forms.Form):
    """The results of one person."""

    email = forms.EmailField(label=gettext_lazy("학습자의 이메일"))
    before = forms.DecimalField(
        label=gettext_lazy("사전 점수"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    before_on = forms.DateField(label=gettext_lazy("사전 진단일"), widget=DATE_INPUT)
    after = forms.DecimalField(
        label=gettext_lazy("사후 점수"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    after_on = forms.DateField(label=gettext_lazy("사후 진단일"), widget=DATE_INPUT)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def results(request: HttpRequest, achievement_id: UUID) -> HttpResponse:
    """The results that were entered, and a form for one more person. Looking at them is recorded."""
    achievement = _achievement(request, achievement_id)
    form = ResultForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        found = Results(
            before=data["before"],
            after=data["after"],
            before_on=data["before_on"],
            after_on=data["after_on"],
        )
        row = ResultRow(1, data["email"].lower(), "", found)
        (done,) = proofs.enter_results(
            achievement=achievement, rows=[row], actor=person_of(request), now=now_of(request)
        )
        if done.reason:
            form.add_error(None, done.reason)
        else:
            messages.success(request, _said(done))
            return redirect("work-improvements", achievement.pk)
    return _page(request, achievement, form)


@login_required
@never_cache
@require_POST
def upload(request: HttpRequest, achievement_id: UUID) -> HttpResponse:
    """Read a list and show what would come of each row; nothing is written yet."""
    achievement = _achievement(request, achievement_id)
    now, file = now_of(request), request.FILES.get("file")
    try:
        if file is None:
            raise Refused(_("파일을 골라 주세요."), code="file_missing")
        rows = read_results(
            file.read(settings.UPLOAD_MAX_BYTES + 1), max_bytes=settings.UPLOAD_MAX_BYTES, today=day_of(now)
        )
    except Refused as refusal:
        return _page(request, achievement, ResultForm(), refusal=refusal)
    seen = proofs.look_at_results(achievement=achievement, rows=rows, now=now)
    good = [item for item in seen if not item.reason]
    context = {
        "achievement": achievement,
        "seen": sorted(seen, key=lambda item: (not item.reason, item.row.number)),
        "good": len(good),
        "reach": sum(item.awarded for item in good),
        "faulty": len(seen) - len(good),
        "packed": signing.dumps(
            [_packed(item.row) for item in good], salt=_salt(request, achievement), compress=True
        ),
        "section": "badges",
    }
    return render(request, "institution/improvement_preview.html", context)


@login_required
@never_cache
@require_POST
def enter(request: HttpRequest, achievement_id: UUID) -> HttpResponse:
    """Enter the list that was looked at, and say what came of it."""
    achievement = _achievement(request, achievement_id)
    try:
        packed = signing.loads(
            request.POST.get("packed", ""), salt=_salt(request, achievement), max_age=_GOOD_FOR
        )
    except signing.BadSignature:
        refusal = Refused(
            _("미리 본 지 오래되었거나 다른 목록입니다. 파일을 다시 올려 주세요."), code="stale"
        )
        return _page(request, achievement, ResultForm(), refusal=refusal)
    done = proofs.enter_results(
        achievement=achievement,
        rows=[_unpacked(item) for item in packed],
        actor=person_of(request),
        now=now_of(request),
    )
    refused = [item for item in done if item.reason]
    context = {
        "achievement": achievement,
        "entered": len(done) - len(refused),
        "awarded": sum(item.awarded for item in done),
        "refused": refused,
        "section": "badges",
    }
    return render(request, "institution/improvement_done.html", context)


@login_required
@require_safe
def template(request: HttpRequest, achievement_id: UUID) -> HttpResponse:
    """An empty form in Excel."""
    _achievement(request, achievement_id)
    return excel_form(name=_("향상도 양식"), title=_("향상도"), columns=COLUMNS, examples=EXAMPLES)


def _page(
    request: HttpRequest, achievement: Achievement, form: ResultForm, refusal: Refused | None = None
) -> HttpResponse:
    rows = proofs.results_of(achievement)
    if rows:
        audit.record(
            "badges.view_improvements",
            actor=person_of(request),
            now=now_of(request),
            subject=achievement,
            people=[row.account.person_id for row in rows],
        )
    context: dict[str, Any] = {
        "achievement": achievement,
        "form": form,
        "rows": [
            {
                "row": row,
                "gain": row.after - row.before,
                "reaches": row.after - row.before >= _need(achievement),
            }
            for row in rows
        ],
        "refusal": refusal,
        "section": "badges",
    }
    status = 422 if form.errors or refusal else 200
    return render(request, "institution/improvements.html", context, status=status)


def _achievement(request: HttpRequest, achievement_id: UUID) -> Achievement:
    found = get_object_or_404(
        Achievement.objects.select_related("organisation", "course_version"),
        pk=achievement_id,
        organisation=institution_of(request),
    )
    if found.min_gain is None:
        raise Http404
    return found


def _need(achievement: Achievement) -> Decimal:
    return achievement.min_gain or Decimal(0)


def _said(done: proofs.Entered) -> str:
    words = {"name": done.name, "gain": done.gain}
    if done.awarded:
        return _("%(name)s 님의 결과를 적고 배지를 드렸습니다. 향상도 %(gain)s점") % words
    return _("%(name)s 님의 결과를 적었습니다. 향상도 %(gain)s점") % words


def _salt(request: HttpRequest, achievement: Achievement) -> str:
    return f"{_SALT}:{achievement.pk}:{person_of(request).pk}"


def _packed(row: ResultRow) -> dict[str, Any]:
    assert row.results is not None
    values = {name: str(value) for name, value in asdict(row.results).items()}
    return {"number": row.number, "email": row.email, "name": row.name, **values}


def _unpacked(item: dict[str, Any]) -> ResultRow:
    return ResultRow(
        item["number"],
        item["email"],
        item["name"],
        Results(
            before=Decimal(item["before"]),
            after=Decimal(item["after"]),
            before_on=date.fromisoformat(item["before_on"]),
            after_on=date.fromisoformat(item["after_on"]),
        ),
    )


urlpatterns = [
    path("badges/<uuid:achievement_id>/results/", results, name="work-improvements"),
    path("badges/<uuid:achievement_id>/results/file/", upload, name="work-improvements-file"),
    path("badges/<uuid:achievement_id>/results/enter/", enter, name="work-improvements-enter"),
    path("badges/<uuid:achievement_id>/results/form.xlsx", template, name="work-improvements-form"),
]
