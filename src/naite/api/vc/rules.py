"""What VCDM 2.0 asks of any credential or presentation, beyond what credcore's model of badges needs."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from credcore import rdf
from credcore.contexts import VC_V1, VC_V2, document
from credcore.errors import CredentialError
from credcore.instants import parse_instant
from credcore.validation import Problem, types_of, validate
from naite.api.vc.instances import CONTEXTS
from naite.api.vc.problems import Details, of_error, of_rule

# What a processor that does not sign statements must refuse too: terms that nobody defined, contexts that are
# not known, names that are no IRIs. The rest of rdf's refusals is about what RDF cannot sign.
_TERMS: Final = frozenset(
    {
        "undefined_term",
        "iri",
        "unknown_context",
        "inline_context",
        "no_context",
        "too_large",
        "unsafe_document",
    }
)
_TYPED: Final = {
    "termsOfUse": "VCDM 2.0 section 5.5",
    "evidence": "VCDM 2.0 section 5.6",
    "refreshService": "VCDM 2.0 section 5.4",
    "credentialSchema": "VCDM 2.0 section 4.11",
    "credentialStatus": "VCDM 2.0 section 4.10",
    "proof": "VCDM 2.0 section 4.12",
}
_VALUE_OBJECT: Final = frozenset({"@value", "@language", "@direction"})


def credential_problems(credential: Mapping[str, Any]) -> list[Details]:
    """Everything that keeps a document from being a credential, whether secured already or not."""
    found = [*validate(credential, issuing=False), *_credential(credential)]
    return [*map(of_rule, found), *_undefined(credential)]


def presentation_problems(presentation: Mapping[str, Any]) -> list[Details]:
    """Everything that keeps a document from being a presentation (section 4.13); its credentials apart."""
    problems = [of_rule(problem) for problem in _presentation(presentation)]
    bare = {name: value for name, value in presentation.items() if name != "verifiableCredential"}
    return [*problems, *_undefined(bare)]


def _presentation(presentation: Mapping[str, Any]) -> Iterator[Problem]:
    context = presentation.get("@context")
    first = context[:1] if isinstance(context, list) else [context]
    if first not in ([VC_V2], [VC_V1]):
        yield Problem("@context", "VCDM 2.0 section 4.3", f"the first context must be {VC_V2} (or {VC_V1})")
    if "VerifiablePresentation" not in types_of(presentation):
        yield Problem("type", "VCDM 2.0 section 4.13", "must include VerifiablePresentation")
    if "id" in presentation and not _is_iri(presentation["id"]):
        yield Problem("id", "VCDM 2.0 section 4.4", "must be an absolute IRI without spaces")
    holder = presentation.get("holder")
    if "holder" in presentation and not _is_iri(holder.get("id") if isinstance(holder, Mapping) else holder):
        yield Problem("holder", "VCDM 2.0 section 4.13", "must be a URL or an object with an id")
    yield from _own_context(context)
    yield from _typed(presentation)


def _credential(credential: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _own_context(credential.get("@context"))
    yield from _typed(credential)
    issuer = credential.get("issuer")
    for path, node in (("", credential), ("issuer.", issuer)):
        for name in ("name", "description"):
            if isinstance(node, Mapping) and name in node and not _is_text(node[name]):
                yield Problem(
                    f"{path}{name}", "VCDM 2.0 section 4.6", "must be a string or a language value object"
                )
    yield from _related(credential)


def _typed(node: Mapping[str, Any]) -> Iterator[Problem]:
    """Values that must be objects with a type; what carries an id must carry an IRI."""
    for name, clause in _TYPED.items():
        for item in _each(node, name):
            if not isinstance(item, Mapping) or not types_of(item):
                yield Problem(name, clause, "must be an object with a type")
            elif "id" in item and not _is_iri(item["id"]):
                yield Problem(f"{name}.id", clause, "must be an absolute IRI without spaces")
            elif name == "credentialSchema" and "id" not in item:
                yield Problem("credentialSchema.id", clause, "is missing")
            elif name == "proof":
                yield from _proof(item)


def _proof(proof: Mapping[str, Any]) -> Iterator[Problem]:
    clause = "Data Integrity 1.0 section 2.1"
    for name in ("created", "expires"):
        if name in proof:
            try:
                parse_instant(proof[name])
            except CredentialError:
                yield Problem(f"proof.{name}", clause, "must be a date and time with a time zone")
    for name in ("verificationMethod", "proofPurpose", "proofValue", "challenge", "nonce"):
        if name in proof and not isinstance(proof[name], str):
            yield Problem(f"proof.{name}", clause, "must be a string")


def _related(credential: Mapping[str, Any]) -> Iterator[Problem]:
    clause, seen = "VCDM 2.0 section 5.3", set()
    for item in _each(credential, "relatedResource"):
        if not isinstance(item, Mapping) or not _is_iri(item.get("id")):
            yield Problem("relatedResource", clause, "must be an object with a URL as id")
            continue
        if item["id"] in seen:
            yield Problem("relatedResource.id", clause, "names a resource twice")
        seen.add(item["id"])
        if not any(isinstance(item.get(name), str) for name in ("digestSRI", "digestMultibase")):
            yield Problem("relatedResource", clause, "must have digestSRI or digestMultibase")


def _own_context(context: Any) -> Iterator[Problem]:
    """What a document defines itself must not change the terms of the base context (section 5.2.1)."""
    entries = context if isinstance(context, list) else [context]
    base = document(VC_V1 if entries[:1] == [VC_V1] else VC_V2)["@context"]
    for entry in entries:
        for term in entry if isinstance(entry, dict) else ():
            if not term.startswith("@") and term in base and entry[term] != base[term]:
                yield Problem("@context", "VCDM 2.0 section 5.2.1", f"redefines {term}")


def _undefined(node: Mapping[str, Any]) -> list[Details]:
    unsecured = {name: value for name, value in node.items() if name != "proof"}
    try:
        rdf.canonical_nquads(_undirected(unsecured), CONTEXTS)
    except CredentialError as error:
        return [of_error(error)] if error.code in _TERMS else []
    return []


def _undirected(value: Any) -> Any:
    """A copy without base directions, for which RDF has no place."""
    if isinstance(value, dict):
        return {name: _undirected(item) for name, item in value.items() if name != "@direction"}
    return [_undirected(item) for item in value] if isinstance(value, list) else value


def _each(node: Mapping[str, Any], name: str) -> list[Any]:
    if name not in node:
        return []
    value = node[name]
    return value if isinstance(value, list) else [value]


def _is_iri(value: Any) -> bool:
    probe = {"@context": [VC_V2], "type": "VerifiableCredential", "id": value}
    return not any(problem.field == "id" for problem in validate(probe, issuing=False))


def _is_text(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(not isinstance(item, list) and _is_text(item) for item in value)
    if isinstance(value, Mapping):
        return (
            value.keys() <= _VALUE_OBJECT
            and isinstance(value.get("@value"), str)
            and all(isinstance(item, str) for item in value.values())
            and value.get("@direction", "ltr") in ("ltr", "rtl")
        )
    return isinstance(value, str)
