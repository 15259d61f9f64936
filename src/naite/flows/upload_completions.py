"""Institutions' completions on their way into the accounts: read, applied, told, taken back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from naite.flows.award import revoke_badges_of_entry
from naite.roots.korean import josa
from naite.roots.notices import services as notices
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models import CompletionUpload, EntryObjection, LearningAccount, UploadRow
from naite.trunk.records.uploads import applying, claims, objections, queries, reading, undoing

State = CompletionUpload.State
# Files up to this size are read within the request; larger ones by a task.
SMALL = 200_000
_TOLD_AT_ONCE = 500


def receive(
    *,
    organisation: Organisation,
    content: bytes,
    file_name: str,
    actor: Person | None,
    now: datetime,
    channel: str = CompletionUpload.Channel.PAGE,
) -> CompletionUpload:
    """Take in a file (``reading.receive``); a small one is read at once, a large one in the background."""
    with transaction.atomic():
        upload = reading.receive(
            organisation=organisation,
            content=content,
            file_name=file_name,
            actor=actor,
            now=now,
            channel=channel,
        )
        if len(content) > SMALL:
            read_completions.enqueue(upload_id=str(upload.pk))
        else:
            for done in reading.read_next(upload_id=upload.pk, now=now):
                upload = done
    return upload


def hand_in(
    *,
    organisation: Organisation,
    rows: Sequence[list[str]],
    name: str,
    sha256_of: bytes,
    actor: Person | None,
    now: datetime,
) -> CompletionUpload:
    """Take rows from a program and apply the good ones, in one transaction; rows are numbered from 1.

    Refuses who may not hand in, and while a file of the institution is being applied. Rows that are there
    already stay as they are, so sending them again does no harm.
    """
    with transaction.atomic():
        upload = reading.receive_rows(
            organisation=organisation,
            rows=list(enumerate(rows, start=1)),
            name=name,
            sha256_of=sha256_of,
            actor=actor,
            now=now,
        )
        if upload.new_count + upload.waiting_count:
            upload = applying.start(upload_id=upload.pk, actor=actor, now=now)
        else:
            upload = applying.close(upload_id=upload.pk, now=now)
        for done in finish(upload_id=upload.pk, now=now):
            upload = done
    return upload


def apply(*, upload_id: UUID, actor: Person | None, now: datetime) -> CompletionUpload:
    """Apply an upload (``applying.start``): a small one in one transaction, a large one in the background.

    The task commits with the start, so an upload that is being applied always has somebody to finish it.
    """
    with transaction.atomic():
        upload = applying.start(upload_id=upload_id, actor=actor, now=now)
        if upload.state == State.APPLYING and upload.done_rows == 0:
            if upload.row_count > applying.AT_ONCE:
                apply_completions.enqueue(upload_id=str(upload.pk))
            else:
                for done in finish(upload_id=upload.pk, now=now):
                    upload = done
    return upload


def undo(*, upload_id: UUID, reason: str, actor: Person | None, now: datetime) -> CompletionUpload:
    """Take an upload back (``undoing.undo``): a small one in one transaction, a large one in the background."""
    with transaction.atomic():
        upload = undoing.undo(upload_id=upload_id, reason=reason, actor=actor, now=now)
        if upload.state == State.UNDOING and upload.done_rows == 0:
            if upload.row_count > applying.AT_ONCE:
                undo_completions.enqueue(upload_id=str(upload.pk))
            else:
                for done in finish_undo(upload_id=upload.pk, now=now):
                    upload = done
    return upload


def finish(*, upload_id: UUID, now: datetime) -> Iterator[CompletionUpload]:
    """Apply what is left and tell the learners, yielding the upload after each chunk. Safe to kill and repeat."""
    yield from applying.apply_next(upload_id=upload_id, now=now)
    upload = CompletionUpload.objects.select_related("organisation").get(pk=upload_id)
    if upload.state == State.APPLIED:
        _tell_all(upload, UploadRow.Outcome.ADDED, now)
        yield upload


def finish_undo(*, upload_id: UUID, now: datetime) -> Iterator[CompletionUpload]:
    """Take back what is left, with the badges that hang on it, and tell the learners. Safe to kill and repeat."""
    for upload, voided in undoing.undo_next(upload_id=upload_id, now=now):
        for entry in voided:
            revoke_badges_of_entry(
                account_id=entry.account_id,
                entry_id=entry.id,
                reason=upload.undo_reason,
                actor=None,
                now=now,
            )
        yield upload
    upload = CompletionUpload.objects.select_related("organisation").get(pk=upload_id)
    if upload.state == State.UNDONE:
        _tell_all(upload, UploadRow.Outcome.UNDONE, now)
        yield upload


@task()
def read_completions(upload_id: str) -> int:
    """Background task of ``reading.read_next``; returns how many rows there are."""
    count = 0
    for upload in reading.read_next(upload_id=UUID(upload_id), now=timezone.now()):
        count = upload.row_count
    return count


@task()
def apply_completions(upload_id: str) -> int:
    """Background task of ``finish``; returns how many rows are done."""
    done = 0
    for upload in finish(upload_id=UUID(upload_id), now=timezone.now()):
        done = upload.done_rows
    return done


@task()
def undo_completions(upload_id: str) -> int:
    """Background task of ``finish_undo``; returns how many entries were taken back."""
    done = 0
    for upload in finish_undo(upload_id=UUID(upload_id), now=timezone.now()):
        done = upload.undone_count
    return done


@task()
def gather_completions(account_id: str) -> int:
    """Enter what waited for the person of an account that was opened; returns how many entries came of it."""
    account = LearningAccount.objects.select_related("person").get(pk=UUID(account_id))
    return claims.gather(account=account, now=timezone.now())


def answer_objection(
    *, account_id: UUID, objection_id: UUID, uphold: bool, words: str, actor: Person, now: datetime
) -> EntryObjection:
    """Answer a learner's objection; an entry that is taken out loses its badges, and the learner is told."""
    with transaction.atomic():
        objection = objections.answer(
            account_id=account_id, objection_id=objection_id, uphold=uphold, words=words, actor=actor, now=now
        )
        if uphold:
            revoke_badges_of_entry(
                account_id=account_id, entry_id=objection.entry_id, reason=words[:300], actor=None, now=now
            )
        person = objection.account.person
        if person.email:
            notices.send(
                address=person.email,
                person_id=person.pk,
                subject=_("정정 요청에 %(organisation)s 답했습니다")
                % {"organisation": josa(objection.organisation.name, "이/가")},
                body=_("%(name)s 님, 안녕하세요.\n\n결과: %(state)s\n답: %(words)s\n\n%(url)s\n")
                % {
                    "name": person.name,
                    "state": objection.get_state_display(),
                    "words": objection.answer,
                    "url": f"{settings.BASE_URL}/my/",
                },
                now=now,
                dedupe_key=f"objection:{objection.id}",
            )
    return objection


