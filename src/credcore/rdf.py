"""From a JSON-LD document to the bytes that are hashed: canonical N-Quads (RDFC-1.0).

pyoxigraph does the conversion and the canonicalization, fast and correctly, but it forgives: undefined terms
vanish silently, and linked blank nodes cost ten times more each. So around it stand these guards:

1. Keys are terms: no ``@id`` style keywords, no full IRIs, which would let a document be respelled under the
   same signature.
2. Contexts are pinned and inlined; a ``@vocab`` placed before them sends every undefined term into a name
   space of its own, where it is found again.
3. IRIs are absolute and well-formed, numbers print alike in every processor.
4. Every string of the document must come out in the N-Quads.
5. Blank nodes that RDFC-1.0 cannot tell apart at first sight are limited.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

import orjson
import pyoxigraph as ox

from credcore.contexts import PINNED, ContextSet
from credcore.errors import UnsafeDocument

_UNDEFINED: Final = "urn:x-credcore-undefined:"
_VOCAB: Final = {"@vocab": _UNDEFINED}
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|\\^`\x7f]*")
# Tab, line feed and carriage return are text; other controls, lone surrogates and the two non-characters that
# processors escape differently are not.
FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_KEYWORDS: Final = frozenset({"@context", "@value", "@language"})
# Their values are names that become IRIs of a vocabulary, not strings that come out as they went in.
_NAMES: Final = frozenset({"type", "proofPurpose", "@language"})
_JSON_LITERAL: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
_LARGEST_INTEGER: Final = 2**53 - 1

# The first bytes of characters beyond U+FFFF in UTF-8; nothing else holds these bytes.
_BEYOND: Final = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")

LOOKALIKE_BLANK_NODES: Final = 6
BLANK_NODES: Final = 20_000
VALUES: Final = 200_000
CONTEXTS: Final = 1_024


def canonical_nquads(document: dict[str, Any], contexts: ContextSet = PINNED) -> bytes:
    """The canonical N-Quads of a document (RDFC-1.0 with SHA-256), one line per statement.

    Refuses (UnsafeDocument) whatever would leave a part of the document unsigned, be read differently by
    another processor, or take unbounded time.
    """
    lines = canonical_lines(document, contexts)
    return b"\n".join(lines) + b"\n" if lines else b""


def canonical_lines(document: dict[str, Any], contexts: ContextSet = PINNED) -> list[bytes]:
    """The sorted lines of :func:`canonical_nquads`, without line ends."""
    walk = _Walk(contexts)
    prepared = walk.node(document)
    if not walk.has_context:
        raise UnsafeDocument("the document has no @context", code="no_context")
    try:
        quads = list(ox.parse(orjson.dumps(prepared), ox.RdfFormat.JSON_LD, lenient=True))
    except (SyntaxError, ValueError, TypeError) as error:
        raise UnsafeDocument(f"the document is not JSON-LD: {error}") from None
    return canonical_quads(quads, blank=_check(quads, walk.strings))


def canonical_quads(quads: Sequence[ox.Quad], *, blank: bool) -> list[bytes]:
    """The lines of a dataset in canonical form; ``blank`` says whether it has blank nodes."""
    dataset = ox.Dataset(quads)
    if blank:
        _limit_blank_nodes(quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    lines = text.split(b"\n")
    lines.pop()
    lines.sort()
    return lines


def sha256_nquads(document: dict[str, Any], contexts: ContextSet = PINNED) -> bytes:
    """SHA-256 of the canonical N-Quads."""
    return hashlib.sha256(canonical_nquads(document, contexts)).digest()


def sort_is_ambiguous(statements: bytes) -> bool:
    """True if a processor that sorts by UTF-16 code units would order these statements differently.

    RDFC-1.0 asks for code point order, which equals byte order in UTF-8; JavaScript sorts by code units, so
    characters beyond U+FFFF come before U+E000-U+FFFF there. Such a document verifies here and not there.
    """
    if not any(first in statements for first in _BEYOND):
        return False
    lines = statements.decode("utf-8").split("\n")[:-1]
    return sorted(lines, key=lambda line: line.encode("utf-16-be")) != lines


class _Walk:
    """Copies a document with its contexts inlined, checks keys and leaves, collects the strings."""

    def __init__(self, contexts: ContextSet) -> None:
        self._contexts = contexts
        self._urls: set[str] = set()
        self.strings: set[str] = set()
        self.values = self.named = 0

    @property
    def has_context(self) -> bool:
        return self.named > 0

    def node(self, node: dict[str, Any]) -> dict[str, Any]:
        prepared: dict[str, Any] = {}
        if "@context" in node:
            prepared["@context"] = self.context(node["@context"])
        lost = self._lost_terms(node)
        if lost:
            prepared["@context"] = [*prepared.get("@context", []), lost]
        for key, value in node.items():
            if key == "@context":
                continue
            if key in _NAMES:
                # Processors in use (jsonld.js, PyLD) sign language tags in small letters; pyoxigraph would not.
                small = key == "@language" and isinstance(value, str)
                prepared[key] = value.lower() if small else value
                self.names(key, value)
            else:
                self.key(key)
                prepared[key] = self.value(value, key)
        return prepared

    def _lost_terms(self, node: dict[str, Any]) -> dict[str, Any]:
        """The terms of a node that pyoxigraph would lose, with their definitions.

        Of several types that bring terms of their own it minds only the last in alphabetical order. The others'
        terms are therefore defined on the node itself; as that also reaches the nodes below, they must not use
        these terms.
        """
        types = node.get("type")
        if not isinstance(types, list) or len(types) < 2:
            return {}
        scopes = self._contexts.scopes(self._urls)
        scoped = sorted(name for name in types if isinstance(name, str) and name in scopes)
        if len(scoped) < 2:
            return {}
        lost: dict[str, Any] = {}
        for name in scoped[:-1]:
            for term in scopes[name].keys() & node.keys() - scopes[scoped[-1]].keys():
                if lost.setdefault(term, scopes[name][term]) != scopes[name][term]:
                    raise UnsafeDocument(f"two types define {term}", code="scoped_types")
        if lost and any(_uses(value, lost.keys()) for value in node.values()):
            raise UnsafeDocument(
                f"a term of one type is used below it: {', '.join(sorted(lost))}", code="scoped_types"
            )
        return lost

    def context(self, value: Any) -> list[Any]:
        entries = value if isinstance(value, list) else [value]
        if not entries:
            raise UnsafeDocument("an @context is empty", code="no_context")
        self.named += 1
        if self.named > CONTEXTS or len(entries) > 16:
            raise UnsafeDocument("the document names too many contexts", code="too_large")
        self._urls.update(entry for entry in entries if isinstance(entry, str))
        return [_VOCAB, *map(self._contexts.value, entries)]

    def names(self, key: str, value: Any) -> None:
        for name in value if isinstance(value, list) else [value]:
            if not isinstance(name, str):
                raise UnsafeDocument(f"{key} holds something that is not a name")
            if ":" in name and not _IRI.fullmatch(name):
                raise UnsafeDocument(f"{key} holds a malformed IRI")

    def key(self, key: str) -> None:
        if key == "@direction":
            raise UnsafeDocument("the direction of a text has no place in RDF: unsigned", code="direction")
        if key.startswith("@") and key not in _KEYWORDS:
            raise UnsafeDocument(f"the keyword {key} is not used in credentials", code="keyword")
        if key[:1].isupper():
            # Some class names are also properties' IRIs; such a spelling hides the property from readers.
            raise UnsafeDocument(f"{key[:80]} is a class, not a property", code="undefined_term")
        if ":" in key:
            raise UnsafeDocument(f"{key[:80]} is not a term", code="undefined_term")

    def value(self, value: Any, key: str) -> Any:
        self.values += 1
        if self.values > VALUES:
            raise UnsafeDocument("the document holds too many values", code="too_large")
        if isinstance(value, str):
            if FORBIDDEN.search(value):
                raise UnsafeDocument(f"{key} contains a control character", code="control_character")
            self.strings.add(value)
            return value
        if isinstance(value, dict):
            return self.node(value)
        if isinstance(value, list):
            return [self.value(item, key) for item in value]
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            if abs(value) > _LARGEST_INTEGER:
                raise UnsafeDocument(f"the number in {key} is too large", code="number")
            return value
        if isinstance(value, float):
            return number(value, key)
        raise UnsafeDocument(f"{key} is not JSON")


def _uses(value: Any, names: AbstractSet[str]) -> bool:
    """True if an object in there has a key of that name; does not recurse."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if not names.isdisjoint(item):
                return True
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return False


