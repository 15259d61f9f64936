"""A draw is closed, and its seed and list published, with the report of its last visit."""

from datetime import datetime

from django.db import transaction

from naite.branches.oversight.models import Candidate, Draw, Investigation
from naite.branches.oversight.services.common import PUBLIC, note
from naite.branches.oversight.workflow import DRAW
from naite.roots.audit import services as audit


@transaction.atomic
def close_if_done(*, investigation: Investigation, now: datetime) -> Draw | None:
    """Close the draw for which a visit was made if it was the last one; None when nothing was closed.

    Only now does anybody but the officers learn who was drawn. Safe to repeat.
    """
    candidate = Candidate.objects.filter(investigation=investigation, draw__state=Draw.State.DRAWN).first()
    if candidate is None:
        return None
    draw = Draw.objects.select_for_update().get(pk=candidate.draw_id)
    drawn = draw.candidates.filter(drawn=True)
    if drawn.exclude(investigation__state=Investigation.State.REPORTED).exists():
        return None
    DRAW.move(draw, "close", closed_at=now, published_seed=draw.seed)
    for each in drawn.select_related("recognition__granted_by"):
        note(
            each.recognition,
            act="spot_checked",
            actor=None,
            now=now,
            subject=draw,
            audience=PUBLIC,
            draw=draw.number,
        )
    audit.record("oversight.close_draw", actor=None, now=now, subject=draw)
    return draw
