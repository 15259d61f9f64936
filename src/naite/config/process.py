"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_FLAG = "NAITE_PARENT_PID"


def child_environment() -> dict[str, str]:
    """Return the environment for a child that is to end with this process."""
    return {**os.environ, _FLAG: str(os.getpid())}


def end_with_parent() -> None:
    """In a child made with ``child_environment``: end when the parent does, even by ``kill -9`` (Linux only)."""
    parent = os.environ.get(_FLAG)
    if parent is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if not _alive(int(parent)):  # it died before we asked
        os.kill(os.getpid(), signal.SIGTERM)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
