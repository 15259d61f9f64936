"""Every count and every page, against a plain reading of all rows."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import factories as make
from tests.threads import all_at_once

from naite.trunk.catalogue.classification import Area, Category, DeliveryMode
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.queries import state_of
from naite.trunk.catalogue.rules import SEOUL, RegistrationState
from naite.trunk.catalogue.search import SearchResult, search
from naite.trunk.catalogue.search_columns import Columns, bits_of, columns, first_by, positions
from naite.trunk.catalogue.search_index import index_listings, remove_from_index, touch_run
from naite.trunk.catalogue.search_query import FACETS, NONE, Day, SearchQuery
from naite.trunk.people.models import Region, RegionChange

NOW = make.NOW
TODAY = NOW.astimezone(SEOUL).date()
CODES = ["11440", "11110", "51110", ""]


def regions() -> None:
    make.region("11440", "마포구")
    make.region("11110", "종로구")
    old, _ = Region.objects.get_or_create(
        code="42000",
        defaults={"name": "강원도", "level": "sido", "valid_until": date(2023, 6, 11)},
    )
    new, _ = Region.objects.get_or_create(
        code="51000",
        defaults={"name": "강원특별자치도", "level": "sido", "valid_from": date(2023, 6, 11)},
    )
    old_city, _ = Region.objects.get_or_create(
        code="42110",
        defaults={"name": "춘천시", "level": "sigungu", "parent": old, "valid_until": date(2023, 6, 11)},
    )
    new_city, _ = Region.objects.get_or_create(
        code="51110",
        defaults={"name": "춘천시", "level": "sigungu", "parent": new, "valid_from": date(2023, 6, 11)},
    )
    for before, after in ((old, new), (old_city, new_city)):
        RegionChange.objects.get_or_create(
            predecessor=before, successor=after, defaults={"effective_on": date(2023, 6, 11)}
        )


def scatter(count: int, seed: int = 7) -> list[Listing]:
    """Make listings of every kind."""
    chance = random.Random(seed)
    regions()
    supplier = make.organisation()
    maybe: Callable[[Any], Any] = lambda value: value if chance.random() < 0.8 else None  # noqa: E731
    made = [
        make.listing(
            chance.choice(["아침 요가", "수채화 그리기", "엑셀 기초", "마을 기록가", "요가 지도자"]),
            description=chance.choice(["", "요가로 하루를 엽니다", "처음이어도 괜찮습니다"]),
            supplier=supplier,
            region_id=chance.choice([*CODES, "42110"]) or None,
            area=chance.choice([*Area.values, ""]),
            category=chance.choice([*Category.values, ""]),
            mode=chance.choice([*DeliveryMode.values, ""]),
            fee=maybe(chance.choice([0, 20_000])),
            weekdays=chance.randrange(128),
            starts_on=maybe(TODAY + timedelta(days=chance.randrange(-9, 9))),
            ends_on=maybe(TODAY + timedelta(days=chance.randrange(-3, 20))),
            registration_opens_at=maybe(NOW + timedelta(hours=chance.randrange(-72, 72))),
            registration_closes_at=maybe(NOW + timedelta(hours=chance.randrange(-72, 200))),
            always_open=chance.random() < 0.2,
            capacity=maybe(3),
            seats_taken=chance.randrange(4),
            takes_waiting=chance.random() < 0.5,
            recognised=chance.random() < 0.3,
        )
        for _ in range(count)
    ]
    index_listings([each.id for each in made])
    return made


def fits(row: Listing, query: SearchQuery, leave: str = "", now: datetime = NOW) -> bool:
    """The plain reading of a search."""
    days = {day for bit, day in enumerate(Day.values) if row.weekdays >> bit & 1}
    fee = "none" if row.fee is None else "paid" if row.fee else "free"
    code = {"42110": "51110"}.get(row.region_id or "", row.region_id or "")
    wanted_region = {"42000": "51000", "42110": "51110"}.get(query.region, query.region)
    checks = {
        "q": all(word in row.title + " " + row.description for word in query.q.split()),
        "region": not wanted_region
        or (wanted_region == NONE and not code)
        or code == wanted_region
        or (bool(code) and code[:2] + "000" == wanted_region),
        "state": not query.state or state_of(row, now=now) in query.state,
        "recognised": not query.recognised or row.recognised,
        "area": not query.area or (row.area or NONE) in query.area,
        "category": not query.category or (row.category or NONE) in query.category,
        "fee": not query.fee or fee in query.fee,
        "day": not query.day or bool(days & set(query.day)),
        "mode": not query.mode or (row.mode or NONE) in query.mode,
    }
    return all(fine for name, fine in checks.items() if name != leave)


def random_query(chance: random.Random) -> SearchQuery:
    query = SearchQuery(
        q=chance.choice(["", "", "요가", "요가 아침"]),
        region=chance.choice(["", "", "11000", "11440", "51000", "42000", "42110", NONE]),
        size=100,
        sort=chance.choice(["", "start", "deadline"]),
    )
    for name, choices in FACETS.items():
        if chance.random() < 0.3:
            values = [value for value, _ in choices]
            query = replace(query, **{name: tuple(v for v in values if chance.random() < 0.4)})
    return query


def check(query: SearchQuery, result: SearchResult, rows: list[Listing], now: datetime = NOW) -> None:
    expected = {row.id for row in rows if fits(row, query, now=now)}
    assert {each.listing.id for each in result.found} == expected
    assert result.total == len(expected)
    for name in FACETS:
        for choice in result.facets[name]:
            one = replace(query, **{name: (choice.value,)})
            assert choice.count == sum(fits(row, one, now=now) for row in rows), (name, choice)
    for choice in (*result.facets["region"], *result.facets["sigungu"]):
        one = replace(query, region=choice.value)
        assert choice.count == sum(fits(row, one, now=now) for row in rows), choice
    if not expected:
        for name, count in result.dropping:
            assert count == sum(fits(row, query, leave=name, now=now) for row in rows)


@pytest.mark.django_db
@pytest.mark.req("A22", "rule")
def test_counts_and_hits_equal_a_plain_reading() -> None:
    rows = scatter(90)
    chance = random.Random(3)
    for _ in range(120):
        query = random_query(chance)
        check(query, search(query, now=NOW), rows)


@pytest.mark.django_db
def test_pages_follow_one_another_without_gap_or_repeat() -> None:
    rows = scatter(60)
    for query in (SearchQuery(), SearchQuery(sort="start"), SearchQuery(q="요가")):
        whole = [each.listing.id for each in search(replace(query, size=100), now=NOW).found]
        assert len(whole) == sum(fits(row, query) for row in rows)
        pages = [search(replace(query, size=7, page=number), now=NOW) for number in range(1, 12)]
        paged = [each.listing.id for page in pages[: pages[0].pages] for each in page.found]
        assert paged == whole
        assert pages[-1].page == pages[0].pages


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


@pytest.mark.django_db
def test_deadline_order() -> None:
    names = {
        "closed": {"registration_closes_at": at(-2)},
        "closed before": {"registration_closes_at": at(-9)},
        "unknown": {"registration_closes_at": None},
        "upcoming": {"registration_opens_at": at(5)},
        "always": {"registration_closes_at": None, "registration_opens_at": None, "always_open": True},
        "waiting": {"capacity": 1, "seats_taken": 1, "takes_waiting": True},
        "open later": {"registration_closes_at": at(50)},
        "open soon": {"registration_closes_at": at(5)},
        "full": {"capacity": 1, "seats_taken": 1},
    }
    index_listings([make.listing(name, **fields).id for name, fields in names.items()])
    order = [each.listing.title for each in search(SearchQuery(), now=NOW).found]
    assert order == [
        "open soon", "open later", "waiting", "always", "upcoming", "unknown", "full", "closed", "closed before",
    ]  # fmt: skip


@pytest.mark.django_db
def test_start_order() -> None:
    starts = {"past": -5, "long past": -50, "today": 0, "soon": 3, "undated": None}
    index_listings(
        [
            make.listing(name, starts_on=None if days is None else TODAY + timedelta(days=days)).id
            for name, days in starts.items()
        ]
    )
    order = [each.listing.title for each in search(SearchQuery(sort="start"), now=NOW).found]
    assert order == ["today", "soon", "undated", "past", "long past"]


@pytest.mark.django_db
def test_relevance_puts_titles_first() -> None:
    inside = make.listing("아침 운동", description="요가", registration_closes_at=at(1))
    titled = make.listing("요가 교실", registration_closes_at=at(90))
    index_listings([inside.id, titled.id])
    assert [each.listing.id for each in search(SearchQuery(q="요가"), now=NOW).found] == [
        titled.id,
        inside.id,
    ]
    by_deadline = search(SearchQuery(q="요가", sort="deadline"), now=NOW)
    assert [each.listing.id for each in by_deadline.found] == [inside.id, titled.id]


@pytest.mark.django_db
@pytest.mark.req("A22", "rule")
def test_a_former_region_leads_to_what_came_after() -> None:
    regions()
    index_listings(
        [make.listing("옛 번호", region_id="42110").id, make.listing("새 번호", region_id="51110").id]
    )
    for code in ("42000", "42110", "51000", "51110"):
        result = search(SearchQuery(region=code), now=NOW)
        assert result.total == 2
        counted = [(each.label, each.count) for each in result.facets["sigungu"] if each.count]
        assert counted == [("춘천시", 2)]
    assert "강원도" not in [each.label for each in result.facets["region"]]
    before = search(SearchQuery(region="42000"), now=datetime(2023, 6, 1, tzinfo=SEOUL))
    assert before.total == 1


@pytest.mark.django_db
def test_a_divided_region_lies_in_each_part() -> None:
    regions()
    west = make.region("28260", "서구")
    for code, name in (("28275", "서해구"), ("28290", "검단구")):
        part = make.region(code, name)
        RegionChange.objects.get_or_create(
            predecessor=west, successor=part, defaults={"effective_on": date(2026, 7, 1)}
        )
    index_listings([make.listing("요가", region=west).id])
    for code in ("28260", "28275", "28290", "28000"):
        assert search(SearchQuery(region=code), now=NOW).total == 1
    assert search(SearchQuery(region="28275"), now=datetime(2026, 6, 1, tzinfo=SEOUL)).total == 0


@pytest.mark.django_db
def test_nothing_found_says_which_part_to_leave_out() -> None:
    regions()
    index_listings([make.listing("아침 요가", region_id="11440", area="civic").id])
    result = search(SearchQuery(q="요가", region="11110", area=("civic",)), now=NOW)
    assert (result.total, result.dropping) == (0, (("region", 1),))
    assert result.all_count == 1
    assert search(SearchQuery(region="99999"), now=NOW).dropping == (("region", 1),)


@pytest.mark.django_db(transaction=True)
def test_each_search_sees_what_was_committed_before_it() -> None:
    supplier = make.organisation()
    first = make.listing(
        "아침 요가", supplier=supplier, run_id=make.run(make.version(supplier)).id, capacity=1
    )
    index_listings([first.id])

    def states() -> dict[str, int]:
        return {c.value: c.count for c in search(SearchQuery(), now=NOW).facets["state"] if c.count}

    assert states() == {"open": 1}
    Listing.objects.filter(id=first.id).update(seats_taken=1)
    touch_run(first.run_id)  # type: ignore[arg-type]
    assert states() == {"full": 1}
    index_listings([make.listing("저녁 요가", supplier=supplier).id])
    assert states() == {"full": 1, "open": 1}
    with transaction.atomic():
        index_listings([make.listing("밤 요가", supplier=supplier).id])
        assert states() == {"full": 1, "open": 2}
        transaction.set_rollback(True)
    assert states() == {"full": 1, "open": 1}
    remove_from_index([first.id])
    assert states() == {"open": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_what_is_committed_late_is_not_missed() -> None:
    supplier = make.organisation()
    early, late = (make.listing(name, supplier=supplier) for name in ("먼저 시작한 것", "나중에 시작한 것"))
    index_listings([make.listing("오래된 것", supplier=supplier).id])
    begun, go_on = Event(), Event()

    def slow() -> None:
        with transaction.atomic():
            index_listings([early.id])
            begun.set()
            assert go_on.wait(30)

    def meanwhile() -> list[int]:
        assert begun.wait(30)
        index_listings([late.id])
        before = search(SearchQuery(), now=NOW).total
        search(SearchQuery(), now=NOW)
        go_on.set()
        return [before]

    _nothing, seen = all_at_once([slow, meanwhile])
    assert seen == [2]
    assert search(SearchQuery(), now=NOW).total == 3


@pytest.mark.django_db(transaction=True)
def test_a_failure_midway_leaves_nothing_half_done() -> None:
    supplier = make.organisation()
    index_listings([make.listing("요가", supplier=supplier).id])
    assert search(SearchQuery(), now=NOW).total == 1
    index_listings([make.listing("명상", supplier=supplier).id])
    with patch.object(Columns, "_put", side_effect=OperationalError("gone")), pytest.raises(OperationalError):
        search(SearchQuery(), now=NOW)
    assert search(SearchQuery(), now=NOW).total == 2


@pytest.mark.django_db(transaction=True)
def test_changing_seats_many_times_keeps_one_event() -> None:
    run = make.run()
    made = make.listing("요가", supplier=run.organisation, run_id=run.id)
    index_listings([made.id])
    for seats in range(5):
        Listing.objects.filter(id=made.id).update(seats_taken=seats)
        touch_run(run.id)
        search(SearchQuery(), now=NOW)
    with columns(NOW) as cols:
        assert len(cols._events) == 1


@pytest.mark.django_db(transaction=True)
def test_time_alone_turns_states() -> None:
    rows = scatter(60, seed=11)
    for hours in (0, 1, 13, 40, 41, 90, 300, -50, 0):
        check(SearchQuery(size=100), search(SearchQuery(size=100), now=at(hours)), rows, now=at(hours))


@pytest.mark.django_db(transaction=True)
def test_the_number_of_queries_does_not_grow() -> None:
    def count(query: SearchQuery) -> int:
        search(query, now=NOW)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            search(query, now=NOW)
        return len(seen)

    scatter(5)
    few = [count(SearchQuery()), count(SearchQuery(q="요가"))]
    scatter(90)
    # On PostgreSQL one look at what was committed late may fall into either reading.
    spare = connection.vendor == "postgresql"
    assert few[0] - spare <= count(SearchQuery(size=100)) <= few[0] <= 6 + spare
    assert count(SearchQuery(q="요가", size=100)) == few[1] <= 12


def test_bit_sets() -> None:
    numbers = [1, 7, 8, 9, 1000, 65_537]
    assert list(positions(bits_of(numbers))) == numbers
    assert list(positions(0)) == []
    assert bits_of([]) == 0


@pytest.mark.django_db
def test_columns_hold_one_bit_for_each_listing() -> None:
    scatter(20)
    with columns(NOW) as cols:
        assert cols.live.bit_count() == 20
        for name in ("state", "region", "area", "category", "fee", "mode"):
            assert sum(bits.bit_count() for bits in cols.sets[name].values()) == 20
        assert (
            first_by(list(positions(cols.live)), cols.closes, 3)
            == sorted(positions(cols.live), key=lambda each: (cols.closes[each], each))[:3]
        )
    assert RegistrationState.OPEN in cols.sets["state"]
