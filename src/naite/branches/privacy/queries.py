"""Which texts hold, and what a person has agreed to."""

from datetime import datetime

from django.db.models import QuerySet

from naite.branches.privacy.models import Consent, ConsentText
from naite.trunk.people.models import Person


def current_texts(*, now: datetime) -> list[ConsentText]:
    """Return the text of each purpose that holds now, required ones first, in the order of their purposes."""
    latest: dict[str, ConsentText] = {}
    for text in ConsentText.objects.filter(valid_from__lte=now).order_by("purpose", "version"):
        latest[text.purpose] = text
    order = list(ConsentText.Purpose.values)
    return sorted(latest.values(), key=lambda text: (not text.required, order.index(text.purpose)))


def consents_of(person: Person) -> QuerySet[Consent]:
    """Return everything the person ever agreed to, newest first, withdrawn ones included."""
    return Consent.objects.filter(person=person).select_related("text").order_by("-given_at", "-id")


def has_agreed(person: Person, purpose: ConsentText.Purpose, *, now: datetime) -> bool:
    """Whether the person agrees, now, to some version of a purpose that is in force."""
    return Consent.objects.filter(
        person=person, text__purpose=purpose, given_at__lte=now, withdrawn_at=None
    ).exists()


def unanswered(person: Person, *, now: datetime) -> list[ConsentText]:
    """Return the required texts in force that the person has not agreed to, as after a new version."""
    agreed = set(Consent.objects.filter(person=person, withdrawn_at=None).values_list("text_id", flat=True))
    return [text for text in current_texts(now=now) if text.required and text.pk not in agreed]
