"""Signed checkpoints of a log: C2SP ``tlog-checkpoint`` in a ``signed-note``, Ed25519."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from credcore.errors import MalformedInput, ProofError
from credcore.keys import Signer, ed25519_verify

_ED25519: Final = b"\x01"
_NAME: Final = re.compile(r"[^\s+\x00-\x1f]+")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_LONGEST: Final = 64 * 1024
_DASH: Final = "\u2014 "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: who keeps it, how many leaves, their root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def body(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode("ascii"), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def key_id(name: str, public_key: bytes) -> bytes:
    """The four bytes by which a signature line names its key."""
    return sha256(name.encode("utf-8") + b"\n" + _ED25519 + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes) -> str:
    """The key as verifiers write it down: ``name+id+key``."""
    encoded = base64.b64encode(_ED25519 + public_key).decode("ascii")
    return f"{name}+{key_id(name, public_key).hex()}+{encoded}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """Name and Ed25519 key; refuses other kinds and keys that do not fit their id."""
    name, _, rest = text.strip().partition("+")
    identifier, _, encoded = rest.partition("+")
    raw = _base64(encoded)
    if not _NAME.fullmatch(name) or raw[:1] != _ED25519 or len(raw) != 33:
        raise MalformedInput("not an Ed25519 verifier key", code="note")
    if key_id(name, raw[1:]).hex() != identifier:
        raise MalformedInput("the verifier key does not fit its id", code="note")
    return name, raw[1:]


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer, public_key: bytes, name: str) -> str:
    """The signed note; refuses names and origins that would break its lines."""
    if not _NAME.fullmatch(name) or signer.alg != "EdDSA":
        raise MalformedInput("a signer's name has no spaces and no plus", code="note")
    lines = (checkpoint.origin, *checkpoint.extensions)
    if any(not line or "\n" in line for line in lines) or checkpoint.size < 0 or len(checkpoint.root) != 32:
        raise MalformedInput("the checkpoint is malformed", code="note")
    return sign_note(checkpoint.body(), signer, public_key, name)


def sign_note(text: str, signer: Signer, public_key: bytes, name: str) -> str:
    """A text of whole lines with one signature line behind it (C2SP ``signed-note``)."""
    if not _NAME.fullmatch(name) or signer.alg != "EdDSA" or not text.endswith("\n") or "\n\n" in text:
        raise MalformedInput(
            "a note has whole lines, none of them empty, and a name without spaces", code="note"
        )
    signature = key_id(name, public_key) + signer.sign(text.encode("utf-8"))
    return f"{text}\n{_DASH}{name} {base64.b64encode(signature).decode('ascii')}\n"


def open_checkpoint(note: str, verifier_keys: Sequence[str]) -> Checkpoint:
    """The checkpoint of a note that at least one of the keys signed; raises as ``open_note`` does."""
    return _parse(open_note(note, verifier_keys))


def open_note(note: str, verifier_keys: Sequence[str], *, longest: int = _LONGEST) -> str:
    """The text of a note of at most ``longest`` characters that at least one of the keys signed.

    Raises ProofError if a signature of a known key is bad or none is known; unknown signers are passed over.
    """
    body, separator, tail = note.rpartition("\n\n")
    if not separator or len(note) > longest or not tail.endswith("\n"):
        raise MalformedInput("not a signed note", code="note")
    body += "\n"
    known = {(name, key_id(name, key)): key for name, key in map(parse_verifier_key, verifier_keys)}
    good = 0
    for line in tail.splitlines():
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        raw = _base64(encoded)
        if not line.startswith(_DASH) or not _NAME.fullmatch(name) or len(raw) < 5:
            raise MalformedInput("a signature line is malformed", code="note")
        key = known.get((name, raw[:4]))
        if key is None:
            continue
        if not ed25519_verify(key, raw[4:], body.encode("utf-8")):
            raise ProofError("the checkpoint's signature is not good", code="note")
        good += 1
    if not good:
        raise ProofError("nobody known signed the checkpoint", code="note")
    return body


def _parse(body: str) -> Checkpoint:
    lines = body.split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise MalformedInput("the checkpoint is malformed", code="note")
    origin, size, root, *extensions = lines
    raw = _base64(root)
    if not _SIZE.fullmatch(size) or len(raw) != 32:
        raise MalformedInput("the checkpoint is malformed", code="note")
    return Checkpoint(origin, int(size), raw, tuple(extensions))


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedInput("not base64", code="note") from None
