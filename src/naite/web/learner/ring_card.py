"""The card of somebody's rings, as its owner and whoever has a link see it."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from naite.roots.drawing.card import card_png, draw_card
from naite.roots.drawing.labels import Labels, plain_hours
from naite.roots.drawing.layout import RingEntry
from naite.roots.drawing.rings import draw_rings
from naite.trunk.records.certificates.render import FONTS, fonts_dir
from naite.trunk.records.models import LearningAccount
from naite.trunk.records.ring_shares import Shown, entries_shown
from naite.web.learner.tree import badge_types, known_type


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says besides the picture; empty where it is not to be shown."""

    heading: str
    years: str
    hours: str
    tree: str
    count: int

    @property
    def lines(self) -> list[str]:
        return [line for line in (self.years, self.hours) if line]

    @property
    def svg(self) -> str:
        return draw_card(self.tree, heading=self.heading, lines=self.lines, signature=_("나이테"))

    @property
    def png(self) -> bytes:
        return _png(self.svg)


def card_of(account: LearningAccount, shown: Shown) -> Card:
    """Read the chosen years, in two queries, and draw them; titles and places never come near the card."""
    rows = list(
        entries_shown(account, shown.first_year, shown.last_year)
        .order_by("completed_on", "id")
        .values_list("id", "completed_on", "area", "hours")
    )
    types = badge_types(account) if rows else {}
    heading = _("%(name)s 님의 나이테") % {"name": account.person.name} if shown.name else _("배움의 나이테")
    tree = draw_rings(
        [
            RingEntry(day.year, area or None, hours, "", known_type(types.get(pk, "")))
            for pk, day, area, hours in rows
        ],
        first=shown.first_year if rows else None,
        now=shown.last_year,
        seed=account.ring_seed,
        labels=Labels(title=heading),
        axis="desktop" if shown.years else "none",
        to_come=False,
    )
    total = sum((hours for _pk, _day, _area, hours in rows), Decimal(0))
    span = {"first": shown.first_year, "last": shown.last_year}
    one = shown.first_year == shown.last_year
    return Card(
        heading,
        (_("%(year)s년") % {"year": shown.first_year} if one else _("%(first)s년부터 %(last)s년까지") % span)
        if shown.years
        else "",
        _("%(hours)s시간을 배웠습니다") % {"hours": plain_hours(total)} if shown.hours else "",
        tree,
        len(rows),
    )


@lru_cache(maxsize=32)
def _png(svg: str) -> bytes:
    return card_png(svg, fonts=[fonts_dir() / name for name in FONTS])
