"""A course is recognised after people completed it, or its recognition goes for false means."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from naite.roots.errors import Refused
from naite.roots.notices import services as notices
from naite.trunk.badges.models import AwardFlag
from naite.trunk.badges.services import following
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition import reinstating, withdrawal
from naite.trunk.recognition import services as recognition
from naite.trunk.recognition.models import Recognition
from naite.trunk.records.models import RecognitionSweep, SectionTransfer
from naite.trunk.records.transfers import proposing
from naite.trunk.records.transfers import reinstating as transfers_back
from naite.trunk.records.transfers import services as transfers

Direction = SectionTransfer.Direction
Kind = RecognitionSweep.Kind


def grant(
    *,
    course: Course,
    number: str,
    granted_on: date,
    received_on: date,
    covered_run_ids: Iterable[UUID] = (),
    actor: Person,
    now: datetime,
) -> Recognition:
    """Record a recognition (``recognition.grant``) and have the accounts gone through for what it covers."""
    with transaction.atomic():
        granted = recognition.grant(
            course=course,
            number=number,
            granted_on=granted_on,
            received_on=received_on,
            covered_run_ids=covered_run_ids,
            actor=actor,
            now=now,
        )
        begin(granted, now=now)
    return granted


def begin(granted: Recognition, *, now: datetime) -> None:
    """Have the accounts gone through for what a recognition covers. Safe to repeat."""
    _begin(granted.pk, Kind.GRANTED, now=now)


def withdraw(*, given: Recognition, reason: str, actor: Person, now: datetime) -> Recognition:
    """Cancel a recognition that was got by false means, and propose everything back that stands by it."""
    with transaction.atomic():
        withdrawn = withdrawal.withdraw(recognition=given, reason=reason, actor=actor, now=now)
        _begin(withdrawn.pk, Kind.WITHDRAWN, reason=withdrawn.cancel_reason, now=now)
    return withdrawn


def reinstate(*, given: Recognition, reason: str, actor: Person, now: datetime) -> Recognition:
    """Bring a cancelled recognition back (``reinstating.reinstate``), and propose forth what it had sent back."""
    with transaction.atomic():
        back = reinstating.reinstate(recognition=given, actor=actor, now=now)
        sweep = transfers_back.begin_again(recognition_id=back.pk, reason=reason, now=now)
        propose_transfers.enqueue(sweep_id=str(sweep.pk))
    return back


def catch_up(*, now: datetime) -> int:
    """Have the accounts gone through for recognitions that were recorded some other way; returns how many."""
    missed = proposing.missed()
    for recognition_id in missed:
        with transaction.atomic():
            _begin(recognition_id, Kind.GRANTED, now=now)
    return len(missed)


def confirm(*, account_id: UUID, transfer_id: UUID, actor: Person, now: datetime) -> SectionTransfer:
    """Confirm one proposal (``transfers.confirm``); the entry's badges go with it. Refuses one that lapsed."""
    with transaction.atomic():
        transfer = transfers.confirm(account_id=account_id, transfer_id=transfer_id, actor=actor, now=now)
        _follow(transfer, now)
    if transfer.state == SectionTransfer.State.LAPSED:
        raise Refused(
            _("그 사이에 기록이나 평가인정이 바뀌어 더 해당하지 않는 제안입니다. 기록은 그대로입니다."),
            code="transfer_lapsed",
        )
    return transfer


def confirm_many(
    *,
    organisation: Organisation | None,
    transfer_ids: Collection[UUID] | None = None,
    recognition_id: UUID | None = None,
    actor: Person,
    now: datetime,
) -> int:
    """Confirm many proposals (``transfers.confirm_many``) in the background; returns how many."""
    with transaction.atomic():
        count = transfers.confirm_many(
            organisation=organisation,
            transfer_ids=transfer_ids,
            recognition_id=recognition_id,
            actor=actor,
            now=now,
        )
        if count:
            carry_out_transfers.enqueue()
    return count


@task()
def propose_transfers(sweep_id: str) -> int:
    """Go through the accounts for a recognition and tell whoever has something to decide; returns how many."""
    now = timezone.now()
    return sum(_tell_proposed(new, now) for new in proposing.propose_next(sweep_id=UUID(sweep_id), now=now))


