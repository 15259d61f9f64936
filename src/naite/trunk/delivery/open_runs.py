"""Runs that one can apply for now, for people who search over somebody's shoulder."""

from datetime import datetime

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from naite.trunk.delivery.models import CourseRun
from naite.trunk.people.models import Organisation


def open_to_apply(words: str, *, home: Organisation | None, now: datetime) -> QuerySet[CourseRun]:
    """Return runs that take applications now and have all words in their names, one's own institution first."""
    found = CourseRun.objects.filter(
        state=CourseRun.State.OPEN, registration_opens_at__lte=now, registration_closes_at__gt=now
    )
    for word in words.split()[:5]:
        found = found.filter(
            Q(version__title__icontains=word)
            | Q(name__icontains=word)
            | Q(organisation__name__icontains=word)
        )
    return (
        found.select_related("version", "organisation")
        .annotate(
            here=Case(
                When(organisation_id=home.pk if home else None, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            )
        )
        .order_by("-here", "starts_on", "id")
    )
