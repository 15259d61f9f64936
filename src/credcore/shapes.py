"""Shapes: one badge class, compiled once, so that a badge of it costs little more than its signature.

Badges of one class differ in a few strings, the *holes*. For given values of these the JSON text and the
canonical N-Quads follow by filling in two byte formats, because every node has an IRI: then RDFC-1.0's
canonical form is just the sorted statements. What makes this safe:

1. Contexts are pinned; keys, types, list lengths, numbers and the contexts themselves are constants.
2. A hole is one whole string that is exactly an IRI of a few plain schemes (none of them a term of a context)
   or exactly a literal.
3. On compiling, each hole is filled with a token of its own, and the token must come out of the general
   processor; so must every constant.
4. Where a subject could merge with another, or a repeated property has a variable value, the lines are
   sorted anew; two equal subjects send the badge to the general path.
5. Blank nodes are allowed only in statements without a hole: then their labels are constants too.
6. Values are taken only as they stand: anything that JSON or N-Quads would escape takes a slower way, anything
   odd the general path.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from struct import Struct
from typing import Any, Final
from unicodedata import is_normalized

import orjson

from credcore import contexts, rdf
from credcore.errors import CredentialError
from credcore.instants import parse_instant
from credcore.statements import TOKEN, NotCompilable, Statements, Values, format_of, getter, token
from credcore.status import STATUS_ENTRY
from credcore.validation import types_of, validate

Path = tuple[str | int, ...]

_SCHEMES: Final = ("did", "urn", "https", "http")
_IRI: Final = r"(?:did:[a-z0-9]+:|urn:uuid:|https?://)[A-Za-z0-9._~:/?#@!$&()*+,;=%\-]+"
_TEXT: Final = r"[^\x00-\x1f\x7f-\x9f\"\\\ud800-\udfff\ufffe\uffff]*"
_DIGITS: Final = r"[0-9]{1,11}"
_DATE: Final = r"[0-9T:Z.+\-]{20,40}"
_PATTERNS: Final = {"iri": _IRI, "text": _TEXT, "digits": _DIGITS, "date": _DATE, "checked": _TEXT}
# The same of UTF-8; its rarer forbidden characters are looked for apart.
_TEXT_BYTES: Final = r"[^\x00-\x1f\x7f\"\\]*"
BYTE_PATTERNS: Final = {**_PATTERNS, "text": _TEXT_BYTES, "checked": _TEXT_BYTES}
_ODD: Final = re.compile(rb"\xc2[\x80-\x9f]|\xef\xbf[\xbe\xbf]")
_NOT_HOLES: Final = frozenset({"@context", "type", "proofPurpose", "@language", "@value"})
_SPANS: Final = {
    "validFrom": "validUntil",
    "issuanceDate": "expirationDate",
    "activityStartDate": "activityEndDate",
}
_ENTRY_HOLES: Final = ("id", "statusListIndex")
_MOST_HOLES: Final = 256
_MOST_CHECKED: Final = 4096
_MOST_CUTS: Final = 16


def string_leaves(value: Any, path: Path = ()) -> Iterable[tuple[Path, str]]:
    """All strings of a document with their paths, in document order."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from string_leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from string_leaves(item, (*path, index))


def usual_holes(document: Mapping[str, Any]) -> list[Path]:
    """What differs between badges of one class: everything but issuer, achievement, art and vocabulary."""
    return [
        path
        for path, _ in string_leaves(document)
        if not _NOT_HOLES.intersection(map(str, path))
        and path[0] not in ("issuer", "image", "proof", "credentialSchema")
        and (path[0] != "termsOfUse" or (path[-1] in _ENTRY_HOLES and _is_entry(document, path)))
        and path[:2] != ("credentialSubject", "achievement")
        and path[-1] not in ("statusListCredential", "statusPurpose", "resultDescription")
    ]


def _is_entry(document: Mapping[str, Any], path: Path) -> bool:
    return STATUS_ENTRY in types_of(read(document, path[:-1]))


def read(document: Any, path: Path) -> Any:
    """The value at a path; raises NotCompilable if there is none."""
    try:
        for step in path:
            document = document[step]
    except (KeyError, IndexError, TypeError):
        raise NotCompilable(f"nothing at {'.'.join(map(str, path))}") from None
    return document


