"""Pinned JSON-LD contexts.

A context decides what a signature covers, so each is a fixed document checked by its SHA-256; nothing is ever
fetched. The files come with openbadgeslib; those it does not carry lie in ``credcore/data``.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any, Final

import orjson

from credcore.errors import UnknownContext

VC_V2: Final = "https://www.w3.org/ns/credentials/v2"
OB_V3: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR_V2: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY_V2: Final = "https://w3id.org/security/data-integrity/v2"
MULTIKEY_V1: Final = "https://w3id.org/security/multikey/v1"
DID_V1: Final = "https://www.w3.org/ns/did/v1"

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
    return frozenset(_OPENBADGESLIB)


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
    if url not in _OPENBADGESLIB:
        raise UnknownContext(f"the context {url} is not known here and is never fetched")
    name, digest = _OPENBADGESLIB[url]
    data = (_openbadgeslib() / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise UnknownContext(f"the pinned copy of {url} does not have the expected digest")
    value: dict[str, Any] = json.loads(data)
    return value


@functools.cache
def inline(url: str) -> orjson.Fragment:
    """The value of ``@context`` as JSON text, ready to stand in a document in place of its URL."""
    return orjson.Fragment(orjson.dumps(document(url)["@context"]))
