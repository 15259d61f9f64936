"""Periods of validity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from credcore.instants import parse_instant


def instants_of(document: Mapping[str, Any]) -> tuple[list[datetime], list[datetime]]:
    """Starts and ends of a credential's validity, in the terms of VCDM 2.0 and 1.1; raises MalformedInput."""
    starts = [parse_instant(document[name]) for name in ("validFrom", "issuanceDate") if name in document]
    ends = [parse_instant(document[name]) for name in ("validUntil", "expirationDate") if name in document]
    return starts, ends


def within(
    starts: Sequence[datetime], ends: Sequence[datetime], now: datetime
) -> Literal["ok", "expired", "not_yet_valid"]:
    """Where ``now`` stands; the last moment still counts."""
    for end in ends:
        if now > end:
            return "expired"
    for start in starts:
        if now < start:
            return "not_yet_valid"
    return "ok"
