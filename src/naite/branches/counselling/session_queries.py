"""Reading counselling times and appointments."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from naite.branches.counselling import queries
from naite.branches.counselling.models import Appointment, SessionRecord, Slot, SlotWish
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person, Region


def offices_for(region: Region | None, *, now: datetime) -> list[Organisation]:
    """Return the offices whose times people of a region may book: the one in charge and those above it."""
    nearest = queries.office_in_charge(region, now=now)
    if nearest is None:
        return []
    chain, parent = [nearest], nearest.parent
    while parent is not None and len(chain) < 4:
        chain.append(parent)
        parent = parent.parent
    open_ids = set(queries.offices(now=now).values_list("pk", flat=True))
    return [office for office in chain if office.pk in open_ids]


def free_slots(offices: list[Organisation], *, now: datetime, mode: str = "") -> QuerySet[Slot]:
    """Return the times to come that nobody has, soonest first."""
    taken = Appointment.objects.filter(slot=OuterRef("pk"), state__in=Appointment.LIVE)
    rows = Slot.objects.filter(office__in=offices, withdrawn_at=None, starts_at__gt=now).exclude(
        Exists(taken)
    )
    if mode:
        rows = rows.filter(mode=mode)
    return rows.select_related("office", "counsellor").order_by("starts_at", "id")


def slot(slot_id: UUID) -> Slot | None:
    return Slot.objects.filter(pk=slot_id).select_related("office", "counsellor").first()


def appointment(appointment_id: UUID) -> Appointment | None:
    return (
        Appointment.objects.filter(pk=appointment_id)
        .select_related("slot__office", "slot__counsellor", "person", "record")
        .first()
    )


def appointments_of(person: Person) -> QuerySet[Appointment]:
    """Return a person's appointments, latest time first."""
    return (
        Appointment.objects.filter(person=person)
        .select_related("slot__office", "slot__counsellor")
        .order_by("-slot__starts_at", "-id")
    )


def coming_of(person: Person, *, now: datetime) -> QuerySet[Appointment]:
    return appointments_of(person).filter(state=Appointment.State.BOOKED, slot__ends_at__gt=now)


def office_slots(
    office: Organisation, *, now: datetime, counsellor: Person | None = None, past: bool = False
) -> QuerySet[Slot]:
    """Return an office's times, each with who has it: those to come, or those past, latest first."""
    live = Appointment.objects.filter(state__in=Appointment.LIVE).select_related("person", "record")
    rows = Slot.objects.filter(office=office, withdrawn_at=None)
    rows = rows.filter(ends_at__lte=now) if past else rows.filter(ends_at__gt=now)
    if counsellor is not None:
        rows = rows.filter(counsellor=counsellor)
    return (
        rows.select_related("counsellor")
        .prefetch_related(Prefetch("appointments", queryset=live, to_attr="live"))
        .order_by("-starts_at" if past else "starts_at", "id")
    )


def has_wish(person: Person, office: Organisation) -> bool:
    return SlotWish.objects.filter(person=person, office=office, told_at=None).exists()


def record_of(row: Appointment) -> SessionRecord | None:
    return SessionRecord.objects.filter(appointment=row).select_related("written_by").first()


def courses_named(words: str, *, most: int = 10) -> list[Course]:
    """Return courses whose title has the words, to recommend them."""
    if not words.strip():
        return []
    rows = Course.objects.filter(
        retired_at=None, current__isnull=False, current__title__icontains=words.strip()
    )
    return list(rows.select_related("current", "organisation").order_by("current__title", "id")[:most])


def courses_of(ids: list[str]) -> list[Course]:
    """Return the courses with these ids, those that are no ids passed over."""
    known = []
    for text in ids[:20]:
        try:
            known.append(UUID(text))
        except ValueError:
            continue
    rows = Course.objects.filter(pk__in=known, current__isnull=False)
    return list(rows.select_related("current", "organisation").order_by("current__title", "id"))
