"""Attaching papers to own words, and taking them off."""

from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files import EVIDENCE
from naite.roots.files import services as files
from naite.trunk.people.models import Person
from naite.trunk.records import policies
from naite.trunk.records.evidence import queries
from naite.trunk.records.models import Entry, Evidence, LearningAccount

MOST_FILES = 10
MOST_BYTES = 20 * 1024 * 1024
PURPOSE = "records.evidence"


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class SameFile(Refused):
    """The content is attached already, under whatever name."""

    code = "same_file"


@transaction.atomic
def attach(*, entry: Entry, stream: Readable, name: str, actor: Person | None, now: datetime) -> Evidence:
    """Attach a file to own words.

    Refuses anyone but the owner, what is not own words or is voided, more than ten files, a file that is
    attached to the entry already (``SameFile``, also under another name), and what ``files.keep`` refuses. A
    file that another entry of the account has is kept once and shown at both.
    """
    if entry.source != Entry.Source.LEARNER or not policies.can_void_entry(actor, entry, now=now):
        raise NotAllowed(_("직접 적은 기록에만 증빙을 붙일 수 있습니다."))
    # Two uploads of one person take turns, so that neither the count nor the digest is passed by.
    LearningAccount.objects.select_for_update().get(pk=entry.account_id)
    entry.refresh_from_db(fields=["voided_at"])
    if entry.voided_at is not None:
        raise Refused(_("지운 기록에는 증빙을 붙일 수 없습니다."), code="voided")
    content = stream.read(MOST_BYTES + 1)
    files.check(content, name=name, kinds=EVIDENCE, limit=MOST_BYTES)
    live = list(queries.evidence_of(entry))
    digest = files.digest(content)
    for each in live:
        if each.file.sha256 == digest:
            raise SameFile(_("이미 붙인 파일입니다. 내용이 같은 파일: %(name)s") % {"name": each.file.name})
    if len(live) >= MOST_FILES:
        raise Invalid(_("기록 하나에 열 개까지 붙일 수 있습니다."), code="too_many")
    elsewhere = queries.live_evidence(entry.account).values_list("file_id", flat=True)
    stored = files.same_content(among=elsewhere, sha256=digest) or files.keep(
        files.open_bytes(content), name=name, kinds=EVIDENCE, limit=MOST_BYTES, purpose=PURPOSE, now=now
    )
    made = Evidence.objects.create(account_id=entry.account_id, entry_id=entry.id, file=stored, added_at=now)
    _audit("records.attach_evidence", made, entry, actor, now)
    return made


@transaction.atomic
def remove(*, evidence: Evidence, entry: Entry, actor: Person | None, now: datetime) -> None:
    """Take a file off an entry and erase it, unless another entry shows it too. Safe to repeat."""
    if not policies.can_void_entry(actor, entry, now=now) or evidence.entry_id != entry.id:
        raise NotAllowed(_("이 증빙을 뗄 권한이 없습니다."))
    if not Evidence.objects.filter(account_id=evidence.account_id, id=evidence.id, removed_at=None).update(
        removed_at=now
    ):
        return
    _audit("records.remove_evidence", evidence, entry, actor, now)
    shown = Evidence.objects.filter(account_id=evidence.account_id, file_id=evidence.file_id, removed_at=None)
    if not shown.exists():
        files.erase(evidence.file, now=now)


def move(*, entry: Entry, to: Entry) -> None:
    """Let the files of a corrected entry follow to the one in its place."""
    Evidence.objects.filter(account_id=entry.account_id, entry_id=entry.id, removed_at=None).update(
        entry_id=to.id
    )


def keep_until(*, entry: Entry, until: datetime | None) -> None:
    """Set when the files of a voided entry are erased; None when it lives again."""
    mine = Evidence.objects.filter(account_id=entry.account_id, entry_id=entry.id, removed_at=None)
    shared = Evidence.objects.filter(account_id=entry.account_id, removed_at=None).exclude(entry_id=entry.id)
    ids = set(mine.values_list("file_id", flat=True)) - set(shared.values_list("file_id", flat=True))
    files.keep_them_until(ids=ids, until=until)


def _audit(action: str, made: Evidence, entry: Entry, actor: Person | None, now: datetime) -> None:
    audit.record(action, actor=actor, now=now, subject=made, about=entry.account.person_id, entry=entry.id)
