"""What the public is told: recognitions and their cancellations, never refusals (시행령 제14조의5)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.trunk.catalogue.classification import Area
from naite.trunk.people.models import Region
from naite.trunk.people.queries import regions_ever
from naite.trunk.recognition.models import Recognition
from naite.trunk.recognition.queries import live

STANDINGS: Final[dict[str, str | Promise]] = {
    "live": _("인정 중"),
    "cancelled": _("취소"),
    "over": _("기간 끝남"),
    "coming": _("시작 전"),
}


@dataclass(frozen=True)
class Wish:
    """What somebody looks for; an empty part means all. Unknown codes find nothing in particular: all."""

    words: str = ""
    region: str = ""
    area: str = ""
    standing: str = ""


def posted(wish: Wish, *, today: date) -> QuerySet[Recognition]:
    """Return the recognitions that fit a wish, latest first, with course, institution and region."""
    found = Recognition.objects.select_related(
        "course__current", "course__organisation__region__parent"
    ).order_by("-granted_on", "-number", "-id")
    if wish.words:
        found = found.filter(
            Q(course__current__title__icontains=wish.words)
            | Q(course__organisation__name__icontains=wish.words)
            | Q(number__icontains=wish.words)
        )
    if wish.region and (region := Region.objects.filter(code=wish.region).first()):
        found = found.filter(course__organisation__region__in=regions_ever(region))
    if wish.area in Area.values:
        found = found.filter(course__current__area=wish.area)
    gone = Q(cancelled_on__isnull=False, cancelled_on__lte=today)
    if wish.standing == "live":
        found = found.filter(live(today))
    elif wish.standing == "cancelled":
        found = found.filter(gone)
    elif wish.standing == "over":
        found = found.filter(~gone, valid_until__lte=today)
    elif wish.standing == "coming":
        found = found.filter(~gone, valid_from__gt=today)
    return found


def standing(row: Recognition, today: date) -> str:
    """Return the key of ``STANDINGS`` that says how a recognition stands on a day."""
    if row.cancelled_on is not None and row.cancelled_on <= today:
        return "cancelled"
    if row.valid_until <= today:
        return "over"
    return "live" if row.valid_from <= today else "coming"
