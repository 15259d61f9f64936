"""``naite serve`` as a real process."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests import migrated


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError("it did not come to pass")


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def children_of(pid: int) -> dict[int, str]:
    """Return the processes below a process with their command lines (Linux)."""
    found = {}
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found[child] = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
            found |= children_of(child)
    return found


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    env = {
        key: value
        for key, value in os.environ.items()
        if key not in {"NAITE_DATABASE_URL", "NAITE_PARENT_PID"}
    }
    migrated.place(tmp_path)
    env |= {"NAITE_DATA_DIR": str(tmp_path), "NAITE_BASE_URL": f"http://localhost:{port}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "naite.config.cli", "serve", "--prepare", "--port", str(port)], env=env
    )
    try:
        wait_for(lambda: answers(port))
        yield process, port
    finally:
        process.kill()
        process.wait()


@pytest.mark.req("X10", "rule")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_killed_worker_returns_and_nothing_outlives_the_server(
    server: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, port = server

    def workers() -> list[int]:
        return [pid for pid, line in children_of(process.pid).items() if line.strip().endswith(" worker")]

    wait_for(lambda: len(workers()) == 1)
    first = workers()[0]
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: bool(workers()) and workers() != [first])

    family = list(children_of(process.pid))
    process.kill()
    process.wait()
    wait_for(lambda: all(gone(pid) for pid in family))
    assert not answers(port)
