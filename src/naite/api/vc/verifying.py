"""Verifying credentials, and the answer's form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from credcore import jose, jsonio
from credcore.contexts import VC_V2
from credcore.errors import CredentialError, MalformedInput, NotFound
from credcore.report import Report
from credcore.validation import types_of
from credcore.verify import Resolvers, read_credential, verify
from naite.api.vc import rules, statuslists
from naite.api.vc.instances import CONTEXTS, INSTANCES
from naite.api.vc.problems import (
    CHALLENGE,
    DOMAIN,
    MALFORMED,
    PARSING,
    Details,
    details,
    of_check,
    of_error,
    of_request,
)
from naite.flows import verification
from naite.trunk.badges.issuers import IssuerList

_ENVELOPES: Final = frozenset({"application/vc+jwt", "application/vc-ld+jwt", "application/jwt"})
_NAMES: Final = {"signature": "proof", "status": "credentialStatus"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was looked at and what is wrong. Nothing wrong means verified; what could not be found out is wrong."""

    checks: tuple[str, ...] = ()
    errors: tuple[Details, ...] = ()
    warnings: tuple[Details, ...] = ()
    issuer: str | None = None
    parts: tuple["Result", ...] = field(default=())

    @property
    def verified(self) -> bool:
        return not self.errors and all(part.verified for part in self.parts)

    @property
    def status(self) -> int:
        """200, 400 for what is no credential at all, 422 for one that does not verify."""
        if self.verified:
            return 200
        every = [*self.errors, *(error for part in self.parts for error in part.errors)]
        return 400 if any(error["type"] in (PARSING, MALFORMED) for error in every) else 422

    def as_dict(self) -> dict[str, Any]:
        """The body of the answer."""
        return {
            "verified": self.verified,
            "checks": list(self.checks),
            "warnings": list(self.warnings),
            "errors": list(self.errors),
        }


def options_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a request; refuses what is no object."""
    options = body.get("options") or {}
    if not isinstance(options, dict):
        raise of_request("options", "options must be a JSON object")
    for name in ("challenge", "domain"):
        if options.get(name) is not None and (not isinstance(options[name], str) or not options[name]):
            raise of_request("options", f"{name} must be a string")
    return options


def verify_request(body: Mapping[str, Any], *, now: datetime) -> Result:
    """Verify ``verifiableCredential``, an object or a token, in any form of proof; writes nothing.

    All checks are made, whichever the options name. A challenge or domain in the options must be the proof's.
    """
    if not isinstance(body.get("verifiableCredential"), dict | str):
        raise of_request(
            "verifiableCredential", "the request needs a verifiableCredential: an object or a token"
        )
    options = options_of(body)
    return verify_credential(body["verifiableCredential"], options, resolvers(now), now=now)


def verify_credential(value: Any, options: Mapping[str, Any], world: Resolvers, *, now: datetime) -> Result:
    """Verify one credential as it stands in a request. Never raises over what is in it."""
    try:
        text = _text(value)
        document, token = read_credential(text)
    except CredentialError as error:
        return Result(checks=("format",), errors=(of_error(error),))
    problems = rules.credential_problems(document)
    if problems:
        return Result(checks=("format", "schema"), errors=tuple(problems))
    report = verify(text, resolvers=world, now=now, cache=None)
    errors = [of_check(check) for check in report.checks if check.outcome in ("failed", "unknown")]
    if not errors and report.outcome != "valid":
        errors = [details(PARSING, "format", report.explanation_en)]
    warnings: list[Details] = []
    if token is None:
        found = document.get("proof")
        wrong, warnings = expected(found if isinstance(found, list) else [found], options)
        errors += wrong
    return Result(checks=_names(report), errors=tuple(errors), warnings=tuple(warnings), issuer=report.issuer)


def expected(proofs: Iterable[Any], options: Mapping[str, Any]) -> tuple[list[Details], list[Details]]:
    """Errors where proofs are for another challenge or domain, warnings where nobody said which to expect."""
    errors, warnings = [], []
    for proof in proofs:
        for name, kind in (("challenge", CHALLENGE), ("domain", DOMAIN)):
            given = proof.get(name) if isinstance(proof, Mapping) else None
            wanted = options.get(name)
            if wanted is None:
                if given is not None:
                    text = f"the proof is for a {name}, and the options do not say which to expect"
                    warnings.append(details(kind, f"{name}_not_checked", text))
            elif given != wanted and not (name == "domain" and isinstance(given, list) and wanted in given):
                errors.append(details(kind, name, f"the proof is not for this {name}"))
    return errors, warnings


def resolvers(now: datetime) -> Resolvers:
    """The world as Naite sees it, the instances' own lists, and the contexts that documents may name here.

    Whether an issuer is trusted is no question of conformance.
    """
    world = verification.resolvers(issuers=IssuerList(now))
    fetch = world.status_list
    own = {statuslists.address(instance): instance for instance in INSTANCES.values()}

    def status_list(url: str) -> bytes:
        if url in own:
            return statuslists.served(own[url], now)
        if fetch is None:
            raise NotFound("no such list")
        return fetch(url)

    return replace(world, status_list=status_list, document=None, trust=None, contexts=CONTEXTS)


def _text(value: Any) -> bytes:
    """A credential's bytes as credcore reads them, out of its envelope."""
    if isinstance(value, dict):
        if "EnvelopedVerifiableCredential" not in types_of(value):
            return jsonio.dumps(value)
        value = opened(value, _ENVELOPES)
    text = str(value).encode("utf-8", errors="replace")
    if not jose.is_token(text):
        raise MalformedInput("this is neither a credential nor a token")
    return text


def opened(envelope: Mapping[str, Any], kinds: frozenset[str]) -> str:
    """The token in an envelope (VCDM 2.0 section 4.13.1); refuses what only looks like one."""
    context, address = envelope.get("@context"), envelope.get("id")
    entries = context if isinstance(context, list) else [context]
    media, comma, token = address.partition(",") if isinstance(address, str) else ("", "", "")
    if VC_V2 not in entries:
        raise MalformedInput(f"an envelope names the context {VC_V2}")
    if not comma or media.removeprefix("data:") not in kinds or not media.startswith("data:"):
        raise MalformedInput("the id of an envelope is a data: URL with a token in it")
    return token


def _names(report: Report) -> tuple[str, ...]:
    return tuple(
        _NAMES.get(check.code, check.code) for check in report.checks if check.outcome != "not_applicable"
    )
