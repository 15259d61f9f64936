"""The canonical N-Quads of a document, by the shortest safe way.

Documents of one structure (the same keys, types, list lengths and contexts; other strings) have statements of
one form. From the second such document on they are filled in (:mod:`credcore.statements`) instead of being
computed by the general processor, some hundred times faster. A learner's whole record (CLR 2.0) is put together
from its badges (:mod:`credcore.records`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from credcore import rdf
from credcore.cache import Bounded
from credcore.contexts import PINNED, ContextSet
from credcore.errors import CredentialError
from credcore.records import record_nquads
from credcore.shapes import require_plain_schemes
from credcore.statements import Statements, Values
from credcore.structures import tokens, walk
from credcore.validation import types_of

_IRI: Final = r"(?:did:[a-z0-9]+:|urn:[a-z0-9\-]+:|https?://)[A-Za-z0-9._~:/?#@!$&()*+,;=%\-]+"
_TEXT: Final = r"[^\x00-\x1f\x7f-\x9f\"\\\ud800-\udfff\ufffe\uffff]*"
_PATTERNS: Final = {"iri": _IRI, "text": _TEXT}
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_MOST_HOLES: Final = 512


def canonical_nquads(document: Mapping[str, Any], contexts: ContextSet = PINNED) -> bytes:
    """As :func:`credcore.rdf.canonical_nquads`, with the same result and the same refusals."""
    if contexts is PINNED:
        if "ClrCredential" in types_of(document):
            record = record_nquads(document, canonical_nquads)
            if record is not None:
                return record
        known = _known(document)
        if known is not None:
            return known
    return rdf.canonical_nquads(dict(document), contexts)


def canonical_sha256(document: Mapping[str, Any], contexts: ContextSet = PINNED) -> bytes:
    """SHA-256 of the canonical N-Quads."""
    return sha256(canonical_nquads(document, contexts)).digest()


# -- known structures --------------------------------------------------------------------------------------


class _Form:
    """A compiled structure and the check that values are what its holes take."""

    def __init__(self, document: dict[str, Any], count: int) -> None:
        self.statements = Statements(document, count)
        self._patterns = [re.compile(_PATTERNS[kind]) for kind in self.statements.kinds]
        self._plain = re.compile("\n".join(_PATTERNS[kind] for kind in self.statements.kinds)).fullmatch

    def fill(self, leaves: list[str]) -> bytes | None:
        text = "\n".join(leaves)
        if self._plain(text):
            values: Values = tuple(text.encode("utf-8").split(b"\n"))
        else:
            for leaf, kind, pattern in zip(leaves, self.statements.kinds, self._patterns, strict=True):
                if not pattern.fullmatch(leaf) and (kind == "iri" or rdf.FORBIDDEN.search(leaf)):
                    return None
            values = tuple(leaf.translate(_ESCAPES).encode("utf-8") for leaf in leaves)
        filled = self.statements.nquads(values)
        return self.statements.merged(values) if filled is None else filled


_FORMS: Final[Bounded[_Form]] = Bounded(32 << 20)


def _known(document: Mapping[str, Any]) -> bytes | None:
    """The statements of a document whose structure was seen before; None sends it to the general processor."""
    structure: list[Any] = []
    leaves: list[str] = []
    try:
        walk(document, structure, leaves)
        key = tuple(structure)
        found = _FORMS.get(key)
    except (TypeError, RecursionError):
        return None
    if found:
        return found[0].fill(leaves)
    if 0 < len(leaves) <= _MOST_HOLES and _FORMS.worth_compiling(key):
        try:
            require_plain_schemes(document)
            form = _Form(tokens(document, iter(range(len(leaves)))), len(leaves))
        except CredentialError:
            _FORMS.give_up(key)
            return None
        _FORMS.add(key, form, form.statements.size + 64 * len(key))
        return form.fill(leaves)
    return None
