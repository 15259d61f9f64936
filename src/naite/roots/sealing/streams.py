"""Files at rest: sealed in pieces, so that they are written and read without being held in memory, from any place.

A sealed file is a mark, the id of its key of the ring, a random salt, and pieces of 64 KiB, each encrypted and
authenticated with AES-256-GCM (the STREAM construction: the nonce counts the pieces and marks the last, so pieces
cannot be left out, put in another order or cut off). The key is derived for one purpose and one file name.
"""

import io
import os
from collections.abc import Iterable, Iterator
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from naite.roots.sealing.ring import SealBroken, current_key, secret_of

MARK = b"\x00naite file 1\x00"
PIECE = 64 * 1024
_TAG = 16
_SALT = 16


def seal_stream(pieces: Iterable[bytes], *, purpose: str, name: str) -> Iterator[bytes]:
    """Return the sealed form of some content, piece by piece."""
    key = current_key()
    salt = os.urandom(_SALT)
    head = _head(key, salt)
    yield head
    box = _box(key, salt, purpose, name)
    number = 0
    held = b""
    for more in pieces:
        held += more
        # The last piece is sealed as such, so one stays in hand until more comes.
        while len(held) > PIECE:
            yield box.encrypt(_nonce(number, last=False), held[:PIECE], head)
            held = held[PIECE:]
            number += 1
    yield box.encrypt(_nonce(number, last=True), held, head)


def head_of(file: IO[bytes]) -> tuple[str, bytes] | None:
    """Return key id and head of a sealed file, None for a plain one. Reads from the beginning."""
    file.seek(0)
    begin = file.read(len(MARK) + 1)
    if len(begin) <= len(MARK) or not begin.startswith(MARK):
        return None
    length = begin[-1]
    rest = file.read(length + _SALT)
    if len(rest) != length + _SALT:
        return None
    return rest[:length].decode("ascii", "replace"), begin + rest


def plain_size(file_size: int, head: bytes) -> int:
    """Return how long the content of a sealed file of this size is."""
    body = file_size - len(head)
    pieces = max(1, -(-body // (PIECE + _TAG)))
    return max(0, body - pieces * _TAG)


class SealedReader(io.RawIOBase):
    """Reads a sealed file as if it were plain, from any place; raises SealBroken where it was changed.

    The last piece is opened first, so that a file that was cut off is found before anything is handed out.
    """

    def __init__(self, file: IO[bytes], *, purpose: str, name: str) -> None:
        super().__init__()
        self._file = file
        found = head_of(file)
        if found is None:
            raise SealBroken(f"{name} is not sealed")
        key, self._head = found
        salt = self._head[-_SALT:]
        try:
            self._box = _box(key, salt, purpose, name)
        except KeyError:
            raise SealBroken(f"{name} is sealed under ‘{key}’, which is not in NAITE_SEAL_KEYS") from None
        self._name = name
        size = os.fstat(file.fileno()).st_size
        self._pieces = max(1, -(-(size - len(self._head)) // (PIECE + _TAG)))
        self._size = plain_size(size, self._head)
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")
        self._piece(self._pieces - 1)

    def _piece(self, number: int) -> bytes:
        if self._held[0] == number:
            return self._held[1]
        self._file.seek(len(self._head) + number * (PIECE + _TAG))
        raw = self._file.read(PIECE + _TAG)
        try:
            plain = self._box.decrypt(_nonce(number, last=number == self._pieces - 1), raw, self._head)
        except (InvalidTag, ValueError):
            raise SealBroken(f"{self._name} does not open: changed, cut off, or another key") from None
        self._held = (number, plain)
        return plain

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        number, offset = divmod(self._at, PIECE)
        part = self._piece(number)[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()


def _head(key: str, salt: bytes) -> bytes:
    name = key.encode("ascii")
    return MARK + bytes([len(name)]) + name + salt


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _box(key: str, salt: bytes, purpose: str, name: str) -> AESGCM:
    derived = HKDF(
        algorithm=SHA256(),
        length=32,
        salt=salt,
        info=b"naite file v1\0" + purpose.encode() + b"\0" + name.encode(),
    )
    return AESGCM(derived.derive(secret_of(key)))
