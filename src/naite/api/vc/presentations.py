"""Verifying presentations: somebody shows credentials, to one verifier, once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from credcore import did, jose, jsonio, proofs
from credcore.contexts import VC_V2
from credcore.errors import CredentialError, MalformedInput, NotFound, ProofError, Unavailable
from credcore.instants import parse_instant
from credcore.presentations import read_presentation
from credcore.presentationtokens import ENVELOPE, PresentationToken, check_presentation_token
from credcore.validation import issuer_id, types_of
from credcore.verify import Resolvers
from naite.api.vc import rules
from naite.api.vc.instances import CONTEXTS
from naite.api.vc.problems import CRYPTOGRAPHIC, MALFORMED, PROOF, Details, details, of_error, of_request
from naite.api.vc.verifying import Result, expected, options_of, resolvers, verify_credential

_MOST: Final = 50


def verify_request(body: Mapping[str, Any], *, now: datetime) -> Result:
    """Verify ``verifiablePresentation`` and every credential in it; writes nothing.

    Each of its proofs must be an authentication by one and the same holder, for the challenge and domain in the
    options; a token (``vp+jwt``), bare or in an envelope, must be signed so. A presentation that nobody signed is
    refused.
    """
    asked = body.get("verifiablePresentation")
    if not isinstance(asked, dict | str):
        raise of_request(
            "verifiablePresentation", "the request needs a verifiablePresentation: an object or a token"
        )
    options = options_of(body)
    world = resolvers(now)
    try:
        presentation, token = _read(asked)
    except CredentialError as error:
        return Result(checks=("format",), errors=(of_error(error),))
    problems = rules.presentation_problems(presentation)
    shown = presentation.get("verifiableCredential", [])
    shown = shown if isinstance(shown, list) else [shown]
    if len(shown) > _MOST or not all(isinstance(item, dict) for item in shown):
        text = f"verifiableCredential holds objects, {_MOST} at most"
        problems.append(details(MALFORMED, "data_model", text))
    if problems:
        return Result(checks=("format", "schema"), errors=tuple(problems))
    parts = tuple(verify_credential(item, {}, world, now=now) for item in shown)
    if token is None:
        errors, warnings = _proofs(presentation, options, world, now, parts)
    else:
        errors, warnings = _token(token, options, world, now)
    return Result(
        checks=("format", "schema", "proof"), errors=tuple(errors), warnings=tuple(warnings), parts=parts
    )


def as_dict(result: Result) -> dict[str, Any]:
    """The body of the answer: the presentation's result, and that of each credential in order."""
    body = result.as_dict()
    for number, part in enumerate(result.parts):
        where = f"verifiableCredential[{number}]"
        body["errors"] += [{**error, "instance": where} for error in part.errors]
        body["warnings"] += [{**warning, "instance": where} for warning in part.warnings]
    return {**body, "credentialResults": [part.as_dict() for part in result.parts]}


def _read(asked: Any) -> tuple[Mapping[str, Any], PresentationToken | None]:
    if isinstance(asked, dict) and ENVELOPE not in types_of(asked):
        return asked, None
    text = jsonio.dumps(asked) if isinstance(asked, dict) else asked.encode("utf-8", errors="replace")
    if isinstance(asked, str) and not jose.is_token(text):
        raise MalformedInput("this is neither a presentation nor a token")
    if isinstance(asked, dict) and VC_V2 not in _listed(asked.get("@context")):
        raise MalformedInput(f"an envelope names the context {VC_V2}")
    return read_presentation(text)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _token(
    token: PresentationToken, options: Mapping[str, Any], world: Resolvers, now: datetime
) -> tuple[list[Details], list[Details]]:
    try:
        check_presentation_token(token, _document(did.did_of(token.holder), world), now)
    except (Unavailable, NotFound) as error:
        return [details(PROOF, "proof_unavailable", str(error))], []
    except CredentialError as error:
        return [details(PROOF, error.code, str(error))], []
    said = {"challenge": token.nonce, "domain": list(token.audience) or None}
    return expected([said], options)


def _proofs(
    presentation: Mapping[str, Any],
    options: Mapping[str, Any],
    world: Resolvers,
    now: datetime,
    parts: tuple[Result, ...],
) -> tuple[list[Details], list[Details]]:
    try:
        found = proofs.proofs_of(presentation)
        signers = {_check(presentation, proof, world, now) for proof in found}
        if len(signers) != 1:
            raise ProofError("the proofs are by different holders", code="not_the_holder")
    except (Unavailable, NotFound) as error:
        return [details(PROOF, "proof_unavailable", str(error))], []
    except CredentialError as error:
        return [details(PROOF, error.code, str(error))], []
    signer = signers.pop()
    errors, warnings = expected(found, options)
    holder = issuer_id({"issuer": presentation.get("holder")})
    if holder is not None and holder != signer:
        errors.append(details(CRYPTOGRAPHIC, "not_the_holder", "the holder is not the one who signed"))
    if holder is None and any(part.issuer == signer for part in parts):
        text = "the presentation holds a credential by its own signer and must name the holder"
        errors.append(details(MALFORMED, "holder_missing", f"{text} (VCDM 2.0 section 4.13.4)"))
    return errors, warnings


def _check(presentation: Mapping[str, Any], proof: Mapping[str, Any], world: Resolvers, now: datetime) -> str:
    """The DID whose key made the proof; raises CredentialError unless the proof is good."""
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or "previousProof" in proof:
        raise ProofError("this kind of proof is not supported", code="unsupported_proof")
    if "expires" in proof and now > parse_instant(proof["expires"]):
        raise ProofError("the proof itself has expired", code="proof_expired")
    signer = did.did_of(method)
    key = did.find_key(_document(signer, world), method, "authentication")
    if key.kind != "Ed25519":
        raise ProofError("the key does not fit the kind of signature", code="key_not_found")
    key.require_usable(parse_instant(proof["created"]) if "created" in proof else None)
    proofs.verify_one(presentation, proof, key.public_key, purpose="authentication", contexts=CONTEXTS)
    return signer


def _document(signer: str, world: Resolvers) -> Mapping[str, Any]:
    try:
        return did.resolve(signer, world.did)
    except CredentialError:
        raise
    except Exception as error:  # the world outside may fail in any way
        raise Unavailable(f"{type(error).__name__}: {error}") from error
