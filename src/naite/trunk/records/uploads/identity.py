"""Whose completion a row is: name, birth date and a contact have to agree, all three. Nobody is guessed.

A row whose person has no account here waits under keyed digests of the three, so that it can find its person
later without being searched through.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q

from naite.roots import sealing
from naite.trunk.people.models import LearningCard, Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.records.uploads.rules import Claim, plain_name

AMBIGUOUS = "ambiguous"


def key_of(kind: str, contact: str, *, name: str, birth: date | None, key: str | None = None) -> str:
    """Return the digest under which a row waits for the person with this contact; empty without one.

    Under the current key of the ring, or under the one named.
    """
    if not contact or birth is None:
        return ""
    said = f"{kind}\0{contact}\0{plain_name(name)}\0{birth.isoformat()}"
    return sealing.mac(said, purpose="completion claim", key=key)


def keys_of_claim(claim: Claim, *, key: str | None = None) -> tuple[str, str]:
    """Return the digests of a row's e-mail and phone, under which it may wait."""
    return (
        key_of("email", claim.email, name=claim.name, birth=claim.birth, key=key),
        key_of("phone", claim.phone, name=claim.name, birth=claim.birth, key=key),
    )


def card_key(claim: Claim, *, key: str | None = None) -> str:
    """Return the digest of a row's learning card."""
    return key_of("card", claim.card, name=claim.name, birth=claim.birth, key=key)


def keys_of_person(person: Person, *, key: str | None = None) -> list[str]:
    """Return the digests under which rows may wait for a person; none without a birth date."""
    said = (("email", (person.email or "").lower()), ("phone", person.phone))
    keys = (
        key_of(kind, contact, name=person.name, birth=person.birth_date, key=key) for kind, contact in said
    )
    return [digest for digest in keys if digest]


def all_keys_of_person(person: Person) -> list[str]:
    """Return a person's digests under every key of the ring: rows wait under the one of their day."""
    return [digest for key in sealing.key_names() for digest in keys_of_person(person, key=key)]


def accounts_by_key(claims: Iterable[Claim]) -> dict[str, LearningAccount | str]:
    """Return the open account of each digest's person, in two queries; ``AMBIGUOUS`` where there are several."""
    claims = list(claims)
    emails = {claim.email for claim in claims if claim.email}
    phones = {claim.phone for claim in claims if claim.phone}
    cards = {claim.card for claim in claims if claim.card}
    numbers: dict[UUID, str] = {}
    if cards:
        numbers = dict(
            LearningCard.objects.filter(number__in=cards, ended_at=None).values_list("person_id", "number")
        )
    if not emails and not phones and not numbers:
        return {}
    found: dict[str, LearningAccount | str] = {}
    accounts = (
        LearningAccount.objects.filter(person__is_active=True, closed_at=None)
        .filter(
            Q(person__email__in=emails) | Q(person__phone__in=phones) | Q(person_id__in=list(numbers)),
        )
        .select_related("person")
    )
    for account in accounts:
        person = account.person
        keys = keys_of_person(person)
        if person.pk in numbers:
            keys.append(key_of("card", numbers[person.pk], name=person.name, birth=person.birth_date))
        for key in keys:
            rival = found.get(key)
            found[key] = account if rival is None or rival == account else AMBIGUOUS
    return found
