"""Standing in for colleagues (대직): beginning and ending it, and for whom somebody acts."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed
from naite.roots.text import tidy
from naite.trunk.people.models import Organisation, Person, RoleAssignment, StandIn
from naite.trunk.people.queries import roles_of

LONGEST = timedelta(days=180)


def stands_in_for(person: Person, *, now: datetime) -> QuerySet[StandIn]:
    """Return for whom somebody acts today; only while the absent person still holds the role."""
    today = day_of(now)
    held = RoleAssignment.objects.filter(
        person=OuterRef("absent"), organisation=OuterRef("organisation"), role=OuterRef("role")
    ).filter(Q(valid_until=None) | Q(valid_until__gt=now), valid_from__lte=now)
    return (
        StandIn.objects.filter(
            Exists(held), substitute=person, ended_at=None, first_day__lte=today, last_day__gte=today
        )
        .select_related("absent", "organisation")
        .order_by("last_day", "id")
    )


def of_office(organisation: Organisation, *, now: datetime) -> QuerySet[StandIn]:
    """Return who stands in for whom in an office, now and soon."""
    return (
        StandIn.objects.filter(organisation=organisation, ended_at=None, last_day__gte=day_of(now))
        .select_related("absent", "substitute")
        .order_by("first_day", "id")
    )


@transaction.atomic
def stand_in(
    *,
    absent: Person,
    substitute: Person,
    organisation: Organisation,
    role: str,
    first_day: date,
    last_day: date,
    note: str = "",
    actor: Person,
    now: datetime,
) -> StandIn:
    """Let a colleague act for an absent person from a day through another.

    Refuses who neither is the absent person nor holds the same role there, an absent person without the role, a
    substitute who does not work there, days in the past or over half a year. Safe to repeat with the same days.
    """
    mine = {(held.organisation_id, held.role) for held in roles_of(actor, now=now)}
    if (organisation.pk, role) not in mine:
        raise NotAllowed(_("대직은 본인이나 같은 일을 하는 같은 기관의 동료가 정합니다."))
    wrong: dict[str, str] = {}
    if not any((r.organisation_id, r.role) == (organisation.pk, role) for r in roles_of(absent, now=now)):
        wrong["absent"] = _("이 기관에서 그 일을 맡은 사람이 아닙니다.")
    works = any(held.organisation_id == organisation.pk for held in roles_of(substitute, now=now))
    if not works or substitute.pk == absent.pk:
        wrong["substitute"] = _("같은 기관에서 일하는 다른 사람을 골라 주세요.")
    if last_day < first_day or last_day < day_of(now):
        wrong["last_day"] = _("마지막 날은 첫날과 오늘보다 앞설 수 없습니다.")
    elif last_day - first_day > LONGEST:
        wrong["last_day"] = _("대직은 180일까지입니다. 더 길면 인계해 주세요.")
    if wrong:
        raise Invalid(_("적은 내용을 확인해 주세요. 바뀐 것은 없습니다."), fields=wrong)
    row, made = StandIn.objects.get_or_create(
        absent=absent,
        substitute=substitute,
        organisation=organisation,
        role=role,
        first_day=first_day,
        last_day=last_day,
        ended_at=None,
        defaults={"note": tidy(note)[:300], "created_by": actor, "created_at": now},
    )
    if made:
        audit.record(
            "people.stand_in",
            actor=actor,
            now=now,
            subject=row,
            absent=absent.pk,
            substitute=substitute.pk,
            first_day=first_day,
            last_day=last_day,
        )
    return row


@transaction.atomic
def end_stand_in(*, stand_in_id: UUID, actor: Person, now: datetime) -> StandIn:
    """End it at once. Refuses strangers to that office. Safe to repeat."""
    row = StandIn.objects.select_for_update().get(pk=stand_in_id)
    mine = {(held.organisation_id, held.role) for held in roles_of(actor, now=now)}
    if (row.organisation_id, row.role) not in mine:
        raise NotAllowed(_("대직은 본인이나 같은 일을 하는 같은 기관의 동료가 정합니다."))
    if row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        audit.record("people.end_stand_in", actor=actor, now=now, subject=row)
    return row
