"""Whom to ask, what was asked, and what waits for an answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.trunk.people.models import Organisation, Person, Region, RoleAssignment
from naite.trunk.people.policies import COURSE_STAFF
from naite.trunk.records import policies
from naite.trunk.records.models import ConfirmationRequest, Entry
from naite.trunk.records.sections.kinds import Confirmer, kind_of

State = ConfirmationRequest.State
Kind = Organisation.Kind
_FOUND = 20
_NEVER_ASKED = (Kind.MINISTRY, Kind.COMPANY)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Whom a learner may ask about an entry: the likeliest first, and why it is these."""

    organisations: tuple[Organisation, ...]
    why: str | Promise


def answerable(*, now: datetime) -> QuerySet[Organisation]:
    """Return the open organisations in which somebody answers."""
    held = RoleAssignment.objects.filter(
        organisation=OuterRef("pk"), valid_from__lte=now, person__is_active=True
    ).filter(Q(valid_until=None) | Q(valid_until__gt=now))
    by_kind = Q()
    special = policies.roles_by_kind()
    for kind, roles in special.items():
        by_kind |= Q(Exists(held.filter(role__in=roles)), kind=kind)
    others = Q(Exists(held.filter(role__in=COURSE_STAFF))) & ~Q(kind__in=[*special, *_NEVER_ASKED])
    return Organisation.objects.filter(by_kind | others, closed_on=None).order_by("name")


def suggest(entry: Entry, *, now: datetime) -> Suggestion:
    """Return whom to ask about an entry.

    학력 인정 is the education office's to confirm. Else it is the institution that the entry names; where that
    is closed, or not in Naite, the offices of the learner's region.
    """
    kind = kind_of(entry)
    region = entry.account.person.region
    if kind is not None and kind.confirmer == Confirmer.EDUCATION_OFFICE:
        named = _squeezed(entry.details.get("office", "") or entry.provider_name)
        offices = list(answerable(now=now).filter(kind=Kind.EDUCATION_OFFICE))
        offices.sort(key=lambda each: (_squeezed(each.name) != named, not _near(each, region), each.name))
        why = _("학력 인정은 교육청이 확인합니다.") if offices else _(
            "나이테에서 답하는 교육청이 아직 없습니다. 기록은 ‘본인 입력’으로 남습니다."
        )  # fmt: skip
        return Suggestion(tuple(offices[:_FOUND]), why)
    named = _squeezed(entry.provider_name)
    if kind is not None and kind.section == Entry.Section.SCHOOLING and not named:
        named = _squeezed(entry.title)
    names = {named, _squeezed(entry.title)} - {""}
    same = [
        each
        for each in Organisation.objects.filter(name__in=_spellings(entry)).order_by("closed_on", "name")
        if _squeezed(each.name) in names
    ]
    able = answerable(now=now)
    if direct := [each for each in same if able.filter(pk=each.pk).exists()]:
        return Suggestion(tuple(direct), _("적은 곳이 나이테에 있습니다."))
    nearby = [
        each
        for each in able.filter(kind__in=(Kind.LOCAL_GOVERNMENT, Kind.EDUCATION_OFFICE))
        if _near(each, region)
    ]
    if not nearby:
        return Suggestion(
            (),
            _("적은 곳이 나이테에 없습니다. 기관을 찾아 고르거나, 이대로 ‘본인 입력’으로 두어도 됩니다."),
        )
    if any(each.closed_on for each in same):
        return Suggestion(
            tuple(nearby), _("적은 곳은 문을 닫았습니다. 기록을 이어받은 지역 기관에 물어볼 수 있습니다.")
        )
    return Suggestion(tuple(nearby), _("적은 곳이 나이테에 없습니다. 지역 기관에 물어볼 수 있습니다."))


def found(term: str, *, now: datetime) -> list[Organisation]:
    """Return organisations that can be asked, by a part of their name."""
    term = " ".join(term.split())
    return list(answerable(now=now).filter(name__icontains=term)[:_FOUND]) if term else []


def latest_of(entry: Entry) -> ConfirmationRequest | None:
    """Return the last request about an entry."""
    return history_of(entry).first()


def history_of(entry: Entry) -> QuerySet[ConfirmationRequest]:
    """Return all requests about an entry, the last first."""
    return (
        ConfirmationRequest.objects.filter(account_id=entry.account_id, entry_id=entry.id)
        .select_related("organisation")
        .order_by("-asked_at", "-id")
    )


def waiting_in(account_id: UUID) -> dict[UUID, ConfirmationRequest]:
    """Return the open request of each entry of an account."""
    rows = ConfirmationRequest.objects.filter(account_id=account_id, state=State.WAITING)
    return {row.entry_id: row for row in rows.select_related("organisation")}


def asked_of(organisation: Organisation, *, state: str = State.WAITING) -> QuerySet[ConfirmationRequest]:
    """Return what an organisation was asked; what waits comes by its day, what is answered the latest first."""
    rows = ConfirmationRequest.objects.filter(organisation=organisation, state=state)
    order = ("due_on", "asked_at") if state == State.WAITING else ("-decided_at",)
    return rows.select_related("account__person", "decided_by").order_by(*order)


def waiting_count(organisation: Organisation) -> int:
    """Return how many requests wait for an organisation's answer."""
    return ConfirmationRequest.objects.filter(organisation=organisation, state=State.WAITING).count()


def entries_for(requests: list[ConfirmationRequest]) -> dict[UUID, Entry]:
    """Return the entries that requests speak of, by id."""
    rows = Entry.objects.filter(
        account_id__in={each.account_id for each in requests}, id__in=[each.entry_id for each in requests]
    )
    return {row.id: row for row in rows}


def request_of(account_id: UUID, request_id: UUID) -> ConfirmationRequest | None:
    """Return one request with its organisation and learner."""
    return (
        ConfirmationRequest.objects.filter(account_id=account_id, id=request_id)
        .select_related("organisation", "account__person", "decided_by")
        .first()
    )


def who_answers(organisation: Organisation, *, now: datetime) -> list[Person]:
    """Return those who answer for an organisation."""
    held = RoleAssignment.objects.filter(
        organisation=organisation, role__in=policies.roles_that_answer(organisation), valid_from__lte=now
    ).filter(Q(valid_until=None) | Q(valid_until__gt=now), person__is_active=True)
    return list({row.person_id: row.person for row in held.select_related("person")}.values())


def _near(organisation: Organisation, region: Region | None) -> bool:
    """Whether an office is of the learner's municipality, or of its province."""
    if region is None or organisation.region_id is None:
        return False
    return organisation.region_id in {region.pk, region.parent_id}


def _squeezed(name: str) -> str:
    return "".join(name.split()).casefold()


def _spellings(entry: Entry) -> set[str]:
    names = {entry.provider_name.strip(), entry.title.strip()}
    return names | {"".join(name.split()) for name in names}
