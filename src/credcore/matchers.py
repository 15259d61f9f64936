"""Verifying by matcher: a badge of a known shape costs little more than its signature.

A matcher is learned from a badge that the general path found good. It compares raw bytes: another layout, an
escaped character, one key more or less, and the badge goes to the general path, which alone may call a badge
altered. What a matcher says of a badge is exactly what the general path would.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson

from credcore import did, multibase, proofs
from credcore.errors import ProofError
from credcore.keys import ed25519_verify
from credcore.report import Check, make_check
from credcore.shapes import Layout, OptionsShape, Path, Shape, clean, instant, usual_holes
from credcore.statements import NotCompilable, Values, getter, token
from credcore.status import STATUS_ENTRY
from credcore.validation import types_of

_PROOF_KEYS: Final = frozenset(
    {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}
)
_PROOF_HOLES: Final = rb"\n[0-9T:Z.+\-]{20,40}\nz[1-9A-HJ-NP-Za-km-z]{80,90}"
_MOST_DATES: Final = 512
_PERIOD: Final = ("validFrom", "issuanceDate", "validUntil", "expirationDate")


class KeyMemo:
    """The key of one verification method, found anew only when the issuer's document changes."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.issuer = did.did_of(method)
        self._immutable = self.issuer.startswith("did:key:")
        self._known: tuple[Mapping[str, Any], did.VerificationKey] | None = None

    def key(self, resolver: did.Resolver | None) -> did.VerificationKey:
        """Raises as resolving and finding do."""
        known = self._known
        if known is not None:
            if self._immutable:
                return known[1]
            if resolver is not None and known[0] == resolver.resolve(self.issuer):
                return known[1]
        document = did.resolve(self.issuer, resolver)
        key = did.find_key(document, self.method)
        # A copy: the caller may change its document, and then the key has to be looked up again.
        self._known = (copy.deepcopy(dict(document)), key)
        return key


class DateMemo:
    """The check on the dates of a class for one moment, by the dates: most badges of a class share theirs."""

    def __init__(self, holes: Sequence[int]) -> None:
        self._pick = getter(holes)
        self._known: tuple[datetime, dict[Values, Check]] | None = None

    def get(self, values: Values, now: datetime) -> Check | None:
        known = self._known
        return known[1].get(self._pick(values)) if known is not None and known[0] is now else None

    def add(self, values: Values, now: datetime, check: Check) -> Check:
        known = self._known
        if known is None or known[0] is not now or len(known[1]) >= _MOST_DATES:
            known = self._known = (now, {})
        known[1][self._pick(values)] = check
        return check


class Match(NamedTuple):
    """A badge whose signature is good."""

    issuer: str
    values: Values
    canonical: bytes


class Matcher:
    """One class of badges under one key of one issuer."""

    def __init__(self, document: dict[str, Any], data: bytes, kind: str) -> None:
        """Learns from a badge that was verified; raises NotCompilable where it cannot."""
        proof = document.get("proof")
        if not isinstance(proof, dict) or proof.keys() != _PROOF_KEYS or next(reversed(document)) != "proof":
            raise NotCompilable("not one plain proof at the end")
        if proof["cryptosuite"] != proofs.EDDSA_RDFC_2022 or orjson.dumps(document) != data:
            raise NotCompilable("another layout")
        unsecured = proofs.without_proof(document)
        self.kind = kind
        self.format_check = make_check("format", "ok", "ok", kind)
        self.keys = KeyMemo(proof["verificationMethod"])
        self.shape = Shape(unsecured, usual_holes(unsecured), issuing=False)
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        self._options = OptionsShape(options, document["@context"])
        self._layout = self._signed_layout(proof)
        self._plain = re.compile(self.shape.plain + _PROOF_HOLES).fullmatch
        self.statuses = self._statuses(unsecured)
        self.starts = self._instants(unsecured, _PERIOD[:2])
        self.ends = self._instants(unsecured, _PERIOD[2:])
        self.dates = DateMemo(self.starts + self.ends)

    def may_match(self, data: bytes) -> bool:
        """True if badges of this class had this length; a cheap look before ``match``."""
        return self._layout.knows(len(data))

    @property
    def size(self) -> int:
        return self.shape.size

    def match(self, data: bytes, resolver: did.Resolver | None) -> Match | None:
        """A match if shape, values, key and signature are good; None sends the badge to the general path.

        Raises what resolving the issuer raises.
        """
        found = self._layout.match(data)
        if found is None:
            return None
        text = b"\n".join(found)
        if self._plain(text) is None or not clean(text):
            return None
        values, created, proof_value = found[:-2], found[-2], found[-1]
        signed = instant(created)
        if signed is None or not self.shape.keeps_model(values):
            return None
        canonical = self.shape.nquads(values)
        if canonical is None:
            return None
        signature = multibase.base58_decode_checked(proof_value[1:])
        if len(signature) != 64:
            return None
        key = self.keys.key(resolver)
        try:
            key.require_usable(signed)
        except ProofError:
            return None
        digest = self._options.digest(created) + hashlib.sha256(canonical).digest()
        if key.kind != "Ed25519" or not ed25519_verify(key.public_key, signature, digest):
            return None
        return Match(self.keys.issuer, values, canonical)

    def _signed_layout(self, proof: dict[str, Any]) -> Layout:
        count = len(self.shape.holes)
        tokens = {**proof, "created": token(count), "proofValue": token(count + 1)}
        text = orjson.dumps(tokens)
        created, value = token(count).encode(), token(count + 1).encode()
        if text.find(created) > text.find(value):
            raise NotCompilable("the proof value stands before the time")
        head, _, tail = text.partition(created)
        middle, _, end = tail.partition(value)
        *rest, last = self.shape.layout.rest
        return Layout(self.shape.layout.first, [*rest, last[:-1] + b',"proof":' + head, middle, end + b"}"])

    def _statuses(self, document: dict[str, Any]) -> list[tuple[dict[str, Any], list[tuple[str, int]]]]:
        """Each status entry with its variable names and the holes that fill them."""
        result = []
        for name in ("credentialStatus", "termsOfUse"):
            value = document.get(name)
            listed = isinstance(value, list)
            for position, entry in enumerate(value or [] if listed else [value]):
                if entry is None or (name == "termsOfUse" and STATUS_ENTRY not in types_of(entry)):
                    continue
                if not isinstance(entry, dict):
                    raise NotCompilable("a status that is no object")
                base: Path = (name, position) if listed else (name,)
                holes = self.shape.holes
                if any(path[: len(base)] == base and len(path) > len(base) + 1 for path in holes):
                    raise NotCompilable("a status with parts of its own")
                result.append((entry, [(str(p[-1]), i) for i, p in enumerate(holes) if p[:-1] == base]))
        return result

    def entries(self, values: Values) -> list[dict[str, Any]]:
        """The status entries of a matched badge."""
        return [
            {**entry, **{name: values[hole].decode("utf-8") for name, hole in variable}}
            for entry, variable in self.statuses
        ]

    def _instants(self, document: dict[str, Any], names: tuple[str, ...]) -> list[int]:
        """The holes that hold these dates."""
        if any(name in document and (name,) not in self.shape.holes for name in names):
            raise NotCompilable("a date that is no hole")
        return [self.shape.holes.index((name,)) for name in names if name in document]

    def period(self, values: Values) -> tuple[list[datetime], list[datetime]]:
        """Starts and ends of a matched badge's validity."""
        # Matched values are dates; so no instant is missing.
        return (
            [moment for hole in self.starts if (moment := instant(values[hole]))],
            [moment for hole in self.ends if (moment := instant(values[hole]))],
        )
