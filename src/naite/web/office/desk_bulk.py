"""Doing something with several pieces of work at once: first what will happen to each, then what did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from naite.flows import recognition_notices
from naite.roots.errors import Invalid, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications import access, assigning, handling
from naite.trunk.recognition.committee import approvals
from naite.trunk.recognition.letters import reminders as offices
from naite.trunk.recognition.models import Application, Assignment, LocalNotice
from naite.trunk.recognition.panels import reminders as evaluators
from naite.web.desk import Desk, Work, asked, work_of
from naite.web.desk.asked import Asked
from naite.web.middleware import now_of
from naite.web.office.desk import colleagues, desk_of

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Act:
    """A bulk act: what its button, its question and its result say, and what follows from it."""

    label: str | Promise
    question: str | Promise
    done: str | Promise
    warns: str | Promise
    do: Callable[[Desk, Sequence[Work], dict[str, str]], dict[str, str]]


def _by_target(works: Sequence[Work], rows: Any) -> list[tuple[Work, Any]]:
    found = {row.pk: row for row in rows}
    return [(work, found[work.target]) for work in works if work.target in found]


def _cases(works: Sequence[Work]) -> list[tuple[Work, Application]]:
    keys = [work.target for work in works if work.target]
    return _by_target(works, Application.objects.filter(pk__in=keys).select_related("round", "version"))


def _receive(at: Desk, works: Sequence[Work], data: dict[str, str]) -> dict[str, str]:
    pairs = _cases(works)
    done = handling.receive_many(applications=[row for _w, row in pairs], actor=at.person, now=at.now)
    return {work.key: each.refusal for (work, _row), each in zip(pairs, done, strict=True)}


def _forward(at: Desk, works: Sequence[Work], data: dict[str, str]) -> dict[str, str]:
    pairs = _cases(works)
    done = handling.forward_many(
        applications=[row for _w, row in pairs],
        letter_number=data.get("letter_number", ""),
        actor=at.person,
        now=at.now,
    )
    return {work.key: each.refusal for (work, _row), each in zip(pairs, done, strict=True)}


def _assign(at: Desk, works: Sequence[Work], data: dict[str, str]) -> dict[str, str]:
    to = next((each for each in colleagues(at) if str(each.pk) == data.get("to")), None)
    if to is None:
        message = _("맡을 사람을 골라 주세요.")
        raise Invalid(message, fields={"to": message})
    pairs = _cases(works)
    done = assigning.assign_many(applications=[row for _w, row in pairs], to=to, actor=at.person, now=at.now)
    return {work.key: each.refusal for (work, _row), each in zip(pairs, done, strict=True)}


def _approve(at: Desk, works: Sequence[Work], data: dict[str, str]) -> dict[str, str]:
    by_case = {work.target: work for work in works}
    done = approvals.approve_many(
        application_ids=[work.target for work in works if work.target], actor=at.person, now=at.now
    )
    return {
        by_case[each.application.pk].key: str(each.refusal.message) if each.refusal else "" for each in done
    }


def _each(works: Sequence[Work], rows: Any, one: Callable[[Any], str | None]) -> dict[str, str]:
    found = {}
    for work, row in _by_target(works, rows):
        try:
            found[work.key] = one(row) or ""
        except Refused as refusal:
            found[work.key] = str(refusal)
    return found


def _notify(at: Desk, works: Sequence[Work], data: dict[str, str]) -> dict[str, str]:
    def one(row: LocalNotice) -> str:
        told = recognition_notices.notify(local=row, notice_ids=None, actor=at.person, now=at.now)
        return "" if told else _("보낼 통보가 남아 있지 않습니다.")

    rows = LocalNotice.objects.filter(pk__in=[work.target for work in works])
    return _each(works, rows.select_related("office", "batch__round__institute"), one)


def _remind(at: Desk, works: Sequence[Work], data: dict[str, str]) -> dict[str, str]:
    def one(row: Assignment) -> None:
        evaluators.remind_review(review=row, actor=at.person, now=at.now)

    rows = Assignment.objects.filter(pk__in=[work.target for work in works])
    return _each(works, rows.select_related("panel__round__institute"), one)


def _press(at: Desk, works: Sequence[Work], data: dict[str, str]) -> dict[str, str]:
    keys = {work.target: work.key for work in works if work.target}
    done = offices.remind(local_ids=list(keys), actor=at.person, now=at.now)
    left = _("오늘 이미 재촉했거나 그 사이에 통보를 마쳤습니다.")
    return {keys[each.local.pk]: left if each.did == "left" else "" for each in done}


ACTS: dict[str, Act] = {
    "receive": Act(
        gettext_lazy("접수"),
        gettext_lazy("접수할까요?"),
        gettext_lazy("접수함"),
        gettext_lazy("접수하면 내가 담당이 되고, 기관에 알립니다. 접수는 되돌릴 수 없습니다."),
        _receive,
    ),
    "forward": Act(
        gettext_lazy("전달"),
        gettext_lazy("다음 기관으로 전달할까요?"),
        gettext_lazy("전달함"),
        gettext_lazy(
            "전달하면 되돌릴 수 없습니다. 확인하지 않은 항목이 있는 건은 전달하지 않고 알려 드립니다."
        ),
        _forward,
    ),
    "assign": Act(
        gettext_lazy("담당 바꾸기"),
        gettext_lazy("담당을 바꿀까요?"),
        gettext_lazy("담당 바꿈"),
        gettext_lazy("건마다 이력에 남고, 바로 되돌릴 수 있습니다."),
        _assign,
    ),
    "approve": Act(
        gettext_lazy("승인"),
        gettext_lazy("심의 결과대로 승인할까요?"),
        gettext_lazy("승인함"),
        gettext_lazy(
            "승인하면 인정번호가 정해지고 되돌릴 수 없습니다. 효력은 기관이 통보를 받은 날부터입니다."
        ),
        _approve,
    ),
    "notify": Act(
        gettext_lazy("통보"),
        gettext_lazy("남은 기관에 모두 통보할까요?"),
        gettext_lazy("통보를 시작함"),
        gettext_lazy(
            "통보일은 기관의 전자우편함에 들어간 때로 적습니다. 동의하지 않은 기관은 공문을 인쇄해 보냅니다."
        ),
        _notify,
    ),
    "remind": Act(
        gettext_lazy("위원에게 재촉"),
        gettext_lazy("늦은 위원에게 재촉할까요?"),
        gettext_lazy("재촉함"),
        gettext_lazy("하루에 한 번만 재촉합니다."),
        _remind,
    ),
    "press": Act(
        gettext_lazy("지자체에 재촉"),
        gettext_lazy("늦은 지자체에 재촉할까요?"),
        gettext_lazy("재촉함"),
        gettext_lazy("두 번 재촉해도 통보하지 않으면 시도평생교육진흥원에 알립니다."),
        _press,
    ),
}


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Ask whether something may be done with the chosen work, then do it and say what became of each."""
    at, wanted = desk_of(request), Asked.of(request.GET)
    back = reverse("office-desk") + (f"?{wanted.query()}" if wanted.query() else "")
    name = request.POST.get("act", "")
    act = ACTS.get(name)
    works = work_of(at)
    if request.POST.get("all") == "1":
        keys = {work.key for work in asked.chosen(works, wanted, me=at.person.pk, today=at.today)}
    else:
        keys = set(request.POST.getlist("work"))
    chosen = [work for work in works if work.key in keys]
    if act is None or not keys:
        messages.warning(request, _("먼저 목록에서 건을 골라 주세요."))
        return redirect(back)
    able = [work for work in chosen if name in work.acts]
    fit = able[:MOST_AT_ONCE]
    context: dict[str, Any] = {
        "act": act,
        "name": name,
        "fit": fit,
        "unfit": [work for work in chosen if name not in work.acts],
        "most": MOST_AT_ONCE,
        "over": len(able) - len(fit),
        "gone": len(keys) - len(chosen),
        "people": colleagues(at) if name == "assign" else [],
        "given": {key: request.POST.get(key, "") for key in ("letter_number", "to")},
        "back": back,
        "query": wanted.query(),
        "section": "desk",
    }
    if request.POST.get("sure") != "1" or not fit:
        return render(request, "office/desk_bulk.html", context)
    try:
        refusals = act.do(at, fit, context["given"])
    except Refused as refusal:
        return render(
            request, "office/desk_bulk.html", {**context, "refused": refusal}, status=refusal.status
        )
    missing = _("그 사이에 다른 사람이 처리했습니다.")
    rows = [{"work": work, "refusal": refusals.get(work.key, missing)} for work in fit]
    well = [row["work"] for row in rows if not row["refusal"]]
    return render(
        request,
        "office/desk_bulk_done.html",
        {**context, "rows": rows, "well": well, "undoable": name == "assign" and bool(well)},
    )


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take a change of who is in charge back, each case for itself."""
    at = desk_of(request)
    pairs = [each.partition(":")[::2] for each in request.POST.getlist("case")][:MOST_AT_ONCE]
    wanted = {case: before for case, before in pairs if _uuid(case)}
    people = {
        str(each.pk): each
        for each in Person.objects.filter(pk__in=_uuids([*wanted.values(), request.POST.get("to", "")]))
    }
    given_to = people.get(request.POST.get("to", ""))
    undone = 0
    rows = access.seen_by_offices(at.person, now=now_of(request)).filter(pk__in=list(wanted))
    for row in rows if given_to else []:
        assert given_to is not None
        try:
            assigning.put_back(
                application=row,
                given_to=given_to,
                before=people.get(wanted[str(row.pk)]),
                actor=at.person,
                now=at.now,
            )
            undone += 1
        except Refused as refusal:
            messages.error(request, f"{row.number}: {refusal}")
    if undone:
        messages.success(request, _("%(n)s건의 담당을 되돌렸습니다.") % {"n": undone})
    return redirect("office-desk")


def _uuid(text: str) -> bool:
    return bool(_uuids([text]))


def _uuids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


urlpatterns = [
    path("desk/bulk/", bulk, name="office-desk-bulk"),
    path("desk/undo/", undo, name="office-desk-undo"),
]
