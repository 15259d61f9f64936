"""What the pages of oversight ask first, and what they share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.branches.oversight import deadlines
from naite.roots.errors import NotAllowed
from naite.trunk.people.models import Person
from naite.trunk.recognition.policies import granting_institute
from naite.web.fields import DATE_INPUT
from naite.web.middleware import now_of

SECTION = "oversight"
PAGE = 30
TABS: tuple[tuple[str, str | Promise, str], ...] = (
    ("complaints", gettext_lazy("신고"), "office-oversight"),
    ("visits", gettext_lazy("현장실태조사"), "office-visits"),
    ("orders", gettext_lazy("시정명령"), "office-orders"),
    ("cancellations", gettext_lazy("취소"), "office-cancellations"),
    ("objections", gettext_lazy("이의신청"), "office-objections"),
    ("results", gettext_lazy("결과 이의신청"), "office-result-objections"),
    ("draws", gettext_lazy("추첨"), "office-draws"),
)


def officer_of(request: HttpRequest) -> Person:
    """Return the signed-in officer of the national institute; refuses others."""
    person = request.user
    if not isinstance(person, Person) or granting_institute(person, now=now_of(request)) is None:
        raise NotAllowed(
            _("국가평생교육진흥원 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요.")
        )
    return person


def due_chip(due: date | None, today: date, *, waiting: bool = True) -> tuple[str, str]:
    """Return shape and text of the chip that says how near a due day is."""
    if due is None or not waiting:
        return "n", "–"
    left = deadlines.days_left(due, today)
    if left < 0:
        return "l", f"D+{-left}"
    if left == 0:
        return "t", _("오늘")
    return ("s" if left <= 3 else "n"), f"D-{left}"


def keep_query(**values: str) -> str:
    """Return the part of the address that keeps filters, for the pager and for Excel."""
    return urlencode({name: value for name, value in values.items() if value})


class ReasonForm(forms.Form):
    """One text that says why."""

    reason = forms.CharField(
        label=gettext_lazy("까닭"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list of cases."""

    url: str
    due: tuple[str, str]
    day: date | None
    title: str
    under: str
    state: str | Promise
    shape: str
    who: str


def show_cases(
    request: HttpRequest, *, tab: str, rows: Any, line: Callable[[Any], Row], empty: str, intro: str
) -> HttpResponse:
    """Show a list of cases: those under way, or all with ``?show=all``."""
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    show = "all" if request.GET.get("show") == "all" else "open"
    context = {
        "section": SECTION,
        "tabs": TABS,
        "tab": tab,
        "page": page,
        "rows": [line(row) for row in page],
        "show": show,
        "query": keep_query(show=show),
        "empty": empty,
        "intro": intro,
    }
    return render(request, "office/oversight/cases.html", context)


def only_open(request: HttpRequest) -> bool:
    return request.GET.get("show") != "all"


def title_of(case: Any) -> str:
    """Return the title of the course that a case is about."""
    current = case.recognition.course.current
    return str(current.title if current else case.recognition.number)


class DeliveredField(forms.DateField):
    """When a letter arrived."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("기관이 받은 날"))
        options.setdefault(
            "help_text",
            gettext_lazy(
                "전자우편함에 들어간 날이나 우편이 닿은 날입니다. 기한은 이 날의 다음 날부터 셉니다."
            ),
        )
        super().__init__(widget=DATE_INPUT, **options)
