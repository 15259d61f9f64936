"""A new person: registered, asked for consent, and on request given a learning account."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from naite.branches.privacy import services as privacy
from naite.branches.privacy.models import ConsentText
from naite.flows.accounts import open_account
from naite.trunk.people import services as people
from naite.trunk.people.models import Person, Region
from naite.trunk.records.applications.queries import step_needed


def sign_up(
    *,
    person: Person,
    name: str,
    birth_date: date | None,
    region: Region | None,
    agreed: Iterable[ConsentText],
    opens_account: bool,
    now: datetime,
) -> Person:
    """Register a person whose sign-in facts are set, with their consents, in one transaction.

    Refuses what ``people.register`` and ``privacy.give_consents`` refuse; then nothing is kept.
    """
    with transaction.atomic():
        people.register(person=person, name=name, birth_date=birth_date, region=region, now=now)
        privacy.give_consents(person=person, texts=agreed, actor=person, now=now, at_sign_up=True)
        # Where an application is needed, the next page asks for it.
        if opens_account and not step_needed():
            open_account(person=person, actor=person, now=now)
    return person