def filled(document: Any, paths: Sequence[Path], values: Sequence[str]) -> Any:
    """A copy of the document with other strings at the paths."""
    result = copy.deepcopy(document)
    for path, value in zip(paths, values, strict=True):
        read(result, path[:-1])[path[-1]] = value
    return result


@lru_cache(maxsize=4096)
def instant(text: bytes) -> datetime | None:
    """A point in time, None if it is malformed; remembers the latest few thousand."""
    try:
        return parse_instant(text.decode("ascii"))
    except CredentialError:
        return None


class Layout:
    """JSON text with holes: constant pieces between the values of strings."""

    def __init__(self, first: bytes, rest: Sequence[bytes]) -> None:
        self.first = first
        self.rest = tuple(rest)
        self._sized = tuple((piece, len(piece)) for piece in self.rest)
        self._pieces = (first, *self.rest)
        self._cuts: dict[int, Callable[[bytes], tuple[bytes, ...]]] = {}

    def match(self, data: bytes) -> Values | None:
        """The values if the text has exactly this layout. They are not yet checked: one may hold a quote."""
        cut = self._cuts.get(len(data))
        if cut is not None:
            # Most badges of a class are cut at the same places as one before them.
            parts = cut(data)
            if parts[::2] == self._pieces:
                return parts[1::2]
        values = self._search(data)
        if values is not None:
            if len(self._cuts) >= _MOST_CUTS:
                self._cuts.clear()
            self._cuts[len(data)] = Struct(
                "".join(
                    f"{len(piece)}s{len(value)}s"
                    for piece, value in zip(self._pieces, (*values, b""), strict=True)
                ).removesuffix("0s")
            ).unpack
        return values

    def knows(self, size: int) -> bool:
        """True if a text of this length was cut lately."""
        return size in self._cuts

    def _search(self, data: bytes) -> Values | None:
        first = self.first
        if not data.startswith(first):
            return None
        position = len(first)
        values: list[bytes] = []
        find, startswith, append = data.find, data.startswith, values.append
        for piece, size in self._sized:
            end = find(b'"', position)
            if not startswith(piece, end):
                return None
            append(data[position:end])
            position = end + size
        return tuple(values) if position == len(data) else None

    def format(self) -> bytes:
        """The same as a byte format."""
        return b"%b".join(piece.replace(b"%", b"%%") for piece in (self.first, *self.rest))


class OptionsShape:
    """The hash of a proof's options for any time of signing. Their one node without an id is ``c14n0``."""

    def __init__(self, options: Mapping[str, Any], context: Any) -> None:
        if "created" not in options:
            raise NotCompilable("the proof names no time")
        config = {"@context": context, **options, "created": token(0)}
        lines = b"\n".join(rdf.canonical_lines(config)) + b"\n"
        if b"c14n1" in lines or TOKEN.findall(lines) != [b"0000"]:
            raise NotCompilable("proof options that shapes cannot have")
        self._format = format_of(lines)[0]
        self.digest = lru_cache(maxsize=64)(self._digest)

    def _digest(self, created: bytes) -> bytes:
        return hashlib.sha256(self._format % created).digest()


