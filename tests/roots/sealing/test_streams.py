"""Files sealed in pieces: they come back as they were, from any place, or not at all."""

import io
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naite.roots.sealing.ring import SealBroken
from naite.roots.sealing.streams import MARK, PIECE, SealedReader, head_of, plain_size, seal_stream

LENGTHS = (0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7)


def sealed(content: bytes, *, name: str = "files/ab/c", step: int = 50_000) -> bytes:
    pieces = (content[at : at + step] for at in range(0, len(content), step))
    return b"".join(seal_stream(pieces, purpose="test", name=name))


def reader(path: Path, content: bytes, *, name: str = "files/ab/c") -> io.BufferedReader:
    path.write_bytes(content)
    return io.BufferedReader(SealedReader(path.open("rb"), purpose="test", name=name))


@pytest.mark.req("X6", "rule")
@pytest.mark.parametrize("length", LENGTHS)
def test_what_was_sealed_comes_back_and_its_size_is_known(length: int, tmp_path: Path) -> None:
    content = os.urandom(length)
    kept = sealed(content)
    with reader(tmp_path / "f", kept) as file:
        found = head_of((tmp_path / "f").open("rb"))
        assert found is not None
        assert plain_size(len(kept), found[1]) == length
        assert file.read() == content
        assert file.seek(0, os.SEEK_END) == length
    if length > 32:
        assert content[:32] not in kept


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 3 * PIECE), st.integers(0, 2 * PIECE)), max_size=6))
def test_any_part_is_read_from_any_place(parts: list[tuple[int, int]]) -> None:
    content = bytes(range(251)) * (3 * PIECE // 251)
    with tempfile.TemporaryDirectory() as folder, reader(Path(folder, "f"), sealed(content)) as file:
        for start, length in parts:
            file.seek(start)
            assert file.read(length) == content[start : start + length]


@pytest.mark.req("X6", "refusal")
@pytest.mark.parametrize("length", [10, PIECE, 3 * PIECE + 7])
def test_a_file_that_was_cut_off_does_not_open(length: int, tmp_path: Path) -> None:
    kept = sealed(b"x" * length)
    body = PIECE + 16
    cuts = {len(kept) - 1, len(kept) - 16, *range(len(kept) - body, len(MARK) + 17, -body)}
    for cut in cuts:
        with pytest.raises(SealBroken):
            reader(tmp_path / "f", kept[:cut])


@pytest.mark.req("X6", "refusal")
def test_no_changed_byte_and_no_other_order_passes(tmp_path: Path) -> None:
    content = b"a" * PIECE + b"b" * PIECE + b"c" * 5
    kept = sealed(content)
    head = len(kept) - (2 * (PIECE + 16) + 5 + 16)
    one, two = kept[head : head + PIECE + 16], kept[head + PIECE + 16 : head + 2 * (PIECE + 16)]
    swapped = kept[:head] + two + one + kept[head + 2 * (PIECE + 16) :]
    for changed in (
        swapped,
        kept[: head + 9] + b"?" + kept[head + 10 :],
        kept[: head - 1] + b"?" + kept[head:],
    ):
        with pytest.raises(SealBroken), reader(tmp_path / "f", changed) as file:
            file.read()
    with pytest.raises(SealBroken):
        reader(tmp_path / "f", kept, name="files/ab/d")
    for plain in (b"", b"%PDF-1.7", MARK, MARK + b"\x09abc"):
        with pytest.raises(SealBroken):
            reader(tmp_path / "f", plain)
