"""What becomes of an institution's courses and listings when it closes or is merged into another."""

from datetime import datetime

from django.db import transaction

from naite.roots.audit import services as audit
from naite.trunk.catalogue.models import Course, Listing
from naite.trunk.catalogue.search_index import index_listings
from naite.trunk.people.models import Organisation, Person


@transaction.atomic
def pass_on(*, organisation: Organisation, into: Organisation, actor: Person, now: datetime) -> int:
    """Give the courses of an institution, with the recognitions that they have, to its successor.

    Whether the actor may is the caller's to know. Safe to repeat.
    """
    changed = Course.objects.filter(organisation=organisation, retired_at=None).update(organisation=into)
    if changed:
        audit.record(
            "catalogue.pass_on", actor=actor, now=now, subject=organisation, into=into.pk, count=changed
        )
    return changed


@transaction.atomic
def withdraw_listings(*, organisation: Organisation, actor: Person, now: datetime) -> int:
    """Take the imported listings of an institution that is no more out of search. Safe to repeat."""
    ids = list(
        Listing.objects.filter(supplier=organisation, run_id=None, withdrawn_at=None).values_list(
            "pk", flat=True
        )
    )
    if ids:
        Listing.objects.filter(pk__in=ids).update(withdrawn_at=now, updated_at=now)
        index_listings(ids)
        audit.record(
            "catalogue.listings_withdrawn", actor=actor, now=now, subject=organisation, count=len(ids)
        )
    return len(ids)
