"""Who looks at a badge before it is published, where its framework asks for that (rows B2, B3)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from naite.roots.errors import NotAllowed
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges import policies
from naite.trunk.badges.models import FrameworkVersion
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.queries import staff_of


def asked(organisation: Organisation, framework: str, badge_type: str) -> bool:
    """Whether the framework wants somebody else than the author to look at a badge of this type."""
    kind = next((item for item in frameworks.offered(organisation) if item.code == framework), None)
    found = kind.types.get(badge_type) if kind else None
    return found is not None and found.review


def reviewing(organisation: Organisation, framework: str) -> Organisation:
    """Whose staff reviews: the framework's owner, and for frameworks that everybody has the institution."""
    row = (
        FrameworkVersion.objects.filter(code=framework, published_at__isnull=False)
        .select_related("owner")
        .first()
    )
    return row.owner if row else organisation


def reviewers(
    organisation: Organisation, framework: str, *, authors: Collection[UUID], now: datetime
) -> list[Person]:
    """Return who may review, by name: staff of the framework's owner, else of the institution; never an author."""
    found = {
        row.person_id: row.person
        for row in staff_of(reviewing(organisation, framework), now=now)
        if row.role == Role.INSTITUTION_STAFF and row.person.is_active
    }
    return [person for person in found.values() if person.pk not in authors]


def may_review(
    person: Person | None,
    organisation: Organisation,
    framework: str,
    *,
    authors: Collection[UUID],
    now: datetime,
) -> bool:
    """Whether a person may publish or send back what the authors designed."""
    if person is None or person.pk in authors:
        return False
    return policies.can_review_designs(person, reviewing(organisation, framework), now=now)


def require(
    actor: Person | None,
    organisation: Organisation,
    framework: str,
    *,
    authors: Collection[UUID],
    now: datetime,
) -> None:
    """Refuse whoever designed it, and whoever may not review."""
    if actor is not None and actor.pk in authors:
        raise NotAllowed(_("자기가 만든 배지는 검토할 수 없습니다. 다른 담당자에게 부탁해 주세요."))
    if not may_review(actor, organisation, framework, authors=authors, now=now):
        raise NotAllowed(_("이 배지를 검토할 권한이 없습니다."))
