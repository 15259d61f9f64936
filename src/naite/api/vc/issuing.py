"""Issuing: the credential as it came, secured in the instance's form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credcore import jose, proofs
from credcore.contexts import VC_V2
from credcore.errors import CredentialError
from credcore.instants import parse_instant
from naite.api.vc import rules, statuslists
from naite.api.vc.instances import CONTEXTS, Instance
from naite.api.vc.problems import MALFORMED, Refusal, details, of_error, of_request


def issue(instance: Instance, body: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """The secured credential. Text, order and unknown members stay as they are.

    A missing issuer becomes the instance's did:key; an issuer that is somebody else is signed as asked, and nobody
    will believe it. ``credentialStatus`` is added where the operator wants it and none is there. Refuses
    (Refusal 400 or 422) whatever is no credential or cannot be signed completely. Each call signs anew.
    """
    asked = body.get("credential")
    if not isinstance(asked, dict):
        raise of_request("credential", "the request needs a credential: a JSON object")
    extra, created = _options(body, now)
    credential = _with_issuer(asked, instance.key.did_key)
    problems = rules.credential_problems(credential)
    if instance.cryptosuite is None:
        taken = sorted(jose.CLAIMS & credential.keys())
        problems += [details(MALFORMED, "claims", f"{name} is a token's own") for name in taken]
    if problems:
        raise Refusal(400, problems)
    try:
        _secure(instance, credential, created, extra)  # before a place is taken in the status list
        if not instance.adds_status or "credentialStatus" in credential:
            return _secure(instance, credential, created, extra)
        entry = statuslists.take(instance)
        return _secure(instance, {**credential, "credentialStatus": entry}, created, extra)
    except CredentialError as error:
        raise Refusal(422, [of_error(error)]) from error


def _secure(
    instance: Instance, credential: dict[str, Any], created: datetime, extra: Mapping[str, str]
) -> dict[str, Any]:
    signer = instance.key.signer()
    if instance.cryptosuite is not None:
        return proofs.sign(
            credential,
            signer,
            created=created,
            cryptosuite=instance.cryptosuite,
            extra=extra,
            contexts=CONTEXTS,
        )
    token = jose.issue_token(credential, signer, created=created)
    return {
        "@context": [VC_V2],
        "id": f"data:application/vc+jwt,{token}",
        "type": "EnvelopedVerifiableCredential",
    }


def _with_issuer(credential: dict[str, Any], issuer: str) -> dict[str, Any]:
    given = credential.get("issuer")
    if "issuer" not in credential:
        return {**credential, "issuer": issuer}
    if isinstance(given, dict) and "id" not in given:
        return {**credential, "issuer": {"id": issuer, **given}}
    return credential


def _options(body: Mapping[str, Any], now: datetime) -> tuple[dict[str, str], datetime]:
    """Challenge, domain and time of the proof; the other options of the VC-API change nothing here."""
    options = body.get("options") or {}
    if not isinstance(options, dict):
        raise of_request("options", "options must be a JSON object")
    extra = {name: options[name] for name in ("challenge", "domain") if name in options}
    if not all(isinstance(value, str) and value for value in extra.values()):
        raise of_request("options", "challenge and domain must be strings")
    try:
        return extra, parse_instant(options["created"]) if "created" in options else now
    except CredentialError as error:
        raise of_request("options", "created must be a date and time with a time zone") from error
