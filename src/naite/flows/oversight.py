"""Where oversight meets recognition, accounts and badges: a cancellation takes effect, or is undone."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.oversight.models import Cancellation, Objection
from naite.branches.oversight.models.corrections import Ground
from naite.branches.oversight.services import cancellations, objections
from naite.branches.oversight.services.common import PUBLIC, note
from naite.flows import recognised_later
from naite.trunk.people.models import Person
from naite.trunk.recognition import services as recognition


def decide_cancellation(
    *,
    cancellation: Cancellation,
    cancel: bool,
    reasons: str,
    delivered_on: date,
    actor: Person,
    now: datetime,
) -> Cancellation:
    """Decide (``cancellations.decide``) and, where it is cancelled, cancel the recognition with it.

    Got by false means, it never counted: entries that stand by it are proposed back to section 5 and their
    badges marked, nothing is removed silently. On the two other grounds it ends on the day the decision
    arrived, and what was completed before stays.
    """
    with transaction.atomic():
        row = cancellations.decide(
            cancellation=cancellation,
            cancel=cancel,
            reasons=reasons,
            delivered_on=delivered_on,
            actor=actor,
            now=now,
        )
        if not cancel:
            return row
        # The ground alone is posted; the facts may name people.
        said = str(row.get_ground_display())
        if row.ground == Ground.FALSE_MEANS:
            recognised_later.withdraw(given=row.recognition, reason=said, actor=actor, now=now)
        else:
            recognition.cancel(
                recognition=row.recognition,
                on=cancellations.effective_on(row),
                reason=said,
                actor=actor,
                now=now,
            )
        row.recognition.refresh_from_db()
    return row


def decide_objection(
    *, objection: Objection, uphold: bool, answer: str, actor: Person, now: datetime
) -> Objection:
    """Answer an objection (``objections.decide``); an upheld one against a cancellation brings the recognition back.

    Proposals that the cancellation made lapse, and what went back by it is proposed forth again.
    """
    with transaction.atomic():
        row = objections.decide(objection=objection, uphold=uphold, answer=answer, actor=actor, now=now)
        if uphold and row.cancellation is not None:
            recognised_later.reinstate(
                given=row.recognition,
                reason=_("이의신청 %(number)s 인용") % {"number": row.number},
                actor=actor,
                now=now,
            )
            note(
                row.recognition,
                act="reinstated",
                actor=actor,
                now=now,
                subject=row.cancellation,
                audience=PUBLIC,
                number=row.recognition.number,
            )
    return row
