"""Open Badges 2.0 and 2.1, signed and hosted, read for verification through openbadgeslib.

A hosted badge is good because its issuer's site still serves it; a signed one because a key that the issuer's
profile lists signed it. Both need documents from the network, which the caller fetches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob2.models import Assertion
from openbadgeslib.ob2.verifier import OB2Verifier

from credcore import jose, jsonio, multibase
from credcore.errors import CredentialError, MalformedInput, Unavailable
from credcore.period import within
from credcore.report import Check, Report, conclude, make_check
from credcore.trust import Trust, judge_issuer
from credcore.validation import types_of

Fetcher = Callable[[str], bytes]

_CONTEXTS: Final = frozenset(
    {"https://w3id.org/openbadges/v2", "https://w3id.org/openbadges/v2/context.json"}
)
_MOST_DOCUMENTS: Final = 8


class _Fetched:
    """The documents of one verification: each asked for once, few in number, and whether any was missing."""

    def __init__(self, fetch: Fetcher | None) -> None:
        self._fetch = fetch
        self._known: dict[str, bytes] = {}
        self.missing = ""

    def __call__(self, url: str) -> bytes:
        if url not in self._known:
            try:
                if (
                    self._fetch is None
                    or len(self._known) >= _MOST_DOCUMENTS
                    or not url.startswith("https://")
                ):
                    raise Unavailable(f"{url} is not loaded here")
                self._known[url] = bytes(self._fetch(url))
            except Exception as error:
                self.missing = str(error) or type(error).__name__
                raise
        return self._known[url]

    def json(self, url: object) -> dict[str, Any]:
        """A document as an object; empty if it is none."""
        try:
            return jsonio.loads(self(url)) if isinstance(url, str) else {}
        except MalformedInput:
            return {}


class _Verifier(OB2Verifier):
    """Without a clock of its own: the period is judged by the caller's time."""

    def _check_expiration(self, assertion: Assertion) -> None:
        return


def is_ob2(document: Mapping[str, Any]) -> bool:
    """True for an Open Badges 2 assertion."""
    named = document.get("@context")
    names = named if isinstance(named, list) else [named]
    return "Assertion" in types_of(document) and any(n in _CONTEXTS for n in names if isinstance(n, str))


def find_assertion(text: bytes) -> dict[str, Any] | None:
    """The assertion in a text (JSON or a signed token), None if it holds something else."""
    try:
        if jose.is_token(text):
            payload = text.strip().decode("ascii").split(".")[1]
            document = jsonio.loads(multibase.base64url_decode(payload))
        elif text.lstrip().startswith(b"{"):
            document = jsonio.loads(text)
        else:
            return None
    except CredentialError:
        return None
    return document if is_ob2(document) else None


def is_address(text: bytes) -> bool:
    """True if a baked picture holds only the address of its assertion, as hosted badges do."""
    stripped = text.strip()
    return stripped.startswith(b"https://") and len(stripped) < 2048 and b" " not in stripped


def verify_assertion(
    text: bytes,
    *,
    container: str,
    fetch: Fetcher | None,
    trust: Callable[[str], Trust] | None,
    now: datetime,
) -> Report:
    """Verifies an assertion, or the one behind an address."""
    fetched = _Fetched(fetch)
    format_check = make_check("format", "ok", "ok", "ob2")
    try:
        if is_address(text):
            text = fetched(text.strip().decode("ascii", errors="replace"))
        document = find_assertion(text)
    except Exception as error:  # a fetcher may fail in any way
        signature = make_check("signature", "unknown", "unavailable", str(error))
        return conclude((format_check, signature), format="ob2", container=container)
    if document is None:
        failed = make_check("format", "failed", "malformed", "the address holds no Open Badges 2 assertion")
        return conclude((failed,), format="ob2", container=container)
    signature, schema, assertion = _check(text, document, fetched)
    issuer = _issuer(assertion, fetched) if assertion is not None else None
    issuer_id = issuer.get("id") if issuer is not None else None
    name = issuer_id if isinstance(issuer_id, str) else None
    issuer_check, known = _check_issuer(name, signature, trust, assertion)
    checks = (
        format_check,
        schema,
        signature,
        issuer_check,
        _check_status(document, issuer, fetched),
        _check_dates(assertion, now),
    )
    return conclude(
        checks, format="ob2", container=container, credential=document, issuer=name, trust=known, source=text
    )


