"""Where the private halves of issuers' keys live: in the database, or with a key service (KMS) or hardware module.

The setting ``NAITE_ISSUER_KEY_CUSTODY`` names a class with the methods of :class:`Custody`. Each key remembers the
class that made it, so a change of the setting concerns new keys only. What a custody wants kept - a seed, or no more
than the name of a key elsewhere - is sealed in the key's row.
"""

from functools import lru_cache
from typing import Protocol
from uuid import UUID

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from credcore.keys import Ed25519Key, Signer
from naite.roots.errors import Refused

IN_DATABASE = "naite.trunk.badges.custody.InDatabase"


class CustodyUnavailable(Refused):
    """The key service does not answer; nothing was signed and nothing was written. Raised by custodies."""

    code = "signing_unavailable"
    status = 503

    def __init__(self, message: str | Promise = "") -> None:
        super().__init__(
            message
            or _("서명 열쇠를 맡은 곳이 답하지 않습니다. 잠시 뒤에 다시 해 주세요. 바뀐 것은 없습니다.")
        )


class Custody(Protocol):
    """Makes Ed25519 keys and signs with them. Made without arguments, once a process; used by several threads."""

    def make(self, row: UUID, /) -> tuple[bytes, bytes]:
        """Make a key for a row; return its raw public half and what to keep in order to find it again."""

    def signer(self, *, kept: bytes, public_key: bytes, method: str) -> Signer:
        """Return what signs with a key, named by the DID URL under which it is published."""


class InDatabase:
    """The default: the seed itself is kept, sealed under the ring of keys and to its row."""

    def make(self, row: UUID, /) -> tuple[bytes, bytes]:
        key = Ed25519Key.generate()
        return key.public_key, key.seed

    def signer(self, *, kept: bytes, public_key: bytes, method: str) -> Signer:
        return Ed25519Key.from_seed(kept).signer(method)


@lru_cache(maxsize=8)
def custody_of(path: str) -> Custody:
    """Return the custody of a dotted name."""
    made: Custody = import_string(path)()
    return made
