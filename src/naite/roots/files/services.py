"""Taking files in, opening and erasing them."""

import hashlib
import logging
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO, Protocol
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from naite.roots.errors import Invalid, Refused
from naite.roots.files import scanning
from naite.roots.files.kinds import ALL, BY_KEY, DOCUMENTS, Kind, Unfit, recognise
from naite.roots.files.models import StoredFile
from naite.roots.sealing import SealBroken
from naite.roots.text import tidy

log = logging.getLogger("naite.files")
FOLDER = "files"
ORPHAN_AGE = timedelta(days=1)
_LONGEST_NAME = 150


class FileGone(Refused):
    """The content was erased, or is locked away because a virus was found in it."""

    code = "file_gone"
    status = 410


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


def keep(
    stream: Readable,
    *,
    name: str,
    kinds: Collection[Kind] = DOCUMENTS,
    limit: int | None = None,
    purpose: str,
    now: datetime,
    keep_until: datetime | None = None,
) -> StoredFile:
    """Check a file by its content and keep it, byte for byte as it came.

    Refuses (``Invalid`` with code ``empty``, ``too_large``, ``not_taken``, ``mismatch``, ``infected`` or what
    ``kinds.recognise`` objects to) and then keeps nothing. ``limit`` is in bytes, ``UPLOAD_MAX_BYTES`` unless
    given. Not safe to repeat: each call makes a row; find the same content by ``same_content`` first. Content
    whose transaction does not commit is swept up a day later.
    """
    limit = settings.UPLOAD_MAX_BYTES if limit is None else limit
    content = stream.read(limit + 1)
    kind = check(content, name=name, kinds=kinds, limit=limit)
    verdict = scanning.scan(content)
    if verdict is not None and not verdict.is_clean:
        raise Invalid(
            _("바이러스가 든 파일입니다. 받지 않았습니다. 백신으로 기기를 검사해 주세요."), code="infected"
        )
    location = default_storage.save(_new_location(), ContentFile(content))
    return StoredFile.objects.create(
        name=clean_name(name, kind),
        kind=kind.key,
        media_type=kind.media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        purpose=purpose,
        location=location,
        kept_at=now,
        keep_until=keep_until,
        scan=StoredFile.Scan.CLEAN if verdict else StoredFile.Scan.UNSCANNED,
        scanned_at=now if verdict else None,
    )


def check(content: bytes, *, name: str, kinds: Collection[Kind], limit: int) -> Kind:
    """Return what the content is, or refuse it with a sentence that says what to do."""
    if not content:
        raise Invalid(_("빈 파일입니다. 다른 파일을 골라 주세요."), code="empty")
    if len(content) > limit:
        raise Invalid(
            _("파일이 너무 큽니다. %(most)s까지 올릴 수 있습니다.") % {"most": size_in_words(limit)},
            code="too_large",
        )
    try:
        kind = recognise(content)
    except Unfit as unfit:
        raise Invalid(unfit.message, code=unfit.code) from unfit
    claimed = _claimed(name)
    if kind is not None and claimed and kind not in claimed and not _both_pictures(kind, claimed):
        raise Invalid(
            _("이름은 %(ending)s 파일인데 내용은 %(kind)s입니다. 원본을 다시 저장해서 올려 주세요.")
            % {"ending": _ending(name), "kind": kind.label},
            code="mismatch",
        )
    if kind is None and claimed:
        raise Invalid(
            _("이름은 %(ending)s 파일인데 내용이 그렇지 않습니다. 원본을 다시 저장해서 올려 주세요.")
            % {"ending": _ending(name)},
            code="mismatch",
        )
    if kind is None or kind not in kinds or (not claimed and _ending(name) in _NEVER):
        raise Invalid(
            _("받지 않는 종류의 파일입니다. 올릴 수 있는 것: %(kinds)s") % {"kinds": kinds_in_words(kinds)},
            code="not_taken",
        )
    return kind


def open_file(stored: StoredFile) -> BinaryIO:
    """Open the content for reading; refuses (``FileGone``) what was erased, infected or must be scanned first."""
    if stored.erased_at is not None or not stored.location:
        raise FileGone(_("지운 파일입니다. 보관 기간이 지났거나 올린 사람이 지웠습니다."))
    if stored.scan == StoredFile.Scan.INFECTED:
        raise FileGone(_("바이러스가 발견되어 잠근 파일입니다."), code="infected")
    if stored.scan == StoredFile.Scan.UNSCANNED and scanning.configured():
        raise Refused(_("바이러스 검사를 기다리는 파일입니다. 잠시 뒤 다시 열어 주세요."), code="not_scanned")
    try:
        return default_storage.open(stored.location, "rb")  # type: ignore[return-value]
    except FileNotFoundError as error:
        raise FileGone(_("파일을 찾을 수 없습니다. 운영자에게 물어보세요.")) from error
    except SealBroken as error:
        log.error("file %s: %s", stored.pk, error)
        raise FileGone(_("파일이 손상되어 열 수 없습니다. 운영자에게 알려 주세요."), code="broken") from error


def erase(stored: StoredFile, *, now: datetime) -> None:
    """Destroy the content for good once the transaction commits; the row stays without it. Safe to repeat."""
    StoredFile.objects.filter(pk=stored.pk, erased_at=None).update(erased_at=now)
    stored.refresh_from_db(fields=["erased_at", "location"])
    transaction.on_commit(lambda: _destroy([stored.pk]))


