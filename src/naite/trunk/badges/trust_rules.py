"""Where an issuer stands on the list on a day, from the decisions about it; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from credcore.did import did_web_url
from credcore.errors import CredentialError

State = Literal["trusted", "watched", "removed", "unlisted"]
ISSUER_LENGTH = 500


class Decided(Protocol):
    """A decision that is in force, as these rules need it."""

    standing: str
    reason: str
    valid_from: date
    valid_until: date | None
    keeps_past: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an issuer stands: since when it has been on the list, or when it left it, and why.

    ``own`` says that it issues here and nobody decided anything else.
    """

    state: State
    since: date | None = None
    left: date | None = None
    reason: str = ""
    keeps_past: bool = True
    own: bool = False

    @property
    def on_list(self) -> bool:
        return self.state in ("trusted", "watched")


UNLISTED = Standing("unlisted")


def standing_on(decisions: Sequence[Decided], day: date) -> Standing:
    """Return where an issuer stands on a day.

    The last decision whose time has begun governs. One whose time is over leaves the issuer off the list from that
    day on. ``since`` goes back over what follows without a gap. ``decisions`` come in the order in which they were
    decided.
    """
    begun = [each for each in decisions if each.valid_from <= day]
    if not begun:
        return UNLISTED
    last = begun[-1]
    if last.standing == "removed":
        return Standing("removed", None, last.valid_from, last.reason, last.keeps_past)
    if last.valid_until is not None and last.valid_until <= day:
        return Standing("removed", None, last.valid_until, last.reason)
    since = last.valid_from
    for each in reversed(begun[:-1]):
        ended = each.valid_until is not None and each.valid_until < since
        if each.standing == "removed" or ended:
            break
        since = min(since, each.valid_from)
    return Standing("watched" if last.standing == "watched" else "trusted", since, None, last.reason)


def issuer_fault(issuer: str) -> str:
    """Return what is wrong with an issuer's id: ``empty``, ``long``, ``did``, ``address``; nothing when it is well.

    Badges name their issuer by a DID (did:web, did:key and others) or by an https address.
    """
    if not issuer:
        return "empty"
    if len(issuer) > ISSUER_LENGTH:
        return "long"
    if any(char.isspace() or not char.isprintable() for char in issuer) or "#" in issuer:
        return "address"
    if issuer.startswith("did:web:"):
        try:
            did_web_url(issuer)
        except CredentialError:
            return "did"
        return ""
    if issuer.startswith("did:"):
        return "" if len(issuer.split(":", 2)) == 3 and issuer.split(":", 2)[2] else "did"
    host = issuer.removeprefix("https://").split("/", 1)[0]
    return "" if issuer.startswith("https://") and "." in host and "@" not in host else "address"
