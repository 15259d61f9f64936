"""Opening, changing and cancelling course runs; programmes."""

from datetime import datetime, time
from secrets import token_bytes

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, Refused
from naite.roots.text import tidy
from naite.trunk.catalogue.run_listing import RunListing, put_run_listing, withdraw_run_listing
from naite.trunk.delivery import policies, rules
from naite.trunk.delivery.drafts import RunChanges, RunDraft
from naite.trunk.delivery.models import CourseRun, Enrolment, Programme, Session
from naite.trunk.delivery.services import mails, seats
from naite.trunk.delivery.workflow import ENROLMENT
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition import queries as recognition


def create_programme(
    *, organisation: Organisation, title: str, description: str, actor: Person | None, now: datetime
) -> Programme:
    """Announce several lectures together (row M1). Only staff of the institution."""
    policies.require_organisation_staff(actor, organisation, now=now)
    title = tidy(title)
    if not 1 <= len(title) <= 200:
        raise Invalid(
            _("프로그램 이름을 200자 안으로 적어 주세요."),
            fields={"title": _("이름을 200자 안으로 적어 주세요.")},
        )
    with transaction.atomic():
        programme = Programme.objects.create(
            organisation=organisation, title=title, description=tidy(description), created_at=now
        )
        audit.record("delivery.create_programme", actor=actor, now=now, subject=programme)
    return programme


def open_run(*, draft: RunDraft, actor: Person | None, now: datetime) -> CourseRun:
    """Open one offering of a course that people can enrol in, with its sessions, and list it in search.

    Only staff of the course's institution. Refuses a capacity below one, dates out of order, a registration
    that ends after the course, hours out of bounds; ``fields`` of the refusal names each. Sessions may have
    no date yet. Not safe to repeat: each call opens another run (but a listing is taken over only once).
    """
    organisation = draft.version.course.organisation
    policies.require_organisation_staff(actor, organisation, now=now)
    wrong = rules.check_draft(draft)
    wrong |= _too_long(
        name=(draft.name, 100),
        instructor=(draft.instructor, 100),
        place=(draft.place, 200),
        address=(draft.address, 200),
    )
    if draft.programme is not None and draft.programme.organisation_id != organisation.pk:
        wrong["programme"] = _("같은 기관의 프로그램에만 넣을 수 있습니다.")
    if wrong:
        raise Invalid(_("강좌를 열 수 없습니다. 표시한 곳을 고쳐 주세요."), fields=wrong)
    if draft.version.course.retired_at is not None:
        raise Refused(_("더 열지 않기로 한 과정입니다. 다른 과정을 고르세요."), code="course_retired")
    with transaction.atomic():
        run = CourseRun.objects.create(
            version=draft.version,
            organisation=organisation,
            programme=draft.programme,
            programme_order=draft.programme_order,
            name=tidy(draft.name),
            instructor=tidy(draft.instructor),
            mode=draft.mode,
            region=draft.region or organisation.region,
            place=tidy(draft.place),
            address=tidy(draft.address) or organisation.address,
            registration_opens_at=draft.registration_opens_at,
            registration_closes_at=draft.registration_closes_at,
            capacity=draft.capacity,
            waitlist_capacity=draft.waitlist_capacity,
            fee=draft.fee,
            selection=draft.selection,
            min_attendance=draft.min_attendance,
            pass_mark=draft.pass_mark,
            created_at=now,
        )
        Session.objects.bulk_create(
            Session(
                run=run,
                number=number,
                title=tidy(session.title)[:200],
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                hours=session.hours,
                place=tidy(session.place)[:200],
                code_secret=token_bytes(32),
            )
            for number, session in enumerate(draft.sessions, start=1)
        )
        put_period(run)
        put_listing(run, now=now, draft=draft)
        audit.record("delivery.open_run", actor=actor, now=now, subject=run)
    return run


def change_run(*, run: CourseRun, changes: RunChanges, actor: Person | None, now: datetime) -> CourseRun:
    """Change the seats, registration period, names and place of a run. Only staff.

    Refuses a capacity below the seats already taken, a waiting list shorter than the people in it, and dates
    out of order. More seats go to the waiting at once.
    """
    policies.require_staff(actor, run, now=now)
    with transaction.atomic():
        locked = seats.lock_run(run.pk)
        if locked.state != CourseRun.State.OPEN:
            raise Refused(_("폐강되거나 끝난 강좌는 고칠 수 없습니다."), code="run_closed")
        wrong = rules.check_numbers(capacity=changes.capacity, waitlist_capacity=changes.waitlist_capacity)
        if changes.capacity < locked.seats_taken:
            wrong.setdefault(
                "capacity",
                _("이미 %(taken)d명이 자리를 받았습니다. 정원을 그보다 줄일 수 없습니다.")
                % {"taken": locked.seats_taken},
            )
        sessions = list(locked.sessions.all())
        ends = [session.ends_at for session in sessions if session.ends_at is not None]
        wrong |= rules.check_registration(
            changes.registration_opens_at,
            changes.registration_closes_at,
            last_end=max(ends) if ends and len(ends) == len(sessions) else None,
        )
        wrong |= _too_long(
            name=(changes.name, 100),
            instructor=(changes.instructor, 100),
            place=(changes.place, 200),
            address=(changes.address, 200),
        )
        if wrong:
            raise Invalid(_("바꿀 수 없습니다. 표시한 곳을 고쳐 주세요."), fields=wrong)
        before = {"capacity": locked.capacity, "waitlist_capacity": locked.waitlist_capacity}
        for name in RunChanges.__slots__:
            value = getattr(changes, name)
            setattr(locked, name, tidy(value) if isinstance(value, str) else value)
        locked.save(update_fields=list(RunChanges.__slots__))
        put_listing(locked, now=now)
        audit.record(
            "delivery.change_run",
            actor=actor,
            now=now,
            subject=locked,
            before=before,
            capacity=locked.capacity,
        )
        seats.fill_seats(locked, now=now)
    return locked


