"""Repeat a draw of spot checks: python draw.py SEED SEED_HASH LIST_HASH < candidates.txt"""

import hashlib
import sys


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


seed, seed_hash, list_hash = sys.argv[1:4]
text = sys.stdin.read()
assert sha256(seed) == seed_hash, "the seed is not the one that was committed"
assert sha256(text) == list_hash, "the list is not the one that was committed"
candidates = sorted(text.split(), key=lambda each: sha256(f"{seed}|{each}"))
print("\n".join(candidates[: -(-len(candidates) * 20 // 100)]))
