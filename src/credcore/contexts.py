"""Pinned JSON-LD contexts.

A context decides what a signature covers, so each is a fixed document checked by its SHA-256; nothing is ever
fetched. The files come with openbadgeslib; those it does not carry lie in ``credcore/data``.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from credcore.errors import UnknownContext, UnsafeDocument

VC_V1: Final = "https://www.w3.org/2018/credentials/v1"
VC_V2: Final = "https://www.w3.org/ns/credentials/v2"
OB_V3: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR_V2: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY_V2: Final = "https://w3id.org/security/data-integrity/v2"
MULTIKEY_V1: Final = "https://w3id.org/security/multikey/v1"
DID_V1: Final = "https://www.w3.org/ns/did/v1"
ED25519_2020_V1: Final = "https://w3id.org/security/suites/ed25519-2020/v1"

_OWN: Final = {
    VC_V1: ("credentials-v1.jsonld", "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8"),
    DID_V1: ("did-v1.jsonld", "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f"),
    ED25519_2020_V1: (
        "security-ed25519-2020-v1.jsonld",
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
    ),
}

_OPENBADGESLIB: Final = {
    VC_V2: ("credentials-v2.json", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": (
        "ob-v3p0-context-3.0.1.json",
        "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": (
        "ob-v3p0-context-3.0.2.json",
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
    ),
    OB_V3: ("ob-v3p0-context-3.0.3.json", "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
    OB_EXTENSIONS: (
        "ob-v3p0-extensions.json",
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    ),
    CLR_V2: ("clr_context_2.0.1.json", "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6"),
    DATA_INTEGRITY_V2: (
        "security-data-integrity-v2.json",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    MULTIKEY_V1: (
        "security-multikey-v1.json",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
}


def known() -> frozenset[str]:
    """The URLs of all pinned contexts."""
    return frozenset((*_OPENBADGESLIB, *_OWN))


@functools.cache
def _openbadgeslib() -> Path:
    # The path only: importing the package would load far more than we need.
    spec = importlib.util.find_spec("openbadgeslib")
    if spec is None or not spec.submodule_search_locations:
        raise UnknownContext("openbadgeslib, which carries the pinned contexts, is not installed")
    return Path(spec.submodule_search_locations[0]) / "ob3" / "contexts"


@functools.cache
def document(url: str) -> dict[str, Any]:
    """The pinned context document of a URL (exact match). Treat it as read-only.

    Raises UnknownContext for any other URL, and when a file does not have the expected digest.
    """
    if url in _OWN:
        name, digest = _OWN[url]
        data = (Path(__file__).parent / "data" / name).read_bytes()
    elif url in _OPENBADGESLIB:
        name, digest = _OPENBADGESLIB[url]
        data = (_openbadgeslib() / name).read_bytes()
    else:
        raise UnknownContext(f"the context {url} is not known here and is never fetched")
    if hashlib.sha256(data).hexdigest() != digest:
        raise UnknownContext(f"the pinned copy of {url} does not have the expected digest")
    value: dict[str, Any] = json.loads(data)
    return value


@dataclass(frozen=True, slots=True)
class ContextSet:
    """The contexts a document may name.

    ``extra`` adds documents by URL; ``inline`` lets documents define terms themselves, which a verifier of
    strangers' badges must not allow: a term could be renamed under the same signature.
    """

    extra: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    inline: bool = False

    def value(self, entry: Any) -> Any:
        """What stands in a document in place of one entry of its ``@context``, ready for ``orjson``."""
        if isinstance(entry, str):
            if entry in self.extra:
                return self.extra[entry]["@context"]
            return _pinned(entry)
        if self.inline and isinstance(entry, dict):
            return entry
        raise UnsafeDocument(
            "an @context may only name known contexts, not define terms itself", code="inline_context"
        )

    def scopes(self, urls: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The types that bring terms of their own in these contexts, and those terms' definitions."""
        found: dict[str, dict[str, Any]] = {}
        for url in urls:
            found.update(_scopes(self.extra[url]) if url in self.extra else _pinned_scopes(url))
        return found


PINNED: Final = ContextSet()


@functools.cache
def _pinned_scopes(url: str) -> dict[str, dict[str, Any]]:
    return _scopes(document(url))


def _scopes(context: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    listed = context["@context"]
    found: dict[str, dict[str, Any]] = {}
    for part in listed if isinstance(listed, list) else [listed]:
        for name, definition in part.items() if isinstance(part, dict) else ():
            scope = definition.get("@context") if isinstance(definition, dict) else None
            if isinstance(scope, dict):
                found[name] = {term: value for term, value in scope.items() if term not in _NO_TERMS}
    return found


_NO_TERMS: Final = frozenset({"id", "type", "@protected", "@version", "@vocab"})


@functools.cache
def _pinned(url: str) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(document(url)["@context"]))
