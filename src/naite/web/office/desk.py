"""나의 업무 of an office: what waits for me, what is due, what is late, in this seat and in my others."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naite.roots.audit import services as audit
from naite.roots.dates import show_day
from naite.roots.errors import NotAllowed
from naite.trunk.people import duties
from naite.trunk.people.models import Person
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition.applications import access, marks
from naite.trunk.recognition.letters import queries as letters
from naite.trunk.recognition.models import Application
from naite.web import notice_clock, roles
from naite.web.case_page import due_of
from naite.web.desk import Desk, Work, asked, work_of
from naite.web.desk.asked import GROUPS, SORTS, Asked, bucket
from naite.web.excel import excel
from naite.web.middleware import now_of
from naite.web.office import case_list, sheet_edit

PAGE = 50
MOST_SEATS = 8
# The kinds whose page is that of the case, with the next and the previous one of the desk.
CASES = frozenset({"receive", "supplement", "recheck", "seat", "forward"})


def desk_of(request: HttpRequest) -> Desk:
    """Return the desk of the chosen seat; refuse who sits in none."""
    seat = roles.current_seat(request)
    if seat is None:
        raise NotAllowed(_("기관 담당자와 운영자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요."))
    assert isinstance(request.user, Person)
    return Desk(request.user, seat.organisation, seat.role, now_of(request))


def colleagues(at: Desk) -> list[Person]:
    """Return who can be put in charge of a case at this desk's office."""
    if at.organisation is None:
        return []
    role = access.OFFICER_OF.get(at.organisation.kind)
    held = [each for each in staff_of(at.organisation, now=at.now) if each.role == role]
    return list({each.person_id: each.person for each in held}.values())


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk of the chosen seat; filters live in the address; as Excel on demand."""
    at, wanted = desk_of(request), Asked.of(request.GET)
    everything = work_of(at)
    shown = asked.chosen(everything, wanted, me=at.person.pk, today=at.today)
    if request.GET.get("format") == "xlsx":
        return _sheet(shown, at)
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    counts = asked.count(everything, at.today)
    mine = [work for work in everything if work.turn == "mine"]
    oldest = min((work.due_on for work in mine if work.due_on), default=None)
    offers = asked.choices(everything, me=at.person.pk)
    stand_ins = list(duties.stands_in_for(at.person, now=at.now))
    cases = [work.target for work in shown if work.kind in CASES and work.target is not None]
    urls = {
        key: case_list.link(key, came="desk", query=wanted.query(), at=place)
        for place, key in enumerate(cases)
    }
    context: dict[str, Any] = {
        "today": at.today,
        "groups": _groups(list(page), wanted, at, {each.absent_id for each in stand_ins}, urls),
        "page": page,
        "total": len(shown),
        "all_mine": len(mine),
        "counts": counts,
        "due_counts": _due_counts(wanted, counts, at, oldest),
        "kinds": [
            (key, label, n, wanted.query(kind=key), wanted.kind == key) for key, label, n in offers.kinds
        ],
        "everything": wanted.query(kind=""),
        "offers": offers,
        "asked": wanted,
        "query": wanted.query(),
        "sorts": SORTS,
        "acts": _acts(shown),
        "nobody": [work for work in mine if work.needs_handler],
        "others": _others(everything),
        "stand_ins": stand_ins,
        "may_hand_over": at.organisation is not None
        and access.acts_for(at.person, at.organisation, now=at.now),
        "clock": _clock(mine, at),
        "seats_waiting": _other_seats(request, at, {work.url for work in everything}),
        "section": "desk",
    }
    return render(request, "office/desk.html", context)


def _groups(
    works: list[Work], wanted: Asked, at: Desk, absent: set[Any], urls: dict[Any, str]
) -> list[dict[str, Any]]:
    """Return the rows of a page under their due groups; in one group where they are sorted otherwise."""
    rows = [
        {
            "work": work,
            "url": urls.get(work.target, work.url) if work.kind in CASES else work.url,
            "due": due_of(work.due_on, at.today),
            "bucket": bucket(work, at.today),
            "stands_in": work.handler_id in absent,
        }
        for work in works
    ]
    if wanted.sort:
        return [{"key": "all", "label": "", "rows": rows}] if rows else []
    found = [
        {"key": key, "label": label, "rows": [row for row in rows if row["bucket"] == key]}
        for key, label in GROUPS
    ]
    return [group for group in found if group["rows"]]


def _due_counts(wanted: Asked, counts: Any, at: Desk, oldest: Any) -> list[dict[str, Any]]:
    days = (at.today - oldest).days if oldest and oldest < at.today else 0
    notes = {
        "late": _("가장 오래된 것 %(days)s일") % {"days": days} if days else "–",
        "today": "",
        "week": _("%(day)s까지") % {"day": show_day(at.today + timedelta(days=6), today=at.today)},
        "others": _("내가 기다리는 일"),
    }
    labels = {"late": _("지남"), "today": _("오늘까지"), "week": _("이번 주"), "others": _("상대 차례")}
    return [
        {
            "key": key,
            "label": label,
            "n": counts[key],
            "note": notes[key],
            "query": wanted.query(due="" if wanted.due == key else key, kind=""),
            "on": wanted.due == key,
        }
        for key, label in labels.items()
    ]


def _others(everything: list[Work]) -> list[tuple[Any, str, int]]:
    found: dict[tuple[str, str], int] = {}
    for work in everything:
        if work.turn == "others":
            key = (str(work.label), work.whose)
            found[key] = found.get(key, 0) + 1
    ordered = sorted(found.items(), key=lambda item: -item[1])
    return [(label, whose, n) for (label, whose), n in ordered[:8]]


def _acts(shown: list[Work]) -> list[str]:
    """Return which bulk acts fit any of the rows, in the order in which they are offered."""
    known = {act for work in shown for act in work.acts}
    return [
        act
        for act in ("receive", "forward", "approve", "notify", "remind", "press", "assign")
        if act in known
    ]


def _clock(mine: list[Work], at: Desk) -> dict[str, Any] | None:
    """Return the seven-day clock of the earliest results that the office has to tell."""
    if at.organisation is None or not any(work.kind == "notify" for work in mine):
        return None
    row = letters.of_offices([at.organisation.pk]).filter(done_on=None).first()
    if row is None:
        return None
    out, of = row.letters_out, row.letters_all  # type: ignore[attr-defined]
    return {"row": row, "drawn": notice_clock.clock(row, at.today), "out": out, "all": of, "left": of - out}


def _other_seats(request: HttpRequest, at: Desk, known: set[str]) -> list[dict[str, Any]]:
    """Return the person's other seats with what is late and due today there, and not on this desk too."""
    here = roles.current_seat(request)
    found = []
    for seat in roles.seats_of(request)[:MOST_SEATS]:
        if here is not None and seat.key == here.key:
            continue
        waiting = [
            work
            for work in work_of(Desk(at.person, seat.organisation, seat.role, at.now))
            if work.url not in known
        ]
        counts = asked.count(waiting, at.today)
        if mine := sum(work.turn == "mine" for work in waiting):
            found.append({"seat": seat, "late": counts["late"], "today": counts["today"], "mine": mine})
    return found


def _sheet(works: list[Work], at: Desk) -> HttpResponse:
    """Return the desk as Excel; the rows of cases can be edited and brought back (``sheet_edit``)."""
    cases = Application.objects.select_related("handler").in_bulk(
        [work.target for work in works if work.is_case and work.target]
    )
    office = at.organisation
    notes = marks.marks_of(office, cases) if office is not None and cases else {}
    heads, rows = sheet_edit.out(
        ((_cells(work), cases.get(work.target), notes.get(work.target)) for work in works),  # type: ignore[arg-type]
        sheet_edit.names_of(colleagues(at)),
    )
    audit.record("recognition.export_desk", actor=at.person, now=at.now, rows=len(rows))
    return excel(name=_("나의 업무"), title=_("나의 업무"), heads=heads, rows=rows)


def _cells(work: Work) -> dict[str, Any]:
    return {
        sheet_edit.NUMBER: work.number,
        "기한": work.due_on,
        "할 일": str(work.label),
        "건": work.title,
        "설명": work.sub,
        "상태": str(work.state),
        "받은 날": work.arrived_on,
        "맡은 사람": work.handler or work.whose,
    }


urlpatterns = [path("desk/", desk, name="office-desk")]
