"""A local government tells its institutions; what they have received takes effect."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices import services as notices
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition import numbers, services
from naite.trunk.recognition.applications import workflow as cases
from naite.trunk.recognition.letters import batches, policies, rules, wording
from naite.trunk.recognition.models import (
    CaseEvent,
    LocalNotice,
    MailboxConsent,
    Recognition,
    ResultNotice,
)
from naite.trunk.recognition.results import supplements

CHUNK = 50
MOST = 5000
S, K, C = ResultNotice.State, ResultNotice.Kind, ResultNotice.Channel


@transaction.atomic
def queue(*, local: LocalNotice, notice_ids: Collection[UUID] | None, actor: Person, now: datetime) -> int:
    """Set letters to be sent, all that wait when no ids are given; ``send_queued`` sends them. Returns how many.

    Refuses anyone but an officer of the local government. Letters that were sent stay as they are.
    """
    if not policies.can_notify(actor, local.office, now=now):
        raise NotAllowed(_("기관 통보는 그 지자체의 담당자만 할 수 있습니다."))
    waiting = local.letters.filter(state=S.WAITING)
    if notice_ids is not None:
        waiting = waiting.filter(pk__in=list(notice_ids)[:MOST])
    count = waiting.update(state=S.QUEUED, sent_by=actor, fault="")
    if count:
        audit.record("recognition.notify", actor=actor, now=now, subject=local, letters=count)
    return count


def send_queued(*, local_id: UUID, now: datetime) -> Iterator[list[Recognition]]:
    """Send what is set to be sent, in chunks of one transaction; yields the recognitions that took effect.

    With the institution's consent a letter enters its mailbox here and is received at that moment (행정절차법
    제15조제2항); otherwise it waits for the day of receipt. May be killed at any moment and called again.
    """
    while True:
        with transaction.atomic(), translation.override("ko"):
            local = (
                LocalNotice.objects.select_for_update(of=("self",))
                .select_related("office", "batch__round__institute")
                .get(pk=local_id)
            )
            found = list(
                local.letters.filter(state=S.QUEUED)
                .select_related(
                    "application__round__institute", "application__version", "application__course"
                )
                .select_related("organisation", "sent_by")
                .order_by("id")[:CHUNK]
            )
            consented = set(
                MailboxConsent.objects.filter(
                    organisation__in=[notice.organisation_id for notice in found], ended_at=None
                ).values_list("organisation_id", flat=True)
            )
            given = []
            for notice in found:
                notice.local = local
                recognition = _send(notice, by_mailbox=notice.organisation_id in consented, now=now)
                if recognition is not None:
                    given.append(recognition)
            batches.advance_counts(local, on=now)
        if not found:
            return
        yield given


def _send(notice: ResultNotice, *, by_mailbox: bool, now: datetime) -> Recognition | None:
    """Write and number one letter; where it is received at once, it takes effect in the same breath."""
    assert notice.sent_by is not None
    today, office = day_of(now), notice.local.office
    try:
        with transaction.atomic():
            serial = numbers.next_in(f"letter:{office.pk}:{today.year}")
            notice.number = f"{office.name}-{today.year}-{serial}"
            notice.paper = wording.letter(
                notice=notice,
                office=office,
                number=notice.number,
                sender=notice.sent_by.name,
                day=today,
                grounds=wording.grounds_of(notice.application),
            ).plain()
            notice.channel = C.MAILBOX if by_mailbox else C.PAPER
            notice.state, notice.sent_at = S.SENT, now
            notice.save()
            _note(notice, "notify", office, notice.sent_by, now)
            given = _receive(notice, today, notice.sent_by, now) if by_mailbox else None
    except Refused as refusal:
        ResultNotice.objects.filter(pk=notice.pk).update(
            state=S.WAITING, sent_by=None, fault=str(refusal.message)[:300]
        )
        return None
    _tell_institution(notice, now)
    return given


@transaction.atomic
def enter_receipt(
    *, notice: ResultNotice, received_on: date, actor: Person, now: datetime
) -> Recognition | None:
    """Write down the day on which an institution received its letter on paper; the result takes effect with it.

    Refuses anyone but the local government's officer, a day before the letter was sent or after today, and
    (``received``) a letter whose receipt is known. Returns the recognition that began, if one did.
    """
    if not policies.can_notify(actor, notice.local.office, now=now):
        raise NotAllowed(_("받은 날은 통보한 지자체의 담당자만 적을 수 있습니다."))
    notice = (
        ResultNotice.objects.select_for_update(of=("self",))
        .select_related("application__round__institute", "application__course", "application__version")
        .select_related("local__office", "organisation")
        .get(pk=notice.pk)
    )
    if notice.state != S.SENT or notice.sent_at is None:
        raise Refused(
            _("보낸 통보만 받은 날을 적을 수 있습니다. 이미 적혔는지 확인해 주세요."), code="received"
        )
    fault = rules.receipt_fault(received_on=received_on, sent_on=day_of(notice.sent_at), today=day_of(now))
    if fault:
        message = {
            "before_sent": _("보낸 날보다 앞선 날입니다. 우편물 조회나 수령증에 적힌 날을 적어 주세요."),
            "future": _("오늘이나 지난 날을 적어 주세요."),
        }[fault]
        raise Invalid(message, code=fault, fields={"received_on": message})
    return _receive(notice, received_on, actor, now)


def _receive(notice: ResultNotice, day: date, actor: Person, now: datetime) -> Recognition | None:
    notice.state, notice.received_on, notice.receipt_by = S.RECEIVED, day, actor
    notice.save(update_fields=["state", "received_on", "receipt_by"])
    case = notice.application
    audit.record("recognition.notice_received", actor=actor, now=now, subject=notice, received_on=day)
    if notice.kind != K.RECOGNISED:
        due_on = None
        if notice.kind == K.PROVISIONAL:
            due_on = supplements.begin_period(application=case, received_on=day, now=now)
        _note(notice, "notice_received", notice.local.office, actor, now, due_on=due_on)
        return None
    assert case.decided_at is not None
    given = services.put_in_force(
        course=case.course,
        number=case.recognition_number,
        institute=case.round.institute,
        granted_on=day_of(case.decided_at),
        received_on=day,
        covered_run_ids=[UUID(str(run)) for run in case.run_ids],
        renews=case.renews_id,
        actor=actor,
        now=now,
    )
    cases.move(
        case,
        "take_effect",
        actor=actor,
        now=now,
        on_behalf_of=notice.local.office,
        audience=CaseEvent.Audience.PUBLIC,
        evidence={"number": given.number, "letter_number": notice.number},
        recognition=given,
        office=None,
        due_on=None,
    )
    return given


def _note(
    notice: ResultNotice,
    act: str,
    office: Organisation,
    actor: Person | None,
    now: datetime,
    due_on: date | None = None,
) -> None:
    cases.note_event(
        act=act,
        actor=actor,
        now=now,
        application=notice.application,
        office=office,
        due_on=due_on,
        letter_number=notice.number,
    )


def _tell_institution(notice: ResultNotice, now: datetime) -> None:
    """A short word to the institution's staff that a letter is there; the letter itself is the notice."""
    staff = staff_of(notice.organisation, now=now).filter(role=Role.INSTITUTION_STAFF)
    for person in {held.person_id: held.person for held in staff}.values():
        notices.tell(
            to=person,
            subject=_("평가인정 결과 통보서가 왔습니다"),
            body=_(
                "%(name)s 님, 안녕하세요.\n\n%(office)s에서 평가인정 결과를 통보했습니다(%(number)s).\n\n%(url)s\n"
            )
            % {
                "name": person.name,
                "office": notice.local.office.name,
                "number": notice.number,
                "url": f"{settings.BASE_URL}/work/notices/{notice.pk}/",
            },
            now=now,
            dedupe_key=f"result:{notice.pk}:{person.pk}",
        )


