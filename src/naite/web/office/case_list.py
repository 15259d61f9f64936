"""Which cases a list of the offices holds: who may see it, and what its address asks for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.applications import access
from naite.trunk.recognition.models import Application
from naite.web.middleware import now_of

State = Application.State


def officer_of(request: HttpRequest) -> tuple[Person, dict[UUID, Organisation]]:
    """Return the person and the offices for which they act; refuse who acts for none."""
    person = request.user
    assert isinstance(person, Person)
    offices = access.offices_of(person, now=now_of(request))
    if not offices:
        raise NotAllowed(
            _("평가인정을 처리하는 기관 담당자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요.")
        )
    return person, offices


def filtered(request: HttpRequest, asked: Mapping[str, Any]) -> QuerySet[Application]:
    """Return the cases that an address asks for, of those that pass the person's offices, earliest deadline first."""
    person, offices = officer_of(request)
    today = day_of(now_of(request))
    rows = access.seen_by_offices(person, now=now_of(request)).order_by(
        F("due_on").asc(nulls_last=True), "number", "id"
    )
    words = " ".join(str(asked.get("q", "")).split())[:100]
    if words:
        rows = rows.filter(
            Q(number__icontains=words)
            | Q(version__title__icontains=words)
            | Q(organisation__name__icontains=words)
        )
    if asked.get("state") in State.values:
        rows = rows.filter(state=asked["state"])
    if is_uuid(asked.get("round", "")):
        rows = rows.filter(round_id=asked["round"])
    if region := " ".join(str(asked.get("region", "")).split())[:60]:
        under = Q(organisation__region__name=region) | Q(organisation__region__parent__name=region)
        rows = rows.filter(under)
    turn = asked.get("turn", "")
    if turn == "mine":
        rows = rows.filter(office__in=list(offices))
    elif turn == "me":
        rows = rows.filter(office__in=list(offices), handler=person)
    elif turn == "late":
        rows = rows.filter(office__in=list(offices), due_on__lt=today)
    elif turn == "nobody":
        rows = rows.filter(office__in=list(offices), handler=None, state=State.RECEIVED)
    elif turn == "others":
        rows = rows.exclude(office__in=list(offices)).exclude(office=None)
    return rows


def regions_of(request: HttpRequest) -> list[str]:
    """Return the provinces of the cases one may see, or their municipalities where there is one province."""
    person, _offices = officer_of(request)
    pairs = set(
        access.seen_by_offices(person, now=now_of(request))
        .order_by()
        .exclude(organisation__region=None)
        .values_list("organisation__region__parent__name", "organisation__region__name")
        .distinct()
    )
    provinces = {parent or own for parent, own in pairs}
    return sorted(provinces if len(provinces) > 1 else {own for _parent, own in pairs})


def ids_of(request: HttpRequest, asked: Mapping[str, Any]) -> list[UUID]:
    """Return the ids of the cases that an address asks for, in the order of the list."""
    return list(filtered(request, asked).values_list("pk", flat=True)[:2_000])


def link(case: UUID, *, came: str, query: str, at: int) -> str:
    """Return the address of a case as a row of a list gives it; ``came`` is list or desk."""
    return f"{reverse('office-application', args=[case])}?" + urlencode({came: query, "at": str(at)})


def is_uuid(text: object) -> bool:
    """Whether a text is an id at all."""
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
