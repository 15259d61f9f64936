"""Reading applications."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from naite.roots.dates import day_of
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.applications import rules
from naite.trunk.records.models import AccountApplication, ApplicationMove

SHOW = ("waiting", "overdue", "returned", "approved", "withdrawn", "all")
S = AccountApplication.State


def step_needed() -> bool:
    """Whether an account opens only after an application: for approval, or because somebody must vouch."""
    return settings.ACCOUNT_APPROVAL != "off" or settings.IDENTITY_PROVIDER != "mail"


def approval() -> str:
    """Whether staff look: off, on or unproven."""
    found: str = settings.ACCOUNT_APPROVAL
    return found


def live_of(person: Person) -> AccountApplication | None:
    """Return a person's application that waits or was returned."""
    return (
        AccountApplication.objects.filter(person=person, state__in=AccountApplication.LIVE)
        .select_related("office", "person")
        .first()
    )


def approved(person: Person) -> bool:
    return AccountApplication.objects.filter(person=person, state=S.APPROVED).exists()


def reason_of(application: AccountApplication) -> str:
    """Return why an application was last sent back."""
    row = application.moves.filter(state=S.RETURNED).order_by("-at", "-id").first()
    return row.reason if row else ""


def application(application_id: UUID) -> AccountApplication | None:
    return (
        AccountApplication.objects.filter(pk=application_id)
        .select_related("person__region__parent", "office", "region__parent", "applied_by")
        .first()
    )


def moves_of(row: AccountApplication) -> QuerySet[ApplicationMove]:
    return row.moves.select_related("by").order_by("at", "id")


def namesakes(row: AccountApplication) -> list[Person]:
    """Return who else has this name and birth date, or was proven to be the same natural person."""
    same = Q(name=row.person.name, birth_date=row.person.birth_date)
    if row.reference:
        same |= Q(account_applications__reference=row.reference)
    return list(
        Person.objects.filter(same, is_active=True)
        .exclude(pk=row.person_id)
        .select_related("region__parent", "learning_account")
        .distinct()[:10]
    )


def mark_of(row: AccountApplication) -> str:
    return rules.mark_of(row.person.name, row.person.birth_date, row.applied_at.timestamp())


def _of_office(office: Organisation | None) -> QuerySet[AccountApplication]:
    rows = AccountApplication.objects.all()
    return rows if office is None else rows.filter(office=office)


def _filters(today: date) -> dict[str, Q]:
    return {
        "waiting": Q(state=S.APPLIED),
        "overdue": Q(state=S.APPLIED, due_on__lt=today),
        "returned": Q(state=S.RETURNED),
        "approved": Q(state=S.APPROVED),
        "withdrawn": Q(state=S.WITHDRAWN),
        "all": Q(),
    }


def counts(office: Organisation | None, *, now: datetime) -> dict[str, int]:
    """Return how many applications each filter shows, in one query."""
    found: dict[str, int] = _of_office(office).aggregate(
        **{
            name: Count("pk", filter=where or Q(pk__isnull=False))
            for name, where in _filters(day_of(now)).items()
        }
    )
    return found


def office_list(
    office: Organisation | None, *, show: str, words: str = "", region: str = "", now: datetime
) -> QuerySet[AccountApplication]:
    """Return the applications of an office (of all of them for the operator), the most pressing first."""
    rows = _of_office(office).filter(_filters(day_of(now))[show])
    if words:
        rows = rows.filter(person__name__icontains=words)
    if region:
        rows = rows.filter(region_id=region)
    order = ("due_on", "applied_at", "id") if show in ("waiting", "overdue") else ("-applied_at", "-id")
    return rows.select_related("person", "region__parent", "office").order_by(*order)


def regions_in(office: Organisation | None) -> list[tuple[str, str]]:
    """Return code and name of the regions from which an office has applications, for its filter."""
    rows = _of_office(office).filter(region__isnull=False).select_related("region__parent")
    found = rows.order_by("region_id").values_list("region_id", "region__parent__name", "region__name")
    return [(code, f"{parent or ''} {name}".strip()) for code, parent, name in found.distinct()]


def to_remind(*, now: datetime) -> QuerySet[AccountApplication]:
    return (
        AccountApplication.objects.filter(state=S.APPLIED, remind_on__lte=day_of(now))
        .select_related("office", "person")
        .order_by("remind_on", "id")
    )
