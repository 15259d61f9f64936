"""Verification: bytes in, report out.

The steps, in order; each leaves its own check in the report:

1. **Format**: find the credential in the bytes (JSON or a token, bare or baked into PNG or SVG) and tell what
   it is.
2. **Schema**: does it keep the data model?
3. **Signature**: resolve the issuer's key, make sure that the issuer grants it and that it was in force when
   the signature was made, and check the proof over the whole content.
4. **Issuer**: is the signer the issuer named inside, and what is known about it?
5. **Status**: what do the issuer's status lists say?
6. **Dates**: is now within the period of validity?
7. **Anchor**, for badges that carry one: does the Merkle proof belong to them, and does its root stand outside?
8. **Badges**, for a learner's record: each badge in it is verified by its own signature and status. An altered one
   spoils the record; one that is revoked, over or unknown keeps the record from being called valid.

What cannot be found out is *unknown*; unknown is never valid. No input makes :func:`verify` raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from credcore import bake, did, jose, jsonio, ob2
from credcore.anchorcheck import check_anchors
from credcore.cache import Bounded, Counters, class_of
from credcore.contexts import PINNED, VC_V1, ContextSet
from credcore.errors import CredentialError, MalformedInput, ProofError
from credcore.matchers import Match, Matcher
from credcore.period import instants_of, within
from credcore.remembering import RememberingResolver, remember
from credcore.report import Check, Report, conclude, make_check
from credcore.signature import check_signature
from credcore.status import entries_of
from credcore.statuscheck import StatusFetcher, check_statuses
from credcore.trust import Trust, judge_issuer
from credcore.validation import is_open_badge, issuer_id, types_of, validate


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolvers:
    """The verifier's connections to the world, all of them the caller's.

    ``did`` resolves DIDs other than did:key. ``status_list`` returns the bytes behind an address,
    ``document`` those that Open Badges 2 refers to. All raise :class:`Unavailable` when they cannot. ``trust`` says what is known of an issuer (see :mod:`credcore.trust`); without it an issuer is
    merely the one who controls its DID. ``contexts`` are those that badges may name.
    ``anchor`` says whether a root stands where a link points.
    """

    did: did.Resolver | None = None
    status_list: StatusFetcher | None = None
    document: ob2.Fetcher | None = None
    trust: Callable[[str], Trust] | None = None
    contexts: ContextSet = PINNED
    anchor: Callable[[str, bytes], bool] | None = None


class MatcherCache:
    """What the fast path has learned: at most ``max_bytes``, looked up in constant time."""

    def __init__(self, max_bytes: int = 64 << 20) -> None:
        self.counters = Counters()
        self._matchers: Bounded[Matcher] = Bounded(max_bytes)
        self._latest: Matcher | None = None

    def match(self, text: bytes, resolver: did.Resolver | None) -> tuple[Matcher, Match] | None:
        """The matcher that vouches for a badge's signature, None if the general path has to look."""
        latest = self._latest
        # Badges of one class often come together; whether this is one more is seen at once.
        if latest is not None and latest.may_match(text):
            try:
                found = latest.match(text, resolver)
            except Exception:  # the resolver failed; the general path tells how
                return None
            if found is not None:
                self.counters.fast += 1
                return latest, found
        name = class_of(text)
        if name is None:
            return None
        for matcher in self._matchers.get(name):
            try:
                found = matcher.match(text, resolver)
            except Exception:  # the resolver failed; the general path tells how
                return None
            if found is not None:
                self.counters.fast += 1
                self._latest = matcher
                return matcher, found
        return None

    def learn(self, text: bytes, document: dict[str, Any], kind: str) -> None:
        """Compiles the class of a badge whose signature and schema are good, from the second badge on."""
        self.counters.general += 1
        name = class_of(text)
        if name is None or kind == "clr2" or not self._matchers.worth_compiling(name):
            return
        try:
            matcher = Matcher(document, text, kind)
        except CredentialError:
            self._matchers.give_up(name)
            return
        self._matchers.add(name, matcher, matcher.size)


