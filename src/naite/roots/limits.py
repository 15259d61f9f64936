"""How often somebody may ask."""

from datetime import datetime

from django.core.cache import cache


def allowed(what: str, who: str, *, most: int, seconds: int, now: datetime) -> bool:
    """Count one request of somebody and return whether it is within ``most`` in this span of seconds.

    Counts live in the cache: per process with the default cache, for all processes with a shared one.
    """
    span = int(now.timestamp()) // seconds
    key = f"limit:{what}:{who}:{span}"
    cache.add(key, 0, timeout=seconds * 2)
    try:
        return cache.incr(key) <= most
    except ValueError:  # expired in between
        return True
