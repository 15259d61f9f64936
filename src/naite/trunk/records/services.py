"""Opening an account, adding entries and voiding them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition import queries as recognition
from naite.trunk.records import policies, rules
from naite.trunk.records.applications import policies as apply
from naite.trunk.records.applications import queries as applications
from naite.trunk.records.models import Entry, LearningAccount
from naite.trunk.records.rules import EntryDraft

__all__ = ["AccountClosed", "EntryDraft", "add_entry", "draft_faults", "open_account", "void_entry"]


class AccountClosed(Refused):
    """The account was closed; nothing is written into it."""

    code = "account_closed"


@transaction.atomic
def open_account(*, person: Person, actor: Person | None, now: datetime) -> LearningAccount:
    """Open a person's learning account (평생교육법 제23조).

    Refuses anyone but the person, a person who closed an account before, and, where an application is needed
    (``applications``), people who open it themselves without an approved one; a desk opens on paper. Safe to
    repeat, also at once: the second call returns the open account.
    """
    if not policies.can_open_account(actor, person, now=now):
        raise NotAllowed(_("학습계좌는 본인만 열 수 있습니다."))
    if (
        applications.step_needed()
        and apply.can_apply(actor, person, now=now)
        and not applications.approved(person)
        and not LearningAccount.objects.filter(person=person).exists()
    ):
        raise Refused(_("학습계좌를 먼저 신청해 주세요."), code="application_needed")
    account, created = LearningAccount.objects.get_or_create(person=person, defaults={"opened_at": now})
    if account.closed_at is not None:
        raise AccountClosed(_("닫은 학습계좌가 있습니다. ‘내 계좌 관리’에서 다시 열 수 있습니다."))
    if created:
        audit.record("records.open_account", actor=actor, now=now, subject=account, about=person.pk)
    return account


@transaction.atomic
def add_entry(draft: EntryDraft, *, actor: Person | None, now: datetime) -> Entry:
    """Keep one thing learned as an immutable entry.

    A recognised course goes to section 4 with its recognition, everything else to section 5 unless a learner
    chose the section (평생교육법 시행규칙 제4조). Refuses who may not write it, a closed account and drafts
    with faults (``Invalid`` with a sentence for each field). Safe to repeat, also at once: a second draft
    from the same source returns the first entry unchanged; a correction voids it first.
    """
    account = draft.account
    if not policies.can_write_entry(actor, account, draft.source, draft.organisation_id, now=now):
        raise NotAllowed(_("이 학습계좌에 기록을 넣을 권한이 없습니다."))
    if account.closed_at is not None:
        raise AccountClosed(_("닫은 학습계좌에는 기록을 넣을 수 없습니다."))
    if fields := draft_faults(draft, now=now):
        raise Invalid(_("적은 내용을 확인해 주세요."), code="entry_faults", fields=fields)
    if existing := _live(draft):
        return existing
    found = (
        recognition.covering(course_id=draft.course_id, run_id=draft.run_id, on=draft.completed_on)
        if draft.course_id and draft.source != Entry.Source.LEARNER
        else None
    )
    try:
        with transaction.atomic():
            entry = Entry.objects.create(
                account=account,
                section=rules.section_of(draft, recognised=found is not None),
                title=draft.title.strip(),
                provider_name=draft.provider_name.strip(),
                organisation_id=draft.organisation_id,
                course_id=draft.course_id,
                course_version_id=draft.course_version_id,
                run_id=draft.run_id,
                area=draft.area,
                sub_area=draft.sub_area,
                category=draft.category,
                hours=draft.hours,
                score=draft.score,
                started_on=draft.started_on,
                completed_on=draft.completed_on,
                provenance=rules.provenance_of(draft.source),
                recognition_id=found.pk if found else None,
                recognition_number=found.number if found else "",
                source=draft.source,
                source_key=draft.source_key,
                kind=draft.kind,
                details=dict(draft.details),
                sealed_details=dict(draft.sealed_details),
                replaces_id=draft.replaces_id,
                note=draft.note.strip(),
                added_at=now,
            )
    except IntegrityError:
        # Somebody else added it between our look and our write.
        rival = _live(draft)
        if rival is None:
            raise
        return rival
    audit.record(
        "records.add_entry",
        actor=actor,
        now=now,
        subject=entry,
        about=account.person_id,
        section=int(entry.section),
        source=entry.source,
    )
    return entry


def draft_faults(draft: EntryDraft, *, now: datetime) -> dict[str, str | Promise]:
    """Return a sentence for each field of a draft that cannot be kept as it is."""
    return rules.faults(draft, today=timezone.localdate(now))


@transaction.atomic
def void_entry(*, entry: Entry, reason: str, actor: Person | None, now: datetime) -> Entry:
    """Take an entry out of the account because its source was corrected; the row and the reason stay.

    Refuses who may not have written it, and an empty reason. Safe to repeat: the first reason stays.
    """
    if not policies.can_void_entry(actor, entry, now=now):
        raise NotAllowed(_("이 기록을 거둘 권한이 없습니다."))
    reason = reason.strip()
    if not reason:
        raise Invalid(_("거두는 까닭을 적어 주세요."), fields={"reason": _("거두는 까닭을 적어 주세요.")})
    changed = Entry.objects.filter(account_id=entry.account_id, id=entry.id, voided_at=None).update(
        voided_at=now, void_reason=reason[:300]
    )
    entry.refresh_from_db()
    if changed:
        audit.record(
            "records.void_entry",
            actor=actor,
            now=now,
            subject=entry,
            about=entry.account.person_id,
            reason=reason[:300],
        )
    return entry


def _live(draft: EntryDraft) -> Entry | None:
    return Entry.objects.filter(
        account_id=draft.account.pk, source=draft.source, source_key=draft.source_key, voided_at=None
    ).first()