def keep_them_until(*, ids: Collection[UUID], until: datetime | None) -> None:
    """Set when files are erased by themselves; None for never."""
    StoredFile.objects.filter(pk__in=list(ids), erased_at=None).update(keep_until=until)


def same_content(*, among: Iterable[UUID], sha256: str) -> StoredFile | None:
    """Return which of these files has this content, under whatever name, if it is still there."""
    return StoredFile.objects.filter(pk__in=list(among), sha256=sha256, erased_at=None).first()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def rescan(*, now: datetime, limit: int = 50) -> int:
    """Show unscanned files to the scanner; return how many it judged. Infected ones are locked away."""
    if not scanning.configured():
        return 0
    judged = 0
    waiting = StoredFile.objects.filter(scan=StoredFile.Scan.UNSCANNED, erased_at=None).order_by("kept_at")
    for stored in waiting[:limit]:
        try:
            with default_storage.open(stored.location, "rb") as file:
                verdict = scanning.scan(file.read())
        except (FileNotFoundError, SealBroken):
            continue
        if verdict is None:
            break  # the scanner is away; the others wait too
        StoredFile.objects.filter(pk=stored.pk).update(
            scan=StoredFile.Scan.CLEAN if verdict.is_clean else StoredFile.Scan.INFECTED,
            scanned_at=now,
            scan_detail=verdict.found,
        )
        judged += 1
    return judged


def erase_due(*, now: datetime, limit: int = 200) -> int:
    """Erase files whose time is over, and finish erasures that a crash interrupted; return how many."""
    over = StoredFile.objects.filter(keep_until__lte=now, erased_at=None).values_list("pk", flat=True)[:limit]
    StoredFile.objects.filter(pk__in=list(over)).update(erased_at=now)
    left = StoredFile.objects.filter(erased_at__isnull=False).exclude(location="")
    return _destroy(list(left.values_list("pk", flat=True)[:limit]))


def sweep_orphans(*, now: datetime, folder: str = "") -> int:
    """Delete contents without a row that are older than a day: their transactions never committed.

    Looks into one of the 256 folders at a time, another every minute, unless one is given.
    """
    gone = 0
    folder = f"{FOLDER}/{folder or format(int(now.timestamp() // 60) % 256, '02x')}"
    if default_storage.exists(folder):
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        known = set(StoredFile.objects.filter(location__in=names).values_list("location", flat=True))
        for name in names:
            if name not in known and default_storage.get_modified_time(name) < now - ORPHAN_AGE:
                default_storage.delete(name)
                gone += 1
    return gone


def clean_name(name: str, kind: Kind) -> str:
    """Return a name to show: no folders, no invisible marks, with an ending that is true."""
    base = PurePosixPath(PureWindowsPath(tidy(name)).name).name
    base = "".join(char for char in base if char.isprintable() and char not in '<>:"|?*').strip(". ")
    stem, ending = (base[: -len(e)], e) if (e := _ending(base)) else (base, "")
    if ending not in kind.endings:
        stem, ending = (stem if ending in _KNOWN_ENDINGS else base), kind.endings[0]
    return (stem.strip(". ") or "file")[: _LONGEST_NAME - len(ending)] + ending


def kinds_in_words(kinds: Collection[Kind]) -> str:
    """PDF, JPG 사진, PNG 사진."""
    return ", ".join(str(kind.label) for kind in ALL if kind in kinds)


def accept_of(kinds: Collection[Kind]) -> str:
    """The ``accept`` attribute of a file input for these kinds."""
    wanted = [kind for kind in ALL if kind in kinds]
    return ",".join([*(kind.media_type for kind in wanted), *(e for kind in wanted for e in kind.endings)])


def label_of(stored: StoredFile) -> str | Promise:
    return BY_KEY[stored.kind].label if stored.kind in BY_KEY else format_lazy("{}", stored.kind)


def size_in_words(size: int) -> str:
    """340 KB, 2.1 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024)):,} KB"
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MB"


_KNOWN_ENDINGS = frozenset(ending for kind in ALL for ending in kind.endings)
_NEVER = frozenset(
    ".exe .dll .scr .com .msi .bat .cmd .ps1 .vbs .js .hta .lnk .jar .apk .sh .html .htm".split()
)


def _ending(name: str) -> str:
    return PurePosixPath(name.strip().lower()).suffix


def _claimed(name: str) -> set[Kind]:
    return {kind for kind in ALL if _ending(name) in kind.endings}


def _both_pictures(kind: Kind, claimed: set[Kind]) -> bool:
    """Phones name pictures after what they were; a JPEG called .heic is a picture all the same."""
    return kind.family == "image" and all(each.family == "image" for each in claimed)


def _new_location() -> str:
    token = secrets.token_hex(20)
    return f"{FOLDER}/{token[:2]}/{token[2:]}"


def _destroy(ids: list[UUID]) -> int:
    rows = StoredFile.objects.filter(pk__in=ids, erased_at__isnull=False).exclude(location="")
    for stored in rows:
        default_storage.delete(stored.location)
        StoredFile.objects.filter(pk=stored.pk).update(location="")
    return len(rows)


def open_bytes(content: bytes) -> BytesIO:
    """A stream of bytes at hand, for ``keep``."""
    return BytesIO(content)