def number(value: float, key: str) -> float:
    """Passes numbers that every JSON-LD processor prints alike: at most 15 digits, of moderate size."""
    if value == 0 or (
        math.isfinite(value) and 1e-6 <= abs(value) < _LARGEST_INTEGER and float(f"{value:.14e}") == value
    ):
        return value
    raise UnsafeDocument(f"processors would print the number in {key} differently", code="number")


def _check(quads: Sequence[ox.Quad], strings: set[str]) -> bool:
    """Applies guards 2 to 4; true if there are blank nodes."""
    iris: set[str] = set()
    literals: set[str] = set()
    blank = opaque = False
    for quad in quads:
        iris.add(quad.predicate.value)
        for term in (quad.subject, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal):
                literals.add(term.value)
                iris.add(term.datatype.value)
                opaque = opaque or term.datatype.value == _JSON_LITERAL
            elif isinstance(term, ox.BlankNode):
                blank = True
    for iri in iris:
        if iri.startswith(_UNDEFINED):
            raise UnsafeDocument(
                f"the term {iri[len(_UNDEFINED) :][:80]} is not defined by the contexts",
                code="undefined_term",
            )
        if not _IRI.fullmatch(iri):
            raise UnsafeDocument(f"{iri[:80]!r} is not an absolute IRI", code="iri")
    if not opaque:
        for text in strings:
            if text not in literals and text not in iris:
                raise UnsafeDocument(f"the value {text[:80]!r} would stay unsigned", code="unsigned_value")
    return blank


