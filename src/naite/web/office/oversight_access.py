"""What the pages of oversight ask first, and what they share."""

from datetime import date
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.branches.oversight import deadlines
from naite.roots.errors import NotAllowed
from naite.trunk.people.models import Person
from naite.trunk.recognition.policies import granting_institute
from naite.web.middleware import now_of

SECTION = "oversight"
PAGE = 30
TABS: tuple[tuple[str, str | Promise, str], ...] = (("complaints", gettext_lazy("신고"), "office-oversight"),)


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
