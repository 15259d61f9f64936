"""Asking a virus scanner: clamd on a socket or a port, or any program that reads standard input."""

import socket
import subprocess
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

_WAIT = 30.0
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner said: clean, or the name of what it found."""

    found: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.found


def configured() -> bool:
    return bool(settings.VIRUS_SCAN)


def scan(content: bytes) -> Verdict | None:
    """Return the scanner's verdict; None when there is no scanner or it does not answer."""
    where = settings.VIRUS_SCAN
    if not where:
        return None
    try:
        if where.startswith("command:"):
            return _by_command(where.removeprefix("command:").split(), content)
        return _by_clamd(where, content)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _by_command(command: list[str], content: bytes) -> Verdict | None:
    """A scanner program ends with 0 for clean and 1 for infected, as clamscan and its kin do."""
    done = subprocess.run(command, input=content, capture_output=True, timeout=_WAIT, check=False)
    if done.returncode == 0:
        return Verdict()
    if done.returncode == 1:
        lines = done.stdout.decode("utf-8", "replace").split("\n")
        said = next((line for line in lines if "FOUND" in line), lines[0])
        return Verdict(said.partition(": ")[2].removesuffix(" FOUND").strip()[:200] or "infected")
    return None


def _by_clamd(where: str, content: bytes) -> Verdict | None:
    with _connect(where) as line:
        line.settimeout(_WAIT)
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), _PIECE):
            piece = content[at : at + _PIECE]
            line.sendall(len(piece).to_bytes(4, "big") + piece)
        line.sendall(b"\0\0\0\0")
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < 4096 and (more := line.recv(4096)):
            answer += more
    said = answer.strip(b"\0\n ").decode("utf-8", "replace").partition(": ")[2]
    if said == "OK":
        return Verdict()
    return Verdict(said.removesuffix(" FOUND")[:200]) if said.endswith(" FOUND") else None


def _connect(where: str) -> socket.socket:
    parts = urlsplit(where)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_WAIT)
        try:
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
        return line
    if parts.scheme != "tcp":
        raise ValueError("NAITE_VIRUS_SCAN: unix:/path, tcp://host:port or command:program")
    return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=_WAIT)
