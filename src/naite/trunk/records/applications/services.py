"""Applying, correcting, withdrawing, deciding. Opening the account itself is the flow's (``flows.accounts``)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.korean_ids import refuse_resident_number
from naite.roots.text import tidy
from naite.trunk.people.identity import Identity
from naite.trunk.people.models import Person
from naite.trunk.people.queries import office_in_charge
from naite.trunk.records.applications import letters, policies, queries, rules
from naite.trunk.records.applications.workflow import APPLICATION
from naite.trunk.records.models import AccountApplication, ApplicationMove, LearningAccount

State = AccountApplication.State


class ApplicationNeeded(Refused):
    """The account opens only after an application."""

    code = "application_needed"


@transaction.atomic
def apply(
    *, person: Person, identity: Identity, note: str, actor: Person, now: datetime
) -> AccountApplication:
    """Keep that somebody asks for an account, or asks again after it was sent back.

    The office in charge of the person's region gets it and is told, the person gets a receipt. Refuses anybody
    but the person and a guardian, a person with an account (open or closed), a missing birth date, and a
    second application beside one that waits.
    """
    if not policies.can_apply(actor, person, now=now):
        raise NotAllowed(_("학습계좌는 본인이나 법정대리인만 신청할 수 있습니다."))
    if LearningAccount.objects.filter(person=person).exists():
        raise Refused(
            _("이미 학습계좌가 있습니다. 닫았다면 ‘내 계좌 관리’에서 다시 열 수 있습니다."),
            code="has_account",
        )
    if person.birth_date is None:
        message = _("생년월일을 적어 주세요. 같은 이름을 가려내는 데 씁니다.")
        raise Invalid(message, code="no_birth_date", fields={"birth_date": message})
    note = _within(note, "note")
    today = day_of(now)
    due = rules.due_on(today, settings.ACCOUNT_APPROVAL_DAYS)
    facts = {
        "applied_by": actor,
        "office": office_in_charge(person.region, policies.DECIDERS, now=now),
        "region": person.region,
        "provider": identity.provider,
        "level": identity.level,
        "reference": identity.reference,
        "note": note,
        "applied_at": now,
        "due_on": due,
        "remind_on": rules.remind_on(due, today),
        "decided_at": None,
    }
    row = queries.live_of(person)
    if row is not None:
        if row.state == State.APPLIED:
            raise Refused(_("이미 신청했습니다. 담당자가 확인하고 있습니다."), code="applied_already")
        APPLICATION.move(row, "apply_again", **facts)
    else:
        try:
            with transaction.atomic():
                row = AccountApplication.objects.create(person=person, **facts)
        except IntegrityError:
            raise Refused(
                _("이미 신청했습니다. 담당자가 확인하고 있습니다."), code="applied_already"
            ) from None
    _note_move(row, State.APPLIED, by=actor, reason="", now=now)
    audit.record(
        "records.apply_account",
        actor=actor,
        now=now,
        subject=row,
        about=person.pk,
        provider=identity.provider,
        level=str(identity.level),
    )
    if rules.needs_approval(settings.ACCOUNT_APPROVAL, identity.level):
        letters.received(row, now=now)
        letters.to_office(row, _("학습계좌 신청이 들어왔습니다"), now=now)
    return row


@transaction.atomic
def withdraw(*, application: AccountApplication, actor: Person, now: datetime) -> AccountApplication:
    """Take an application back. The person and a guardian; refuses one that is decided."""
    if not policies.can_apply(actor, application.person, now=now):
        raise NotAllowed(_("신청한 사람만 거둘 수 있습니다."))
    APPLICATION.move(application, "withdraw", decided_at=now)
    _note_move(application, State.WITHDRAWN, by=actor, reason="", now=now)
    audit.record(
        "records.withdraw_application", actor=actor, now=now, subject=application, about=application.person_id
    )
    return application


@transaction.atomic
def approve(
    *, application: AccountApplication, mark: str, actor: Person | None, now: datetime
) -> AccountApplication:
    """Agree that the account opens. ``mark`` is of what was looked at (``queries.mark_of``).

    Refuses who does not decide for the office, and facts that changed since they were looked at. Without an
    actor it approves what nobody has to look at (``rules.needs_approval``).
    """
    if actor is None:
        if rules.needs_approval(settings.ACCOUNT_APPROVAL, application.level):
            raise NotAllowed(_("담당자의 승인이 있어야 합니다."))
    else:
        _require_decider(actor, application, now=now)
        if mark != queries.mark_of(application):
            raise Refused(
                _("신청한 분이 그 사이에 내 정보를 고쳤습니다. 다시 보고 승인해 주세요."),
                code="changed_meanwhile",
            )
    APPLICATION.move(application, "approve", decided_at=now, remind_on=None)
    _note_move(application, State.APPROVED, by=actor, reason="", now=now)
    audit.record(
        "records.approve_application", actor=actor, now=now, subject=application, about=application.person_id
    )
    if actor is not None:
        letters.approved(application, now=now)
    return application


@transaction.atomic
def send_back(
    *, application: AccountApplication, reason: str, actor: Person, now: datetime
) -> AccountApplication:
    """Ask the person to correct something; they may apply again. Refuses an empty reason."""
    _require_decider(actor, application, now=now)
    reason = _within(reason, "reason")
    if not reason:
        message = _("무엇을 고치면 되는지 적어 주세요. 신청한 분이 그대로 봅니다.")
        raise Invalid(message, code="empty", fields={"reason": message})
    APPLICATION.move(application, "send_back", decided_at=now, remind_on=None)
    _note_move(application, State.RETURNED, by=actor, reason=reason, now=now)
    audit.record(
        "records.return_application", actor=actor, now=now, subject=application, about=application.person_id
    )
    letters.returned(application, reason=reason, now=now)
    return application


def look(*, application: AccountApplication, actor: Person, now: datetime) -> None:
    """Record that staff looked at somebody's application. Refuses who may not."""
    _require_decider(actor, application, now=now)
    audit.record(
        "records.view_application", actor=actor, now=now, subject=application, about=application.person_id
    )


