"""A guardian opens an account for a child under 14."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.privacy import services as privacy
from naite.branches.privacy.models import ConsentText
from naite.flows.accounts import ask_for_account, open_account
from naite.roots.errors import Invalid
from naite.trunk.people import representation
from naite.trunk.people import services as people
from naite.trunk.people.identity import Identity, Level
from naite.trunk.people.models import Person, Representation
from naite.trunk.records.applications.queries import step_needed


def open_for_child(
    *,
    guardian: Person,
    name: str,
    birth_date: date,
    relation: str,
    agreed: Iterable[ConsentText],
    now: datetime,
) -> Representation:
    """Register a child with the guardian's consents, link the guardian and open the child's account.

    Refuses what ``become_guardian``, ``people.register`` and ``give_consents`` refuse, and a second child of
    this name and birth date; then nothing is kept.
    """
    twice = Person.objects.filter(
        name=" ".join(name.split()), birth_date=birth_date, represented_by__representative=guardian
    )
    if twice.exists():
        message = _("이 아이의 계정은 이미 만들었습니다.")
        raise Invalid(message, code="child_twice", fields={"name": message})
    with transaction.atomic():
        child = Person()
        child.set_unusable_password()
        people.register(
            person=child,
            name=name,
            birth_date=birth_date,
            region=guardian.region,
            actor=guardian,
            now=now,
            for_child=True,
        )
        row = representation.become_guardian(child=child, guardian=guardian, relation=relation, now=now)
        privacy.give_consents(
            person=child,
            texts=agreed,
            actor=guardian,
            now=now,
            at_sign_up=True,
            given_by=guardian,
            by_guardian=True,
        )
        if step_needed():
            identity = Identity(provider="guardian", level=Level.SAID)
            ask_for_account(person=child, identity=identity, note="", actor=guardian, now=now)
        else:
            open_account(person=child, actor=guardian, now=now)
    return row