@transaction.atomic
def opened(*, notice: ResultNotice, actor: Person, now: datetime) -> None:
    """Remember when the institution first looked at a letter. Safe to repeat."""
    changed = ResultNotice.objects.filter(
        pk=notice.pk, opened_at=None, state__in=[S.SENT, S.RECEIVED]
    ).update(opened_at=now)
    if changed:
        audit.record("recognition.notice_opened", actor=actor, now=now, subject=notice)


@transaction.atomic
def consent(*, institution: Organisation, wanted: bool, actor: Person, now: datetime) -> None:
    """Say whether an institution wants notices in its mailbox here; each saying is kept. Safe to repeat.

    Letters that were sent stay as they were sent.
    """
    if not policies.can_take_mail(actor, institution, now=now):
        raise NotAllowed(_("통보를 받는 방법은 그 기관의 담당자만 정할 수 있습니다."))
    held = MailboxConsent.objects.select_for_update().filter(organisation=institution, ended_at=None)
    if wanted and not held.exists():
        made = MailboxConsent.objects.create(organisation=institution, given_by=actor, given_at=now)
        audit.record("recognition.mailbox_consent", actor=actor, now=now, subject=made)
    elif not wanted and (last := held.first()):
        held.update(ended_at=now, ended_by=actor)
        audit.record("recognition.mailbox_end", actor=actor, now=now, subject=last)