def cancel_run(*, run: CourseRun, actor: Person | None, now: datetime, reason: str) -> CourseRun:
    """Cancel a run (폐강): everyone in it is told why, its listing goes. Only staff. Repeating is safe.

    Refuses a run whose first session has been held: then single sessions are moved, or people withdraw.
    """
    policies.require_staff(actor, run, now=now)
    return cancel_for_closing(run=run, actor=actor, now=now, reason=reason)


def cancel_for_closing(*, run: CourseRun, actor: Person | None, now: datetime, reason: str) -> CourseRun:
    """Cancel a run as ``cancel_run`` does, for a caller that knows that the actor may: its institution closes."""
    reason = tidy(reason)
    if not 1 <= len(reason) <= 200:
        raise Invalid(
            _("폐강하는 까닭을 200자 안으로 적어 주세요. 신청한 분께 그대로 알립니다."),
            fields={"reason": _("까닭을 200자 안으로 적어 주세요.")},
        )
    with transaction.atomic():
        locked = seats.lock_run(run.pk)
        if locked.state == CourseRun.State.CANCELLED:
            return locked
        begun = seats.first_start(locked)
        if locked.state != CourseRun.State.OPEN or (begun is not None and begun <= now):
            raise Refused(_("이미 시작한 강좌는 폐강할 수 없습니다."), code="run_begun")
        live = list(locked.enrolments.exclude(state=Enrolment.State.CANCELLED).select_related("person"))
        for enrolment in live:
            ENROLMENT.move(enrolment, "cancel", cancelled_at=now, cancel_reason=_("폐강"))
            mails.withdrawn(locked, enrolment, why=_("폐강: %(reason)s") % {"reason": reason}, now=now)
            audit.record(
                "delivery.cancel_enrolment",
                actor=actor,
                now=now,
                subject=enrolment,
                about=enrolment.person_id,
                run_cancelled=True,
            )
        seats.put_numbers(locked, seats=-locked.seats_taken, waiting=-locked.waiting)
        locked.state = CourseRun.State.CANCELLED
        locked.save(update_fields=["state"])
        withdraw_run_listing(run_id=locked.pk, now=now)
        audit.record("delivery.cancel_run", actor=actor, now=now, subject=locked, reason=reason)
    return locked


def refresh_listing(*, run: CourseRun, now: datetime) -> None:
    """Bring a run's listing up to date after something it shows has changed elsewhere (a recognition)."""
    with transaction.atomic():
        put_listing(seats.lock_run(run.pk), now=now)


def put_period(run: CourseRun) -> None:
    """Set the run's first and last day from its dated sessions."""
    span = run.sessions.aggregate(first=Min("starts_at"), last=Max("starts_at"))
    run.starts_on = day_of(span["first"]) if span["first"] else None
    run.ends_on = day_of(span["last"]) if span["last"] else None
    run.save(update_fields=["starts_on", "ends_on"])


def put_listing(run: CourseRun, *, now: datetime, draft: RunDraft | None = None) -> None:
    """Carry the run's facts to its row in search."""
    dated = list(run.sessions.exclude(starts_at=None).order_by("starts_at"))
    weekdays = 0
    for session in dated:
        assert session.starts_at is not None
        weekdays |= 1 << day_of(session.starts_at).weekday()
    put_run_listing(
        listing=RunListing(
            run_id=run.pk,
            organisation=run.organisation,
            course_version=run.version,
            title=mails.run_title(run)[:200],
            instructor=run.instructor,
            mode=run.mode,
            region=run.region,
            place=run.place,
            address=run.address,
            starts_on=run.starts_on,
            ends_on=run.ends_on,
            start_time=_clock(dated[0].starts_at) if dated else None,
            end_time=_clock(dated[0].ends_at) if dated else None,
            weekdays=weekdays,
            registration_opens_at=run.registration_opens_at,
            registration_closes_at=run.registration_closes_at,
            capacity=run.capacity,
            seats_taken=run.seats_taken,
            waiting=run.waiting,
            takes_waiting=run.waitlist_capacity > 0,
            fee=run.fee,
            selection=run.selection,
            recognised=recognition.covering(
                course_id=run.version.course_id, run_id=run.pk, on=run.ends_on or day_of(now)
            )
            is not None,
        ),
        now=now,
        taking_over=draft.listing_id if draft is not None else None,
    )


def _clock(instant: datetime | None) -> time | None:
    return timezone.localtime(instant).time() if instant is not None else None


def _too_long(**texts: tuple[str, int]) -> dict[str, str]:
    return {
        name: _("%(limit)d자까지 적을 수 있습니다.") % {"limit": limit}
        for name, (text, limit) in texts.items()
        if len(tidy(text)) > limit
    }