class Shape:
    """A compiled document: its layout reads values out of JSON, ``nquads`` fills them in."""

    def __init__(self, document: dict[str, Any], holes: Sequence[Path], *, issuing: bool) -> None:
        """Compiles; raises NotCompilable whenever one of the conditions does not hold."""
        self.document = document
        self.holes = tuple(holes)
        self._issuing = issuing
        if not 0 < len(self.holes) <= _MOST_HOLES or len(set(self.holes)) != len(self.holes):
            raise NotCompilable("no holes, too many, or one twice")
        for path in self.holes:
            if not isinstance(read(document, path), str) or _NOT_HOLES.intersection(map(str, path)):
                raise NotCompilable(f"{path} cannot be a hole")
        require_plain_schemes(document)
        tokens = filled(document, self.holes, [token(i) for i in range(len(self.holes))])
        text = orjson.dumps(tokens)
        order = [int(number) for number in TOKEN.findall(text)]
        if sorted(order) != list(range(len(self.holes))):
            raise NotCompilable("the document contains hole tokens itself")
        if order != sorted(order):
            raise NotCompilable("the holes are not in document order")
        pieces = TOKEN.split(text)[::2]
        self.layout = Layout(pieces[0], pieces[1:])
        self._statements = Statements(tokens, len(self.holes))
        self.nquads = self._statements.nquads
        self.digests = self._statements.digests
        self.size = self._statements.size + 2 * len(text) + 80 * _MOST_CUTS * (len(self.holes) + 1)
        self._kinds = list(self._statements.kinds)
        self._classify()

    # -- compiling -----------------------------------------------------------------------------------------

    def _classify(self) -> None:
        """Finds which holes the data model restricts, and how."""
        base = set(validate(self.document, issuing=self._issuing))
        if base:
            raise NotCompilable("the document itself breaks the data model")
        for number, path in enumerate(self.holes):
            probes = (
                ("https://a.example/x", "did:a:1", "urn:uuid:0") if self._kinds[number] == "iri" else ("~ ~",)
            )
            if all(self._accepts(path, probe) for probe in probes):
                continue
            if self._accepts(path, "7") and not self._accepts(path, "7x"):
                self._kinds[number] = "digits"
            elif path[-1] in (*_SPANS, *_SPANS.values()):
                self._kinds[number] = "date"
            else:
                self._kinds[number] = "checked"
        self._dates = [i for i, kind in enumerate(self._kinds) if kind == "date"]
        self._checked = [i for i, kind in enumerate(self._kinds) if kind == "checked"]
        self._restricted = getter(sorted(self._dates + self._checked))
        self._known: set[Values] = set()
        self._spans = [pair for number in self._dates if (pair := self._span(number))]
        # Of values joined by line feeds: whether each is of its kind and needs no escaping.
        self.plain = "\n".join(BYTE_PATTERNS[kind] for kind in self._kinds).encode("ascii")
        self._plain = re.compile(self.plain).fullmatch
        self._patterns = [re.compile(_PATTERNS[kind]) for kind in self._kinds]

    def _accepts(self, path: Path, probe: str) -> bool:
        return not validate(filled(self.document, [path], [probe]), issuing=self._issuing)

    def _span(self, number: int) -> tuple[Callable[[Values], Any], Callable[[Values], Any]] | None:
        """Getters of start and end of the period to which a date belongs, if it has both ends."""
        path = self.holes[number]
        name = str(path[-1])
        ends = {end: start for start, end in _SPANS.items()}
        other = _SPANS.get(name) or ends[name]
        node = read(self.document, path[:-1])
        if other not in node:
            return None
        sides = {name: self._date_at(path), other: self._date_at((*path[:-1], other))}
        start = name if name in _SPANS else other
        return sides[start], sides[_SPANS[start]]

    def _date_at(self, path: Path) -> Callable[[Values], Any]:
        if path in self.holes:
            number = self.holes.index(path)
            return lambda values: instant(values[number])
        constant = parse_instant(read(self.document, path))
        return lambda values: constant

    # -- using ---------------------------------------------------------------------------------------------

    def accepts(self, text: bytes, values: Values) -> bool:
        """True if the values (``text`` is them joined by line feeds) are plain and keep the data model."""
        return self._plain(text) is not None and clean(text) and self.keeps_model(values)

    def accepts_rows(self, rows: Sequence[Sequence[str]]) -> list[list[bytes]] | None:
        """The values of many rows, hole by hole, if all are plain, in NFC and keep the data model.

        Asks the same of a whole column at once. None also where that cannot be told so: then look at each row.
        """
        try:
            columns = list(zip(*rows, strict=True))
        except (ValueError, TypeError):
            return None
        if len(columns) != len(self.holes):
            return None
        result: list[list[bytes]] = []
        for column, kind in zip(columns, self._kinds, strict=True):
            # What badges of one class have in common is looked at once.
            alike = column.count(column[0]) == len(column)
            try:
                text = column[0] if alike else "\n".join(column)
                if not text.isascii() and not is_normalized("NFC", text):
                    return None
                encoded = text.encode("utf-8")
            except (UnicodeEncodeError, TypeError, AttributeError):
                return None
            values = encoded.split(b"\n")
            if len(values) != (1 if alike else len(rows)) or not column_is_plain(encoded, values, kind):
                return None
            result.append(values * len(rows) if alike else values)
        numbers = sorted(self._dates + self._checked)
        restricted = list(zip(*[result[number] for number in numbers], strict=True))
        if not self._known.issuperset(restricted):
            for row, seen in enumerate(restricted):
                if seen not in self._known and not self._check(tuple(c[row] for c in result), seen):
                    return None
        return result

    def accepts_each(self, values: Sequence[str]) -> bool:
        """As ``accepts``, for values that need escaping: text may hold quotes, backslashes and line ends."""
        for value, kind, pattern in zip(values, self._kinds, self._patterns, strict=True):
            if kind == "text":
                if rdf.FORBIDDEN.search(value):
                    return False
            elif not pattern.fullmatch(value):
                return False
        return True

    def keeps_model(self, values: Values) -> bool:
        """True if dates are dates, in order, and the other restricted values were found good.

        Combinations that were good are remembered, a few thousand of them: most badges share theirs.
        """
        restricted = self._restricted(values)
        return restricted in self._known or self._check(values, restricted)

    def _check(self, values: Values, restricted: Values) -> bool:
        if any(instant(values[number]) is None for number in self._dates):
            return False
        for start, end in self._spans:
            if start(values) > end(values):
                return False
        if self._checked:
            paths = [self.holes[number] for number in self._checked]
            texts = [values[number].decode("utf-8") for number in self._checked]
            if validate(filled(self.document, paths, texts), issuing=self._issuing):
                return False
        if len(self._known) >= _MOST_CHECKED:
            self._known.clear()
        self._known.add(restricted)
        return True


