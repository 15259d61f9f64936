"""People, organisations, roles and accounts of the demo world."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from naite.flows.accounts import open_account
from naite.flows.demo.world import MAIL, NEIGHBOURS, PEOPLE, PLACES
from naite.trunk.people.models import Organisation, Person, Region, RoleAssignment
from naite.trunk.people.policies import COURSE_STAFF
from naite.trunk.records.models import LearningAccount

LONG_AGO = datetime(2014, 1, 6, 0, 0, tzinfo=UTC)


@dataclass
class Cast:
    """Everyone and every place by key."""

    places: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, LearningAccount] = field(default_factory=dict)

    def staff(self, place: str) -> Person:
        """Return somebody who runs courses for a place."""
        key = next(
            someone.key
            for someone in PEOPLE
            if any(slug == place and role in COURSE_STAFF for slug, role in someone.roles)
        )
        return self.people[key]


def _region(code: str | None) -> Region | None:
    return Region.objects.filter(code=code).first() if code else None


def assemble() -> Cast:
    """Make the places, the people with their roles, and an account for everybody who learns."""
    cast = Cast()
    for place in PLACES:
        cast.places[place.slug] = Organisation.objects.create(
            slug=place.slug,
            name=place.name,
            kind=place.kind,
            legal_basis=place.legal_basis,
            parent=cast.places[place.parent] if place.parent else None,
            region=_region(place.region),
            address=place.address,
            phone=place.phone,
            created_at=LONG_AGO,
        )
    for someone in PEOPLE:
        person = Person.objects.create_user(
            someone.email,
            name=someone.name,
            birth_date=someone.born,
            region=_region(someone.region),
            is_operator=someone.operator,
            joined_at=LONG_AGO,
        )
        cast.people[someone.key] = person
        for slug, role in someone.roles:
            RoleAssignment.objects.create(
                person=person, organisation=cast.places[slug], role=role, valid_from=LONG_AGO
            )
    for number, name in enumerate(NEIGHBOURS, start=1):
        cast.people[name] = Person.objects.create_user(
            f"neighbour{number}{MAIL}", name=name, region=_region("11440"), joined_at=LONG_AGO
        )
    learners = ["garam", "saebom", *NEIGHBOURS]
    for key in learners:
        cast.accounts[key] = open_account(person=cast.people[key], actor=None, now=LONG_AGO)
    return cast