SHARED: Final = MatcherCache()
MOST_BADGES: Final = 2_000


class Opened(NamedTuple):
    """A credential's text as it was found in some bytes."""

    text: bytes
    container: str


def verify(
    data: bytes, *, resolvers: Resolvers, now: datetime, cache: MatcherCache | None = SHARED
) -> Report:
    """Verifies one badge in whatever form it comes. Never raises, whatever the bytes or the resolvers do.

    ``cache`` holds what the fast path has learned; with None every badge takes the general path. The report is
    the same either way.
    """
    container, kind = "unknown", "unknown"
    try:
        if resolvers.contexts is not PINNED:
            cache = None
        if cache is not None and data[:1] == b"{" and (found := cache.match(data, resolvers.did)):
            return _report(*found, data, "json", resolvers, now)
        opened = open_credential(data)
        container = opened.container
        if (
            cache is not None
            and opened.text is not data
            and (found := cache.match(opened.text, resolvers.did))
        ):
            return _report(*found, *opened, resolvers, now)
        if opened.container in ("png", "svg") and ob2.is_address(opened.text):
            return _verify_ob2(opened, resolvers, now)
        document, token = read_credential(opened.text)
        if ob2.is_ob2(document):
            return _verify_ob2(opened, resolvers, now)
        kind = format_of(document)
        report = verify_document(
            document,
            resolvers=resolvers,
            now=now,
            container=container,
            source=opened.text,
            token=token,
            cache=cache,
        )
        if cache is not None and token is None and _may_learn(report):
            cache.learn(opened.text, document, kind)
    except ProofError as error:
        failed = make_check("signature", "failed", "altered", f"{error} [{error.code}]")
        return conclude((make_check("format", "ok", "ok"), failed), format=kind, container=container)
    except MalformedInput as error:
        known = error.code if error.code in ("no_badge", "several_badges", "too_large") else "malformed"
        check = make_check("format", "failed", known, str(error))
    except (Exception, RecursionError) as error:  # the promise of this function
        check = make_check("format", "unknown", "unsupported", f"{type(error).__name__}: {error}")
    else:
        return report
    return conclude((check,), format=kind, container=container)


def _verify_ob2(opened: Opened, resolvers: Resolvers, now: datetime) -> Report:
    return ob2.verify_assertion(
        opened.text, container=opened.container, fetch=resolvers.document, trust=resolvers.trust, now=now
    )


def open_credential(data: bytes) -> Opened:
    """The credential's text, bare or baked into a picture; raises MalformedInput if there is none."""
    if bake.is_png(data) or bake.is_svg(data):
        baked = bake.unbake(data)
        return Opened(baked.text.encode("utf-8"), baked.container)
    return Opened(data, "jwt" if jose.is_token(data) else "json")


def read_credential(text: bytes) -> tuple[dict[str, Any], jose.Token | None]:
    """The credential of a text: JSON, a token, or a token in an envelope (VCDM 2.0 section 4.13.1)."""
    if jose.is_token(text):
        token = jose.read_token(text)
        return token.document, token
    document = jsonio.loads(text)
    address = document.get("id")
    if "EnvelopedVerifiableCredential" in types_of(document) and isinstance(address, str):
        media, _, inner = address.partition(",")
        if media in ("data:application/vc+jwt", "data:application/vc-ld+jwt"):
            token = jose.read_token(inner.encode("utf-8", errors="replace"))
            return token.document, token
    return document, None


def format_of(document: Mapping[str, Any]) -> str:
    """``ob3``, ``ob3-vc11`` (Open Badges under VCDM 1.1), ``ob2``, ``clr2``, ``vc``, or ``unknown``."""
    types = types_of(document)
    if "VerifiableCredential" not in types:
        return "unknown"
    if is_open_badge(document):
        context = document.get("@context")
        return "ob3-vc11" if isinstance(context, list) and context[:1] == [VC_V1] else "ob3"
    return "clr2" if "ClrCredential" in types else "vc"


