"""How a learner looks at the tree: as picture, timeline or table; which areas; which year, and how near.

The address holds all of it, so a choice survives a reload, works without script and can be undone by going back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from naite.roots.drawing.palette import ALL_AREAS
from naite.roots.drawing.patterns import pattern
from naite.web.learner import words
from naite.web.learner.tree import AREA_CLASSES, Chip, Facts, Learnt, Tree, Year, draw

# Entries on one page of the timeline, and of a year seen from near.
PER_PAGE: Final = 60
NEAR: Final = 100
SHAPES: Final[dict[str, str | Promise]] = {"": _("그림"), "time": _("연표"), "table": _("표")}


@dataclass(frozen=True)
class View:
    """What the address says of the view; anything it says wrongly is as if it said nothing."""

    shape: str = ""
    year: int | None = None
    areas: tuple[str, ...] = ()
    patterned: bool = False
    near: bool = False

    @classmethod
    def of(cls, given: QueryDict) -> "View":
        shape, year = given.get("view", ""), given.get("year", "")
        number = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
        wanted = set(given.getlist("area"))
        return cls(
            shape if shape in SHAPES else "",
            number,
            tuple(area.code for area in ALL_AREAS if area.code in wanted),
            given.get("pattern") == "1",
            given.get("zoom") == "1" and number is not None,
        )

    def address(self, **changes: Any) -> str:
        """The address of the same view with these changes."""
        view = replace(self, **changes)
        values = [
            ("view", view.shape),
            ("year", str(view.year or "")),
            ("pattern", "1" if view.patterned else ""),
            ("zoom", "1" if view.near else ""),
            *(("area", code) for code in view.areas),
        ]
        return "?" + urlencode([(name, value) for name, value in values if value])

    def toggled(self, code: str) -> "View":
        """The same with this area chosen or no longer chosen."""
        wanted = {*self.areas} ^ {code}
        return replace(self, areas=tuple(area.code for area in ALL_AREAS if area.code in wanted))


@dataclass(frozen=True, slots=True)
class Option:
    """A link that changes the view."""

    label: str | Promise
    address: str
    on: bool
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The entries of one year on one page of the timeline, the latest first."""

    year: Year
    rows: list[Learnt]
    goes_on: bool  # the year began on the page before

    @property
    def months(self) -> Iterator[tuple[int, list[Learnt]]]:
        for month, rows in groupby(self.rows, key=lambda each: each.entry.completed_on.month):
            yield month, list(rows)


def tree_context(request: HttpRequest, owner: str, whole: Tree, *, drawn: bool = True) -> dict[str, Any]:
    """What the picture, the timeline, the table and the year card are made from.

    Not ``drawn`` where the year card alone is wanted.
    """
    view = View.of(request.GET)
    tree = whole.only(view.areas)
    view = replace(view, areas=tuple(code for code in view.areas if code in tree.areas))
    year = tree.year(view.year)
    focus = view.year if year and year.year == view.year else None
    near = view.near and focus is not None and bool(year and year.learnt) and not view.shape
    picture = "" if view.shape or not drawn else _picture(tree, view, owner, year, focus=focus, near=near)
    failed = drawn and not view.shape and not picture
    before = year.year - 1 if year and year.year > tree.years[0].year else None
    after = year.year + 1 if year and year.year < tree.years[-1].year else None
    plain = replace(view, near=False)
    return {
        "section": "account",
        "owner": owner,
        "tree": tree,
        "view": view,
        "picture": mark_safe(picture),  # noqa: S308 - the drawing escapes every text
        "shape": "table" if failed else view.shape,
        "failed": failed,
        "near": near,
        "shapes": [
            Option(label, plain.address(shape=shape), shape == view.shape) for shape, label in SHAPES.items()
        ],
        "chips": _chips(whole, view),
        "legend": [row for row in legend("key", patterned=view.patterned) if row["code"] in tree.columns],
        "patterned": view.patterned,
        "pattern_address": view.address(patterned=not view.patterned),
        "chosen": focus,
        "year": year,
        "before": before,
        "before_address": view.address(year=before),
        "after": after,
        "after_address": view.address(year=after),
        "near_address": view.address(year=year.year, near=True) if year else "",
        "far_address": view.address(near=False),
        "time_address": view.address(shape="time", near=False),
        "rows_of_year": Span(year, list(reversed(year.learnt))[:NEAR], False) if near and year else None,
        "year_more": max(0, len(year.learnt) - NEAR) if near and year else 0,
        **(_timeline(request, tree, view) if view.shape == "time" else {}),
    }


def _picture(tree: Tree, view: View, owner: str, year: Year | None, *, focus: int | None, near: bool) -> str:
    if near and year is not None:
        return tree.close_up(year, owner, mode="pattern" if view.patterned else "colour")
    return _drawn(tree.facts(owner), view, focus)


@lru_cache(maxsize=32)
def _drawn(facts: Facts, view: View, focus: int | None) -> str:
    """The rings as links. Kept for a while: people come back to the tree they have just seen."""

    def address(year: int) -> str:
        # Choosing the chosen year again goes near.
        return view.address(year=year, near=year == focus) + "#year"

    return draw(facts, focus=focus, mode="pattern" if view.patterned else "colour", address=address)


def _chips(whole: Tree, view: View) -> list[Option]:
    chips = whole.only(view.areas).chips
    if len(chips) < 2:
        return []
    every = Option(_("모든 영역"), view.address(areas=()), not view.areas)
    return [
        every,
        *(Option(chip.name, view.toggled(chip.code).address(), chip.on, chip) for chip in chips),
    ]


def _timeline(request: HttpRequest, tree: Tree, view: View) -> dict[str, Any]:
    """A page of entries, the latest first, by year; with a year chosen those of that year."""
    chosen = view.year if any(year.year == view.year for year in tree.years) else None
    rows = [each for each in tree.learnt if chosen in (None, each.entry.completed_on.year)]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    years = {year.year: year for year in tree.years}
    before = rows[page.start_index() - 2].entry.completed_on.year if page.number > 1 else None
    spans = [
        Span(years[number], list(group), number == before)
        for number, group in groupby(page.object_list, key=lambda each: each.entry.completed_on.year)
    ]
    return {
        "shown": page,
        "spans": spans,
        "timeline_year": chosen,
        "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "every_year_address": view.address(year=None),
    }


def legend(uid: str, *, patterned: bool, one_ink: bool = False) -> list[dict[str, object]]:
    """The areas with their colour class, and their pattern as a small picture where the tree is patterned."""
    rows: list[dict[str, object]] = []
    for area in ALL_AREAS:
        colour = "#1E2124" if one_ink else area.base
        name = f"{uid}-{area.code}"
        swatch = (
            '<svg width="34" height="22" viewBox="0 0 34 22" aria-hidden="true" focusable="false"><defs>'
            f'{pattern(area, name, colour)}</defs><rect width="34" height="22" fill="url(#{name})"/></svg>'
        )
        rows.append(
            {
                "code": area.code,
                "css_class": AREA_CLASSES[area.code],
                "name": words.AREA_NAMES[area.code],
                "swatch": mark_safe(swatch) if patterned else SafeString(""),  # noqa: S308 - drawn from constants
            }
        )
    return rows
