"""The canonical N-Quads of a learner's whole record (CLR 2.0), put together from its badges.

A general processor needs seconds for some hundred badges. Their statements are independent of each other, so each
badge of a structure seen before is read straight from its text and its statements are filled in, subject by
subject; what several badges say of one subject is merged line by line. The proofs lie in graphs without a name:
their labels follow from their first-degree hashes (RDFC-1.0 section 4.6), which differ because the proof values do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import Any, Final

import orjson

from credcore.cache import Bounded
from credcore.contexts import CLR_V2
from credcore.errors import CredentialError
from credcore.shapes import BYTE_PATTERNS, clean, require_plain_schemes
from credcore.statements import TOKEN, NotCompilable, Statements, Values, format_of
from credcore.structures import tokens, walk
from credcore.validation import types_of

Canonical = Callable[[Mapping[str, Any]], bytes]

_IRI: Final = r"(?:did:[a-z0-9]+:|urn:[a-z0-9\-]+:|https?://)[A-Za-z0-9._~:/?#@!$&()*+,;=%\-]+"
_PLAIN_IRI: Final = re.compile(_IRI)
_PROOF_TERM: Final = b"<https://w3id.org/security#proof>"
_CONTAINS: Final = b"<https://purl.imsglobal.org/spec/vc/clr/vocab.html#verifiableCredential>"
_LABEL: Final = b"_:c14n"
_MOST_HOLES: Final = 512
_MOST_FORMS: Final = 8


def record_nquads(document: Mapping[str, Any], canonical: Canonical) -> bytes | None:
    """The statements of a CLR as the union of its frame's and its badges'; None if that is not plainly so.

    The badges' own contexts must be among the record's, each badge must have an id and one proof, and no other
    node may lack an id. ``canonical`` gives the statements of what has no known form.
    """
    contexts, subject = document.get("@context"), document.get("credentialSubject")
    if not isinstance(contexts, list) or CLR_V2 not in contexts or not isinstance(subject, dict):
        return None
    badges, owner = subject.get("verifiableCredential"), subject.get("id")
    if "ClrSubject" not in types_of(subject) or not isinstance(badges, list) or not badges:
        return None
    if not isinstance(owner, str) or not _PLAIN_IRI.fullmatch(owner):
        return None
    union = _Union()
    frame = {name: value for name, value in subject.items() if name != "verifiableCredential"}
    union.add_lines(canonical({**document, "credentialSubject": frame}))
    for badge in badges:
        if not union.take(badge, contexts, canonical):
            return None
    return union.nquads(owner.encode("ascii"))


class _Form:
    """Signed badges of one structure: how to read the strings out of their text, and the statements of these.

    The last values are those of the proof.
    """

    def __init__(self, badge: dict[str, Any]) -> None:
        """Compiles; raises NotCompilable where only the general path is safe."""
        require_plain_schemes(badge)
        unsecured = {name: value for name, value in badge.items() if name != "proof"}
        numbers = count()
        body_tokens = tokens(unsecured, numbers)
        width = next(numbers)
        held = {**body_tokens, "proof": tokens(badge["proof"], count(width))}
        text = orjson.dumps(held)
        order = [int(number) for number in TOKEN.findall(text)]
        if order != list(range(len(order))) or len(order) > _MOST_HOLES or next(reversed(badge)) != "proof":
            raise NotCompilable("strings that cannot be told apart")
        body = Statements(body_tokens, width)
        options = {"@context": badge["@context"], **tokens(badge["proof"], count())}
        proof = Statements(options, len(order) - width)
        if any(b"_:" in TOKEN.sub(b"", line) for line in body.lines) or not all(
            line.startswith(b"_:c14n0 ") for line in proof.lines
        ):
            raise NotCompilable("nodes without an id")
        predicates = [line.split(b" ", 2)[1] for line in proof.lines]
        if len(set(predicates)) < len(predicates):
            raise NotCompilable("a proof that says one thing twice")
        self.width = len(order)
        self.size = 2 * (body.size + len(text))
        kinds = (*body.kinds, *proof.kinds)
        pieces = map(re.escape, TOKEN.split(text)[::2])
        holes = [b"(%b+)" % BYTE_PATTERNS[kind].encode() for kind in kinds]
        first, *rest = pieces
        self._read = re.compile(
            first + b"".join(hole + piece for hole, piece in zip(holes, rest, strict=True))
        ).fullmatch
        self.id = self._number_of(held["id"])
        self._compile(body.lines, [_moved(line, width) for line in proof.lines])

    @staticmethod
    def _number_of(text: Any) -> int:
        found = TOKEN.fullmatch(str(text).encode())
        if found is None:
            raise NotCompilable("the badge has no id")
        return int(found[1])

    def _compile(self, body: list[bytes], proof: list[bytes]) -> None:
        """Formats by subject; two more values are the labels of the proof's graph and node."""
        graph, node = (b"urn:x-credcore-hole:%04d:" % (self.width + extra) for extra in (0, 1))
        badge = b"<urn:x-credcore-hole:%04d:>" % self.id
        blocks: dict[bytes, list[bytes]] = {}
        for line in (*body, b"%b %b %b ." % (badge, _PROOF_TERM, graph)):
            blocks.setdefault(line.split(b" ", 1)[0], []).append(line)
        self.blocks = [_Block(subject, lines) for subject, lines in blocks.items()]
        statements = [line[len(b"_:c14n0 ") : -2] for line in proof]
        self.proof = format_of(
            b"".join(b"%b %b %b .\n" % (node, statement, graph) for statement in statements)
        )
        link = b"%b %b _:a .\n" % (badge, _PROOF_TERM)
        self._hashed = (
            format_of(link + b"".join(b"_:z %b _:a .\n" % statement for statement in statements)),
            format_of(b"".join(b"_:a %b _:z .\n" % statement for statement in statements)),
        )

    def read(self, text: bytes) -> Values | None:
        """The strings of a badge, if it has this structure and none needs escaping."""
        found = self._read(text)
        return found.groups() if found is not None and clean(text) else None

    def hashes(self, values: Values) -> tuple[bytes, bytes]:
        """First-degree hashes of the labels of graph and node: their statements differ in predicate."""
        graph, node = self._hashed
        return (
            sha256(graph[0] % graph[1](values)).digest(),
            sha256(node[0] % node[1](values)).digest(),
        )


