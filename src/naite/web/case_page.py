"""What the page of an application shows to institution and offices alike: rail, turn, items, history."""

import difflib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext as _

from naite.roots.dates import day_of, show_day
from naite.roots.korean import josa
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.applications import access, queries, routes
from naite.trunk.recognition.models import Application, ApplicationItem, CaseEvent, Hop
from naite.web.history import lines_of

State = Application.State
Check = ApplicationItem.Check


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as chip: D-1, 오늘, D+3; ``tone`` is the class of staff.css."""

    text: str
    tone: Literal["l", "t", "s", "n"]


def due_of(due_on: date | None, today: date) -> Due | None:
    """Return how near a deadline is: red late, amber today, blue within a week, else grey."""
    if due_on is None:
        return None
    days = (due_on - today).days
    if days < 0:
        return Due(f"D+{-days}", "l")
    if days == 0:
        return Due(_("오늘"), "t")
    return Due(f"D-{days}", "s" if days <= 7 else "n")


@dataclass(frozen=True, slots=True)
class Turn:
    """The banner: whose turn it is, what they do until when, and what follows."""

    mine: bool
    title: str
    text: str
    due: Due | None


def turn_of(
    application: Application, *, mine: bool, next_office: Organisation | None, today: date
) -> Turn | None:
    """Return the banner of a case; None where nobody has to do anything."""
    state = application.state
    until = show_day(application.due_on, today=today) if application.due_on else ""
    due = due_of(application.due_on, today)
    if state == State.RETURNED:
        return Turn(False, _("반려한 신청입니다."), _("까닭과 이의를 낼 길은 아래 이력에 있습니다."), None)
    if state == State.WITHDRAWN:
        return Turn(False, _("기관이 취하한 신청입니다."), _("같은 과정을 다시 신청할 수 있습니다."), None)
    if application.office is None:
        return None
    if not mine:
        text = _("%(day)s까지 처리합니다.") % {"day": until} if until else ""
        return Turn(False, _("%(office)s 차례입니다.") % {"office": application.office}, text, due)
    if state == State.SUPPLEMENT:
        return Turn(
            True,
            _("보완할 차례입니다. %(day)s 24시까지 보완해 내세요.") % {"day": until},
            _("요구받은 항목만 고칠 수 있습니다. 기한이 지나면 반려될 수 있습니다."),
            due,
        )
    if state == State.PROVISIONAL:
        return Turn(
            True,
            _("예비인정입니다. %(day)s 24시까지 보완해 다시 내세요.") % {"day": until}
            if until
            else _("예비인정입니다. 통보서를 받은 날부터 %(days)s일 안에 보완해 다시 내세요.")
            % {"days": application.round.supplement_days},
            _("배점의 70%에 못 미친 항목만 한 번 더 평가합니다. 기한까지 내지 않으면 저절로 취소됩니다."),
            due,
        )
    if state == State.SUBMITTED:
        return Turn(
            True,
            _("내 차례입니다. %(day)s까지 접수하세요.") % {"day": until},
            _("접수하면 담당자가 정해지고, 서류가 갖추어졌는지 항목마다 확인합니다."),
            due,
        )
    if state == State.RECEIVED and next_office is not None:
        return Turn(
            True,
            _("내 차례입니다. %(day)s까지 %(office)s 전달하세요.")
            % {"day": until, "office": josa(next_office, "으로/로")},
            _("전달하면 되돌릴 수 없고 다음 기관의 차례가 됩니다."),
            due,
        )
    if state == State.RECEIVED:
        return Turn(
            True,
            _("내 차례입니다. 평가단에 배정하세요."),
            _("항목을 모두 확인한 뒤 평가단에 맡깁니다. 이 단계에서는 점수를 매기지 않습니다."),
            due,
        )
    return Turn(True, _("내 차례입니다."), "", due)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a comparison: kept, taken out or put in."""

    kind: Literal["same", "out", "in"]
    text: str


def comparison(before: str, after: str) -> list[Piece]:
    """Return what a supplement changed, word by word."""
    old, new = re.findall(r"\S+\s*", before), re.findall(r"\S+\s*", after)
    found: list[Piece] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            found.append(Piece("out", "".join(old[a:b])))
        if d > c:
            found.append(Piece("in", "".join(new[c:d])))
    return found


def context(application: Application, person: Person, *, now: datetime, office: bool) -> dict[str, Any]:
    """Return what both pages of a case need; a fixed number of queries whatever its size."""
    hops: list[Hop] = list(application.hops.select_related("office"))
    today = day_of(now)
    mine = (
        access.can_handle(person, application, now=now)
        if office
        else application.state in {State.DRAFT, State.SUPPLEMENT, State.PROVISIONAL}
    )
    coming = routes.next_hop(application) if office and mine else None
    groups = queries.item_groups(application)
    rows = [row for group in groups for row in group.rows]
    audience = CaseEvent.Audience.OFFICES if office else CaseEvent.Audience.PARTIES
    return {
        "case": application,
        "stages": queries.rail(application, hops, now=now),
        "hops": hops,
        "turn": turn_of(application, mine=mine, next_office=coming.office if coming else None, today=today),
        "mine": mine,
        "next_office": coming.office if coming else None,
        "groups": groups,
        "item_count": len(rows),
        "checked": sum(row.row.check_state == Check.COMPLETE for row in rows),
        "back": sum(row.is_back for row in rows),
        "lacking": sum(row.row.check_state == Check.LACKING for row in rows),
        "unchecked": sum(row.row.check_state == Check.UNCHECKED for row in rows),
        "diffs": {
            str(row.row.pk): comparison(row.row.text_before, row.row.text)
            for row in rows
            if row.row.text_before and row.row.text_before != row.row.text
        },
        "lines": lines_of(application, audience=audience),
        "runs": application.snapshot.get("runs", []),
        "today": today,
    }