@task()
def carry_out_transfers() -> int:
    """Carry out confirmed proposals; returns how many were looked at. Safe to kill and to repeat."""
    now = timezone.now()
    done = 0
    for chunk in transfers.carry_out_next(now=now):
        for transfer in chunk:
            _follow(transfer, now)
            _tell_decided(transfer, now)
        done += len(chunk)
    return done


def _begin(recognition_id: UUID, kind: str, *, reason: str = "", now: datetime) -> None:
    sweep = proposing.begin(recognition_id=recognition_id, kind=kind, reason=reason, now=now)
    if sweep.done_at is None:
        propose_transfers.enqueue(sweep_id=str(sweep.pk))


def _follow(transfer: SectionTransfer, now: datetime) -> None:
    if transfer.state != SectionTransfer.State.CONFIRMED or transfer.new_entry_id is None:
        return
    account_id, new_id = transfer.account_id, transfer.new_entry_id
    following.follow_entry(account_id=account_id, old_entry_id=transfer.entry_id, new_entry_id=new_id)
    if transfer.direction == Direction.UP:
        following.clear_flags(
            account_id=account_id,
            entry_id=new_id,
            kind=AwardFlag.Kind.RECOGNITION_WITHDRAWN,
            now=now,
        )
    else:
        following.flag_awards(
            account_id=account_id,
            entry_id=new_id,
            kind=AwardFlag.Kind.RECOGNITION_WITHDRAWN,
            says=_("평가인정 %(number)s 취소: %(reason)s")
            % {"number": transfer.recognition_number, "reason": transfer.reason},
            now=now,
        )


def _tell_proposed(new: list[SectionTransfer], now: datetime) -> int:
    for transfer in new:
        if transfer.direction == Direction.UP:
            subject = _("평가인정 과정이 되어 기록을 옮길 수 있습니다")
            body = _(
                "%(name)s 님, 안녕하세요.\n\n"
                "%(organisation)s에서 배운 과정이 평가인정을 받았습니다(%(number)s).\n"
                "특기사항에 있는 기록을 이수실적으로 옮길지 확인해 주세요.\n\n%(url)s\n"
            )
        else:
            subject = _("평가인정이 취소되어 기록이 옮겨질 예정입니다")
            body = _(
                "%(name)s 님, 안녕하세요.\n\n"
                "%(organisation)s의 평가인정(%(number)s)이 취소되었습니다. 까닭: %(reason)s\n"
                "이수실적에 있던 기록은 특기사항으로 돌아갑니다. 배운 사실과 배지는 그대로 남습니다.\n\n%(url)s\n"
            )
        key = f"transfer:{transfer.recognition_id}:{transfer.direction}"
        if transfer.direction == Direction.UP and transfer.reason:  # it came back: told anew
            key += f":{transfer.reason[:40]}"
        _send(transfer, subject, body, key, now)
    return len(new)


def _tell_decided(transfer: SectionTransfer, now: datetime) -> None:
    if transfer.state != SectionTransfer.State.CONFIRMED:
        return
    if transfer.direction == Direction.UP:
        subject = _("기록이 이수실적으로 옮겨졌습니다")
        body = _(
            "%(name)s 님, 안녕하세요.\n\n"
            "%(organisation)s에서 확인하여 기록을 이수실적으로 옮겼습니다(%(number)s).\n\n%(url)s\n"
        )
    else:
        subject = _("기록이 특기사항으로 돌아갔습니다")
        body = _(
            "%(name)s 님, 안녕하세요.\n\n"
            "%(organisation)s의 평가인정(%(number)s)이 취소되어 기록을 특기사항으로 옮겼습니다. 까닭: %(reason)s\n"
            "배운 사실과 배지는 그대로 남습니다.\n\n%(url)s\n"
        )
    _send(transfer, subject, body, f"transferred:{transfer.recognition_id}:{transfer.direction}", now)


def _send(transfer: SectionTransfer, subject: str, body: str, key: str, now: datetime) -> None:
    """Tell the learner once for each recognition, however many entries it touches."""
    person = transfer.account.person
    if not person.email:
        return
    notices.send(
        address=person.email,
        person_id=person.pk,
        subject=subject,
        body=body
        % {
            "name": person.name,
            "organisation": transfer.organisation.name,
            "number": transfer.recognition_number,
            "reason": transfer.reason,
            "url": f"{settings.BASE_URL}/my/proposals/",
        },
        now=now,
        dedupe_key=f"{key}:{person.pk}",
    )
