"""Closing an account, opening it again in time, and erasing what it held."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.roots.files import services as files
from naite.roots.text import tidy
from naite.trunk.people.models import Person
from naite.trunk.people.standing import manner
from naite.trunk.records.applications import services as applications
from naite.trunk.records.models import (
    AccountClosing,
    Certificate,
    ConfirmationRequest,
    Entry,
    EntryObjection,
    Evidence,
    LearningAccount,
    PersonalFacts,
    PrintChoice,
    RingShare,
)

ERASED = "–"


def closing_of(account: LearningAccount) -> AccountClosing | None:
    """Return the closing in force of an account that is closed."""
    return AccountClosing.objects.filter(account=account, reopened_at=None).first()


@transaction.atomic
def close(*, account: LearningAccount, reason: str, actor: Person, now: datetime) -> AccountClosing:
    """Close an account; nothing is written into it or issued from it any more.

    It can be opened again for ``ACCOUNT_REOPEN_DAYS`` days; then its personal data are erased. Refuses all
    but the owner and the guardian of a child. Safe to repeat: the first closing stays.
    """
    if manner(actor, account.person_id, scope="account", now=now) not in {"own", "guardian"}:
        raise NotAllowed(_("학습계좌는 본인만 닫을 수 있습니다."))
    account = LearningAccount.objects.select_for_update().get(pk=account.pk)
    if existing := closing_of(account):
        return existing
    account.closed_at = now
    account.save(update_fields=["closed_at"])
    made = AccountClosing.objects.create(
        account=account,
        asked_by=actor,
        asked_at=now,
        reason=tidy(reason)[:300],
        reopen_until=now + timedelta(days=settings.ACCOUNT_REOPEN_DAYS),
    )
    audit.record("records.close_account", actor=actor, now=now, subject=account, about=account.person_id)
    return made


@transaction.atomic
def reopen(*, account: LearningAccount, actor: Person, now: datetime) -> LearningAccount:
    """Open a closed account again, under the same id and with everything in it.

    Refuses all but the owner and a guardian, and after the days of grace. Repeating changes nothing.
    """
    if manner(actor, account.person_id, scope="account", now=now) not in {"own", "guardian"}:
        raise NotAllowed(_("학습계좌는 본인만 다시 열 수 있습니다."))
    account = LearningAccount.objects.select_for_update().get(pk=account.pk)
    closing = closing_of(account)
    if account.closed_at is None or closing is None:
        return account
    if closing.erased_at is not None or closing.reopen_until <= now:
        raise Refused(
            _("다시 열 수 있는 날이 지나 지워진 학습계좌입니다. 새로 만들어 주세요."), code="reopen_over"
        )
    closing.reopened_at = now
    closing.save(update_fields=["reopened_at"])
    account.closed_at = None
    account.save(update_fields=["closed_at"])
    audit.record("records.reopen_account", actor=actor, now=now, subject=account, about=account.person_id)
    return account


def due(*, now: datetime) -> QuerySet[AccountClosing]:
    """Return closings whose days of grace are over and whose data are still there."""
    return (
        AccountClosing.objects.filter(reopened_at=None, erased_at=None, reopen_until__lte=now)
        .select_related("account__person")
        .order_by("reopen_until", "id")
    )


@transaction.atomic
def erase(*, closing: AccountClosing, now: datetime) -> bool:
    """Erase what a closed account said about its owner; return whether this call did it.

    Entries lose every word their owner wrote and are voided; those of institutions keep title and hours,
    which name nobody. Evidence, section 1 and switches go. Certificates keep their number, and their text
    until the period of the look-up is over. The account's row stays, so that its id never means anybody
    else. Safe to repeat, also at once.
    """
    claimed = AccountClosing.objects.filter(pk=closing.pk, reopened_at=None, erased_at=None).update(
        erased_at=now
    )
    if not claimed:
        return False
    account = closing.account
    own = Entry.objects.filter(account_id=account.pk)
    own.filter(source=Entry.Source.LEARNER).update(
        title=ERASED, provider_name="", note="", details={}, sealed_details={}, confirmed_by=""
    )
    own.update(note="", sealed_details={})
    own.filter(voided_at=None).update(voided_at=now, void_reason=_("계좌를 닫음"))
    for evidence in Evidence.objects.filter(account_id=account.pk).select_related("file"):
        files.erase(evidence.file, now=now)
    Evidence.objects.filter(account_id=account.pk, removed_at=None).update(removed_at=now)
    ConfirmationRequest.objects.filter(account_id=account.pk).update(message="")
    ConfirmationRequest.objects.filter(account_id=account.pk, state="waiting").update(
        state=ConfirmationRequest.State.WITHDRAWN
    )
    EntryObjection.objects.filter(account_id=account.pk).update(says=ERASED)
    RingShare.objects.filter(account_id=account.pk, withdrawn_at=None).update(withdrawn_at=now)
    PersonalFacts.objects.filter(account=account).delete()
    PrintChoice.objects.filter(account_id=account.pk).delete()
    AccountClosing.objects.filter(account=account).update(reason="")
    applications.forget(person=account.person)
    audit.record("records.erase_account", actor=None, now=now, subject=account, about=account.person_id)
    return True


def erase_certificates(*, now: datetime, limit: int = 200) -> int:
    """Erase the text and file of certificates of erased accounts whose look-up is over; return how many."""
    gone = AccountClosing.objects.filter(reopened_at=None, erased_at__isnull=False).values("account_id")
    rows = Certificate.objects.filter(account_id__in=gone, check_until__lte=now).exclude(pdf="")
    count = 0
    for row in rows[:limit]:
        if row.pdf:
            default_storage.delete(row.pdf)
        Certificate.objects.filter(account_id=row.account_id, id=row.id).update(
            content={}, pdf="", purpose=""
        )
        count += 1
    return count
