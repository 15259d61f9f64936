"""Statements with holes: canonical N-Quads that are filled in instead of computed.

Compiled from a document whose variable strings are tokens. Because every node has an IRI, the canonical form
is the sorted statements: those of one subject stay together, and the subjects are ordered anew for each set of
values, which takes a few comparisons.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import compress, pairwise, repeat
from operator import itemgetter, lt
from typing import Any, Final

from credcore import rdf
from credcore.errors import CredentialError

Values = tuple[bytes, ...]
_Segment = list[tuple[bytes, Callable[[Values], Values]]]

TOKEN: Final = re.compile(rb"urn:x-credcore-hole:(\d{4}):")
# From here on bytes of UTF-8 begin the characters that UTF-16 sorts differently.
_RARE: Final = 0xEE
_MOST_PROGRAMS: Final = 24


class NotCompilable(CredentialError):
    """This document cannot be a shape; it takes the general path."""

    code = "not_compilable"


def token(number: int) -> str:
    return f"urn:x-credcore-hole:{number:04d}:"


@dataclass(frozen=True, slots=True)
class _Program:
    """The statements in one order of subjects, and what proves that the order holds.

    ``numbers`` say how values (first) and ``pieces`` (behind them) follow each other; ``links`` are the subjects
    of which each must come before the next.
    """

    chain: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]
    links: tuple[int, ...]
    pieces: tuple[bytes, ...]
    numbers: tuple[int, ...]
    pick: Callable[[Values], Values]

    @classmethod
    def of(cls, text: bytes, links: Sequence[int], values: int) -> _Program:
        parts = TOKEN.split(text)
        pieces = tuple(piece for piece in parts[::2] if piece)
        numbers: list[int] = []
        for place, part in enumerate(parts):
            if place % 2:
                numbers.append(int(part))
            elif part:
                numbers.append(values + sum(1 for piece in parts[:place:2] if piece))
        return cls(getter(links), tuple(links), pieces, tuple(numbers), getter(numbers))

    def fill(self, values: Values) -> bytes:
        return b"".join(self.pick(values + self.pieces))

    def fill_many(self, columns: Sequence[Sequence[bytes]]) -> Iterator[bytes]:
        """Each as it is asked for, so that its bytes are still at hand when they are hashed."""
        holes, count = len(columns), len(columns[0])
        parts = [
            repeat(self.pieces[number - holes], count) if number >= holes else columns[number]
            for number in self.numbers
        ]
        return map(b"".join, zip(*parts, strict=True))


class Statements:
    """The statements of a document with ``count`` holes; ``kinds`` says of each ``iri`` or ``text``."""

    def __init__(self, document: dict[str, Any], count: int) -> None:
        """Compiles a document with tokens in its holes; raises NotCompilable where that is not safe."""
        self.count = count
        lines = rdf.canonical_lines(document)
        # What the formats and the objects around them hold, roughly.
        self.size = 4 * sum(map(len, lines)) + 16_384
        self.lines = lines
        self._lines = [format_of(line) for line in lines]
        self.kinds = self._compile(lines)
        self._programs: dict[tuple[tuple[int, ...], tuple[int, ...]], _Program] = {}
        self._current: _Program | None = None

    def _compile(self, lines: list[bytes]) -> list[str]:
        # A single node without an id is always c14n0, whatever stands beside it.
        lone = not any(b"_:c14n1" in line for line in lines)
        kinds: dict[int, str] = {}
        blocks: dict[bytes, list[bytes]] = {}
        for line in lines:
            for match in TOKEN.finditer(line):
                number, around = (
                    int(match[1]),
                    (line[match.start() - 1 : match.start()], line[match.end() :][:1]),
                )
                if around not in ((b"<", b">"), (b'"', b'"')):
                    raise NotCompilable("a hole is not a whole term")
                if around[0] == b"<" or number not in kinds:
                    kinds[number] = "iri" if around[0] == b"<" else "text"
                if not lone and _BLANK_NODE.search(line):
                    raise NotCompilable("a hole beside a node without an id")
            blocks.setdefault(line.split(b" ", 1)[0], []).append(line)
        if len(kinds) != self.count:
            raise NotCompilable("a hole does not reach the signed statements")
        constants = {subject: group for subject, group in blocks.items() if not TOKEN.search(subject)}
        self._constants = sorted(constants, key=lambda name: (not name.startswith(b"<"), name))
        # Blank nodes come after all IRIs.
        self._constant_keys = tuple(
            subject[1:] if subject.startswith(b"<") else b"\xff" + subject for subject in self._constants
        )
        self._subjects = [int(found[1]) for subject in blocks if (found := TOKEN.search(subject))]
        self._segments: list[_Segment] = []
        self._blocks = {subject: self._block(group) for subject, group in blocks.items()}
        return [kinds[number] for number in range(self.count)]

    def _block(self, lines: list[bytes]) -> bytes:
        """One subject's lines; a repeated predicate with a variable object becomes a segment of its own."""
        result: list[bytes] = []
        by_predicate: dict[bytes, list[bytes]] = {}
        for line in lines:
            by_predicate.setdefault(line.split(b" ", 2)[1], []).append(line)
        for group in by_predicate.values():
            variable = any(TOKEN.search(line.split(b" ", 2)[2]) for line in group)
            if len(group) > 1 and variable:
                result.append(token(self.count + len(self._segments)).encode() + b"\n")
                self._segments.append([format_of(line) for line in group])
            else:
                result += [line + b"\n" for line in group]
        return b"".join(result)

    def merged(self, values: Values) -> bytes:
        """The canonical N-Quads with these (escaped) values, line by line: right also where subjects merge."""
        return b"\n".join(sorted({line % pick(values) for line, pick in self._lines})) + b"\n"

    def nquads(self, values: Values) -> bytes | None:
        """The same, faster; None if subjects merge or other processors would sort differently."""
        keys = (*[values[number] + b">" for number in self._subjects], *self._constant_keys)
        if self._segments:
            segments = []
            for lines in self._segments:
                segment = _fill_segment(lines, values)
                if segment is None:
                    return None
                segments.append(segment)
            values = (*values, *segments)
        program = self._current
        if program is None or not _ascending(program.chain(keys)):
            program = self._program(keys)
            if program is None:
                return None
        return program.fill(values)

    def digests(self, columns: Sequence[Sequence[bytes]]) -> list[bytes | None]:
        """SHA-256 of ``nquads`` for many rows, given hole by hole."""
        count = len(columns[0])
        result: list[bytes | None] = [None] * count
        left: Sequence[int] = range(count)
        if not self._segments:
            # ">" ends an IRI, so that one that begins another sorts where its statements do.
            keys = [(b">\n".join(columns[number]) + b">").split(b"\n") for number in self._subjects]
            if self._current is None:
                self.nquads(tuple(column[0] for column in columns))
            for program in sorted(self._programs.values(), key=lambda known: known is not self._current):
                fitting = self._fitting(program, keys, left)
                if len(fitting) == count:
                    return [sha256(text).digest() for text in program.fill_many(columns)]
                if not fitting:
                    continue
                theirs = [[column[row] for row in fitting] for column in columns]
                for row, text in zip(fitting, program.fill_many(theirs), strict=True):
                    result[row] = sha256(text).digest()
                if len(fitting) == len(left):
                    return result
                done = set(fitting)
                left = [row for row in left if row not in done]
        for row in left:
            sorted_anew = self.nquads(tuple([column[row] for column in columns]))
            result[row] = None if sorted_anew is None else sha256(sorted_anew).digest()
        return result

    def _fitting(self, program: _Program, keys: Sequence[list[bytes]], rows: Sequence[int]) -> Sequence[int]:
        """The rows whose subjects come in the order of the program."""
        count = len(self._subjects)
        picked = keys if len(rows) == len(keys[0]) else [[key[row] for row in rows] for key in keys]
        for one, following in pairwise(program.links):
            if one >= count and following >= count:
                continue
            if one >= count:
                before: Iterable[bytes] = repeat(self._constant_keys[one - count])
                ascending = list(map(lt, before, picked[following]))
            elif following >= count:
                ascending = list(map(lt, picked[one], repeat(self._constant_keys[following - count])))
            else:
                ascending = list(map(lt, picked[one], picked[following]))
            if False in ascending:
                rows = list(compress(rows, ascending))
                if not rows:
                    return rows
                picked = [list(compress(key, ascending)) for key in picked]
        return rows

    def _program(self, keys: tuple[bytes, ...]) -> _Program | None:
        """Finds or makes the program for the order in which these subjects come."""
        for known in self._programs.values():
            if known is not self._current and _ascending(known.chain(keys)):
                self._current = known
                return known
        count = len(self._subjects)
        order = tuple(sorted(range(count), key=keys.__getitem__))
        places = tuple(bisect_left(self._constant_keys, keys[number]) for number in order)
        program = self._programs.get((order, places))
        if program is None:
            program = self._assemble(order, places)
            if len(self._programs) < _MOST_PROGRAMS:
                self._programs[order, places] = program
        if not _ascending(program.chain(keys)):
            return None  # two subjects are equal
        self._current = program
        return program

    def _assemble(self, order: tuple[int, ...], places: tuple[int, ...]) -> _Program:
        count = len(self._subjects)
        sequence: list[int] = []
        upcoming = list(zip(order, places, strict=True))
        for place in range(len(self._constants) + 1):
            while upcoming and upcoming[0][1] == place:
                sequence.append(upcoming.pop(0)[0])
            if place < len(self._constants):
                sequence.append(count + place)
        text = b"".join(self._blocks[self._subject(item)] for item in sequence)
        # Constants among themselves are in order; each variable subject is compared with its neighbours.
        chain = [
            item
            for at, item in enumerate(sequence)
            if item < count or any(near < count for near in sequence[max(0, at - 1) : at + 2])
        ]
        return _Program.of(text, chain, self.count + len(self._segments))

    def _subject(self, item: int) -> bytes:
        count = len(self._subjects)
        if item < count:
            return b"<" + token(self._subjects[item]).encode() + b">"
        return self._constants[item - count]


def format_of(text: bytes) -> tuple[bytes, Callable[[Values], Values]]:
    """A byte format for text with tokens, and the getter of the values it takes."""
    pieces = [piece.replace(b"%", b"%%") for piece in TOKEN.split(text)[::2]]
    return b"%b".join(pieces), getter([int(number) for number in TOKEN.findall(text)])


def getter(numbers: Sequence[int]) -> Callable[[tuple[bytes, ...]], tuple[bytes, ...]]:
    if not numbers:
        return lambda values: ()
    if len(numbers) == 1:
        only = numbers[0]
        return lambda values: (values[only],)
    return itemgetter(*numbers)


def _ascending(chain: tuple[bytes, ...]) -> bool:
    return all(map(lt, chain, chain[1:]))


def _fill_segment(segment: _Segment, values: Values) -> bytes | None:
    """The lines of one subject and predicate in order, each once; without the end of the last line."""
    done = {line % pick(values) for line, pick in segment}
    if not b"".join(done).isascii() and any(max(line) >= _RARE for line in done):
        return None
    return b"\n".join(sorted(done))


_BLANK_NODE: Final = re.compile(rb"\A_:|\A\S+ \S+ _:|_:c14n\d+ \.\Z")
