"""The Merkle log and the status lists of credcore, in memory and on one core: a million leaves, ten million places."""

import os
import time
from hashlib import sha256
from typing import Any

LEAVES = 1_000_000
ASKED = 20_000


def run() -> dict[str, Any]:
    """Build, extend and prove; give places in an empty list and in one that is nine tenths full; set bits."""
    from credcore.merkle import Log, leaf_hash, verify_inclusion  # noqa: PLC0415
    from credcore.status import Bitstring, IndexPermutation  # noqa: PLC0415

    leaves = [sha256(number.to_bytes(8, "big")).digest() for number in range(LEAVES)]
    log = Log()
    figures: dict[str, float] = {"million leaves, s": _seconds(lambda: log.extend(leaves))}
    figures["one more leaf, µs"] = 1e6 * _seconds(lambda: log.append(b"one more"))
    root, proofs = log.root(), range(0, LEAVES, LEAVES // 1000)
    figures["inclusion proof, µs"] = 1000 * _seconds(lambda: [log.inclusion_proof(place) for place in proofs])

    def check() -> None:
        for place in proofs:
            path = log.inclusion_proof(place)
            verify_inclusion(leaf_hash(leaves[place]), place, log.size, path, root)

    figures["proof made and checked, µs"] = 1000 * _seconds(check)
    ratios: dict[str, float] = {}
    for size in (131_072, 10_000_000):
        order = IndexPermutation(size, os.urandom(32))
        full = int(size * 0.9)
        empty = _seconds(lambda order=order: [order.index(place) for place in range(ASKED)])
        late = _seconds(
            lambda order=order, full=full, size=size: [
                order.index(place) for place in range(full, min(full + ASKED, size))
            ]
        ) * (ASKED / min(ASKED, size - full))
        figures[f"places/s in an empty list of {size:,}"] = ASKED / empty
        figures[f"places/s at 90 % of {size:,}"] = ASKED / late
        ratios[f"at 90 % ÷ empty, {size:,}"] = empty / late
        bits = Bitstring(size)
        figures[f"bits set/s in {size:,}"] = ASKED / _seconds(
            lambda bits=bits: [bits.set(place, 1) for place in range(ASKED)]
        )
    return {"figures": figures, "ratios": ratios}


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
