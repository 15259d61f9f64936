"""Issuing by template: as many badges a second as the signature allows.

``Template`` issues badges of one class from the values of its holes. ``FastIssuer`` takes whole documents,
finds the template of their class in a bounded cache, and issues through the general path what has none. Both
give exactly the bytes that :func:`credcore.issue.issue` would, and count which way each badge went.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice, repeat
from typing import Any, Final, NamedTuple
from unicodedata import is_normalized

import orjson

from credcore import proofs
from credcore.cache import Bounded, Counters, class_of
from credcore.canonical import canonical_sha256
from credcore.errors import CredentialError, ProofError
from credcore.instants import format_instant
from credcore.issue import issue
from credcore.keys import Signer
from credcore.model import normalize
from credcore.multibase import multibase_encode, multibase_encode_many
from credcore.shapes import OptionsShape, Path, Shape, filled, usual_holes
from credcore.statements import NotCompilable, Values

_TOGETHER: Final = 64
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class Issued(NamedTuple):
    """A signed badge as JSON text, and the hash that was signed, which is also its leaf in a Merkle log."""

    data: bytes
    digest: bytes


class Template:
    """One badge class, ready to be issued to many."""

    def __init__(
        self, prototype: dict[str, Any], signer: Signer, holes: Sequence[Path] | None = None
    ) -> None:
        """Compiles a prototype: a complete unsigned badge of the class.

        ``holes`` are the paths of the strings that will differ; by default all outside of issuer, achievement
        and art. Raises NotCompilable where only the general path is safe, and whatever
        :func:`credcore.issue.issue` raises for the prototype.
        """
        if signer.alg != "EdDSA":
            raise ProofError(f"{proofs.EDDSA_RDFC_2022} needs an Ed25519 key")
        self.prototype: dict[str, Any] = normalize(prototype)
        self.counters = Counters()
        self.signer = signer
        self._sign = signer.sign
        self._sign_many: Callable[[Sequence[bytes]], list[bytes]] = getattr(
            signer, "sign_many", lambda messages: [signer.sign(message) for message in messages]
        )
        self.shape = Shape(self.prototype, usual_holes(prototype) if holes is None else holes, issuing=True)
        self.holes = self.shape.holes
        if "proof" in self.prototype:
            raise NotCompilable("the prototype must not be signed")
        options = proofs.options(signer, created=datetime.fromtimestamp(0, UTC))
        self._options = OptionsShape(options, self.prototype["@context"])
        text = orjson.dumps({**options, "created": "\n", "proofValue": "\n"})
        proof = b',"proof":' + text.replace(b"%", b"%%").replace(b"\\n", b"%b")
        self._json = self.shape.layout.format()[:-1] + proof + b"}"
        self._prepared: tuple[datetime, tuple[bytes, bytes]] | None = None

    def issue(self, values: Sequence[str], *, created: datetime) -> Issued:
        """The signed badge for these values, in the order of ``holes``.

        Refuses what the general path refuses; repeating gives the same bytes.
        """
        try:
            fast = self._fast(values, created)
        except (UnicodeEncodeError, TypeError):
            fast = None
        if fast is None:
            return self._general(values, created)
        self.counters.fast += 1
        return fast

    def issue_many(self, rows: Iterable[Sequence[str]], *, created: datetime) -> Iterator[Issued]:
        """As ``issue`` for each row; faster, as some dozens of rows are checked and signed together.

        A row that is refused raises when its turn comes; those before it were yielded. Rows are read some dozens
        ahead of what is yielded.
        """
        waiting, failure = iter(rows), None
        while failure is None:
            some: list[Sequence[str]] = []
            try:
                some.extend(islice(waiting, _TOGETHER))
            except Exception as error:  # the rows that came before the error are still issued
                failure = error
            if not some:
                break
            yield from self._together(some, created)
        if failure is not None:
            raise failure

    def _together(self, rows: Sequence[Sequence[str]], created: datetime) -> Iterator[Issued]:
        columns = self.shape.accepts_rows(rows)
        found = self.shape.digests(columns) if columns is not None else [None]
        digests = [digest for digest in found if digest is not None]
        if columns is None or len(digests) < len(rows):
            for row in rows:
                yield self.issue(row, created=created)
            return
        time, options = self._at(created)
        signatures = self._sign_many([options + digest for digest in digests])
        proofs = multibase_encode_many(signatures)
        texts = map(self._json.__mod__, zip(*columns, repeat(time, len(rows)), proofs, strict=True))
        self.counters.fast += len(rows)
        yield from map(Issued, texts, digests)

    def fill(self, values: Values, created: datetime) -> Issued | None:
        """As ``issue`` for plain values that were checked; None where only the general path is safe."""
        canonical = self.shape.nquads(values)
        return None if canonical is None else self._finish(canonical, values, created)

    def _fast(self, values: Sequence[str], created: datetime) -> Issued | None:
        text = "\n".join(values)
        if not is_normalized("NFC", text):
            return None
        joined = text.encode("utf-8")
        plain = tuple(joined.split(b"\n"))
        if self.shape.accepts(joined, plain):
            return self.fill(plain, created)
        if len(values) != len(self.holes) or not self.shape.accepts_each(values):
            return None
        if not self.shape.keeps_model(tuple(value.encode("utf-8") for value in values)):
            return None
        canonical = self.shape.nquads(tuple(value.translate(_ESCAPES).encode("utf-8") for value in values))
        escaped = tuple(orjson.dumps(value)[1:-1] for value in values)
        return None if canonical is None else self._finish(canonical, escaped, created)

    def _finish(self, canonical: bytes, values: Values, created: datetime) -> Issued:
        time, options = self._at(created)
        digest = sha256(canonical).digest()
        value = multibase_encode(self._sign(options + digest)).encode("ascii")
        return Issued(self._json % (*values, time, value), digest)

    def _at(self, created: datetime) -> tuple[bytes, bytes]:
        """A time of signing as text, and the hash of the proof options with it."""
        prepared = self._prepared
        if prepared is None or prepared[0] is not created:
            text = format_instant(created).encode("ascii")
            prepared = self._prepared = (created, (text, self._options.digest(text)))
        return prepared[1]

    def _general(self, values: Sequence[str], created: datetime) -> Issued:
        document = filled(self.prototype, self.holes, values)
        signed = issue(document, self.signer, created=created)
        self.counters.general += 1
        return Issued(orjson.dumps(signed), canonical_sha256(proofs.without_proof(signed)))


class FastIssuer:
    """Issues whole documents of any class, each class compiled when it comes the second time.

    Look-up takes the same time with ten as with ten thousand classes; ``max_bytes`` bounds the memory.
    """

    def __init__(self, signer: Signer, *, max_bytes: int = 64 << 20) -> None:
        self.counters = Counters()
        self._signer = signer
        self._templates: Bounded[Template] = Bounded(max_bytes)

    def issue(self, document: dict[str, Any], *, created: datetime) -> Issued:
        """The signed badge; refuses and repeats like :func:`credcore.issue.issue`."""
        data = _dumps(document)
        name = class_of(data) if data is not None else None
        if data is not None and name is not None:
            for template in self._templates.get(name):
                fast = self._try(template, data, created)
                if fast is not None:
                    self.counters.fast += 1
                    return fast
        signed = issue(document, self._signer, created=created)
        self.counters.general += 1
        if name is not None and self._templates.worth_compiling(name):
            self._compile(name, document)
        return Issued(orjson.dumps(signed), canonical_sha256(proofs.without_proof(signed)))

    def _try(self, template: Template, data: bytes, created: datetime) -> Issued | None:
        values = template.shape.layout.match(data)
        if values is None:
            return None
        text = b"\n".join(values)
        if not text.isascii() and not is_normalized("NFC", text.decode("utf-8")):
            return None
        return template.fill(values, created) if template.shape.accepts(text, values) else None

    def _compile(self, name: bytes, document: dict[str, Any]) -> None:
        try:
            template = Template(document, self._signer)
        except CredentialError:
            self._templates.give_up(name)
            return
        if template.prototype == document:
            self._templates.add(name, template, template.shape.size)


def _dumps(document: dict[str, Any]) -> bytes | None:
    try:
        return orjson.dumps(document)
    except TypeError:
        return None
