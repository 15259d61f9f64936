"""Files that an application rests on."""

import hashlib
from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files import services as files
from naite.roots.text import tidy
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications import access
from naite.trunk.recognition.models import Application, ApplicationItem, CriteriaItem, Evidence

MOST_FILES = 100
State = Application.State


def counts(application: Application) -> Counter[UUID]:
    """Return how many files lie under each item."""
    return Counter(
        item_id
        for item_id in application.evidence.filter(removed_at=None).values_list("item_id", flat=True)
        if item_id is not None
    )


def digests(application: Application) -> list[str]:
    """Return the SHA-256 of every file, in a fixed order."""
    rows = application.evidence.filter(removed_at=None).order_by("id")
    return list(rows.values_list("file__sha256", flat=True))


def digest_of(hashes: list[str]) -> str:
    """Return one hash over all files, for the history."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


@transaction.atomic
def add(
    *,
    application: Application,
    item: CriteriaItem | None,
    stream: files.Readable,
    name: str,
    title: str = "",
    actor: Person,
    now: datetime,
) -> Evidence:
    """Keep a file under an item. Refuses what ``roots.files`` refuses (empty, executable, another kind than its
    name says, infected), the same file twice under one item, and a hundred and first file."""
    row = _writable(application, item, actor, now)
    here = Evidence.objects.filter(application=row, removed_at=None)
    if here.count() >= MOST_FILES:
        raise Refused(_("증빙은 한 신청에 %(most)s개까지입니다.") % {"most": MOST_FILES}, code="too_many")
    stored = files.keep(stream, name=name, purpose="recognition_evidence", now=now)
    if here.filter(item=item, file__sha256=stored.sha256).exists():
        raise Invalid(_("같은 파일이 이 항목에 이미 있습니다."), code="same_file")
    made = Evidence.objects.create(
        application=row,
        item=item,
        file=stored,
        title=" ".join(tidy(title).split())[:150] or stored.name,
        added_by=actor,
        added_at=now,
    )
    audit.record("recognition.add_evidence", actor=actor, now=now, subject=made, sha256=stored.sha256)
    return made


@transaction.atomic
def remove(*, evidence: Evidence, actor: Person, now: datetime) -> None:
    """Take a file out. In a draft it is erased when no other application uses it; what was handed in once stays
    kept for the history. Safe to repeat."""
    row = _writable(evidence.application, evidence.item, actor, now)
    if Evidence.objects.filter(pk=evidence.pk, removed_at=None).update(removed_at=now):
        audit.record("recognition.remove_evidence", actor=actor, now=now, subject=evidence)
        used = Evidence.objects.filter(file=evidence.file_id).exclude(pk=evidence.pk).exists()
        if row.state == State.DRAFT and not used:
            files.erase(evidence.file, now=now)


def may_open(person: Person, evidence: Evidence, *, now: datetime) -> bool:
    """Whether somebody may open a file: its institution, and the offices that may see the application."""
    return access.can_see(person, evidence.application, now=now)


def _writable(
    application: Application, item: CriteriaItem | None, actor: Person, now: datetime
) -> Application:
    row = (
        Application.objects.select_for_update(of=("self",))
        .select_related("round", "organisation")
        .get(pk=application.pk)
    )
    if not access.can_apply(actor, row.organisation, now=now):
        raise NotAllowed(_("이 기관의 과정을 운영하는 담당자만 증빙을 다룹니다."))
    if row.state == State.DRAFT:
        if now >= row.round.closes_at:
            raise Refused(_("신청을 마감한 차수입니다."), code="closed")
    elif row.state == State.SUPPLEMENT:
        if row.due_on is not None and day_of(now) > row.due_on:
            raise Refused(
                _("보완 기한이 지났습니다. 담당 기관에 기한을 늘려 달라고 하세요."), code="too_late"
            )
        lacking = row.items.filter(item=item, check_state=ApplicationItem.Check.LACKING)
        if item is None or not lacking.exists():
            raise Refused(_("보완을 요구받은 항목의 증빙만 바꿀 수 있습니다."), code="not_demanded")
    else:
        raise Refused(_("낸 신청의 증빙은 바꿀 수 없습니다."), code="handed_in")
    if item is not None and not row.items.filter(item=item).exists():
        raise Invalid(_("이 차수의 기준에 없는 항목입니다."), code="unknown_item")
    return row