def _limit_blank_nodes(quads: Sequence[ox.Quad]) -> None:
    """Refuses blank nodes on which RDFC-1.0 would spend exponential time.

    Only nodes with equal first-degree hashes are compared by permutation, and only along links between them;
    so the size of each such cluster is what counts.
    """
    mentions: dict[str, list[str]] = defaultdict(list)
    pairs: list[tuple[str, str]] = []
    for quad in quads:
        nodes = [
            term.value
            for term in (quad.subject, quad.object, quad.graph_name)
            if isinstance(term, ox.BlankNode)
        ]
        for node in set(nodes):
            mentions[node].append(_seen_from(quad, node))
        pairs.extend((a, b) for a in nodes for b in nodes if a < b)
    if len(mentions) > BLANK_NODES:
        raise UnsafeDocument("the document has too many nodes without an id", code="blank_nodes")
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for node, lines in mentions.items():
        alike[tuple(sorted(lines))].append(node)
    unclear = {node for nodes in alike.values() if len(nodes) > 1 for node in nodes}
    if len(unclear) > LOOKALIKE_BLANK_NODES and _largest_cluster(unclear, pairs) > LOOKALIKE_BLANK_NODES:
        raise UnsafeDocument("the document has too many look-alike nodes without an id", code="blank_nodes")


def _seen_from(quad: ox.Quad, node: str) -> str:
    def name(term: object) -> str:
        if isinstance(term, ox.BlankNode):
            return "_:a" if term.value == node else "_:z"
        return str(term)

    return " ".join((name(quad.subject), str(quad.predicate), name(quad.object), name(quad.graph_name)))


def _largest_cluster(nodes: set[str], pairs: Iterable[tuple[str, str]]) -> int:
    parent = {node: node for node in nodes}

    def root(node: str) -> str:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in pairs:
        if a in nodes and b in nodes:
            parent[root(a)] = root(b)
    sizes: dict[str, int] = defaultdict(int)
    for node in nodes:
        sizes[root(node)] += 1
    return max(sizes.values())
