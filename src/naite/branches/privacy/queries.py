"""Which texts hold, and what a person has agreed to."""

from datetime import datetime

from django.db.models import QuerySet

from naite.branches.privacy.models import Consent, ConsentText
from naite.roots.dates import day_of
from naite.trunk.people.models import Person
from naite.trunk.people.rules import MINIMUM_AGE, age_on


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


def is_child(person: Person, *, now: datetime) -> bool:
    """Whether a person is under 14, so that a guardian agrees for them (개인정보 보호법 제22조의2)."""
    born = person.birth_date
    return born is not None and age_on(born, day_of(now)) < MINIMUM_AGE


def has_agreed(person: Person, purpose: ConsentText.Purpose, *, now: datetime) -> bool:
    """Whether the person agrees, now, to some version of a purpose that is in force."""
    return Consent.objects.filter(
        person=person, text__purpose=purpose, given_at__lte=now, withdrawn_at=None
    ).exists()


def unanswered(person: Person, *, now: datetime) -> list[ConsentText]:
    """Return the required texts in force that the person has not agreed to, as after a new version.

    What a guardian agreed to counts until the 14th birthday; then the person is asked.
    """
    live = Consent.objects.filter(person=person, withdrawn_at=None)
    if not is_child(person, now=now):
        live = live.filter(by_guardian=False)
    agreed = set(live.values_list("text_id", flat=True))
    return [text for text in current_texts(now=now) if text.required and text.pk not in agreed]
