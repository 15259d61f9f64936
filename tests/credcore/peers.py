"""Implementations that we did not write, to check ours against."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

from credcore import contexts, multibase
from credcore.keys import Ed25519Key

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(__file__).parent / "node"


def node_is_missing(package: str = "@digitalbazaar/vc") -> str:
    """Why an implementation in Node cannot run, or an empty string."""
    if shutil.which("node") is None:
        return "Node.js is not installed"
    if not (ROOT / "node_modules" / package).is_dir():
        return "run: npm ci --ignore-scripts"
    return ""


class Node:
    """Somebody else's library (``@digitalbazaar/vc``) in a process of its own, one question per line."""

    def __init__(
        self,
        documents: dict[str, Any] | None = None,
        script: str = "verify.mjs",
        *,
        trusts: Path | None = None,
    ) -> None:
        """``trusts`` is the certificate of an authority that the process believes beside the usual ones."""
        self._process = subprocess.Popen(
            ["node", str(SCRIPTS / script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **({"NODE_EXTRA_CA_CERTS": str(trusts)} if trusts else {})},
        )
        known = {url: contexts.document(url) for url in contexts.known()}
        self.ask("documents", documents={**known, **(documents or {})})

    def ask(self, op: str, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"op": op, **request}).encode() + b"\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Node:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)


def node_key(key: Ed25519Key, method: str) -> dict[str, Any]:
    """Our key as the reference implementation takes it."""
    return {
        "@context": contexts.MULTIKEY_V1,
        "id": method,
        "type": "Multikey",
        "controller": method.split("#", 1)[0],
        "publicKeyMultibase": key.public_multikey,
        "secretKeyMultibase": multibase.multibase_encode(multibase.ED25519_SECRET + key.seed),
    }


def published(document: dict[str, Any]) -> dict[str, Any]:
    """A DID document and its keys by the addresses under which Node looks for them."""
    found: dict[str, Any] = {document["id"]: document}
    for method in document["verificationMethod"]:
        found[method["id"]] = {"@context": contexts.MULTIKEY_V1, **method}
    return found
