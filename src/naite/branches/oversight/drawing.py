"""The draw as arithmetic that anybody can repeat: no database, no chance besides the seed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

SHARE = 20  # per cent, rounded up
SCRIPT = Path(__file__).with_name("draw_script.py").read_text(encoding="utf-8")


def how_many(eligible: int) -> int:
    """Return how many are drawn: a fifth, rounded up (2010년 기본계획)."""
    return -(-eligible * SHARE // 100)


def order_of(seed: str, recognition_id: str) -> str:
    """Return by what a candidate is ordered: SHA-256 of the seed, a bar and its id, in hexadecimal."""
    return hashlib.sha256(f"{seed}|{recognition_id}".encode()).hexdigest()


def draw(seed: str, candidates: Iterable[str]) -> list[str]:
    """Return the candidates that are drawn, in the order of their digests."""
    ordered = sorted(candidates, key=lambda each: order_of(seed, each))
    return ordered[: how_many(len(ordered))]


def hash_of_seed(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()


def listed(candidates: Iterable[str]) -> str:
    """Return the list as it is published: the ids in order, one a line, each line ended."""
    return "".join(f"{each}\n" for each in sorted(candidates))


def hash_of_list(candidates: Iterable[str]) -> str:
    return hashlib.sha256(listed(candidates).encode()).hexdigest()
