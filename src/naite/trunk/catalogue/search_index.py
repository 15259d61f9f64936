"""The search index over listings: FTS5 on SQLite, ``tsvector`` with GIN on PostgreSQL (design, section 5).

Whoever writes listings calls ``index_listings`` in the same transaction. An entry's number is the row of the
full-text table and the position in the columns that ``search_columns`` keeps in memory; its ``seq`` grows
with every change, so that those columns can be brought up to date by reading only what changed. On
PostgreSQL it is the transaction's id, which together with the oldest running transaction tells exactly what
a reader may have missed.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import translation

from naite.trunk.catalogue import bigrams
from naite.trunk.catalogue.classification import Area, Category, SubArea
from naite.trunk.catalogue.models import Listing, SearchEntry
from naite.trunk.catalogue.search_text import text_index

CHUNK = 500


def index_listings(ids: Iterable[UUID]) -> None:
    """Make these listings findable as they now are; those withdrawn or gone stop being findable.

    Safe to repeat. Call it in the transaction that writes the listings.
    """
    wanted = iter(dict.fromkeys(ids))
    with transaction.atomic():
        seq = _next_seq()
        while chunk := list(islice(wanted, CHUNK)):
            _index_chunk(chunk, seq)


def remove_from_index(ids: Iterable[UUID]) -> None:
    """Make these listings unfindable, whatever state they are in. Safe to repeat."""
    wanted = iter(dict.fromkeys(ids))
    with transaction.atomic():
        seq = _next_seq()
        while chunk := list(islice(wanted, CHUNK)):
            SearchEntry.objects.filter(listing_id__in=chunk).update(live=False, seq=seq)
            gone = SearchEntry.objects.filter(listing_id__in=chunk).values_list("id", flat=True)
            text_index().drop(list(gone))


def touch_run(run_id: UUID) -> None:
    """Say that the seats of a run's listing changed, its words not: cheaper than indexing it."""
    with transaction.atomic():
        SearchEntry.objects.filter(listing__run_id=run_id).update(seq=_next_seq())


def rebuild(*, done: Callable[[int], None] = lambda _count: None) -> int:
    """Index every listing anew, as after a restored backup; return how many.

    Goes in chunks of a transaction each, so that others can write in between; ``done`` hears how many are
    done after each. Safe to repeat and to break off.
    """
    ids = list(Listing.objects.order_by("id").values_list("id", flat=True))
    for start in range(0, len(ids), CHUNK):
        index_listings(ids[start : start + CHUNK])
        done(min(start + CHUNK, len(ids)))
    return len(ids)


def match(text: str) -> tuple[Sequence[int], Sequence[int]]:
    """Return the numbers of the entries in which every word is found: anywhere, and within the title.

    Any text will do: what is neither letter nor digit is passed over, and a text without either finds
    nothing.
    """
    words = bigrams.query_words(text)
    return text_index().match(words) if words else ([], [])


def listings_matching(text: str) -> QuerySet[Listing]:
    """Return the findable listings in which every word of the text is found."""
    words = bigrams.query_words(text)
    if not words:
        return Listing.objects.none()
    sql, query = text_index().numbers_sql(words)
    numbers = RawSQL(sql, [query])  # noqa: S611 - constant SQL, the text is a parameter
    return Listing.objects.filter(search_entry__live=True, search_entry__id__in=numbers)


def _next_seq() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            return int(cursor.fetchone()[0])
    # SQLite has one writer at a time, so counting up follows the order of commits.
    return (SearchEntry.objects.aggregate(last=Max("seq"))["last"] or 0) + 1


def _index_chunk(ids: Sequence[UUID], seq: int) -> None:
    listings = {
        listing["id"]: listing
        for listing in Listing.objects.filter(id__in=ids, withdrawn_at=None).values(*_READ)
    }
    entries = {entry.listing_id: entry for entry in SearchEntry.objects.filter(listing_id__in=ids)}
    SearchEntry.objects.bulk_create(
        [SearchEntry(listing_id=each, seq=seq) for each in listings if each not in entries],
        ignore_conflicts=True,
    )
    entries = {entry.listing_id: entry for entry in SearchEntry.objects.filter(listing_id__in=ids)}
    live = [entries[each].id for each in listings]
    gone = [entry.id for each, entry in entries.items() if each not in listings]
    SearchEntry.objects.filter(id__in=live).update(live=True, seq=seq)
    SearchEntry.objects.filter(id__in=gone).update(live=False, seq=seq)
    text_index().drop(gone)
    text_index().put([(entries[each].id, *_texts(listing)) for each, listing in listings.items()])


# Plain values and no rows with their regions: imports index thousands at once.
_PARENT = "region__parent__name"
_PLAIN = ("provider_name", "place", "address", "instructor", "audience", "description")
_READ = ("id", "title", *_PLAIN, "area", "sub_area", "category", "region__name", _PARENT)


def _texts(listing: dict[str, Any]) -> tuple[str, str]:
    classes = (_class_names().get((name, listing[name])) for name in ("area", "sub_area", "category"))
    rest = [listing["region__name"], listing[_PARENT], *classes, *(listing[name] for name in _PLAIN)]
    return listing["title"], "\n".join(filter(None, rest))


@cache
def _class_names() -> dict[tuple[str, str], str]:
    """Return the Korean names of the classes by field and value; asking each listing takes half the time."""
    with translation.override("ko"):
        return {
            (name, value): str(label)
            for name, choices in (("area", Area), ("sub_area", SubArea), ("category", Category))
            for value, label in choices.choices
        }
