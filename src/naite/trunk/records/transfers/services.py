"""Confirming and declining that entries change their section. History is kept: nothing is edited in place."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition import policies as recognition_policies
from naite.trunk.recognition import queries as recognition
from naite.trunk.records.models import Entry, EntryObjection, PrintChoice, SectionTransfer
from naite.trunk.records.transfers import policies
from naite.trunk.records.uploads.policies import can_hand_in
from naite.trunk.records.uploads.resolve import source_key

CHUNK = 100
State = SectionTransfer.State
Direction = SectionTransfer.Direction
Basis = SectionTransfer.Basis


def confirm(*, account_id: UUID, transfer_id: UUID, actor: Person, now: datetime) -> SectionTransfer:
    """Let one entry change its section: a new entry arises, the old one is voided with the reason.

    Refuses who may not (``policies.can_confirm``) and a proposal that was declined. One that holds no more,
    because the entry was taken out or the recognition cancelled, comes back lapsed. Repeating a confirmed one
    changes nothing, so an entry never moves twice.
    """
    with transaction.atomic():
        transfer = _locked(account_id, transfer_id)
        if not policies.can_confirm(actor, transfer, now=now):
            raise NotAllowed(_("이 기록을 옮길 권한이 없습니다."))
        if transfer.state == State.CONFIRMED:
            return transfer
        if transfer.state in {State.DECLINED, State.LAPSED}:
            raise Refused(_("이미 끝난 제안입니다. 화면을 새로 고쳐 주세요."), code="transfer_over")
        transfer.decided_by = actor
        carry_out(transfer, now=now)
    return transfer


def decline(*, account_id: UUID, transfer_id: UUID, actor: Person, now: datetime) -> SectionTransfer:
    """Leave the entry where it is; it is not proposed again for this recognition. Repeating changes nothing."""
    with transaction.atomic():
        transfer = _locked(account_id, transfer_id)
        if not policies.can_decline(actor, transfer, now=now):
            raise NotAllowed(_("이 제안을 거절할 권한이 없습니다."))
        if transfer.state == State.DECLINED:
            return transfer
        if transfer.state != State.PROPOSED:
            raise Refused(_("이미 끝난 제안입니다. 화면을 새로 고쳐 주세요."), code="transfer_over")
        _decide(transfer, State.DECLINED, actor, now)
    return transfer


def confirm_many(
    *,
    organisation: Organisation | None,
    transfer_ids: Collection[UUID] | None = None,
    recognition_id: UUID | None = None,
    actor: Person,
    now: datetime,
) -> int:
    """Mark proposals to be carried out by ``carry_out_next``; returns how many.

    An institution confirms those of its courses, named or all; the institute (``organisation`` None) confirms
    all that a withdrawn recognition sends back. Repeating finds nothing left to mark.
    """
    found = SectionTransfer.objects.filter(state=State.PROPOSED)
    if organisation is None:
        if recognition_policies.granting_institute(actor, now=now) is None:
            raise NotAllowed(_("국가평생교육진흥원 담당자만 확정할 수 있습니다."))
        found = found.filter(direction=Direction.DOWN)
    else:
        if not can_hand_in(actor, organisation, now=now):
            raise NotAllowed(_("이 기관의 강좌 담당자만 확인할 수 있습니다."))
        found = found.filter(direction=Direction.UP, organisation=organisation)
        # Nobody vouches for their own words.
        found = found.exclude(account__person=actor)
    if recognition_id is not None:
        found = found.filter(recognition_id=recognition_id)
    if transfer_ids is not None:
        found = found.filter(id__in=transfer_ids)
    with transaction.atomic():
        count = found.update(state=State.CONFIRMING, decided_by=actor)
        if count:
            audit.record("records.confirm_transfers", actor=actor, now=now, subject=organisation, count=count)
    return count


def carry_out_next(*, now: datetime) -> Iterator[list[SectionTransfer]]:
    """Carry out what was marked, yielding each chunk inside its transaction. Safe to kill and to repeat."""
    while True:
        with transaction.atomic():
            chunk = list(
                SectionTransfer.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(state=State.CONFIRMING)
                .select_related("account__person", "organisation", "decided_by")
                .order_by("account_id", "id")[:CHUNK]
            )
            for transfer in chunk:
                carry_out(transfer, now=now)
            if chunk:
                yield chunk
        if len(chunk) < CHUNK:
            return


def carry_out(transfer: SectionTransfer, *, now: datetime) -> Entry | None:
    """Move the entry within the caller's transaction; None when the proposal lapsed."""
    old = (
        Entry.objects.select_for_update(of=("self",))
        .filter(account_id=transfer.account_id, id=transfer.entry_id, voided_at=None)
        .first()
    )
    new = None
    if old is not None:
        new = (
            _risen(transfer, old, now) if transfer.direction == Direction.UP else _fallen(transfer, old, now)
        )
    if old is None or new is None:
        _decide(transfer, State.LAPSED, transfer.decided_by, now)
        return None
    _follow(transfer.account_id, old.id, new.id)
    transfer.new_entry_id = new.id
    _decide(transfer, State.CONFIRMED, transfer.decided_by, now)
    return new


