"""A real chain of the Ethereum family on this machine: anvil, from the npm development packages.

The tests use it, and ``make demo-chain`` starts the demo world beside one that makes a block every second.
"""

import json
import os
import platform
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eth_account import Account

from naite.roots.ledger.evm import EvmChain

ANVIL = Path(__file__).resolve().parents[1] / "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
CHAIN_ID = 31337


def missing() -> str:
    """Return why no chain can be started here; empty when one can."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return "anvil is locked for Linux on x86-64 only"
    return "" if ANVIL.exists() else "the npm development packages are not installed"


class Node:
    """A running node that makes blocks only when told to."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = "0x" + bytes(Account.create().key).hex()
        self.call("anvil_setBalance", Account.from_key(self.key).address, hex(10**20))

    def call(self, method: str, *parameters: Any) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
        request = urllib.request.Request(self.url, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            said = json.load(answer)
        if "error" in said:
            raise RuntimeError(said["error"])
        return said.get("result")

    def mine(self, blocks: int = 1) -> None:
        self.call("anvil_mine", hex(blocks))

    def chain(self, *, chain_id: int = CHAIN_ID) -> EvmChain:
        return EvmChain(url=self.url, chain_id=chain_id, key=self.key)


@contextmanager
def node(*, seconds: int | None = None) -> Iterator[Node]:
    """Start a node of its own and stop it; it makes blocks when told to, or every so many seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(ANVIL), "--port", str(port), "--silent", "--chain-id", str(CHAIN_ID)]
    command += ["--no-mining"] if seconds is None else ["--block-time", str(seconds)]
    home = {**os.environ, "HOME": os.environ.get("HOME", "/tmp")}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=home) as process:
        try:
            for _ in range(200):
                try:
                    with socket.create_connection(("127.0.0.1", port), timeout=1):
                        break
                except OSError:
                    time.sleep(0.05)
            yield Node(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def main() -> int:
    """Run ``naite serve`` with the demo world and a chain of its own."""
    if missing():
        print(missing())
        return 1
    with node(seconds=1) as chain:
        settings = {
            "NAITE_DEMO": "1",
            "NAITE_ANCHOR": "evm",
            "NAITE_CHAIN_URL": chain.url,
            "NAITE_CHAIN_ID": str(CHAIN_ID),
            "NAITE_CHAIN_KEY": chain.key,
            "NAITE_CHAIN_NAME": "시연용 체인",
            "NAITE_CHAIN_IS_TEST": "1",
            "NAITE_CHAIN_CONFIRMATIONS": "2",
            "NAITE_ANCHOR_EVERY_MINUTES": "0",
        }
        command = [sys.executable, "-m", "naite.config.cli", "serve", "--prepare", *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, **settings}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
