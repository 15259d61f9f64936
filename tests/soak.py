"""How long the tests of ``make soak`` go on that could go on for ever: each ``SOAK_SECONDS``, 60 unless given."""

import os
import time
from collections.abc import Iterator
from itertools import count

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))


def seeds() -> range:
    """One for each minute that there is, and one in any case: for tests that take a minute or two each."""
    return range(max(1, int(SECONDS / 60)))


def rounds(at_least: int = 0) -> Iterator[int]:
    """Numbers from 0 on until the time is over, but never fewer than ``at_least``."""
    end = time.monotonic() + SECONDS
    for number in count():
        if number >= at_least and time.monotonic() >= end:
            return
        yield number