def _tell_all(upload: CompletionUpload, outcome: str, now: datetime) -> None:
    """Send one notice to each learner whose account changed, some hundred at a time; nobody is told twice."""
    while True:
        counted = queries.counts_by_account(
            upload, outcome=outcome, after=upload.told_after, limit=_TOLD_AT_ONCE
        )
        if not counted:
            return
        people = {
            account.pk: account.person
            for account in LearningAccount.objects.filter(pk__in=dict(counted)).select_related("person")
        }
        with transaction.atomic():
            for account_id, count in counted:
                _tell(upload, outcome, people[account_id], count, now)
            upload.told_after = counted[-1][0]
            CompletionUpload.objects.filter(pk=upload.pk).update(told_after=upload.told_after)


def _tell(upload: CompletionUpload, outcome: str, person: Person, count: int, now: datetime) -> None:
    if not person.email:
        return
    said = {
        "name": person.name,
        "organisation": upload.organisation.name,
        "with_particle": josa(upload.organisation.name, "이/가"),
        "count": count,
        "reason": upload.undo_reason,
        "url": f"{settings.BASE_URL}/my/",
    }
    if outcome == UploadRow.Outcome.ADDED:
        subject = _("%(with_particle)s 이수실적 %(count)s건을 올렸습니다") % said
        body = (
            _(
                "%(name)s 님, 안녕하세요.\n\n"
                "%(with_particle)s 이수실적 %(count)s건을 나의 학습계좌에 올렸습니다.\n"
                "사실과 다르면 그 기록에서 정정을 요청할 수 있습니다.\n\n%(url)s\n"
            )
            % said
        )
    else:
        subject = _("%(with_particle)s 올린 이수실적 %(count)s건을 거두었습니다") % said
        body = (
            _(
                "%(name)s 님, 안녕하세요.\n\n"
                "%(with_particle)s 올린 이수실적 %(count)s건을 거두었습니다.\n까닭: %(reason)s\n\n%(url)s\n"
            )
            % said
        )
    notices.send(
        address=person.email,
        person_id=person.pk,
        subject=subject[:200],
        body=body,
        now=now,
        dedupe_key=f"completions:{upload.pk}:{outcome}:{person.pk}",
    )
