"""Files of questions and answers: taken in, shown to whom they concern, erased with their draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.counselling import policies
from naite.branches.counselling.models import Attachment, Message, Question
from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files import EVIDENCE
from naite.roots.files import services as files
from naite.roots.files.models import StoredFile
from naite.trunk.people.models import Person

MOST = 5
LIMIT = 10 * 1024 * 1024
PURPOSE = "counselling.attachment"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    stream: BinaryIO
    name: str


def add(
    *, question: Question, message: Message | None, uploads: Sequence[Upload], actor: Person, now: datetime
) -> list[Attachment]:
    """Keep files of a question or of one of its messages, inside the caller's transaction.

    Called by services that have checked the actor. Refuses more than five in all, and what is neither PDF,
    picture nor Hangul document by its content; the same file again is passed over.
    """
    there = list(
        Attachment.objects.filter(question=question, message=message).values_list("file_id", flat=True)
    )
    made = []
    for upload in uploads:
        content = upload.stream.read(LIMIT + 1)
        if files.same_content(among=there, sha256=files.digest(content)) is not None:
            continue
        if len(there) >= MOST:
            told = _("파일은 %(most)d개까지 붙일 수 있습니다.") % {"most": MOST}
            raise Invalid(told, code="too_many_files", fields={"uploads": told})
        upload.stream.seek(0)
        stored = _keep(upload, now=now)
        there.append(stored.pk)
        made.append(
            Attachment.objects.create(
                question=question, message=message, file=stored, added_by=actor, added_at=now
            )
        )
    if made:
        audit.record(
            "counselling.attach",
            actor=actor,
            now=now,
            subject=question,
            about=question.person_id,
            count=len(made),
        )
    return made


def _keep(upload: Upload, *, now: datetime) -> StoredFile:
    try:
        return files.keep(
            upload.stream, name=upload.name, kinds=EVIDENCE, limit=LIMIT, purpose=PURPOSE, now=now
        )
    except Invalid as refusal:
        told = f"{upload.name}: {refusal}"
        raise Invalid(told, code=refusal.code, fields={"uploads": told}) from refusal


@transaction.atomic
def attach(
    *, question: Question, uploads: Sequence[Upload], actor: Person, now: datetime
) -> list[Attachment]:
    """Put files to a draft of a question; refuses anybody but its writer, and what was sent already."""
    row = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if actor.pk not in (row.person_id, row.entered_by_id) or not actor.is_active:
        raise NotAllowed(_("이 상담을 적은 사람만 고칠 수 있습니다."))
    if row.state != Question.State.DRAFT:
        raise Refused(_("이미 보낸 상담은 고칠 수 없습니다. 덧붙이는 말로 적어 주세요."), code="not_a_draft")
    return add(question=row, message=None, uploads=uploads, actor=actor, now=now)


@transaction.atomic
def remove(*, attachment: Attachment, actor: Person, now: datetime) -> None:
    """Take a file away from a draft and erase it."""
    row = Question.objects.select_for_update(of=("self",)).get(pk=attachment.question_id)
    if actor.pk not in (row.person_id, row.entered_by_id) or row.state != Question.State.DRAFT:
        raise NotAllowed(_("보내기 전에 적은 사람만 파일을 뺄 수 있습니다."))
    audit.record("counselling.remove_file", actor=actor, now=now, subject=row, about=row.person_id)
    stored = attachment.file
    attachment.delete()
    files.erase(stored, now=now)


def erase_all(*, question: Question, now: datetime) -> None:
    """Erase the files of a question that is thrown away, inside the caller's transaction."""
    for attachment in Attachment.objects.filter(question=question).select_related("file"):
        stored = attachment.file
        attachment.delete()
        files.erase(stored, now=now)


def find(attachment_id: UUID) -> Attachment | None:
    return (
        Attachment.objects.filter(pk=attachment_id)
        .select_related("file", "message", "question__office", "question__person")
        .first()
    )


def look(*, attachment: Attachment, actor: Person, now: datetime) -> StoredFile:
    """Return the file to its asker, or to the office in charge, whose look is recorded; refuses the rest."""
    question = attachment.question
    if policies.is_asker(actor, question):
        hidden = attachment.message is not None and (
            attachment.message.kind == Message.Kind.NOTE or attachment.message.sent_at is None
        )
        if not hidden:
            return attachment.file
    elif policies.can_handle(actor, question, now=now):
        audit.record(
            "counselling.view_file", actor=actor, now=now, subject=attachment, about=question.person_id
        )
        return attachment.file
    raise NotAllowed(_("이 파일을 볼 수 없습니다."))