def _risen(transfer: SectionTransfer, old: Entry, now: datetime) -> Entry | None:
    covers = recognition.covering(course_id=transfer.course_id, run_id=old.run_id, on=old.completed_on)
    if covers is None or old.section != Entry.Section.OTHER:
        return None
    changes: dict[str, object] = {
        "section": Entry.Section.RECOGNISED,
        "recognition_id": covers.pk,
        "recognition_number": covers.number,
    }
    if transfer.basis == Basis.NAMED:
        changes |= {
            "source": Entry.Source.UPLOAD,
            "source_key": source_key(transfer.course_id, old.completed_on),
            "provenance": Entry.Provenance.INSTITUTION,
            "organisation_id": transfer.organisation_id,
            "course_id": transfer.course_id,
            "course_version_id": transfer.course_version_id,
        }
    reason = _("평가인정(%(number)s)으로 4. 이수실적에 옮김") % {"number": covers.number}
    _void(old, reason, now)
    if transfer.basis == Basis.NAMED:
        # The institution may have handed the same completion in meanwhile; then that one stands.
        there = Entry.objects.filter(
            account_id=old.account_id,
            course_id=transfer.course_id,
            completed_on=old.completed_on,
            voided_at=None,
        ).first()
        if there is not None:
            return there
    return _copy(old, changes, now)


def _fallen(transfer: SectionTransfer, old: Entry, now: datetime) -> Entry | None:
    if old.section != Entry.Section.RECOGNISED or old.recognition_id != transfer.recognition_id:
        return None
    reason = _("평가인정(%(number)s)이 취소되어 5. 특기사항으로 되돌림") % {
        "number": transfer.recognition_number
    }
    _void(old, reason, now)
    return _copy(
        old,
        {"section": Entry.Section.OTHER, "recognition_id": None, "recognition_number": ""},
        now,
    )


def _void(old: Entry, reason: str, now: datetime) -> None:
    Entry.objects.filter(account_id=old.account_id, id=old.id).update(voided_at=now, void_reason=reason[:300])


def _copy(old: Entry, changes: dict[str, object], now: datetime) -> Entry:
    """Return a new entry that says what the old one said but for the changes; same source, same key."""
    values = {field.attname: getattr(old, field.attname) for field in Entry._meta.concrete_fields}
    values |= {"id": new_id(), "added_at": now, "voided_at": None, "void_reason": ""} | changes
    return Entry.objects.create(**values)


def _follow(account_id: UUID, old_id: UUID, new_id: UUID) -> None:
    """Let what points at the old entry point at the new one: print choices and open objections."""
    choices = PrintChoice.objects.filter(account_id=account_id)
    taken = set(choices.filter(scope=f"entry:{new_id}").values_list("kind", flat=True))
    choices.filter(scope=f"entry:{old_id}").exclude(kind__in=taken).update(scope=f"entry:{new_id}")
    if not EntryObjection.objects.filter(account_id=account_id, entry_id=new_id, state="open").exists():
        EntryObjection.objects.filter(account_id=account_id, entry_id=old_id, state="open").update(
            entry_id=new_id
        )


def _decide(transfer: SectionTransfer, state: str, actor: Person | None, now: datetime) -> None:
    transfer.state, transfer.decided_by, transfer.decided_at = state, actor, now
    transfer.save(update_fields=["state", "decided_by", "decided_at", "new_entry_id"])
    audit.record(
        f"records.transfer_{state}",
        actor=actor,
        now=now,
        subject=transfer,
        about=transfer.account.person_id,
        direction=transfer.direction,
    )


def _locked(account_id: UUID, transfer_id: UUID) -> SectionTransfer:
    return (
        SectionTransfer.objects.select_for_update(of=("self",))
        .select_related("account__person", "organisation")
        .get(account_id=account_id, id=transfer_id)
    )
