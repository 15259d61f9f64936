"""Figures of a round as charts with their tables, and all of them as Excel or CSV."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from naite.roots.dates import day_of
from naite.roots.drawing import charts
from naite.roots.errors import NotAllowed
from naite.trunk.catalogue.classification import Area
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications import access
from naite.trunk.recognition.figures import queries, rules, suppression
from naite.trunk.recognition.letters import reminders
from naite.trunk.recognition.models import Application, Panel, Round
from naite.web.excel import Sheet, excel_book
from naite.web.middleware import now_of

SECTION = "figures"
STAGES = {
    "receive": gettext_lazy("접수 (시군구)"),
    "supplement": gettext_lazy("보완 (기관)"),
    "forward": gettext_lazy("검토·전달"),
    "seat": gettext_lazy("배정 (진흥원)"),
    "review": gettext_lazy("평가 (위원)"),
    "deliberate": gettext_lazy("심의"),
    "approve": gettext_lazy("승인 (교육부)"),
    "notify": gettext_lazy("통보"),
}
STEPS = {
    "submitted": gettext_lazy("신청"),
    "received": gettext_lazy("접수"),
    "reviewed_by_panel": gettext_lazy("평가 배정"),
    "evaluated": gettext_lazy("평가 끝"),
    "deliberated": gettext_lazy("심의"),
    "decided": gettext_lazy("승인"),
    "told": gettext_lazy("통보"),
}
# The short names of the tile map.
SHORT = {
    "충청남도": "충남", "충청북도": "충북", "전라남도": "전남", "전북특별자치도": "전북", "전라북도": "전북",
    "경상남도": "경남", "경상북도": "경북",
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One chart with the table that says the same."""

    key: str
    title: str
    unit: str
    chart: SafeString | None
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""


def short(name: str) -> str:
    return SHORT.get(name, name[:2])


def _drawn(picture: str) -> SafeString:
    return mark_safe(picture)  # noqa: S308 - our own drawing, its words escaped


def round_for(request: HttpRequest, round_id: UUID | None) -> Round:
    assert isinstance(request.user, Person)
    published = Round.objects.exclude(state=Round.State.DRAFT).select_related("institute")
    if round_id is not None:
        found = get_object_or_404(published, pk=round_id)
    else:
        has_cases = Exists(Application.objects.filter(round=OuterRef("pk")))
        first = published.filter(has_cases).first() or published.first()
        if first is None:
            raise Http404
        found = first
    if not queries.can_see(request.user, found, now=now_of(request)):
        raise NotAllowed(_("담당 기관의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요."))
    return found


@login_required
@require_safe
def figures(request: HttpRequest, round_id: UUID | None = None) -> HttpResponse:
    """The figures of one round; without one the latest that has applications."""
    assert isinstance(request.user, Person)
    if not Round.objects.exclude(state=Round.State.DRAFT).exists():
        return render(request, "office/figures_none.html", {"section": SECTION})
    found = round_for(request, round_id)
    now = now_of(request)
    today = day_of(now)
    whole = queries.whole(found, now=now)
    made = figures_of(found, now, whole, small=sees_small(request))
    panels = queries.panels(found)
    panel = next((each for each in panels if str(each.pk) == request.GET.get("panel")), None)
    panel = panel or (panels[0] if panels else None)
    slow = rules.slowest(whole.days)
    counts = queries.by_state(found)
    told = queries.notices(found, today=today)
    context = {
        "section": SECTION,
        "round": found,
        "rounds": Round.objects.exclude(state=Round.State.DRAFT),
        "figures": made,
        "calendar": _calendar(found, today),
        "total": sum(counts.values()),
        "done": dict(whole.steps)["evaluated"],
        "slow": {"name": STAGES[slow.stage], "days": slow.median, "over": round(slow.median - slow.target, 1)}
        if slow
        else None,
        "told": told,
        "wide": whole.wide,
        "late": [row for row in reminders.overdue(today=today) if row.batch.round_id == found.pk],
        "panels": panels,
        "panel": panel,
        "agreement": _agreement(panel, queries.spread_kept(panel, states=counts)) if panel else None,
        "as_of": whole.at,
    }
    return render(request, "office/figures.html", context)


def _calendar(of: Round, today: Any) -> dict[str, Any] | None:
    """Return the parts of a round's calendar in percent of its length, and where today lies."""
    days = [
        (_("신청"), day_of(of.opens_at), day_of(of.closes_at)),
        (_("지자체·시도 검토"), day_of(of.closes_at), of.forward_until),
        (_("평가"), of.review_from, of.review_until),
        (_("심의"), of.committee_on, of.committee_on),
        (_("결과 공고"), of.results_on, of.results_on),
    ]
    known = [(name, start, end) for name, start, end in days if start and end]
    first = day_of(of.published_at) if of.published_at else known[0][1]
    last = max(end for _name, _start, end in known)
    length = max((last - first).days, 1)

    def at(day: date) -> float:
        return round(min(max((day - first).days / length * 100, 0), 100), 2)

    parts = [
        {
            "name": name,
            "start": start,
            "end": end,
            "left": min(at(start), 98.8),
            "width": max(at(end) - at(start), 1.2),
            "gone": end < today,
            "on": start <= today <= end,
        }
        for name, start, end in known
    ]
    return {"parts": parts, "today": at(today) if first <= today <= last else None, "published": first}


