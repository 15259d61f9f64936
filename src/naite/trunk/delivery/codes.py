"""Attendance codes that change every 30 seconds, derived from a session's secret (after RFC 6238).

Two codes belong to each half minute: a long one for the QR and a number of six digits for those who cannot
scan. The previous half minute still counts, so that a slow hand is not refused.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

PERIOD_SECONDS = 30
_ACCEPTED = 2  # the current half minute and the one before
_RECOGNISED = 240  # two hours back, only to tell an old code from a foreign one


@dataclass(frozen=True, slots=True)
class Code:
    """What the screen shows now, and for how many more seconds."""

    qr: str
    number: str
    seconds_left: int


class Match(Enum):
    QR = "qr"
    NUMBER = "number"
    OLD_QR = "old_qr"
    OLD_NUMBER = "old_number"
    NONE = "none"


def _step(now: datetime) -> int:
    return int(now.timestamp()) // PERIOD_SECONDS


def _derive(secret: bytes, purpose: bytes, step: int) -> bytes:
    return hmac.new(secret, purpose + step.to_bytes(8, "big"), hashlib.sha256).digest()


def _qr(secret: bytes, step: int) -> str:
    return base64.b32encode(_derive(secret, b"naite:attend:qr:", step)[:10]).decode()


def _number(secret: bytes, step: int) -> str:
    return f"{int.from_bytes(_derive(secret, b'naite:attend:number:', step)[:8], 'big') % 1_000_000:06d}"


def code_at(secret: bytes, now: datetime) -> Code:
    """Return the codes of the half minute in which ``now`` lies."""
    step = _step(now)
    return Code(
        qr=_qr(secret, step),
        number=_number(secret, step),
        seconds_left=PERIOD_SECONDS - int(now.timestamp()) % PERIOD_SECONDS,
    )


def match(secret: bytes, given: str, now: datetime) -> Match:
    """Say what a code is: good now, good some time ago, or not of this session."""
    cleaned = "".join(given.split()).replace("-", "").upper()
    step = _step(now)
    is_number = len(cleaned) == 6 and cleaned.isascii() and cleaned.isdigit()
    derive, good, old = (
        (_number, Match.NUMBER, Match.OLD_NUMBER) if is_number else (_qr, Match.QR, Match.OLD_QR)
    )
    encoded = cleaned.encode()
    for back in range(_ACCEPTED):
        if hmac.compare_digest(derive(secret, step - back).encode(), encoded):
            return good
    for back in range(_ACCEPTED, _RECOGNISED):
        if hmac.compare_digest(derive(secret, step - back).encode(), encoded):
            return old
    return Match.NONE