def _check(text: bytes, document: dict[str, Any], fetched: _Fetched) -> tuple[Check, Check, Assertion | None]:
    good = make_check("schema", "ok", "ok")
    try:
        parsed = Assertion.from_dict(document)
    except ValueError as error:
        return (
            make_check("signature", "unknown", "not_checked"),
            make_check("schema", "failed", "problems", str(error)),
            None,
        )
    verifier = _Verifier(download=fetched)
    try:
        if jose.is_token(text):
            assertion = verifier.verify(text.strip().decode("ascii"))
        else:
            assertion = verifier.verify_hosted(document)
    except LibOpenBadgesException as error:
        if fetched.missing:
            return make_check("signature", "unknown", "unavailable", fetched.missing), good, parsed
        served = fetched.json(document.get("id")) if parsed.verification.type == "HostedBadge" else {}
        if served.get("revoked") is True and served.get("id") == document.get("id"):
            return make_check("signature", "ok", "hosted"), good, parsed
        return make_check("signature", "failed", "altered", str(error)), good, parsed
    reason = "hosted" if assertion.verification.type == "HostedBadge" else "ok"
    return make_check("signature", "ok", reason), good, assertion


def _issuer(assertion: Assertion, fetched: _Fetched) -> dict[str, Any] | None:
    try:
        issuer = fetched.json(assertion.badge).get("issuer")
        return fetched.json(issuer.get("id") if isinstance(issuer, dict) else issuer) or None
    except Exception:  # not reachable: unknown, as the check says
        return None


def _check_issuer(
    issuer: str | None,
    signature: Check,
    trust: Callable[[str], Trust] | None,
    assertion: Assertion | None,
) -> tuple[Check, str]:
    if signature.outcome != "ok" or issuer is None:
        return make_check("issuer", "unknown", "unavailable"), "not_checked"
    return judge_issuer(issuer, trust, lambda: assertion.issued_on if assertion is not None else None)


def _check_status(document: Mapping[str, Any], issuer: Mapping[str, Any] | None, fetched: _Fetched) -> Check:
    identifier = document.get("id")
    try:
        if isinstance(identifier, str) and identifier.startswith("https://"):
            served = fetched.json(identifier)
            if served.get("revoked") is True:
                return make_check("status", "failed", "revoked", str(served.get("revocationReason", "")))
        if issuer is None:
            return make_check("status", "unknown", "unavailable")
        if "revocationList" not in issuer:
            return make_check("status", "not_applicable", "none")
        listed = fetched.json(issuer["revocationList"]).get("revokedAssertions")
    except Exception as error:  # not reachable
        return make_check("status", "unknown", "unavailable", str(error))
    if not isinstance(listed, list):
        return make_check("status", "unknown", "untrusted", "the revocation list is malformed")
    for entry in listed:
        named, reason = (
            (entry.get("id"), entry.get("revocationReason", "")) if isinstance(entry, dict) else (entry, "")
        )
        if named == identifier:
            return make_check("status", "failed", "revoked", str(reason))
    return make_check("status", "ok", "ok")


def _check_dates(assertion: Assertion | None, now: datetime) -> Check:
    if assertion is None:
        return make_check("dates", "unknown", "not_checked")
    starts = [assertion.issued_on] if assertion.issued_on else []
    ends = [assertion.expires] if assertion.expires else []
    place = within(starts, ends, now)
    if place == "ok":
        return make_check("dates", "ok", "ok")
    when = ends[0] if place == "expired" else starts[0]
    return make_check("dates", "failed", place, when.isoformat(), when=when)