def remind(*, now: datetime, limit: int = 200) -> int:
    """Remind offices the working day before an answer is due, and once when it is late.

    Called by the worker; nobody is told the same twice, however often it runs.
    """
    told = 0
    for row in queries.to_remind(now=now)[:limit]:
        late = row.due_on < day_of(now)
        following = None if late else row.due_on + timedelta(days=1)
        same = AccountApplication.objects.filter(pk=row.pk, remind_on=row.remind_on, state=State.APPLIED)
        if not same.update(remind_on=following):
            continue
        what = (
            _("답할 날이 지난 학습계좌 신청이 있습니다")
            if late
            else _("곧 답할 날인 학습계좌 신청이 있습니다")
        )
        word = "late" if late else "soon"
        told += letters.to_office(row, what, now=now, dedupe=f"account-{word}:{row.pk}:{row.due_on}")
    return told


def forget(*, person: Person) -> None:
    """Erase what a closed account's owner and the office wrote to each other."""
    AccountApplication.objects.filter(person=person).update(note="", reference="")
    ApplicationMove.objects.filter(application__person=person).update(reason="")


def _require_decider(actor: Person, application: AccountApplication, *, now: datetime) -> None:
    if not policies.can_decide(actor, application, now=now):
        raise NotAllowed(_("이 신청을 맡은 곳의 담당자만 볼 수 있습니다. 자기 신청은 다른 담당자가 봅니다."))


def _note_move(
    row: AccountApplication, state: State, *, by: Person | None, reason: str, now: datetime
) -> None:
    ApplicationMove.objects.create(application=row, state=state, by=by, at=now, reason=reason)


def _within(text: str, field: str) -> str:
    kept = tidy(text)
    refuse_resident_number(kept, field=field)
    if len(kept) > rules.MAX_NOTE:
        message = _("%(most)d자까지 적을 수 있습니다. 지금 %(now)d자입니다. 줄여 주세요.") % {
            "most": rules.MAX_NOTE,
            "now": len(kept),
        }
        raise Invalid(message, code="too_long", fields={field: message})
    return kept