def verify_document(
    document: dict[str, Any],
    *,
    resolvers: Resolvers,
    now: datetime,
    container: str = "json",
    source: bytes = b"",
    token: jose.Token | None = None,
    cache: MatcherCache | None = None,
) -> Report:
    """Verifies a credential that was already read, on the general path; see the module for the steps.

    ``cache`` serves the badges of a record.
    """
    kind = format_of(document)
    if kind == "unknown":
        check = make_check("format", "failed", "malformed", "neither a credential nor a badge")
        return conclude((check,), format=kind, container=container)
    issuer = issuer_id(document)
    signature = check_signature(
        document, issuer, resolvers.did, now, token=token, contexts=resolvers.contexts
    )
    issuer_check, trust = _check_issuer(issuer, signature, resolvers, lambda: _began(document))
    checks = (
        make_check("format", "ok", "ok", kind),
        _check_schema(document),
        signature,
        issuer_check,
        _check_status(document, issuer, resolvers, now, signature.outcome == "ok"),
        _check_dates(document, now, token),
        *check_anchors(document, resolvers.anchor, resolvers.contexts, signature.outcome == "ok"),
    )
    badges: tuple[Report, ...] = ()
    if kind == "clr2":
        badges = _badges(document, resolvers, now, cache) if signature.outcome == "ok" else ()
        checks = (*checks, _check_badges(document, badges))
    return conclude(
        checks,
        badges=badges,
        format=kind,
        container=container,
        credential=document,
        issuer=issuer,
        trust=trust,
        source=source,
    )


# -- the fast path -----------------------------------------------------------------------------------------


_SIGNED: Final = make_check("signature", "ok", "ok")
_KEEPS_SCHEMA: Final = make_check("schema", "ok", "ok")


def _may_learn(report: Report) -> bool:
    return all(
        check.outcome == "ok" for check in report.checks if check.code in ("format", "schema", "signature")
    )


def _report(
    matcher: Matcher, match: Match, text: bytes, container: str, resolvers: Resolvers, now: datetime
) -> Report:
    """The report on a badge that a matcher vouches for: steps 4 to 6 are the general ones."""
    issuer_check, trust = _check_issuer(
        match.issuer,
        _SIGNED,
        resolvers,
        lambda: max(matcher.period(match.values)[0], default=None),
    )
    entries = matcher.entries(match.values)
    status = (
        check_statuses(entries, match.issuer, resolvers.did, resolvers.status_list, now)
        if entries
        else make_check("status", "not_applicable", "none")
    )
    dates = matcher.dates.get(match.values, now)
    if dates is None:
        dates = matcher.dates.add(match.values, now, _check_period(*matcher.period(match.values), now))
    return conclude(
        (matcher.format_check, _KEEPS_SCHEMA, _SIGNED, issuer_check, status, dates),
        format=matcher.kind,
        container=container,
        issuer=match.issuer,
        trust=trust,
        source=text,
    )


# -- 2. schema ---------------------------------------------------------------------------------------------


def _check_schema(document: Mapping[str, Any]) -> Check:
    problems = validate(document, issuing=False)
    if not problems:
        return make_check("schema", "ok", "ok")
    detail = "; ".join(f"{p.field}: {p.message} ({p.clause})" for p in problems[:10])
    return make_check("schema", "failed", "problems", detail)


# -- 4. issuer ---------------------------------------------------------------------------------------------


