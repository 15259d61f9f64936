"""Asking an organisation to confirm own words, its answer, and reminding it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.korean import josa
from naite.roots.korean_ids import refuse_resident_number
from naite.roots.notices import services as notices
from naite.roots.text import tidy
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records import policies
from naite.trunk.records.confirmations import queries
from naite.trunk.records.confirmations.workflow import WORKFLOW
from naite.trunk.records.models import ConfirmationRequest, Entry
from naite.trunk.records.sections.kinds import Confirmer, kind_of

ANSWER_DAYS = 14
REMIND_DAYS = 3
MOST_ASKED = 3  # of one organisation about one entry
State = ConfirmationRequest.State


@transaction.atomic
def ask(
    *, entry: Entry, organisation: Organisation, message: str = "", actor: Person | None, now: datetime
) -> ConfirmationRequest:
    """Ask an organisation whether own words are true; the entry's evidence is shown to it while it waits.

    Refuses anyone but the owner, what is not (or no longer) own words, an organisation where nobody answers, 학력
    인정 asked of other than an education office, a second open question, and a fourth question to one
    organisation. Writes to those who answer. Safe to repeat: an open question to the same organisation is returned.
    """
    if entry.source != Entry.Source.LEARNER or not policies.can_void_entry(actor, entry, now=now):
        raise NotAllowed(_("직접 적은 기록만 확인을 부탁할 수 있습니다."))
    entry.refresh_from_db()
    if entry.voided_at is not None:
        raise Refused(_("지우거나 고쳐 적은 기록입니다. 지금 기록에서 부탁해 주세요."), code="voided")
    if entry.provenance != Entry.Provenance.SELF:
        raise Refused(_("이미 확인된 기록입니다."), code="confirmed")
    message = tidy(message)
    refuse_resident_number(message, "message")
    if len(message) > 500:
        raise Invalid(_("500자까지 적을 수 있습니다."), fields={"message": _("500자까지 적을 수 있습니다.")})
    _can_be_asked(entry, organisation, now)
    waiting = ConfirmationRequest.objects.filter(
        account_id=entry.account_id, entry_id=entry.id, state=State.WAITING
    ).first()
    if waiting is not None:
        return _one_at_a_time(waiting, organisation)
    asked = queries.history_of(entry).filter(organisation=organisation).exclude(state=State.WITHDRAWN)
    if asked.count() >= MOST_ASKED:
        raise Refused(
            _("같은 기관에 세 번 물었습니다. 기관에 직접 연락하거나 다른 기관에 부탁해 주세요."),
            code="asked_often",
        )
    try:
        with transaction.atomic():
            made = ConfirmationRequest.objects.create(
                account_id=entry.account_id,
                entry_id=entry.id,
                organisation=organisation,
                message=message,
                asked_at=now,
                due_on=timezone.localdate(now) + timedelta(days=ANSWER_DAYS),
            )
    except IntegrityError:
        return _one_at_a_time(
            ConfirmationRequest.objects.get(
                account_id=entry.account_id, entry_id=entry.id, state=State.WAITING
            ),
            organisation,
        )
    _audit("records.ask_confirmation", made, entry, actor, now, organisation=organisation.pk)
    for person in queries.who_answers(organisation, now=now):
        _tell(
            person,
            _("확인 요청이 왔습니다: %(title)s") % {"title": entry.title},
            _(
                "학습자가 ‘%(title)s’ 기록의 확인을 부탁했습니다. %(due)s까지 업무 화면의 ‘확인 요청’에서 답해 주세요."
            )
            % {"title": entry.title, "due": _day(made.due_on)},
            now,
        )
    return made


@transaction.atomic
def withdraw(*, request: ConfirmationRequest, actor: Person | None, now: datetime) -> ConfirmationRequest:
    """Take a question back; from then on the organisation sees nothing of it. Refuses once it is answered."""
    if actor is not None and not policies.can_write_entry(
        actor, request.account, Entry.Source.LEARNER, None, now=now
    ):
        raise NotAllowed(_("부탁한 사람만 거둘 수 있습니다."))
    WORKFLOW.move(request, "withdraw", decided_at=now)
    audit.record(
        "records.withdraw_confirmation",
        actor=actor,
        now=now,
        subject=request,
        about=request.account.person_id,
    )
    return request


def withdraw_for(*, entry: Entry, actor: Person | None, now: datetime) -> None:
    """Take back the open question about an entry that is corrected or voided, if there is one."""
    waiting = ConfirmationRequest.objects.filter(
        account_id=entry.account_id, entry_id=entry.id, state=State.WAITING
    ).first()
    if waiting is not None:
        withdraw(request=waiting, actor=actor, now=now)


@transaction.atomic
def answer(
    *, request: ConfirmationRequest, confirmed: bool, reason: str = "", actor: Person, now: datetime
) -> ConfirmationRequest:
    """Stand by an entry, or say why not; the learner is told.

    A confirmed entry is 기관 확인 with the organisation's name and the time. Refuses who does not answer for the
    organisation, one's own entry, a decline without a reason, and a question that was withdrawn or answered.
    """
    if not policies.can_answer(actor, request.organisation, now=now):
        raise NotAllowed(_("이 기관의 확인 요청에 답할 권한이 없습니다."))
    if actor.pk == request.account.person_id:
        raise NotAllowed(_("본인의 기록은 확인할 수 없습니다. 다른 담당자에게 맡겨 주세요."))
    reason = tidy(reason)
    refuse_resident_number(reason, "reason")
    if not confirmed and len(reason) < 5:
        told = _("학습자가 알 수 있게 까닭을 다섯 글자 넘게 적어 주세요.")
        raise Invalid(told, code="no_reason", fields={"reason": told})
    if len(reason) > 500:
        told = _("500자까지 적을 수 있습니다.")
        raise Invalid(told, fields={"reason": told})
    WORKFLOW.move(
        request, "confirm" if confirmed else "decline", decided_at=now, decided_by=actor, reason=reason
    )
    entry = Entry.objects.select_related("account__person").get(
        account_id=request.account_id, id=request.entry_id
    )
    if confirmed and not Entry.objects.filter(
        account_id=entry.account_id, id=entry.id, voided_at=None, provenance=Entry.Provenance.SELF
    ).update(
        provenance=Entry.Provenance.INSTITUTION,
        confirmed_at=now,
        confirmed_by=request.organisation.name,
        confirmed_by_id=request.organisation_id,
    ):
        raise Refused(
            _("그 사이 기록이 바뀌었습니다. 화면을 새로 고친 뒤 다시 확인해 주세요."), code="moved_meanwhile"
        )
    _audit(
        "records.confirm_entry" if confirmed else "records.decline_entry",
        request,
        entry,
        actor,
        now,
        organisation=request.organisation_id,
    )
    who = josa(request.organisation.name, "이/가")
    if confirmed:
        subject = _("기록이 확인되었습니다: %(title)s") % {"title": entry.title}
        body = _("%(who)s ‘%(title)s’ 기록을 확인했습니다. 이제 ‘기관 확인’으로 보입니다.") % {
            "who": who,
            "title": entry.title,
        }
    else:
        subject = _("기록을 확인하지 못했습니다: %(title)s") % {"title": entry.title}
        body = _(
            "%(who)s ‘%(title)s’ 기록을 확인하지 못했습니다. 까닭: %(reason)s\n"
            "기록은 ‘본인 입력’으로 그대로 있습니다. 증빙을 더하거나 고쳐서 다시 부탁할 수 있습니다."
        ) % {"who": who, "title": entry.title, "reason": reason}
    _tell(entry.account.person, subject, body, now)
    return request


def remind(*, now: datetime, limit: int = 100) -> int:
    """Tell organisations three days before the last day, and learners when it has passed; each once.

    Returns how many requests were told of. Safe to run in several workers.
    """
    today = timezone.localdate(now)
    told = 0
    waiting = ConfirmationRequest.objects.filter(state=State.WAITING).select_related(
        "organisation", "account__person"
    )
    near = waiting.filter(due_on__lte=today + timedelta(days=REMIND_DAYS), reminded_at=None)
    for request in near[:limit]:
        if _claim(request, "reminded_at", now):
            for person in queries.who_answers(request.organisation, now=now):
                _tell(
                    person,
                    _("확인 요청의 답을 기다립니다"),
                    _("%(due)s까지 답할 확인 요청이 있습니다. 업무 화면의 ‘확인 요청’에서 답해 주세요.")
                    % {"due": _day(request.due_on)},
                    now,
                )
            told += 1
    for request in waiting.filter(due_on__lt=today, late_told_at=None)[:limit]:
        if _claim(request, "late_told_at", now):
            _tell(
                request.account.person,
                _("확인이 늦어지고 있습니다"),
                _(
                    "%(who)s 기한까지 답하지 않았습니다. 더 기다리거나, 부탁을 거두고 다른 기관에 물어볼 수 있습니다."
                )
                % {"who": josa(request.organisation.name, "이/가")},
                now,
            )
            told += 1
    return told


def _claim(request: ConfirmationRequest, field: str, now: datetime) -> bool:
    rows = ConfirmationRequest.objects.filter(
        account_id=request.account_id, id=request.id, state=State.WAITING, **{field: None}
    )
    return bool(rows.update(**{field: now}))


def _can_be_asked(entry: Entry, organisation: Organisation, now: datetime) -> None:
    kind = kind_of(entry)
    office = Organisation.Kind.EDUCATION_OFFICE
    if kind is not None and kind.confirmer == Confirmer.EDUCATION_OFFICE and organisation.kind != office:
        raise Refused(_("학력 인정은 교육청이 확인합니다. 교육청을 골라 주세요."), code="education_office")
    if not queries.answerable(now=now).filter(pk=organisation.pk).exists():
        raise Refused(
            _("이 기관에는 나이테에서 답할 담당자가 없습니다. 지역의 지자체나 교육청에 부탁해 주세요."),
            code="nobody_answers",
        )


def _one_at_a_time(waiting: ConfirmationRequest, organisation: Organisation) -> ConfirmationRequest:
    if waiting.organisation_id == organisation.pk:
        return waiting
    raise Refused(
        _("다른 기관의 답을 기다리고 있습니다. 그 부탁을 거둔 뒤 다시 부탁해 주세요."), code="waiting"
    )


def _tell(person: Person, subject: str, body: str, now: datetime) -> None:
    if person.email:
        notices.send(address=person.email, subject=subject, body=body, now=now, person_id=person.pk)


def _day(day: date) -> str:
    return f"{day:%Y.%m.%d}"


def _audit(
    action: str,
    request: ConfirmationRequest,
    entry: Entry,
    actor: Person | None,
    now: datetime,
    **detail: Any,
) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        subject=request,
        about=entry.account.person_id,
        entry=entry.id,
        **detail,
    )
