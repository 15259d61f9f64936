"""Bitstring Status List 1.0."""

from __future__ import annotations

import gzip
import itertools
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credcore import multibase, status
from credcore.errors import InvalidDocument, MalformedInput
from credcore.validation import validate
from tests.credcore.samples import ISSUER, LIST_URL, NOW


def test_the_first_place_is_the_leftmost_bit() -> None:
    bits = status.Bitstring()
    bits.set(0)
    bits.set(9)
    assert bits.to_bytes()[:2] == bytes([0b1000_0000, 0b0100_0000])
    assert (bits.get(0), bits.get(1), bits.get(9)) == (1, 0, 1)
    bits.set(0, 0)
    assert bits.get(0) == 0


def test_several_bits_per_place() -> None:
    bits = status.Bitstring(status.SMALLEST_LIST, width=4)
    bits.set(1, 0xA)
    assert bits.to_bytes()[0] == 0x0A
    assert bits.get(1) == 0xA
    with pytest.raises(MalformedInput):
        bits.set(1, 16)


@given(st.sets(st.integers(0, status.SMALLEST_LIST - 1), max_size=20))
def test_what_is_encoded_comes_back(places: set[int]) -> None:
    bits = status.Bitstring()
    for place in places:
        bits.set(place)
    text = bits.encode()
    assert text == bits.encode()
    assert {p for p in places if status.Bitstring.decode(text).get(p)} == places
    assert gzip.decompress(multibase.base64url_decode(text[1:])) == bits.to_bytes()


def test_the_empty_list_of_the_specification() -> None:
    """Section 2.2, example: 131,072 zero bits."""
    published = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert status.Bitstring.decode(published).to_bytes() == bytes(16384)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "H4sI",
        "u",
        "uAAAA",
        "u" + multibase.base64url_encode(gzip.compress(bytes(100), mtime=0)),
        "u" + multibase.base64url_encode(gzip.compress(bytes(16384), mtime=0)[:-4]),
        "u" + multibase.base64url_encode(gzip.compress(bytes(16384), mtime=0) + b"more"),
    ],
)
def test_damaged_short_and_padded_lists_are_refused(encoded: str) -> None:
    with pytest.raises(MalformedInput):
        status.Bitstring.decode(encoded)


def test_a_bomb_is_refused_without_unpacking_it() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    started = time.process_time()
    with pytest.raises(MalformedInput):
        status.Bitstring.decode("u" + multibase.base64url_encode(packed))
    assert time.process_time() - started < 2


@pytest.mark.parametrize("size", [1, 2, 3, 10, 1000, 4096, 10_007])
def test_each_place_is_given_out_once(size: int) -> None:
    order = status.IndexPermutation(size, b"key")
    assert sorted(map(order.index, range(size))) == list(range(size))


def test_many_places_are_those_of_each() -> None:
    order = status.IndexPermutation(131_072, b"key")
    assert order.indexes(130_900, 172) == [order.index(number) for number in range(130_900, 131_072)]
    assert order.indexes(131_072, 0) == []
    for size in (100, 10_007, 2_000_000):  # the last is beyond what is looked up in tables
        other = status.IndexPermutation(size, b"another key")
        assert other.indexes(0, 100) == [other.index(number) for number in range(100)]
    for first, count in ((131_000, 73), (-1, 2)):
        with pytest.raises(MalformedInput):
            order.indexes(first, count)
    # An order once given out never changes: those places are in badges.
    assert order.indexes(0, 4) == [70_623, 8_434, 11_819, 18_217]


def test_places_look_random_and_differ_by_key() -> None:
    order = status.IndexPermutation(131_072, b"a")
    first = [order.index(i) for i in range(2000)]
    assert first != [status.IndexPermutation(131_072, b"b").index(i) for i in range(2000)]
    halves = [
        sum(place < 65_536 for place in first),
        sum(b > a for a, b in itertools.pairwise(first)),
    ]
    assert all(850 < count < 1150 for count in halves)
    with pytest.raises(MalformedInput):
        order.index(131_072)


def test_the_last_place_costs_no_more_than_the_first() -> None:
    order = status.IndexPermutation(10_000_000, b"k")

    def cost(start: int) -> float:
        started = time.process_time()
        for counter in range(start, start + 5000):
            order.index(counter)
        return time.process_time() - started

    cost(0)
    assert min(cost(9_900_000) for _ in range(3)) < 3 * min(cost(0) for _ in range(3))


def list_credential(bits: status.Bitstring, **changes) -> dict:
    values = {
        "issuer": ISSUER,
        "bitstring": bits,
        "purpose": "revocation",
        "valid_from": NOW,
        "ttl_ms": 300_000,
    }
    return status.build_status_list_credential(LIST_URL, **{**values, **changes})


def test_entry_and_list_fit_together() -> None:
    bits = status.Bitstring()
    bits.set(7)
    document = list_credential(bits)
    assert validate(document) == []
    assert status.check_status(status.status_entry(LIST_URL, 7), document).value == 1
    assert status.check_status(status.status_entry(LIST_URL, 8), document).value == 0


def test_messages_for_a_status_of_several_bits() -> None:
    bits = status.Bitstring(status.SMALLEST_LIST, width=2)
    bits.set(3, 2)
    messages = {0: "정상", 1: "확인 중", 2: "바로잡음", 3: "끝남"}
    entry = status.status_entry(LIST_URL, 3, "message", width=2, messages=messages)
    value = status.check_status(entry, list_credential(bits, purpose="message"))
    assert (value.value, value.message) == (2, "바로잡음")
    with pytest.raises(InvalidDocument):
        status.status_entry(LIST_URL, 3, "message", width=2, messages={0: "정상"})


@pytest.mark.parametrize(
    "change",
    [
        {"statusPurpose": "suspension"},
        {"statusListCredential": "https://elsewhere.example/1"},
        {"statusListIndex": "131072"},
        {"statusListIndex": "-1"},
        {"statusListIndex": "१"},
        {"statusListIndex": 7},
        {"statusSize": 3},
        {"statusSize": True},
    ],
)
def test_an_entry_that_does_not_fit_its_list_is_refused(change: dict) -> None:
    entry = {**status.status_entry(LIST_URL, 7), **change}
    with pytest.raises(MalformedInput):
        status.check_status(entry, list_credential(status.Bitstring()))


def test_lists_too_small_to_hide_anybody_are_not_built() -> None:
    with pytest.raises(InvalidDocument):
        list_credential(status.Bitstring(1024))
