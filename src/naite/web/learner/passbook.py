"""The learning passbook (학습통장): the rings and a ledger of all entries, to print on A4."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from naite.roots.drawing.labels import plain_hours
from naite.trunk.records import queries
from naite.web.learner.home import person_of
from naite.web.learner.tree import Learnt, Tree, tree_of
from naite.web.learner.tree_view import legend
from naite.web.middleware import now_of

# Rows of one printed page, and how many characters fit into one row of the two wide columns.
ROWS = 22
_TITLE_ROW, _PLACE_ROW = 23, 13


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger: an entry, or the sum of a year when there is none."""

    total: str
    learnt: Learnt | None = None
    year: int = 0
    count: int = 0
    badges: int = 0
    hours: str = ""

    @property
    def height(self) -> int:
        """How many rows it takes on paper, where long names go on in the next row."""
        if self.learnt is None:
            return 1
        entry = self.learnt.entry
        return max(1, -(-len(entry.title) // _TITLE_ROW), -(-len(entry.provider_name) // _PLACE_ROW))


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    before: str
    lines: list[Line]


@login_required
@require_safe
def passbook(request: HttpRequest) -> HttpResponse:
    """Show the passbook of the signed-in person."""
    person, now = person_of(request), now_of(request)
    account = queries.account_of(person)
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    tree = tree_of(account, this_year=timezone.localdate(now).year)
    picture = tree.picture(person.name, mode="print", axis="desktop")
    pages = ledger(tree)
    keys = legend("print", patterned=True, one_ink=True)
    return render(
        request,
        "learner/passbook.html",
        {
            "owner": person.name,
            "tree": tree,
            "picture": mark_safe(picture),  # noqa: S308 - draw_rings escapes every text
            "legend": [row for row in keys if row["code"] != "unsorted" or tree.has_unsorted],
            "first_page": pages[0] if pages else None,
            "sheets": [pages[i : i + 2] for i in range(1, len(pages), 2)],
            "page_count": len(pages) + 1,
            "printed_on": timezone.localdate(now),
        },
    )


def ledger(tree: Tree) -> list[Page]:
    """All entries, oldest first, with a running total and a line for each year; the cover is page 1."""
    lines: list[Line] = []
    total = Decimal(0)
    for year in tree.years:
        for each in year.learnt:
            total += each.entry.hours
            lines.append(Line(plain_hours(total), each))
        if year.learnt:
            lines.append(
                Line(plain_hours(total), None, year.year, len(year.learnt), year.badge_count, year.hours)
            )
    pages: list[Page] = []
    room = 0
    for index, line in enumerate(lines):
        if room < line.height:
            pages.append(Page(len(pages) + 2, lines[index - 1].total if index else "", []))
            room = ROWS
        pages[-1].lines.append(line)
        room -= line.height
    return pages
