"""Writing, correcting, taking back and restoring own words; and section 1."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.people.models import Person
from naite.trunk.records import policies, services
from naite.trunk.records.confirmations import services as confirmations
from naite.trunk.records.evidence import services as evidence
from naite.trunk.records.models import Entry, LearningAccount, PersonalFacts, PrintChoice
from naite.trunk.records.rules import EntryDraft
from naite.trunk.records.sections import rules
from naite.trunk.records.sections.kinds import BY_KEY
from naite.trunk.records.sections.rules import Known, OwnWords

UNDO_DAYS = 30
Source = Entry.Source


class Doubtful(Refused):
    """Nothing is wrong for certain; ``doubts`` ask by code whether it is meant so."""

    code = "doubtful"

    def __init__(self, doubts: rules.Sentences) -> None:
        super().__init__(_("다시 볼 것이 있습니다. 맞으면 그대로 저장해 주세요."))
        self.doubts = doubts


class ChangedMeanwhile(Refused):
    """Another window was first; ``entry`` is what it left, None when it took the entry back."""

    code = "changed_meanwhile"

    def __init__(self, message: str | Promise, entry: Entry | None = None) -> None:
        super().__init__(message)
        self.entry = entry


@transaction.atomic
def write(
    *,
    account: LearningAccount,
    words: OwnWords,
    token: str,
    accept: Collection[str] = (),
    actor: Person | None,
    now: datetime,
) -> Entry:
    """Keep what a learner wrote as an entry of its kind's section, vouched for by nobody but themselves.

    Refuses anyone else, a closed account, faults (``Invalid``, with fields), a resident registration number in
    any text, and doubts that are not in ``accept`` (``Doubtful``). Safe to repeat with one ``token``.
    """
    if existing := _written(account, token):
        return existing
    _check(account, words, accept=accept, besides=None, now=now)
    return services.add_entry(_draft(account, words, token), actor=actor, now=now)


@transaction.atomic
def correct(
    *,
    entry: Entry,
    words: OwnWords,
    token: str,
    accept: Collection[str] = (),
    actor: Person | None,
    now: datetime,
) -> Entry:
    """Replace own words by better ones: the old entry is voided and stays as history, the new one names it.

    Evidence and switches for printing go along; an open question to an institution is withdrawn, and what an
    institution confirmed is own words again. Unchanged words change nothing. Refuses like ``write``, what the
    learner did not write, and an entry that another window has changed meanwhile (``ChangedMeanwhile``). Safe
    to repeat with one ``token``.
    """
    account = entry.account
    if existing := _written(account, token):
        return existing
    if entry.source != Source.LEARNER or not policies.can_void_entry(actor, entry, now=now):
        raise NotAllowed(_("직접 적은 기록만 고칠 수 있습니다."))
    entry.refresh_from_db()
    if entry.voided_at is not None:
        raise _changed(entry)
    if entry.kind == words.kind and _words_of(entry) == _normal(words):
        return entry
    _check(account, words, accept=accept, besides=entry, now=now)
    if not Entry.objects.filter(account_id=account.pk, id=entry.id, voided_at=None).update(
        voided_at=now, void_reason=_("고쳐 적음")
    ):
        entry.refresh_from_db()
        raise _changed(entry)
    made = services.add_entry(_draft(account, words, token, replaces=entry), actor=actor, now=now)
    Entry.objects.filter(account_id=account.pk, id=entry.id).update(replaced_by_id=made.id)
    confirmations.withdraw_for(entry=entry, actor=actor, now=now)
    evidence.move(entry=entry, to=made)
    PrintChoice.objects.filter(account_id=account.pk, scope=f"entry:{entry.id}").update(
        scope=f"entry:{made.id}"
    )
    audit.record(
        "records.correct_entry",
        actor=actor,
        now=now,
        subject=made,
        about=account.person_id,
        replaces=entry.id,
    )
    return made


@transaction.atomic
def take_back(*, entry: Entry, reason: str, actor: Person | None, now: datetime) -> Entry:
    """Void own words; for thirty days they can be restored, then their evidence is erased.

    Refuses like ``void_entry``. Safe to repeat.
    """
    if entry.voided_at is not None:
        return entry
    if fault := rules.resident_numbers({"reason": reason}):
        raise Invalid(fault["reason"], code="resident_number", fields=fault)
    services.void_entry(entry=entry, reason=reason, actor=actor, now=now)
    confirmations.withdraw_for(entry=entry, actor=actor, now=now)
    evidence.keep_until(entry=entry, until=now + timedelta(days=UNDO_DAYS))
    return entry


def can_restore(entry: Entry, *, now: datetime) -> bool:
    """Whether a voided entry was taken back by its learner lately, and not corrected."""
    return (
        entry.source == Source.LEARNER
        and entry.voided_at is not None
        and entry.replaced_by_id is None
        and now < entry.voided_at + timedelta(days=UNDO_DAYS)
    )


@transaction.atomic
def restore(*, entry: Entry, actor: Person | None, now: datetime) -> Entry:
    """Bring back own words that were taken back by mistake.

    Refuses anyone but the owner, a closed account, what was corrected instead, and after thirty days. Safe to
    repeat: a live entry stays as it is.
    """
    if entry.source != Source.LEARNER or not policies.can_void_entry(actor, entry, now=now):
        raise NotAllowed(_("직접 적은 기록만 되살릴 수 있습니다."))
    if entry.account.closed_at is not None:
        raise services.AccountClosed(_("닫은 학습계좌에는 기록을 넣을 수 없습니다."))
    entry.refresh_from_db()
    if entry.voided_at is None:
        return entry
    if not can_restore(entry, now=now):
        raise Refused(
            _("되살릴 수 있는 30일이 지났거나 고쳐 적은 기록입니다. 새로 적어 주세요."), code="too_late"
        )
    try:
        with transaction.atomic():
            Entry.objects.filter(account_id=entry.account_id, id=entry.id, voided_at=entry.voided_at).update(
                voided_at=None, void_reason=""
            )
    except IntegrityError:
        raise Refused(_("같은 기록이 이미 있습니다."), code="duplicate") from None
    entry.refresh_from_db()
    evidence.keep_until(entry=entry, until=None)
    audit.record("records.restore_entry", actor=actor, now=now, subject=entry, about=entry.account.person_id)
    return entry


@dataclass(frozen=True, kw_only=True)
class Personal:
    """인적사항 as typed."""

    address: str = ""
    workplace: str = ""
    no_workplace: bool = False
    phone: str = ""
    email: str = ""


def personal_of(account: LearningAccount) -> PersonalFacts | None:
    return PersonalFacts.objects.filter(account=account).first()


@transaction.atomic
def save_personal(
    *, account: LearningAccount, facts: Personal, version: int, actor: Person | None, now: datetime
) -> PersonalFacts:
    """Keep section 1, sealed. ``version`` is the one that the form showed, 0 for none.

    Refuses anyone but the owner, a closed account, faults (``Invalid``), and a form that is older than what is
    kept (``ChangedMeanwhile``), unless it says the same.
    """
    if not policies.can_write_entry(actor, account, Source.LEARNER, None, now=now):
        raise NotAllowed(_("인적사항은 학습계좌의 주인만 적을 수 있습니다."))
    if account.closed_at is not None:
        raise services.AccountClosed(_("닫은 학습계좌에는 기록을 넣을 수 없습니다."))
    values = {
        "address": tidy(facts.address),
        "workplace": tidy(facts.workplace),
        "no_workplace": facts.no_workplace,
        "phone": tidy(facts.phone),
        "email": tidy(facts.email),
    }
    if fields := rules.personal_faults(**values):  # type: ignore[arg-type]
        raise Invalid(_("적은 내용을 확인해 주세요."), code="personal_faults", fields=fields)
    LearningAccount.objects.select_for_update().get(pk=account.pk)
    kept = personal_of(account)
    if kept is not None and all(getattr(kept, name) == value for name, value in values.items()):
        return kept
    if (kept.version if kept else 0) != version:
        raise ChangedMeanwhile(
            _("그 사이 다른 창에서 인적사항을 고쳤습니다. 아래 ‘지금 내용’을 보고 다시 저장해 주세요.")
        )
    kept = kept or PersonalFacts(account=account, version=0)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.version += 1
    kept.changed_at = now
    kept.save()
    audit.record("records.save_personal", actor=actor, now=now, subject=account, about=account.person_id)
    return kept


def words_of(entry: Entry) -> OwnWords:
    """Return an entry as its form shows it, sealed facts opened."""
    return OwnWords(
        kind=entry.kind,
        title=entry.title,
        provider_name=entry.provider_name,
        started_on=entry.started_on,
        completed_on=entry.completed_on,
        hours=entry.hours,
        area=entry.area,
        note=entry.note,
        details={**entry.details, **entry.sealed_details},
    )


def _words_of(entry: Entry) -> OwnWords:
    return _normal(words_of(entry)) if entry.kind in BY_KEY else words_of(entry)


def _normal(words: OwnWords) -> OwnWords:
    """Words as they are kept, so that two of them can be compared."""
    plain, sealed = rules.split(BY_KEY[words.kind], words.details)
    return OwnWords(
        kind=words.kind,
        title=tidy(words.title),
        provider_name=tidy(words.provider_name),
        started_on=words.started_on,
        completed_on=words.completed_on,
        hours=words.hours,
        area=words.area,
        note=tidy(words.note),
        details={**plain, **sealed},
    )


def _check(
    account: LearningAccount,
    words: OwnWords,
    *,
    accept: Collection[str],
    besides: Entry | None,
    now: datetime,
) -> None:
    born = account.person.birth_date
    fields = rules.faults(words, today=timezone.localdate(now), born=born)
    if words.kind in BY_KEY:
        fields = {**services.draft_faults(_draft(account, words, "-"), now=now), **fields}
    if fields:
        code = "entry_faults"
        raise Invalid(_("적은 내용을 확인해 주세요."), code=code, fields=fields)
    others = Entry.objects.filter(account_id=account.pk, voided_at=None, section=BY_KEY[words.kind].section)
    known = [
        Known(*row)
        for row in others.values_list("id", "kind", "title", "started_on", "completed_on")
        if besides is None or row[0] != besides.id
    ]
    left = {
        code: text
        for code, text in rules.doubts(words, born=born, others=known).items()
        if code not in accept
    }
    if left:
        raise Doubtful(left)


def _draft(
    account: LearningAccount, words: OwnWords, token: str, *, replaces: Entry | None = None
) -> EntryDraft:
    kind = BY_KEY[words.kind]
    plain, sealed = rules.split(kind, words.details)
    return EntryDraft(
        account=account,
        source=Source.LEARNER,
        source_key=f"form:{token}",
        section=kind.section,
        kind=kind.key,
        title=tidy(words.title),
        provider_name=tidy(words.provider_name),
        started_on=words.started_on,
        completed_on=words.completed_on,
        hours=words.hours,
        area=words.area,
        note=tidy(words.note),
        details=plain,
        sealed_details=sealed,
        replaces_id=replaces.id if replaces else None,
    )


def _written(account: LearningAccount, token: str) -> Entry | None:
    return Entry.objects.filter(
        account_id=account.pk, source=Source.LEARNER, source_key=f"form:{token}", voided_at=None
    ).first()


def _changed(entry: Entry) -> ChangedMeanwhile:
    if entry.replaced_by_id is None:
        return ChangedMeanwhile(_("그 사이 다른 창에서 이 기록을 지웠습니다. 되살리거나 새로 적어 주세요."))
    newer = Entry.objects.filter(account_id=entry.account_id, id=entry.replaced_by_id).first()
    while newer is not None and newer.replaced_by_id is not None:
        newer = Entry.objects.filter(account_id=entry.account_id, id=newer.replaced_by_id).first()
    return ChangedMeanwhile(
        _("그 사이 다른 창에서 이 기록을 고쳤습니다. 바뀐 기록을 보고 다시 고쳐 주세요."), newer
    )