def figures_of(of: Round, now: datetime, whole: queries.Whole, *, small: bool) -> list[Figure]:
    """Return all figures of a round; without ``small`` those of few cases are left out."""
    today = day_of(now)
    return [
        _funnel(of, whole.steps),
        _stages(whole.days),
        _regions(of, today, small),
        _in_time(of, today),
        _verdicts(
            "fields", _("분야별 결과"), _("분야"), _kept(queries.by_field(of), small), dict(Area.choices)
        ),
        _verdicts("regions-table", _("지역별 결과"), _("시도"), _kept(queries.by_region(of), small), {}),
        _loads(whole.loads),
    ]


def _kept(counts: Mapping[str, Mapping[str, int]], small: bool) -> Mapping[str, Mapping[str, int | None]]:
    return counts if small else suppression.suppressed(counts, total="applied")


def sees_small(request: HttpRequest) -> bool:
    """Whether somebody may see numbers of one to four: who may see every case anyway."""
    assert isinstance(request.user, Person)
    return access.sees_all(request.user, now=now_of(request))


def _funnel(of: Round, steps: list[tuple[str, int]]) -> Figure:
    states = queries.by_state(of)
    returned = states.get("returned", 0) + states.get("withdrawn", 0)
    rows = []
    for place, (step, count) in enumerate(steps):
        lost = count - steps[place + 1][1] if place + 1 < len(steps) else 0
        note = _("– %(count)s건 아직") % {"count": lost} if lost > 0 else ""
        if place == 0 and returned and lost > 0:
            note = _("– %(count)s건 (반려·취하 %(returned)s건까지)") % {"count": lost, "returned": returned}
        rows.append((str(STEPS[step]), count, note))
    total = steps[0][1]
    says = _("신청 %(total)s건 가운데 평가를 마친 것 %(done)s건, 통보한 것 %(told)s건") % {
        "total": total,
        "done": dict(steps)["evaluated"],
        "told": dict(steps)["told"],
    }
    return Figure(
        "funnel",
        _("어디까지 왔나"),
        _("신청 %(count)s건 기준") % {"count": total},
        _drawn(charts.funnel(rows, says=says)) if total else None,
        [_("단계"), _("건수"), _("신청 가운데(%)")],
        [[name, count, rules.share(count, total)] for name, count, _note in rows],
        _("줄어든 건은 이유를 밑에 적습니다. 반려·취하도 아직에 들어 있습니다."),
    )


def _stages(days: list[rules.Days]) -> Figure:
    spreads = [
        charts.Spread(str(STAGES[row.stage]), row.low, row.median, row.high, row.most, row.target)
        for row in days
    ]
    slow = rules.slowest(days)
    says = (
        _("가장 늦은 단계는 %(stage)s: 가운데값 %(days)s일, 기준 %(target)s일")
        % {"stage": STAGES[slow.stage], "days": slow.median, "target": slow.target}
        if slow
        else _("모든 단계의 가운데값이 기준 안에 있습니다.")
    )
    return Figure(
        "stages",
        _("어느 단계가 오래 걸리나"),
        _("일, 단계를 지난 건마다"),
        _drawn(charts.stage_days(spreads, says=says, unit=_("일"))) if days else None,
        [_("단계"), _("건수"), _("25%"), _("가운데값"), _("75%"), _("90%"), _("기준")],
        [[STAGES[row.stage], row.count, row.low, row.median, row.high, row.most, row.target] for row in days],
        _("점: 가운데값 · 띠: 가운데 절반 · 선: 90% · 굵은 눈금: 기준."),
    )


def _regions(of: Round, today: Any, small: bool) -> Figure:
    regions = _kept(queries.by_region(of), small)
    late = queries.late_by_region(of, today=today)
    counts = {short(name): (row["applied"], late.get(name, 0)) for name, row in regions.items() if name}
    top = max(counts.items(), key=lambda item: item[1][0] or 0, default=None)
    says = (
        _("신청이 가장 많은 곳은 %(name)s %(count)s건, 통보가 늦은 곳 %(late)s곳")
        % {"name": top[0], "count": top[1][0], "late": sum(late.values())}
        if top
        else _("신청이 없습니다.")
    )
    return Figure(
        "regions",
        _("어디에서 신청했나"),
        _("신청 건수, 붉은 수는 통보가 늦은 지자체"),
        _drawn(charts.tile_map(counts, says=says)) if counts else None,
        [_("시도"), _("신청"), _("통보 늦음")],
        [[name, row["applied"], late.get(name, 0)] for name, row in sorted(regions.items())],
    )


