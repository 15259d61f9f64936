"""No damage passes, none makes ``verify`` raise, hang or hoard: a sample in every run, all of it in ``make soak``."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Iterable

import orjson
import pytest

from credcore.status import Bitstring
from credcore.verify import MatcherCache, verify
from tests.credcore.samples import NOW, World
from tests.credcore.test_structure import HOLDS, full
from tests.soak import rounds


def world() -> World:
    found = World()
    found.publish_list(Bitstring())
    found.publish_list(Bitstring(), "suspension", HOLDS)
    return found


def refuse(changes: Iterable[tuple[int, int]], data: bytes, here: World) -> None:
    """Each of these changes to one byte keeps the badge from being valid; ``changes`` are places and bits."""
    cache, resolvers = MatcherCache(), here.resolvers
    for _ in range(3):
        assert verify(data, resolvers=resolvers, now=NOW, cache=cache).verdict == "valid"
    for position, change in changes:
        spoiled = bytearray(data)
        spoiled[position] ^= change
        report = verify(bytes(spoiled), resolvers=resolvers, now=NOW, cache=cache)
        assert report.outcome != "valid", (position, change)


def test_changed_bytes_are_refused() -> None:
    here = world()
    data = orjson.dumps(here.issue(full()))
    refuse(((position, 1) for position in range(0, len(data), 17)), data, here)


@pytest.mark.slow
def test_every_changed_byte_is_refused() -> None:
    """Every byte once in any case; then other changes as long as there is time."""
    here, chance = world(), random.Random(time.time_ns())
    data = orjson.dumps(here.issue(full()))
    places = chance.sample(range(len(data)), len(data))
    refuse(
        ((places[number % len(places)], chance.randrange(1, 256)) for number in rounds(len(places))),
        data,
        here,
    )


def throw_at_verify(numbers: Iterable[int], seed: int) -> None:
    here, chance, cache = world(), random.Random(seed), MatcherCache()
    data = orjson.dumps(here.issue(full()))
    pieces = [
        b'{"',
        b"[" * 400,
        b'"@context":',
        b"null",
        b"1e999",
        b"\xff\xfe",
        b"\\ud800",
        data[:300],
        b"\x89PNG\r\n",
    ]
    resolvers = here.resolvers
    tracemalloc.start()
    try:
        for number in numbers:
            spoiled = bytearray(data)
            for _ in range(chance.randrange(1, 4)):
                at = chance.randrange(len(spoiled))
                spoiled[at : at + chance.randrange(200)] = chance.choice(pieces)
            started = time.thread_time()
            report = verify(bytes(spoiled), resolvers=resolvers, now=NOW, cache=cache)
            assert report.outcome != "valid", (seed, number)
            assert time.thread_time() - started < 2, (seed, number)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_rubbish_neither_raises_nor_hangs() -> None:
    throw_at_verify(range(200), 5)


@pytest.mark.slow
def test_much_rubbish_neither_raises_nor_hangs() -> None:
    throw_at_verify(rounds(1_000), time.time_ns())
