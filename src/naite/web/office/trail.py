"""From which list somebody came to a case, so that J and K lead to its next and previous one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from naite.roots.errors import NotAllowed
from naite.trunk.recognition.models import Application
from naite.web.desk import asked, recognition
from naite.web.desk.asked import Asked
from naite.web.office import case_list
from naite.web.office.desk import desk_of

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Trail:
    """A case's place in the list one came from. ``place`` counts from one; 0 when the case has left the list."""

    back: str
    label: str
    place: int
    total: int
    before: str
    after: str


def keep(request: HttpRequest) -> str:
    """Return the end of an address that remembers the list; empty where somebody came from nowhere."""
    found = {key: request.GET[key][:400] for key in ("list", "desk", "at") if key in request.GET}
    return f"?{urlencode(found)}" if "list" in found or "desk" in found else ""


def trail_of(request: HttpRequest, case: Application) -> Trail | None:
    """Return where a case stands in the list of the address; None without one. At most two queries.

    A case that has left its list, because one has just dealt with it, leads on to what followed it there.
    """
    came = next((key for key in ("list", "desk") if key in request.GET), None)
    if came is None:
        return None
    query = request.GET[came][:400]
    wanted: Mapping[str, Any] = QueryDict(query)
    try:
        ids = _of_desk(request, wanted) if came == "desk" else case_list.ids_of(request, wanted)[:MOST]
    except NotAllowed:
        return None
    try:
        at = max(int(request.GET.get("at", "0")), 0)
    except ValueError:
        at = 0
    if case.pk in ids:
        at = ids.index(case.pk)
        before, after, place = at - 1, at + 1, at + 1
    else:
        before, after, place = min(at, len(ids)) - 1, at, 0

    def to(index: int) -> str:
        return case_list.link(ids[index], came=came, query=query, at=index) if 0 <= index < len(ids) else ""

    base = reverse("office-desk" if came == "desk" else "office-applications")
    return Trail(
        back=f"{base}?{query}" if query else base,
        label=_("나의 업무") if came == "desk" else _("신청 건"),
        place=place,
        total=len(ids),
        before=to(before),
        after=to(after),
    )


def _of_desk(request: HttpRequest, wanted: Mapping[str, Any]) -> list[UUID]:
    at = desk_of(request)
    works = asked.chosen(recognition.cases(at), Asked.of(wanted), me=at.person.pk, today=at.today)
    return [work.target for work in works if work.target is not None]