class _Block:
    """The statements about one subject."""

    def __init__(self, subject: bytes, lines: list[bytes]) -> None:
        found = TOKEN.search(subject)
        self.subject = int(found[1]) if found else None
        self.name = subject[1:]
        predicates = [line.split(b" ", 2)[1] for line in lines]
        # Statements with one predicate stand in the order of their objects, which vary.
        self.loose = len(set(predicates)) < len(predicates)
        ordered = sorted(lines, key=lambda line: line.split(b" ", 2)[1])
        self.format, self.pick = format_of(b"\n".join(ordered) + b"\n")


def _moved(line: bytes, by: int) -> bytes:
    return TOKEN.sub(lambda found: b"urn:x-credcore-hole:%04d:" % (int(found[1]) + by), line)


_FORMS: Final[Bounded[_Form]] = Bounded(8 << 20)
_recent: list[_Form] = []


def _form_of(badge: dict[str, Any], text: bytes) -> tuple[_Form, Values] | None:
    for recent in _recent:
        values = recent.read(text)
        if values is not None:
            if recent is not _recent[0]:
                # A new list: another thread may be going through the old one.
                _recent[:] = [recent, *(other for other in _recent if other is not recent)][:_MOST_FORMS]
            return recent, values
    try:
        structure: list[Any] = []
        walk(badge, structure, [])
        key = tuple(structure)
        form: _Form | None = next(iter(_FORMS.get(key)), None)
        if form is None and _FORMS.worth_compiling(key):
            try:
                form = _Form(badge)
            except CredentialError:
                _FORMS.give_up(key)
            else:
                _FORMS.add(key, form, form.size + 64 * len(key))
    except (TypeError, RecursionError):
        return None
    values = form.read(text) if form is not None else None
    if form is None or values is None:
        return None
    _recent[:] = [form, *_recent][:_MOST_FORMS]
    return form, values


