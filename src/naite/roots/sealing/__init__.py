"""Secrets and sensitive fields at rest: sealed under a ring of keys, each value for one purpose and one row."""

from naite.roots.sealing.ring import SealBroken, current_key, key_names, key_of, mac, seal, unseal

__all__ = ["SealBroken", "current_key", "key_names", "key_of", "mac", "seal", "unseal"]
