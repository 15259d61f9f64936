"""A signing service for tests: a process of its own that holds Ed25519 keys and signs over a Unix socket.

As a module it is the custody that speaks to it; run as a program it is the service. Keys never leave it.
"""

import json
import os
import socket
import socketserver
import sys
from base64 import b64decode, b64encode
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from credcore.keys import Ed25519Key

ADDRESS = "NAITE_TEST_SIGNING_AGENT"


def _ask(**request: str) -> dict[str, str]:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        line.connect(os.environ[ADDRESS])
        line.sendall(json.dumps(request).encode() + b"\n")
        answer: dict[str, str] = json.loads(line.makefile().readline())
        return answer


@dataclass(frozen=True)
class RemoteSigner:
    verification_method: str
    handle: str
    unavailable: type[Exception]
    alg: str = "EdDSA"

    def sign(self, data: bytes, /) -> bytes:
        try:
            return b64decode(_ask(key=self.handle, data=b64encode(data).decode())["signature"])
        except OSError as error:
            raise self.unavailable from error


class AgentCustody:
    """What ``NAITE_ISSUER_KEY_CUSTODY`` names in the test; keeps no more than the name of a key."""

    def make(self, row: UUID, /) -> tuple[bytes, bytes]:
        return b64decode(_ask(make=str(row))["public"]), str(row).encode()

    def signer(self, *, kept: bytes, public_key: bytes, method: str) -> Any:
        # Looked up, as the program itself runs without Django.
        unavailable = import_module("naite.trunk.badges.custody").CustodyUnavailable
        return RemoteSigner(method, kept.decode(), unavailable)


class _Line(socketserver.StreamRequestHandler):
    keys: dict[str, Ed25519Key] = {}

    def handle(self) -> None:
        request = json.loads(self.rfile.readline())
        if "make" in request:
            key = self.keys.setdefault(request["make"], Ed25519Key.generate())
            answer = {"public": b64encode(key.public_key).decode()}
        else:
            signature = self.keys[request["key"]].sign(b64decode(request["data"]))
            answer = {"signature": b64encode(signature).decode()}
        self.wfile.write(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    with socketserver.UnixStreamServer(sys.argv[1], _Line) as service:
        print("ready", flush=True)
        service.serve_forever()