class _Union:
    """The statements of many badges, each once."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[_Form, list[Values]]] = {}
        self._loose: list[tuple[bytes, list[bytes]]] = []
        self._lines: list[bytes] = []

    def add_lines(self, statements: bytes) -> None:
        self._lines += statements.split(b"\n")[:-1]

    def take(self, badge: Any, contexts: list[Any], canonical: Canonical) -> bool:
        """Adds a badge; False if its statements cannot be told apart from the rest of the record."""
        if not isinstance(badge, dict) or "VerifiableCredential" not in types_of(badge):
            return False
        own, identifier, proof = badge.get("@context"), badge.get("id"), badge.get("proof")
        if not isinstance(own, list) or not all(isinstance(url, str) and url in contexts for url in own):
            return False
        if not isinstance(identifier, str) or not _PLAIN_IRI.fullmatch(identifier):
            return False
        if not isinstance(proof, dict) or "@context" in proof or "id" in proof or "proofValue" not in proof:
            return False
        try:
            known = _form_of(badge, orjson.dumps(badge))
        except TypeError:
            return False
        if known is not None:
            self._rows.setdefault(id(known[0]), (known[0], []))[1].append(known[1])
            return True
        lines = canonical({"@context": own, **proof}).split(b"\n")[:-1]
        if not lines or not all(line.startswith(b"_:c14n0 ") for line in lines):
            return False
        self._loose.append((identifier.encode("ascii"), [line[8:-2] for line in lines]))
        self.add_lines(canonical({name: value for name, value in badge.items() if name != "proof"}))
        return True

    def nquads(self, owner: bytes) -> bytes | None:
        """All of it in canonical order; None if two proofs cannot be told apart or a node lacks an id."""
        if any(_LABEL in line for line in self._lines):
            return None
        hashes = [pair for form, rows in self._rows.values() for pair in map(form.hashes, rows)]
        hashes += [_hashes(badge, proof) for badge, proof in self._loose]
        every = sorted(value for pair in hashes for value in pair)
        labels = {value: b"_:c14n%d" % number for number, value in enumerate(every)}
        if len(labels) != len(every):
            return None
        labelled = [(labels[graph], labels[node]) for graph, node in hashes]
        self._blocks: dict[bytes, bytes] = {}
        self._merged: dict[bytes, set[bytes]] = {}
        blank: dict[bytes, bytes] = {}
        place, badges = 0, []
        for form, rows in self._rows.values():
            own = labelled[place : place + len(rows)]
            place += len(rows)
            values = [(*row, *pair) for row, pair in zip(rows, own, strict=True)]
            badges += [row[form.id] for row in rows]
            self._fill(form, values)
            text, pick = form.proof
            blank.update((pair[1], text % pick(row)) for pair, row in zip(own, values, strict=True))
        for (badge, proof), (graph, node) in zip(self._loose, labelled[place:], strict=True):
            badges.append(badge)
            self._lines.append(b"<%b> %b %b ." % (badge, _PROOF_TERM, graph))
            blank[node] = b"".join(b"%b %b %b .\n" % (node, line, graph) for line in proof)
        self._lines += [b"<%b> %b <%b> ." % (owner, _CONTAINS, badge) for badge in badges]
        for line in self._lines:
            self._merge(line.split(b" ", 1)[0][1:], (line,))
        for subject, lines in self._merged.items():
            self._blocks[subject] = b"\n".join(sorted(lines)) + b"\n"
        # A subject ends with ">", a label with a space; so ends what is compared.
        texts = [self._blocks[subject] for subject in sorted(self._blocks)]
        texts += [blank[node] for node in sorted(blank, key=lambda label: label + b" ")]
        return b"".join(texts)

    def _fill(self, form: _Form, values: Sequence[Values]) -> None:
        blocks = self._blocks
        for block in form.blocks:
            text, pick = block.format, block.pick
            before: Values | None = None
            for row in values:
                picked = pick(row)
                if picked == before:
                    continue  # as in badges of one class
                before = picked
                subject = block.name if block.subject is None else row[block.subject] + b">"
                filled = text % picked
                known = blocks.get(subject)
                if known is None and not block.loose and subject not in self._merged:
                    blocks[subject] = filled
                elif known != filled:
                    self._merge(subject, filled.split(b"\n")[:-1])

    def _merge(self, subject: bytes, lines: Iterable[bytes]) -> None:
        """Moves a subject to those whose statements are sorted one by one."""
        known = self._blocks.pop(subject, None)
        merged = self._merged.setdefault(subject, set())
        if known is not None:
            merged.update(known.split(b"\n")[:-1])
        merged.update(lines)


def _hashes(badge: bytes, statements: list[bytes]) -> tuple[bytes, bytes]:
    graph = [b"_:z %b _:a .\n" % line for line in statements]
    graph.append(b"<%b> %b _:a .\n" % (badge, _PROOF_TERM))
    node = [b"_:a %b _:z .\n" % line for line in statements]
    return sha256(b"".join(sorted(graph))).digest(), sha256(b"".join(sorted(node))).digest()
