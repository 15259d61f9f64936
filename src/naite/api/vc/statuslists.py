"""An instance's status list: places given out and bits set, in one file of the data directory.

The lists of badges belong to institutions and their did:web; an instance is no institution, so it keeps its own.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from credcore import jsonio, proofs
from credcore.errors import MalformedInput
from credcore.status import (
    SMALLEST_LIST,
    Bitstring,
    IndexPermutation,
    build_status_list_credential,
    status_entry,
)
from naite.api.vc.instances import Instance

PURPOSE: Final = "revocation"
TTL_MS: Final = 60_000
# The file: how many places are given out, then the bits.
_HEAD: Final = 8


def address(instance: Instance) -> str:
    """Where the list is served, to everybody."""
    return f"{instance.address}/status/{PURPOSE}"


def take(instance: Instance) -> dict[str, Any]:
    """The status entry of a place that no other credential has; refuses when the list is full."""
    with _open(instance) as file:
        count = int.from_bytes(file.read(_HEAD), "big")
        place = IndexPermutation(SMALLEST_LIST, _order(instance)).index(count)
        file.seek(0)
        file.write((count + 1).to_bytes(_HEAD, "big"))
    return status_entry(address(instance), place, PURPOSE)


def write(instance: Instance, entry: dict[str, Any], value: bool) -> None:
    """Revoke, or take that back; repeating changes nothing. Refuses entries of other lists."""
    index = entry.get("statusListIndex")
    if entry.get("statusListCredential") != address(instance) or entry.get("statusPurpose") != PURPOSE:
        raise MalformedInput("this place is in another list", code="status_list")
    if not isinstance(index, str) or not (index.isascii() and index.isdigit() and len(index) < 12):
        raise MalformedInput("the status index is malformed", code="status_list")
    with _open(instance) as file:
        file.seek(_HEAD)
        bits = Bitstring(SMALLEST_LIST, data=file.read())
        bits.set(int(index), int(value))
        file.seek(_HEAD)
        file.write(bits.to_bytes())


def served(instance: Instance, now: datetime) -> bytes:
    """The signed list as it stands. The token instance signs it with ``eddsa-rdfc-2022``."""
    with _open(instance) as file:
        file.seek(_HEAD)
        bits = Bitstring(SMALLEST_LIST, data=file.read())
    key = instance.key
    unsigned = build_status_list_credential(
        address(instance), issuer=key.did_key, bitstring=bits, purpose=PURPOSE, valid_from=now, ttl_ms=TTL_MS
    )
    suite = instance.cryptosuite or proofs.EDDSA_RDFC_2022
    return jsonio.dumps(proofs.sign(unsigned, key.signer(), created=now, cryptosuite=suite))


@contextmanager
def _open(instance: Instance) -> Iterator[BinaryIO]:
    """The list's file, made at first use, and nobody else at it meanwhile."""
    path = Path(settings.DATA_DIR) / "vc-api" / f"{instance.name}.status"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if file.seek(0, 2) != _HEAD + SMALLEST_LIST // 8:
            file.truncate(0)
            file.seek(0)
            file.write(bytes(_HEAD + SMALLEST_LIST // 8))
        file.seek(0)
        yield file


def _order(instance: Instance) -> bytes:
    info = f"places {instance.name}".encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=b"naite vc-api v1", info=info)
    return derived.derive(settings.ISSUER_KEY_SECRET.encode())
