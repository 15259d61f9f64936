"""The review screen: items, evidence and score side by side; saves itself, and works as plain forms too."""

import json
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.roots.markdown import render as markdown
from naite.trunk.recognition.models import (
    ApplicationItem,
    Assignment,
    CriteriaItem,
    Evidence,
    Indicator,
    Score,
)
from naite.trunk.recognition.panels import reviews
from naite.trunk.recognition.panels.score_rules import plain
from naite.trunk.recognition.results import rules
from naite.trunk.recognition.results.queries import items_to_judge, submitted_count
from naite.web import files
from naite.web.middleware import now_of
from naite.web.reviewer.access import assignment_for, me
from naite.web.reviewer.home import due_of

_PICTURES = frozenset({"png", "jpeg", "webp"})
MOST_STRIP = 12


@login_required
@require_safe
def review(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Show a case to its evaluator; that they looked at it is recorded."""
    assignment = assignment_for(request, assignment_id)
    if assignment.state == Assignment.State.SUBMITTED:
        return redirect("review-submitted", assignment.pk)
    reviews.require_open(assignment)
    audit.record(
        "recognition.open_review", actor=me(request), now=now_of(request), subject=assignment.application
    )
    return page(request, assignment)


def page(
    request: HttpRequest,
    assignment: Assignment,
    *,
    typed: dict[UUID, dict[str, Any]] | None = None,
    errors: dict[str, str] | None = None,
    current: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the screen; ``typed`` holds what was sent and refused, so that nothing is lost."""
    items = items_to_judge(assignment)
    if not items:
        raise Http404
    wanted = str(current or request.GET.get("item", ""))
    first = next((item for item in items if str(item.pk) == wanted), items[0])
    scores = {score.item_id: score for score in assignment.scores.all()}
    rows = _rows(assignment, items, scores, typed or {})
    headings = [
        {"label": group[0]["item"].get_heading_display(), "rows": group}
        for _key, group in ((key, list(of)) for key, of in groupby(rows, key=lambda row: row["item"].heading))
    ]
    submitted, needed = submitted_count(assignment)
    chip, chip_class = due_of(assignment, day_of(now_of(request)))
    context = {
        "section": "review",
        "assignment": assignment,
        "application": assignment.application,
        "headings": headings,
        "rows": rows,
        "current": first.pk,
        "show": request.GET.get("show", ""),
        "errors": errors or {},
        "submitted": submitted,
        "needed": needed,
        "chip": chip,
        "chip_class": chip_class,
        "saved_at": max((score.changed_at for score in scores.values()), default=None),
        **_sums(rows),
    }
    return render(request, "reviewer/review.html", context, status=status)


def _sums(rows: list[dict[str, Any]]) -> dict[str, Any]:
    given = [(row["item"].points, row["points"]) for row in rows if row["points"] is not None]
    done = sum(row["mark"] == "done" for row in rows)
    return {
        "total": plain(sum((points for _most, points in given), Decimal(0))),
        "of": plain(sum((most for most, _points in given), Decimal(0))),
        "short": sum(not rules.is_reached(points, 1, most) for most, points in given),
        "done": done,
        "left": len(rows) - done,
        "all": len(rows),
        "done_percent": 100 * done // len(rows) if rows else 0,
    }


def _rows(
    assignment: Assignment,
    items: list[CriteriaItem],
    scores: dict[UUID, Score],
    typed: dict[UUID, dict[str, Any]],
) -> list[dict[str, Any]]:
    texts = {row.item_id: row for row in ApplicationItem.objects.filter(application=assignment.application)}
    evidence = list(
        Evidence.objects.filter(application=assignment.application, removed_at=None)
        .select_related("file")
        .order_by("added_at", "pk")
    )
    indicators: dict[UUID, list[Indicator]] = {}
    for indicator in Indicator.objects.filter(item__in=items):
        indicators.setdefault(indicator.item_id, []).append(indicator)
    rows = []
    for place, item in enumerate(items):
        score = scores.get(item.pk)
        sent = typed.get(item.pk, {})
        text = texts.get(item.pk)
        points = score.points if score else None
        rows.append(
            {
                "item": item,
                "number": place + 1,
                "before": items[place - 1] if place else None,
                "after": items[place + 1] if place + 1 < len(items) else None,
                "manual": markdown(item.manual) if item.manual else "",
                "indicators": indicators.get(item.pk, []),
                "score": score,
                "points": points,
                "value": sent.get("points", plain(points) if points is not None else ""),
                "comment": sent.get("comment", score.comment if score else ""),
                "is_held": sent.get("is_held", score.is_held if score else False),
                "quotes": json.dumps(sent.get("quotes", score.quotes if score else []), ensure_ascii=False),
                "revision": sent.get("revision", score.revision if score else 0),
                "mark": mark_of(score),
                "is_short": points is not None and not rules.is_reached(points, 1, item.points),
                "limit": plain(limit_of(item.points)),
                "most": plain(item.points),
                "strip": _strip(item.points),
                "text": text.text if text else "",
                "before_text": text.text_before if text and text.text_before != text.text else "",
                "evidence": [
                    {
                        "row": each,
                        "is_picture": each.file.kind in _PICTURES,
                        "is_pdf": each.file.kind == "pdf",
                    }
                    for each in evidence
                    if each.item_id in (item.pk, None)
                ],
            }
        )
    return rows


def limit_of(points: Decimal) -> Decimal:
    """The least score that reaches 70 %, exactly."""
    return points * rules.REACHED.numerator / rules.REACHED.denominator


def _strip(points: Decimal) -> list[dict[str, Any]]:
    """Return the buttons for whole points, with those below 70 % marked; none for items of many points."""
    if points > MOST_STRIP or points != points.to_integral_value():
        return []
    return [{"n": n, "low": not rules.is_reached(Decimal(n), 1, points)} for n in range(int(points) + 1)]


def mark_of(score: Score | None) -> str:
    if score is None:
        return "none"
    if score.is_held:
        return "held"
    return "done" if score.points is not None and score.comment else "none"


@login_required
@require_POST
def save(request: HttpRequest, assignment_id: UUID, item_id: UUID) -> HttpResponse:
    """Save one item: for the script an answer in JSON, else on to the next item."""
    assignment = assignment_for(request, assignment_id)
    item = next((each for each in items_to_judge(assignment) if each.pk == item_id), None)
    if item is None:
        raise Http404
    go = request.POST.get("go", "")
    draft = reviews.Draft(
        points=request.POST.get("points", ""),
        comment=request.POST.get("comment", ""),
        is_held=request.POST.get("is_held") == "1" or go == "hold",
        quotes=_quotes(request.POST.get("quotes", "")),
        revision=_number(request.POST.get("revision", "")),
    )
    by_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        score = reviews.save_score(
            assignment=assignment, item=item, draft=draft, actor=me(request), now=now_of(request)
        )
    except Refused as refusal:
        if by_script:
            return JsonResponse(_refused(assignment, item, refusal), status=refusal.status)
        if refusal.status == 403:
            raise
        sent = {
            "points": draft.points,
            "comment": draft.comment,
            "is_held": draft.is_held,
            "quotes": list(draft.quotes),
            "revision": draft.revision,
        }
        return page(
            request,
            assignment,
            typed={item.pk: sent},
            errors={**{key: str(text) for key, text in refusal.fields.items()}, "all": str(refusal.message)},
            current=item.pk,
            status=422 if refusal.status != 409 else 409,
        )
    if by_script:
        return JsonResponse(_saved(assignment, item, score))
    return redirect(f"{reverse('review-case', args=[assignment.pk])}?item={_next(assignment, item, go).pk}")


def _next(assignment: Assignment, item: CriteriaItem, go: str) -> CriteriaItem:
    items = items_to_judge(assignment)
    at = next(place for place, each in enumerate(items) if each.pk == item.pk)
    step = {"next": 1, "hold": 1, "back": -1}.get(go, 0)
    return items[min(max(at + step, 0), len(items) - 1)]


def _saved(assignment: Assignment, item: CriteriaItem, score: Score) -> dict[str, Any]:
    """What the screen needs to bring itself up to date: nothing but the evaluator's own."""
    items = items_to_judge(assignment)
    scores = {each.item_id: each for each in Score.objects.filter(assignment=assignment)}
    rows = [
        {
            "item": each,
            "points": scores[each.pk].points if each.pk in scores else None,
            "mark": mark_of(scores.get(each.pk)),
        }
        for each in items
    ]
    submitted, needed = submitted_count(assignment)
    return {
        "item": str(item.pk),
        "revision": score.revision,
        "mark": mark_of(score),
        "points": plain(score.points) if score.points is not None else "",
        "is_short": score.points is not None and not rules.is_reached(score.points, 1, item.points),
        "saved_at": f"{timezone.localtime(score.changed_at):%H:%M:%S}",
        "seal": _("봉인 · 제출 %(n)d / %(all)d명") % {"n": submitted, "all": needed},
        **_sums(rows),
    }


def _refused(assignment: Assignment, item: CriteriaItem, refusal: Refused) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "code": refusal.code,
        "message": str(refusal.message),
        "fields": {key: str(text) for key, text in refusal.fields.items()},
    }
    if refusal.code == "outdated":
        known = Score.objects.filter(assignment=assignment, item=item).first()
        if known is not None:
            answer["stored"] = {
                "points": plain(known.points) if known.points is not None else "",
                "comment": known.comment,
                "is_held": known.is_held,
                "revision": known.revision,
            }
    return answer


def _quotes(text: str) -> list[dict[str, str]]:
    try:
        given = json.loads(text or "[]")
    except ValueError:
        return []
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@login_required
@require_safe
@xframe_options_sameorigin
def evidence(request: HttpRequest, assignment_id: UUID, evidence_id: UUID) -> FileResponse:
    """Hand out a file of the case to its evaluator, to look at beside the item."""
    assignment = assignment_for(request, assignment_id)
    if assignment.state == Assignment.State.REPLACED:
        reviews.require_open(assignment)
    row = (
        Evidence.objects.select_related("file")
        .filter(pk=evidence_id, application=assignment.application_id, removed_at=None)
        .first()
    )
    if row is None:
        raise Http404
    response = files.download(row.file, inline=request.GET.get("save") != "1")
    response["Content-Security-Policy"] += "; frame-ancestors 'self'"
    return response


urlpatterns = [
    path("<uuid:assignment_id>/", review, name="review-case"),
    path("<uuid:assignment_id>/items/<uuid:item_id>/", save, name="review-save"),
    path("<uuid:assignment_id>/evidence/<uuid:evidence_id>/", evidence, name="review-evidence"),
]
