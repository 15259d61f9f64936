"""Offering, booking, changing and recording counselling sessions."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.counselling import policies, rules, session_queries
from naite.branches.counselling.models import Appointment, SessionRecord, Slot, SlotWish
from naite.branches.counselling.services import mails
from naite.branches.counselling.words import need, within
from naite.branches.counselling.workflow import APPOINTMENT
from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_span
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person

State = Appointment.State


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """Times to offer: a span of one day, cut into slots, repeated by weeks."""

    mode: str
    place: str
    day: date
    start: time
    end: time
    minutes: int
    weeks: int = 1


@dataclass(frozen=True, slots=True)
class RecordText:
    goal: str
    advice: str = ""
    next_step: str = ""
    next_on: date | None = None
    internal: str = ""
    share_advice: bool = True
    share_next: bool = True
    share_courses: bool = True
    courses: tuple[Course, ...] = ()


def _require(actor: Person, office: Organisation, *, now: datetime) -> None:
    if not policies.can_handle_for(actor, office, now=now):
        raise NotAllowed(_("이 곳의 상담 담당자만 할 수 있습니다."))


def _lock_person(person: Person) -> None:
    """Let what one person books or offers pass one by one."""
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)


@transaction.atomic
def offer(*, office: Organisation, plan: SlotPlan, actor: Person, now: datetime) -> list[Slot]:
    """Offer one's own time as a counsellor; tells who waits for a free time.

    Refuses times that are past, that overlap others of the same counsellor, or that make no slot.
    """
    _require(actor, office, now=now)
    if plan.mode not in Slot.Mode.values:
        raise Invalid(_("상담 방법을 골라 주세요."), fields={"mode": _("상담 방법을 골라 주세요.")})
    place = within(plan.place, field="place", most=300)
    if plan.mode != Slot.Mode.PHONE and not place:
        told = _("어디에서 하는지, 화상이면 접속 주소를 적어 주세요.")
        raise Invalid(told, fields={"place": told})
    if not (10 <= plan.minutes <= 240 and 1 <= plan.weeks <= 26):
        raise Invalid(_("한 번은 10분에서 240분, 되풀이는 26주까지입니다."), code="out_of_bounds")
    times = rules.slot_times(
        first=plan.day, start=plan.start, end=plan.end, minutes=plan.minutes, weeks=plan.weeks
    )
    if not times or len(times) > rules.MOST_SLOTS:
        told = _("이 시간으로는 상담 자리를 만들 수 없습니다. 시작과 끝, 한 번의 길이를 확인해 주세요.")
        raise Invalid(told, code="no_slots", fields={"end": told})
    if times[0][0] <= now:
        told = _("지난 시간입니다. 앞으로의 시간을 골라 주세요.")
        raise Invalid(told, code="past", fields={"day": told})
    _lock_person(actor)
    own = Slot.objects.filter(
        counsellor=actor, withdrawn_at=None, starts_at__lt=times[-1][1], ends_at__gt=times[0][0]
    )
    spans = list(own.values_list("starts_at", "ends_at"))
    if any(a < end and start < b for a, b in spans for start, end in times):
        told = _("이미 내놓은 시간과 겹칩니다. 겹치지 않게 골라 주세요.")
        raise Invalid(told, code="overlap", fields={"start": told})
    made = Slot.objects.bulk_create(
        Slot(
            office=office,
            counsellor=actor,
            mode=plan.mode,
            place=place,
            starts_at=start,
            ends_at=end,
            created_at=now,
        )
        for start, end in times
    )
    audit.record("counselling.offer_slots", actor=actor, now=now, subject=office, count=len(made))
    _tell_wishing(office, now=now)
    return made


@transaction.atomic
def withdraw_slot(*, slot: Slot, actor: Person, now: datetime) -> None:
    """Take a free time back. Refuses one that somebody has: cancel the appointment first."""
    _require(actor, slot.office, now=now)
    row = Slot.objects.select_for_update(of=("self",)).get(pk=slot.pk)
    if row.appointments.filter(state__in=Appointment.LIVE).exists():
        raise Refused(_("예약한 사람이 있습니다. 예약을 먼저 취소하고 알려 주세요."), code="slot_taken")
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        audit.record("counselling.withdraw_slot", actor=actor, now=now, subject=row)


@transaction.atomic
def book(
    *, slot: Slot, wish: str, phone: str, actor: Person, now: datetime, instead: Appointment | None = None
) -> Appointment:
    """Take a free time for oneself; ``instead`` of an earlier appointment, which is then cancelled.

    Refuses a time that is taken, withdrawn or past, one that overlaps another of one's own, more than two to
    come, a telephone session without a number, and changing later than a day before. Two who book at once:
    the second is refused.
    """
    row = Slot.objects.select_for_update(of=("self",)).select_related("office", "counsellor").get(pk=slot.pk)
    _lock_person(actor)
    text = need(wish, field="wish", most=1000, empty=_("무엇을 이야기하고 싶은지 적어 주세요."))
    number = within(phone, field="phone", most=30)
    if row.mode == Slot.Mode.PHONE and not number:
        told = _("전화를 받을 번호를 적어 주세요.")
        raise Invalid(told, code="no_phone", fields={"phone": told})
    if row.counsellor_id == actor.pk:
        raise NotAllowed(_("자기가 내놓은 시간은 예약할 수 없습니다."))
    if (
        row.withdrawn_at is not None
        or row.starts_at <= now
        or row.appointments.filter(state__in=Appointment.LIVE).exists()
    ):
        raise Refused(
            _("방금 다른 분이 예약했거나 없어진 시간입니다. 다른 시간을 골라 주세요."), code="slot_taken"
        )
    if instead is not None:
        instead = _lock(instead)
        _require_own(instead, actor)
        _require_in_time(instead, now=now)
        APPOINTMENT.move(
            instead, "cancel", cancelled_at=now, cancelled_by=actor, cancel_reason=_("다른 시간으로 바꿈")
        )
    coming = list(session_queries.coming_of(actor, now=now))
    if any(each.slot.starts_at < row.ends_at and row.starts_at < each.slot.ends_at for each in coming):
        raise Refused(_("같은 시간에 다른 상담을 예약해 두셨습니다."), code="overlap")
    if len(coming) >= rules.MOST_APPOINTMENTS:
        raise Refused(
            _("한 번에 %(most)d개까지 예약할 수 있습니다. 지난 뒤에 다시 예약해 주세요.")
            % {"most": rules.MOST_APPOINTMENTS},
            code="too_many",
        )
    made = Appointment.objects.create(slot=row, person=actor, wish=text, phone=number, booked_at=now)
    audit.record("counselling.book", actor=actor, now=now, subject=made, about=actor.pk)
    when = _when(row, now=now)
    mails.send(
        actor,
        _("상담을 예약했습니다"),
        [_("언제: %(span)s") % {"span": when}, _("누구와: %(office)s") % {"office": row.office.name}],
        f"/my/counselling/sessions/{made.pk}/",
        now=now,
    )
    mails.send(
        row.counsellor,
        _("상담 예약이 들어왔습니다"),
        [_("언제: %(span)s") % {"span": when}],
        f"/office/sessions/{made.pk}/",
        now=now,
    )
    if instead is not None:
        _tell_wishing(instead.slot.office, now=now)
    return made


def _when(slot: Slot, *, now: datetime) -> str:
    return f"{show_span(slot.starts_at, slot.ends_at, today=day_of(now))} ({slot.get_mode_display()})"


def _lock(row: Appointment) -> Appointment:
    return (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("slot__office", "slot__counsellor", "person")
        .get(pk=row.pk)
    )


def _require_own(row: Appointment, actor: Person) -> None:
    if row.person_id != actor.pk or not actor.is_active:
        raise NotAllowed(_("예약한 사람만 할 수 있습니다."))


def _require_in_time(row: Appointment, *, now: datetime) -> None:
    if not rules.can_change(row.slot.starts_at, now):
        raise Refused(
            _("상담까지 하루가 남지 않아 여기에서는 바꿀 수 없습니다. 상담하는 곳에 전화해 주세요."),
            code="too_late",
        )


@transaction.atomic
def cancel(*, appointment: Appointment, reason: str, actor: Person, now: datetime) -> Appointment:
    """Cancel an appointment: the person until a day before, the office at any time but with a reason.

    The other side is told, and who waits for a free time.
    """
    row = _lock(appointment)
    own = row.person_id == actor.pk
    if own:
        _require_own(row, actor)
        _require_in_time(row, now=now)
        why = within(reason, field="reason", most=300)
    else:
        _require(actor, row.slot.office, now=now)
        why = need(reason, field="reason", most=300, empty=_("취소하는 까닭을 적어 주세요."))
    APPOINTMENT.move(row, "cancel", cancelled_at=now, cancelled_by=actor, cancel_reason=why)
    audit.record("counselling.cancel_appointment", actor=actor, now=now, subject=row, about=row.person_id)
    lines = [_("언제: %(span)s") % {"span": _when(row.slot, now=now)}]
    if why:
        lines.append(_("까닭: %(why)s") % {"why": why})
    to = row.slot.counsellor if own else row.person
    path = f"/office/sessions/{row.pk}/" if own else f"/my/counselling/sessions/{row.pk}/"
    mails.send(to, _("상담 예약이 취소되었습니다"), lines, path, now=now)
    _tell_wishing(row.slot.office, now=now)
    return row


@transaction.atomic
def miss(*, appointment: Appointment, actor: Person, now: datetime) -> Appointment:
    """Note that nobody came. Refuses before the time has begun."""
    row = _lock(appointment)
    _require(actor, row.slot.office, now=now)
    if now < row.slot.starts_at:
        raise Refused(_("아직 상담 시간이 아닙니다."), code="too_early")
    APPOINTMENT.move(row, "miss")
    audit.record("counselling.miss_appointment", actor=actor, now=now, subject=row, about=row.person_id)
    return row


def look(*, appointment: Appointment, actor: Person, now: datetime) -> None:
    """Record that staff read an appointment and its record; refuses staff of other offices."""
    _require(actor, appointment.slot.office, now=now)
    audit.record(
        "counselling.view_appointment",
        actor=actor,
        now=now,
        subject=appointment,
        about=appointment.person_id,
    )


@transaction.atomic
def write_record(
    *, appointment: Appointment, text: RecordText, edition: int, actor: Person, now: datetime
) -> SessionRecord:
    """Write down what was agreed; of each part it is chosen whether the person reads it.

    Refuses before the session has begun, after a cancellation, and when another window was faster
    (``edition`` is the one the writer saw, 0 when there was none).
    """
    row = _lock(appointment)
    _require(actor, row.slot.office, now=now)
    if row.person_id == actor.pk:
        raise NotAllowed(_("자기 상담의 기록은 쓸 수 없습니다."))
    if now < row.slot.starts_at:
        raise Refused(_("아직 상담 시간이 아닙니다."), code="too_early")
    values = {
        "goal": need(text.goal, field="goal", most=1000, empty=_("무엇을 바라는지 적어 주세요.")),
        "advice": within(text.advice, field="advice", most=rules.MAX_BODY),
        "next_step": within(text.next_step, field="next_step", most=1000),
        "internal": within(text.internal, field="internal", most=rules.MAX_BODY),
        "next_on": text.next_on,
        "share_advice": text.share_advice,
        "share_next": text.share_next,
        "share_courses": text.share_courses,
    }
    record = SessionRecord.objects.filter(appointment=row).first()
    if (record.edition if record else 0) != edition:
        raise Refused(
            _("그 사이에 다른 사람이 기록을 고쳤습니다. 새로 고쳐 견주어 보세요."), code="edited_elsewhere"
        )
    if row.state != State.HELD:
        APPOINTMENT.move(row, "hold")
    fresh = record is None
    if record is None:
        record = SessionRecord(appointment=row, edition=0)
    for name, value in values.items():
        setattr(record, name, value)
    record.edition += 1
    record.written_at, record.written_by = now, actor
    record.save(force_insert=fresh)
    record.courses.set(text.courses)
    audit.record("counselling.write_record", actor=actor, now=now, subject=row, about=row.person_id)
    if fresh and (text.share_advice or text.share_next or text.share_courses):
        mails.send(
            row.person,
            _("상담 기록이 올라왔습니다"),
            [_("나눈 이야기와 다음에 할 일을 적어 두었습니다. 로그인한 뒤에 볼 수 있습니다.")],
            f"/my/counselling/sessions/{row.pk}/",
            now=now,
        )
    return record


@transaction.atomic
def wait_for_slot(*, office: Organisation, actor: Person, now: datetime) -> SlotWish:
    """Ask to hear when an office has a free time. Repeating keeps the first."""
    wish, _made = SlotWish.objects.get_or_create(
        person=actor, office=office, told_at=None, defaults={"since": now}
    )
    return wish


def _tell_wishing(office: Organisation, *, now: datetime) -> int:
    """Tell those who wait, longest first, that there are free times; each is told once."""
    free = session_queries.free_slots([office], now=now).count()
    waiting = (
        SlotWish.objects.filter(office=office, told_at=None).select_related("person").order_by("since", "id")
    )
    told = 0
    for wish in waiting[: free * 2]:
        if not SlotWish.objects.filter(pk=wish.pk, told_at=None).update(told_at=now):
            continue
        told += mails.send(
            wish.person,
            _("상담할 수 있는 시간이 났습니다"),
            [_("%(office)s에 빈 시간이 있습니다. 먼저 예약하는 분이 씁니다.") % {"office": office.name}],
            "/my/counselling/sessions/",
            now=now,
        )
    return told


def remind(*, now: datetime, limit: int = 200) -> int:
    """Remind both sides of sessions of the next day. Called by the worker; nobody is reminded twice."""
    rows = Appointment.objects.filter(
        state=State.BOOKED,
        reminded_at=None,
        slot__starts_at__gt=now,
        slot__starts_at__lte=now + rules.REMIND_BEFORE,
    ).select_related("slot__office", "slot__counsellor", "person")
    told = 0
    for row in rows.order_by("slot__starts_at")[:limit]:
        if not Appointment.objects.filter(pk=row.pk, reminded_at=None).update(reminded_at=now):
            continue
        lines = [_("언제: %(span)s") % {"span": _when(row.slot, now=now)}]
        if row.slot.place:
            lines.append(_("어디서: %(place)s") % {"place": row.slot.place})
        subject = _("곧 상담이 있습니다")
        told += mails.send(row.person, subject, lines, f"/my/counselling/sessions/{row.pk}/", now=now)
        told += mails.send(row.slot.counsellor, subject, lines[:1], f"/office/sessions/{row.pk}/", now=now)
    return told