def _check_issuer(
    issuer: str | None, signature: Check, resolvers: Resolvers, began: Callable[[], datetime | None]
) -> tuple[Check, str]:
    if signature.reason == "not_the_issuer" or issuer is None:
        return make_check("issuer", "failed", "mismatch"), "not_checked"
    if signature.outcome != "ok":
        reason = "unavailable" if signature.reason == "unavailable" else "not_checked"
        return make_check("issuer", "unknown", reason), "not_checked"
    return judge_issuer(issuer, resolvers.trust, began)


def _began(document: Mapping[str, Any]) -> datetime | None:
    return max(instants_of(document)[0], default=None)


# -- 5. status ---------------------------------------------------------------------------------------------


def _check_status(
    document: Mapping[str, Any], issuer: str | None, resolvers: Resolvers, now: datetime, signed: bool
) -> Check:
    entries = entries_of(document)
    if not entries and "credentialStatus" not in document:
        return make_check("status", "not_applicable", "none")
    if not signed:
        # The address of a list in an unsigned document is anybody's; do not even ask there.
        return make_check("status", "unknown", "not_checked")
    return check_statuses(entries, issuer, resolvers.did, resolvers.status_list, now)


# -- 6. dates ----------------------------------------------------------------------------------------------


def _check_dates(document: Mapping[str, Any], now: datetime, token: jose.Token | None = None) -> Check:
    try:
        starts, ends = instants_of(document)
    except MalformedInput as error:
        return make_check("dates", "failed", "malformed", str(error))
    if token is not None:
        starts, ends = [*starts, *token.starts], [*ends, *token.ends]
    return _check_period(starts, ends, now)


def _check_period(starts: list[datetime], ends: list[datetime], now: datetime) -> Check:
    place = within(starts, ends, now)
    if place == "ok":
        return make_check("dates", "ok", "ok")
    when = min(ends) if place == "expired" else max(starts)
    return make_check("dates", "failed", place, when.isoformat(), when=when)


# -- 8. badges of a record ---------------------------------------------------------------------------------


def _badges(
    document: Mapping[str, Any], resolvers: Resolvers, now: datetime, cache: MatcherCache | None
) -> tuple[Report, ...]:
    held = document["credentialSubject"].get("verifiableCredential")
    if not isinstance(held, list) or len(held) > MOST_BADGES:
        return ()
    # A record in a record would have to be followed without end.
    texts = (
        item.encode("utf-8", errors="replace") if isinstance(item, str) else jsonio.dumps(item)
        for item in held
        if "ClrCredential" not in types_of(item)
    )
    return tuple(verify_many(texts, resolvers=resolvers, now=now, cache=cache))


def _check_badges(document: Mapping[str, Any], badges: tuple[Report, ...]) -> Check:
    subject = document.get("credentialSubject")
    held = subject.get("verifiableCredential") if isinstance(subject, Mapping) else None
    if not badges or not isinstance(held, list) or len(badges) != len(held):
        return make_check("badges", "unknown", "not_checked")
    odd = [(place, badge.verdict) for place, badge in enumerate(badges) if badge.outcome != "valid"]
    if not odd:
        return make_check("badges", "ok", "ok")
    detail = ", ".join(f"{place}: {verdict}" for place, verdict in odd[:50])
    if any(verdict in ("altered", "not_a_badge") for _, verdict in odd):
        return make_check("badges", "failed", "altered", detail)
    return make_check("badges", "unknown", "not_all", detail)


def verify_many(
    items: Iterable[bytes], *, resolvers: Resolvers, now: datetime, cache: MatcherCache | None = SHARED
) -> list[Report]:
    """Verifies many badges, asking for each DID document and status list once."""
    shared = Resolvers(
        did=RememberingResolver(resolvers.did) if resolvers.did else None,
        status_list=remember(resolvers.status_list) if resolvers.status_list else None,
        document=remember(resolvers.document) if resolvers.document else None,
        trust=resolvers.trust,
        contexts=resolvers.contexts,
        anchor=resolvers.anchor,
    )
    return [verify(item, resolvers=shared, now=now, cache=cache) for item in items]