def clean(text: bytes) -> bool:
    """True if this is UTF-8 without the control and non-characters that it writes in several bytes."""
    if text.isascii():
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return (b"\xc2" not in text and b"\xef" not in text) or _ODD.search(text) is None


def column_is_plain(column: bytes, values: Sequence[bytes], kind: str) -> bool:
    """True if every value (``column`` is them joined by line feeds) is plainly of the kind."""
    if kind in ("text", "checked"):
        return len(column.translate(None, _NOT_TEXT)) == len(column) and clean(column)
    if column.translate(None, _ALLOWED[kind]):
        return False
    lengths = set(map(len, values))
    if kind != "iri":
        shortest, longest = (1, 11) if kind == "digits" else (20, 40)
        return min(lengths) >= shortest and max(lengths) <= longest
    # Longer than any beginning: something follows it.
    if min(lengths) < 10:
        return False
    lines, missing = b"\n" + column, len(values)
    for beginning in _BEGINNINGS:
        missing -= lines.count(beginning)
        if not missing:
            return True
    return False


_NOT_TEXT: Final = bytes(sorted({*range(32), 0x7F, *b'"\\'} - {0x0A}))
_DIGIT: Final = b"0123456789"
_LETTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ALLOWED: Final = {
    "iri": _LETTERS + _DIGIT + b"._~:/?#@!$&()*+,;=%-\n",
    "digits": _DIGIT + b"\n",
    "date": _DIGIT + b"T:Z.+-\n",
}
_BEGINNINGS: Final = (b"\nurn:uuid:", b"\nhttps://", b"\ndid:key:", b"\ndid:web:", b"\nhttp://")


@lru_cache(maxsize=256)
def _terms(url: str) -> frozenset[str]:
    found: set[str] = set()
    stack: list[Any] = [contexts.document(url)["@context"]]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            found.update(value)
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
    return frozenset(found)


def require_plain_schemes(value: Any) -> None:
    """No scheme that holes may have is a term: an IRI would be taken for a compact one."""
    if isinstance(value, dict):
        named = value.get("@context", [])
        for url in named if isinstance(named, list) else [named]:
            if not isinstance(url, str) or not _terms(url).isdisjoint(_SCHEMES):
                raise NotCompilable("a context that shapes cannot have")
        for item in value.values():
            require_plain_schemes(item)
    elif isinstance(value, list):
        for item in value:
            require_plain_schemes(item)