def _in_time(of: Round, today: Any) -> Figure:
    told = queries.notices(of, today=today)
    names = {"late": _("지남"), "open": _("진행")}
    rows = [
        (names.get(name) or _("%(day)s일") % {"day": name}, count, name if name in names else "")
        for name, count in told.classes
    ]
    says = _("지자체 %(offices)s곳 가운데 7일 안에 통보한 곳 %(in_time)s곳, 지난 곳 %(late)s곳") % {
        "offices": told.offices,
        "in_time": told.in_time,
        "late": told.late,
    }
    return Figure(
        "days",
        _("며칠 만에 통보했나"),
        _("지자체 %(count)s곳") % {"count": told.offices},
        _drawn(charts.histogram(rows, limit=7, limit_says=_("7일"), says=says)) if told.offices else None,
        [_("걸린 날"), _("지자체")],
        [[name, count] for name, count, _kind in rows] if told.offices else [],
        _(
            "끝 날이 쉬는 날이라 늘어난 곳은 7일에 넣습니다. 두 번 재촉해도 통보하지 않으면 시도평생교육진흥원에 알립니다."
        ),
    )


def _verdicts(
    key: str,
    title: str,
    head: str,
    counts: Mapping[str, Mapping[str, int | None]],
    names: Mapping[str, Any],
) -> Figure:
    rows = [
        [
            names.get(name) or name or _("정하지 않음"),
            row["applied"],
            row["returned"],
            row["recognised"],
            row["provisional"],
            row["refused"],
            row["open"],
        ]
        for name, row in sorted(counts.items(), key=lambda item: -(item[1]["applied"] or 0))
    ]
    heads = [head, _("신청"), _("반려·취하"), _("인정"), _("예비인정"), _("불인정"), _("진행 중")]
    hidden = any(value is None for row in rows for value in row)
    note = _("‘–’는 5건보다 적거나, 그 수를 짐작하게 하는 칸입니다.") if hidden else ""
    return Figure(key, title, _("건"), None, heads, rows, note)


def _loads(loads: list[queries.Load]) -> Figure:
    rows = [[row.letter, row.panel, row.assigned, row.submitted] for row in loads]
    return Figure(
        "loads",
        _("평가위원마다 맡은 건"),
        _("이름은 싣지 않습니다"),
        None,
        [_("위원"), _("평가단"), _("맡음"), _("제출")],
        rows,
    )


def _agreement(panel: Panel, found: list[tuple[str, list[float], frozenset[int]]]) -> Figure:
    odd = [(title, values) for title, values, places in found if places]
    says = (
        _("점수 차이가 큰 항목 %(count)s개, 가장 큰 것은 %(item)s") % {"count": len(odd), "item": odd[0][0]}
        if odd
        else _("위원 사이에 크게 다른 항목이 없습니다.")
    )
    most = max((len(values) for _title, values, _odd in found), default=0)
    return Figure(
        "agreement",
        _("평가위원 사이의 차이"),
        _("%(panel)s · 배점에 대한 %%, 모두 제출한 건만") % {"panel": panel.name},
        _drawn(
            charts.strip(
                [charts.Dots(title, values, places) for title, values, places in found],
                line=70,
                line_says=_("70% 기준"),
                says=says,
                width=760,
            )
        )
        if found
        else None,
        [_("항목"), *[queries.letter(place) for place in range(most)], _("차이")],
        [
            [title, *values, *([""] * (most - len(values))), round(max(values) - min(values), 1)]
            for title, values, _places in found
        ],
        _(
            "점 하나가 위원 한 사람, 굵은 선은 평균, 붉은 마름모는 다른 위원과 15점 넘게 다른 점수입니다. 차이는 잘못이 아니라 이야기할 거리입니다."
        ),
    )


@login_required
@require_safe
def book(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """All figures of a round as one Excel file, a sheet each."""
    found = round_for(request, round_id)
    now = now_of(request)
    made = figures_of(found, now, queries.whole(found, now=now), small=sees_small(request))
    made += [_agreement(panel, queries.spread(panel)) for panel in queries.panels(found)]
    sheets = [
        Sheet(f"{place}. {each.title}", each.heads, each.rows) for place, each in enumerate(made, start=1)
    ]
    return excel_book(str(found), sheets)


@login_required
@require_safe
def table(request: HttpRequest, round_id: UUID, key: str) -> HttpResponse:
    """One figure as CSV, in UTF-8 with the mark that Excel needs."""
    found = round_for(request, round_id)
    now = now_of(request)
    made = figures_of(found, now, queries.whole(found, now=now), small=sees_small(request))
    figure = next((each for each in made if each.key == key), None)
    if figure is None:
        raise Http404
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}.csv"'
    response["Cache-Control"] = "private, no-store"
    writer = csv.writer(response)
    writer.writerow(figure.heads)
    writer.writerows([["" if value is None else value for value in row] for row in figure.rows])
    return response


urlpatterns = [
    path("figures/", figures, name="office-figures"),
    path("figures/<uuid:round_id>/", figures, name="office-figures-round"),
    path("figures/<uuid:round_id>/all.xlsx", book, name="office-figures-excel"),
    path("figures/<uuid:round_id>/<slug:key>.csv", table, name="office-figures-csv"),
]
