"""Text that people type into cases, and the files that they add."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.utils.translation import gettext as _

from naite.branches.oversight import rules
from naite.roots.errors import Invalid
from naite.roots.files import EVIDENCE
from naite.roots.files import services as files
from naite.roots.files.models import StoredFile
from naite.roots.korean_ids import refuse_resident_number
from naite.roots.text import tidy


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    stream: BinaryIO
    name: str


def need(text: str, *, field: str, most: int, empty: str) -> str:
    """Return the text tidied; refuse none at all, and more than ``most`` letters."""
    kept = within(text, field=field, most=most)
    if not kept:
        raise Invalid(empty, code="empty", fields={field: empty})
    return kept


def within(text: str, *, field: str, most: int) -> str:
    """Return the text tidied, which may be empty; refuse more than ``most`` letters, and resident numbers."""
    kept = tidy(text)
    refuse_resident_number(kept, field=field)
    if len(kept) > most:
        told = _("%(most)d자까지 적을 수 있습니다. 지금 %(now)d자입니다. 줄여 주세요.") % {
            "most": most,
            "now": len(kept),
        }
        raise Invalid(told, code="too_long", fields={field: told})
    return kept


def keep_files(
    uploads: Sequence[Upload],
    *,
    there: Sequence[UUID],
    purpose: str,
    now: datetime,
    most: int = rules.MOST_FILES,
    field: str = "uploads",
) -> list[StoredFile]:
    """Keep files inside the caller's transaction; the same content again is passed over.

    Refuses more than ``most`` in all, and what is neither PDF, picture nor Hangul document by its content.
    """
    known = list(there)
    made: list[StoredFile] = []
    for upload in uploads:
        content = upload.stream.read(rules.FILE_LIMIT + 1)
        if files.same_content(among=known, sha256=files.digest(content)) is not None:
            continue
        if len(known) >= most:
            told = _("파일은 %(most)d개까지 붙일 수 있습니다.") % {"most": most}
            raise Invalid(told, code="too_many_files", fields={field: told})
        upload.stream.seek(0)
        try:
            stored = files.keep(
                upload.stream,
                name=upload.name,
                kinds=EVIDENCE,
                limit=rules.FILE_LIMIT,
                purpose=purpose,
                now=now,
            )
        except Invalid as refusal:
            told = f"{upload.name}: {refusal}"
            raise Invalid(told, code=refusal.code, fields={field: told}) from refusal
        known.append(stored.pk)
        made.append(stored)
    return made
