"""Keys in files, encrypted at rest.

The file is JSON: the public key in the clear, the seed sealed with a pass phrase (Argon2id, XSalsa20-Poly1305
by libsodium). The public key is part of what is checked on opening, so it cannot be exchanged.
"""

from __future__ import annotations

from typing import Any, Final

import nacl.exceptions
import nacl.pwhash
import nacl.secret
import nacl.utils
import orjson

from credcore import jsonio, multibase
from credcore.errors import CredentialError, MalformedInput
from credcore.keys import Ed25519Key

_SEALED: Final = "argon2id-secretbox"
_OPS: Final = nacl.pwhash.argon2id.OPSLIMIT_INTERACTIVE
_MEMORY: Final = nacl.pwhash.argon2id.MEMLIMIT_INTERACTIVE


class WrongPassphrase(CredentialError):
    """The key file does not open with this pass phrase."""

    code = "wrong_passphrase"


def export_key(key: Ed25519Key, passphrase: str | None = None) -> bytes:
    """The content of a key file; without a pass phrase the seed lies open in it."""
    value: dict[str, Any] = {"type": "Multikey", "publicKeyMultibase": key.public_multikey}
    if passphrase is None:
        value["secretKeyMultibase"] = multibase.multibase_encode(multibase.ED25519_SECRET + key.seed)
    else:
        salt = nacl.utils.random(nacl.pwhash.argon2id.SALTBYTES)
        box = _box(passphrase, salt, _OPS, _MEMORY)
        value["sealed"] = {
            "method": _SEALED,
            "salt": multibase.base64url_encode(salt),
            "ops": _OPS,
            "memory": _MEMORY,
            "seed": multibase.base64url_encode(bytes(box.encrypt(key.seed))),
        }
    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"


def import_key(data: bytes, passphrase: str | None = None) -> Ed25519Key:
    """The key of a key file; refuses a wrong or missing pass phrase and files whose halves do not fit."""
    value = jsonio.loads(data)
    secret, sealed = value.get("secretKeyMultibase"), value.get("sealed")
    if isinstance(secret, str):
        key = Ed25519Key.from_seed(multibase.multikey_decode(secret, multibase.ED25519_SECRET))
    elif isinstance(sealed, dict):
        key = Ed25519Key.from_seed(_open(sealed, passphrase))
    else:
        raise MalformedInput("this is not a key file")
    if value.get("publicKeyMultibase") != key.public_multikey:
        raise MalformedInput("the two halves of the key do not belong together")
    return key


def _open(sealed: dict[str, Any], passphrase: str | None) -> bytes:
    if passphrase is None:
        raise WrongPassphrase("this key needs a pass phrase")
    ops, memory = sealed.get("ops"), sealed.get("memory")
    if (
        sealed.get("method") != _SEALED
        or not isinstance(ops, int)
        or not isinstance(memory, int)
        or not (1 <= ops <= 16 and 8192 <= memory <= 1 << 30)
    ):
        raise MalformedInput("this key is sealed in an unknown way")
    salt = multibase.base64url_decode(str(sealed.get("salt")))
    try:
        return bytes(
            _box(passphrase, salt, ops, memory).decrypt(multibase.base64url_decode(str(sealed.get("seed"))))
        )
    except (nacl.exceptions.CryptoError, ValueError):
        raise WrongPassphrase("the key does not open with this pass phrase") from None


def _box(passphrase: str, salt: bytes, ops: int, memory: int) -> nacl.secret.SecretBox:
    key = nacl.pwhash.argon2id.kdf(
        nacl.secret.SecretBox.KEY_SIZE, passphrase.encode("utf-8"), salt, opslimit=ops, memlimit=memory
    )
    return nacl.secret.SecretBox(key)
