"""Who may let an entry change its section."""

from datetime import datetime

from naite.trunk.people.models import Person
from naite.trunk.recognition.policies import granting_institute
from naite.trunk.records.models import SectionTransfer
from naite.trunk.records.policies import can_see_account
from naite.trunk.records.uploads.policies import can_hand_in


def can_confirm(person: Person, transfer: SectionTransfer, *, now: datetime) -> bool:
    """Whether a person may confirm a proposal.

    Up: the institution of the course; the learner too, unless the entry is in the learner's own words, for
    which somebody else has to vouch. Down: the institute that grants recognitions.
    """
    if transfer.direction == SectionTransfer.Direction.DOWN:
        return granting_institute(person, now=now) is not None
    own = can_see_account(person, transfer.account)
    if own and transfer.basis == SectionTransfer.Basis.SOURCE:
        return True
    return not own and can_hand_in(person, transfer.organisation, now=now)


def can_decline(person: Person, transfer: SectionTransfer, *, now: datetime) -> bool:
    """Whether a person may decline a proposal: the learner one upwards, the institution one in own words."""
    if transfer.direction == SectionTransfer.Direction.DOWN:
        return can_confirm(person, transfer, now=now)
    if can_see_account(person, transfer.account):
        return True
    return transfer.basis == SectionTransfer.Basis.NAMED and can_hand_in(
        person, transfer.organisation, now=now
    )
