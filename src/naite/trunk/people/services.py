"""Writing persons; organisations are written by ``offices``, roles by ``memberships``, both offered here."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.people import rules
from naite.trunk.people.memberships import (
    InvitationOver,
    accept_invitation,
    end_role,
    grant_role,
    invite_staff,
    withdraw_invitation,
)
from naite.trunk.people.models import Person, Region
from naite.trunk.people.offices import (
    OrganisationFacts,
    change_organisation,
    close_organisation,
    create_organisation,
    organisation_faults,
)

__all__ = [
    "InvitationOver",
    "OrganisationFacts",
    "accept_invitation",
    "change_organisation",
    "change_profile",
    "close_organisation",
    "create_organisation",
    "end_role",
    "grant_role",
    "invite_staff",
    "organisation_faults",
    "profile_faults",
    "register",
    "withdraw_invitation",
]


def _birth_date_message(fault: str) -> str:
    return {
        "future": _("생년월일이 오늘보다 뒤입니다. 다시 적어 주세요."),
        "too_old": _("생년월일의 해를 다시 확인해 주세요."),
        "too_young": _(
            "14세 미만은 법정대리인의 동의가 있어야 합니다. 보호자가 자기 계정에서 만들거나, 함께 가까운 학습관이나 "
            "주민센터로 오세요."
        ),
    }[fault]


def profile_faults(
    *,
    name: str,
    birth_date: date | None,
    region: Region | None,
    now: datetime,
    for_child: bool = False,
) -> dict[str, str]:
    """Return a sentence for each thing about a person that cannot be kept as given."""
    fields = {}
    today = timezone.localdate(now)
    if not name.strip():
        fields["name"] = _("이름을 적어 주세요.")
    fault = rules.birth_date_fault(birth_date, today) if birth_date else ""
    if fault and not (for_child and fault == "too_young"):
        fields["birth_date"] = _birth_date_message(fault)
    if region and not region.is_valid_on(today):
        fields["region"] = _("지금 쓰는 지역 이름에서 골라 주세요.")
    return fields


def _tidy_name(
    name: str, birth_date: date | None, region: Region | None, now: datetime, *, for_child: bool = False
) -> str:
    fields = profile_faults(name=name, birth_date=birth_date, region=region, now=now, for_child=for_child)
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="person_faults", fields=fields)
    return " ".join(name.split())


@transaction.atomic
def register(
    *,
    person: Person,
    name: str,
    birth_date: date | None,
    region: Region | None,
    now: datetime,
    actor: Person | None = None,
    for_child: bool = False,
) -> Person:
    """Keep a new person, whose sign-in facts (e-mail, password) are already set but not saved.

    ``actor`` is who does it for them, at a desk; ``for_child`` says that a guardian consented. Refuses an empty name, an impossible birth date, and anyone who says to be under 14, who needs a
    guardian's consent at a desk (개인정보 보호법 제22조의2). Not repeatable: the e-mail is unique.
    """
    person.name = _tidy_name(name, birth_date, region, now, for_child=for_child)
    person.birth_date, person.region = birth_date, region
    if person.email:
        person.email = person.email.lower()
    person.joined_at = now
    person.save(force_insert=True)
    audit.record("people.register", actor=actor or person, now=now, subject=person, about=person.pk)
    return person


@transaction.atomic
def change_profile(
    *,
    person: Person,
    name: str,
    birth_date: date | None,
    region: Region | None,
    actor: Person,
    now: datetime,
) -> Person:
    """Change what a person says about themselves. Refuses anyone else, and the faults of ``register``."""
    if actor.pk != person.pk:
        raise NotAllowed(_("내 정보는 본인만 바꿀 수 있습니다."))
    # A child whose guardian consented stays a child; nobody becomes one.
    child = person.birth_date is not None and birth_date == person.birth_date
    name = _tidy_name(name, birth_date, region, now, for_child=child)
    changed = [
        field
        for field, value in (("name", name), ("birth_date", birth_date), ("region", region))
        if getattr(person, field) != value
    ]
    if changed:
        person.name, person.birth_date, person.region = name, birth_date, region
        person.save(update_fields=["name", "birth_date", "region"])
        audit.record(
            "people.change_profile", actor=actor, now=now, subject=person, about=person.pk, fields=changed
        )
    return person
