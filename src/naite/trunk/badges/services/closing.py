"""What becomes of an institution's badges when it closes: those given stay, no more are given."""

from datetime import datetime

from django.db import transaction

from naite.roots.audit import services as audit
from naite.trunk.badges.models import Achievement
from naite.trunk.badges.services import designs
from naite.trunk.people.models import Organisation, Person


@transaction.atomic
def retire_all(*, organisation: Organisation, actor: Person, now: datetime) -> int:
    """Give no badge of an institution any more; holders keep theirs and everybody can verify them.

    Whether the actor may close the institution is the caller's to know. Safe to repeat.
    """
    changed = Achievement.objects.filter(organisation=organisation, retired_at=None).update(retired_at=now)
    if changed:
        designs.follow_retired(now=now)
        audit.record("badges.retire_all", actor=actor, now=now, subject=organisation, count=changed)
    return changed
