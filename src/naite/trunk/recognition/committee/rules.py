"""When the committee can decide, and what a vote says. Plain numbers, no database.

Who must stay out of a case counts neither as appointed nor as present for it, so that a recusal can never bring
a decision down or carry it.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class QuorumRule:
    """``present``: the share of the appointed that must be there; ``strict``: more than it, not just as much."""

    present: Fraction
    strict: bool

    def needed(self, appointed: int) -> int:
        """Return how many must be present of so many appointed; nobody appointed is never enough."""
        share = self.present * appointed
        whole = share.numerator // share.denominator
        if self.strict or whole < share:
            whole += 1
        return max(whole, 1)

    def holds(self, *, appointed: int, present: int) -> bool:
        return present >= self.needed(appointed)


# Committees decide with a majority present and a majority of these in favour unless their rules say otherwise.
QUORUM_RULES = {
    "majority": QuorumRule(Fraction(1, 2), strict=True),
    "two_thirds": QuorumRule(Fraction(2, 3), strict=False),
}


def carried(*, votes_for: int, voters: int) -> bool:
    """Whether a motion has more than half of those who may vote; a tie and abstentions do not carry it."""
    return 2 * votes_for > voters


def vote_fault(*, votes_for: int, against: int, abstained: int, voters: int) -> str:
    """Return why a count of votes cannot be, as a code, or ""."""
    if min(votes_for, against, abstained) < 0:
        return "negative"
    if votes_for + against + abstained != voters:
        return "sum"
    if not carried(votes_for=votes_for, voters=voters):
        return "not_carried"
    return ""
