"""What a verifier knows of issuers: the issuer's own check in a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

from credcore.report import Check, make_check


class Former(NamedTuple):
    """An issuer that was on the list until an instant.

    What it dates before then came from a listed body; what it dates since is from an unknown one.
    """

    until: datetime


Trust = Literal["trusted", "known", "unknown"] | Former


def judge_issuer(
    issuer: str, trust: Callable[[str], Trust] | None, began: Callable[[], datetime | None]
) -> tuple[Check, str]:
    """The check of an issuer whose signature is good, and what is known of it in a word.

    ``began`` tells when the badge says it was given; it is asked only about former issuers, and a badge without a
    date counts as given since. A list that fails makes the issuer unknown.
    """
    if trust is None:
        return make_check("issuer", "ok", "not_listed"), "not_checked"
    try:
        known = trust(issuer)
        if isinstance(known, Former):
            day = began()
            before = day is not None and day < known.until
            return make_check(
                "issuer", "ok" if before else "unknown", "former" if before else "taken_off"
            ), "former"
    except Exception as error:
        return make_check("issuer", "unknown", "unavailable", str(error)), "not_checked"
    if known in ("trusted", "known"):
        return make_check("issuer", "ok", known), known
    return make_check("issuer", "unknown", "unknown"), "unknown"
