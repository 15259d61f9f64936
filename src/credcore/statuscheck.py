"""Step 5 of verification: what do the issuer's status lists say about a badge?

A list is verified like any credential: signed by the same issuer, in force, for this purpose. Unpacking and
verifying a list takes longer than all else, so lists seen lately are remembered by their bytes; the key that
signed them is looked up anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from credcore import did, jsonio, status
from credcore.errors import CredentialError, MalformedInput, ProofError, Unavailable
from credcore.instants import parse_instant
from credcore.matchers import KeyMemo
from credcore.period import instants_of, within
from credcore.report import Check, make_check
from credcore.signature import verify_signature
from credcore.validation import issuer_id, types_of

StatusFetcher = Callable[[str], bytes]
_MOST_ENTRIES: Final = 16
_REMEMBERED_BYTES: Final = 32 << 20


@dataclass(frozen=True, slots=True)
class _List:
    """A status list whose proof is good under this key of this issuer."""

    content: status.StatusList
    issuer: str
    starts: list[datetime]
    ends: list[datetime]
    size: int
    keys: KeyMemo
    key: did.VerificationKey
    signed: datetime

    def still_good(self, issuer: str | None, resolver: did.Resolver | None) -> bool:
        """True if the issuer still publishes that key; raises as resolving and key windows do."""
        key = self.keys.key(resolver)
        key.require_usable(self.signed)
        return issuer == self.issuer and (key is self.key or key == self.key)


class _Lists:
    """Lists seen lately, by their bytes; the oldest go when they hold too much together."""

    def __init__(self) -> None:
        self._known: dict[bytes, _List] = {}
        self._bytes = 0

    def get(self, data: bytes) -> _List | None:
        return self._known.get(data)

    def add(self, data: bytes, found: _List) -> None:
        if data in self._known:
            return
        self._known[data] = found
        self._bytes += found.size
        while self._bytes > _REMEMBERED_BYTES and len(self._known) > 1:
            oldest = self._known.pop(next(iter(self._known)), None)
            self._bytes -= oldest.size if oldest else 0


_LISTS: Final = _Lists()


def check_statuses(
    entries: Sequence[Any],
    issuer: str | None,
    resolver: did.Resolver | None,
    fetch: StatusFetcher | None,
    now: datetime,
) -> Check:
    """The check over all status entries of a badge: the gravest counts."""
    if len(entries) == 1:
        return _check_entry(entries[0], issuer, resolver, fetch, now)
    found: list[Check] = []
    for entry in entries:
        if len(found) == _MOST_ENTRIES:
            found.append(make_check("status", "unknown", "unsupported", "too many status entries"))
            break
        found.append(_check_entry(entry, issuer, resolver, fetch, now))
    if not found:
        return make_check("status", "not_applicable", "none")
    for wanted in ("revoked", "suspended"):
        for check in found:
            if check.reason == wanted:
                return check
    return next((check for check in found if check.outcome == "unknown"), found[0])


def _check_entry(
    entry: Any,
    issuer: str | None,
    resolver: did.Resolver | None,
    fetch: StatusFetcher | None,
    now: datetime,
) -> Check:
    if not isinstance(entry, Mapping) or (
        entry.get("type") != status.STATUS_ENTRY and status.STATUS_ENTRY not in types_of(entry)
    ):
        return make_check("status", "unknown", "unsupported", ", ".join(types_of(entry)))
    try:
        value = _value(entry, issuer, resolver, fetch, now)
    except Unavailable as error:
        return make_check("status", "unknown", "unavailable", str(error))
    except CredentialError as error:
        return make_check("status", "unknown", "untrusted", f"{error} [{error.code}]")
    if value.purpose in ("revocation", "suspension") and value.value:
        reason = "revoked" if value.purpose == "revocation" else "suspended"
        return make_check("status", "failed", reason, value.message)
    return make_check("status", "ok", "ok", value.message)


def _value(
    entry: Mapping[str, Any],
    issuer: str | None,
    resolver: did.Resolver | None,
    fetch: StatusFetcher | None,
    now: datetime,
) -> status.StatusValue:
    url = entry.get("statusListCredential")
    if not isinstance(url, str):
        raise MalformedInput("the status entry names no list", code="status_list")
    data = _load(url, fetch)
    known = _LISTS.get(data)
    if known is None or not known.still_good(issuer, resolver):
        return _read(data, issuer, resolver, now).value(entry)
    _require_current(known.starts, known.ends, now)
    return known.content.value(entry)


def _require_current(starts: list[datetime], ends: list[datetime], now: datetime) -> None:
    if within(starts, ends, now) != "ok":
        raise MalformedInput("the status list is out of date", code="status_list")


def _load(url: str, fetch: StatusFetcher | None) -> bytes:
    if fetch is None:
        raise Unavailable("nobody here loads status lists")
    try:
        data = fetch(url)
        return data if type(data) is bytes else bytes(data)
    except CredentialError as error:
        raise Unavailable(str(error)) from error
    except Exception as error:  # a fetcher may fail in any way; that never makes a badge good or bad
        raise Unavailable(f"{type(error).__name__}: {error}") from error


def _read(data: bytes, issuer: str | None, resolver: did.Resolver | None, now: datetime) -> status.StatusList:
    """Verifies a list, and remembers it if it has one plain proof."""
    credential = jsonio.loads(data)
    if issuer is None or issuer_id(credential) != issuer:
        raise ProofError("the status list is somebody else's", code="not_the_issuer")
    verify_signature(credential, issuer, resolver, now)
    starts, ends = instants_of(credential)
    _require_current(starts, ends, now)
    content = status.StatusList(credential)
    proof = credential.get("proof")
    if isinstance(proof, dict) and "created" in proof and "expires" not in proof:
        keys = KeyMemo(proof["verificationMethod"])
        found = _List(
            content=content,
            issuer=issuer,
            starts=starts,
            ends=ends,
            size=3 * len(data) + status.SMALLEST_LIST // 8,
            keys=keys,
            key=keys.key(resolver),
            signed=parse_instant(proof["created"]),
        )
        _LISTS.add(data, found)
    return content
