"""Whose completion a row is: name, birth date and a contact have to agree, all three. Nobody is guessed.

A row whose person has no account here waits under keyed digests of the three, so that it can find its person
later without being searched through.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date

from django.conf import settings

from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.records.uploads.rules import Claim, plain_name

AMBIGUOUS = "ambiguous"


def key_of(kind: str, contact: str, *, name: str, birth: date | None) -> str:
    """Return the digest under which a row waits for the person with this contact; empty without one."""
    if not contact or birth is None:
        return ""
    said = f"completion claim\0{kind}\0{contact}\0{plain_name(name)}\0{birth.isoformat()}"
    return hmac.new(settings.ISSUER_KEY_SECRET.encode(), said.encode(), hashlib.sha256).hexdigest()


def keys_of_claim(claim: Claim) -> tuple[str, str]:
    """Return the digests of a row's e-mail and phone."""
    return (
        key_of("email", claim.email, name=claim.name, birth=claim.birth),
        key_of("phone", claim.phone, name=claim.name, birth=claim.birth),
    )


def keys_of_person(person: Person) -> list[str]:
    """Return the digests under which rows may wait for a person; none without a birth date."""
    email = key_of("email", (person.email or "").lower(), name=person.name, birth=person.birth_date)
    return [email] if email else []


def accounts_by_key(claims: Iterable[Claim]) -> dict[str, LearningAccount | str]:
    """Return the open account of each digest's person, in one query; ``AMBIGUOUS`` where there are several."""
    emails = {claim.email for claim in claims if claim.email}
    if not emails:
        return {}
    found: dict[str, LearningAccount | str] = {}
    accounts = LearningAccount.objects.filter(
        person__email__in=emails, person__is_active=True, closed_at=None
    ).select_related("person")
    for account in accounts:
        for key in keys_of_person(account.person):
            rival = found.get(key)
            found[key] = account if rival is None or rival == account else AMBIGUOUS
    return found
