"""No damage passes, none makes ``verify`` raise, hang or hoard: a sample in every run, all of it in ``make soak``."""

from __future__ import annotations

import random
import time
import tracemalloc

import orjson
import pytest

from credcore.status import Bitstring
from credcore.verify import MatcherCache, verify
from tests.credcore.samples import NOW, World
from tests.credcore.test_structure import HOLDS, full


def world() -> World:
    found = World()
    found.publish_list(Bitstring())
    found.publish_list(Bitstring(), "suspension", HOLDS)
    return found


def refuse_every(step: int, changes: tuple[int, ...]) -> None:
    here, cache = world(), MatcherCache()
    data = orjson.dumps(here.issue(full()))
    for _ in range(3):
        assert verify(data, resolvers=here.resolvers, now=NOW, cache=cache).verdict == "valid"
    resolvers = here.resolvers
    for position in range(0, len(data), step):
        for change in changes:
            spoiled = bytearray(data)
            spoiled[position] ^= change
            report = verify(bytes(spoiled), resolvers=resolvers, now=NOW, cache=cache)
            assert report.outcome != "valid", (position, change)


def test_changed_bytes_are_refused() -> None:
    refuse_every(17, (1,))


@pytest.mark.slow
def test_every_changed_byte_is_refused() -> None:
    refuse_every(1, tuple(range(1, 256, 6)))


def throw_at_verify(count: int) -> None:
    here, chance, cache = world(), random.Random(5), MatcherCache()
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
        for _ in range(count):
            spoiled = bytearray(data)
            for _ in range(chance.randrange(1, 4)):
                at = chance.randrange(len(spoiled))
                spoiled[at : at + chance.randrange(200)] = chance.choice(pieces)
            started = time.thread_time()
            assert verify(bytes(spoiled), resolvers=resolvers, now=NOW, cache=cache).outcome != "valid"
            assert time.thread_time() - started < 2
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_rubbish_neither_raises_nor_hangs() -> None:
    throw_at_verify(200)


@pytest.mark.slow
def test_much_rubbish_neither_raises_nor_hangs() -> None:
    throw_at_verify(20_000)
