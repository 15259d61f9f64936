"""A learner objects to an entry that an institution made; the institution answers (정정 요청)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records import policies, services
from naite.trunk.records.models import Entry, EntryObjection
from naite.trunk.records.uploads.policies import can_hand_in

State = EntryObjection.State
MOST = 1000


def object_to(*, entry: Entry, says: str, actor: Person, now: datetime) -> EntryObjection:
    """Tell the institution that an entry is wrong and why (개인정보 보호법 제36조).

    Refuses anyone but the account's owner, entries that no institution made or that were taken out, a second
    objection while one is open, and one without words.
    """
    if not policies.can_see_account(actor, entry.account):
        raise NotAllowed(_("내 학습계좌의 기록만 정정을 요청할 수 있습니다."))
    says = tidy(says)
    if not says or len(says) > MOST:
        message = _("무엇이 어떻게 다른지 1,000자까지 적어 주세요.")
        raise Invalid(message, fields={"says": message})
    if entry.organisation_id is None or entry.source == Entry.Source.LEARNER:
        raise Refused(_("직접 적은 기록은 바로 고치거나 지울 수 있습니다."), code="own_entry")
    if entry.voided_at is not None:
        raise Refused(_("이미 거둔 기록입니다."), code="voided")
    with transaction.atomic():
        try:
            with transaction.atomic():
                objection = EntryObjection.objects.create(
                    account=entry.account,
                    entry_id=entry.id,
                    organisation=Organisation.objects.get(pk=entry.organisation_id),
                    says=says,
                    raised_at=now,
                )
        except IntegrityError:
            raise Refused(
                _("이미 정정을 요청했습니다. 기관의 답을 기다려 주세요."), code="objection_open"
            ) from None
        audit.record(
            "records.object_to_entry", actor=actor, now=now, subject=objection, about=entry.account.person_id
        )
    return objection


def answer(
    *, account_id: UUID, objection_id: UUID, uphold: bool, words: str, actor: Person, now: datetime
) -> EntryObjection:
    """Answer an objection: take the entry out of the account (``uphold``) or keep it, with words either way.

    Refuses who may not hand in for the institution, an answer without words, and a second answer. A corrected
    completion is handed in anew. The entry that is taken out is the one that stands now.
    """
    words = tidy(words)
    with transaction.atomic():
        objection = (
            EntryObjection.objects.select_for_update(of=("self",))
            .select_related("organisation", "account__person")
            .get(account_id=account_id, id=objection_id)
        )
        if not can_hand_in(actor, objection.organisation, now=now):
            raise NotAllowed(_("이 기관의 강좌 담당자만 답할 수 있습니다."))
        if objection.state != State.OPEN:
            raise Refused(_("이미 답한 정정 요청입니다. 화면을 새로 고쳐 주세요."), code="objection_answered")
        if not words or len(words) > MOST:
            message = _("학습자에게 보낼 답을 1,000자까지 적어 주세요.")
            raise Invalid(message, fields={"words": message})
        objection.state = State.CORRECTED if uphold else State.KEPT
        objection.answer, objection.answered_at, objection.answered_by = words, now, actor
        objection.save(update_fields=["state", "answer", "answered_at", "answered_by"])
        if uphold:
            entry = Entry.objects.filter(account_id=account_id, id=objection.entry_id, voided_at=None).first()
            if entry is not None:
                services.void_entry(entry=entry, reason=words[:300], actor=None, now=now)
        audit.record(
            "records.answer_objection",
            actor=actor,
            now=now,
            subject=objection,
            about=objection.account.person_id,
            upheld=uphold,
        )
    return objection
