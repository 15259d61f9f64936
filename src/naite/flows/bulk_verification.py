"""Many badges at once, for those who hire: files, archives and links in, one row each and a signed receipt out.

Nothing is stored. The receipt carries the whole result and is signed with the key of the public log, so the
table can be made from it again later and by others.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _

from credcore.checkpoint import open_note
from credcore.errors import CredentialError
from naite.flows import verification
from naite.flows.verification import Verification, explain
from naite.roots import limits
from naite.roots.errors import Invalid
from naite.roots.fetching import FetchFailed, FetchRefused, GuardedClient
from naite.roots.ledger import queries as ledger_queries
from naite.roots.ledger import services as ledger
from naite.trunk.badges.issuers import IssuerList

MOST = 1000
LARGEST_ALL = 60 * 1024 * 1024
# Addresses elsewhere that one request may ask, all badges together, and how long that may take.
FETCHES, SECONDS = 60, 25
ASKS, ASKS_SECONDS = 10, 600
_RECEIPT = "naite-receipt-1"
_LONGEST_RECEIPT = 3_000_000


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to check: a name people know it by, and its bytes or why they could not be had."""

    name: str
    data: bytes = b""
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The result for one item. ``outcome`` is valid, invalid or unknown."""

    name: str
    sha256: str
    outcome: str
    verdict: str
    says: str
    title: str = ""
    issuer: str = ""
    issued_on: str = ""
    ends_on: str = ""
    recognised: bool = False
    twice: bool = False
    listed: str = ""
    listed_says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """All rows, when they were checked, and the receipt as signed text."""

    rows: tuple[Row, ...]
    checked_at: datetime
    receipt: str

    def count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)


def admit(*, who: str, size: int, now: datetime) -> None:
    """Refuse who asks too often, and more than one request may bring, before it is read."""
    if not limits.allowed("verify-many", who, most=ASKS, seconds=ASKS_SECONDS, now=now):
        raise verification.TooOften(_("잠깐 사이에 너무 많이 확인했습니다. 10분 뒤에 다시 해 주세요."))
    if size > LARGEST_ALL:
        raise _too_much()


def items_of(
    *, files: Iterable[tuple[str, bytes]], links: str, own_link: Callable[[str], bytes | None]
) -> list[Item]:
    """Take files apart (archives hold many) and follow links; refuses nothing at all and more than ``MOST``.

    ``own_link`` answers for links to badges that are shared here; links elsewhere are fetched by the guarded
    client. What cannot be had becomes a row that says so.
    """
    found = [item for name, data in files for item in _unpacked(name, data)]
    wanted = [line.strip() for line in links.splitlines() if line.strip()]
    if not found and not wanted:
        message = _(
            "확인할 배지를 넣어 주세요. 파일이나 압축 파일을 고르거나 링크를 한 줄에 하나씩 적으면 됩니다."
        )
        raise Invalid(message, code="nothing_given", fields={"files": message})
    if len(found) + len(wanted) > MOST:
        message = _("한 번에 %(most)s개까지 확인할 수 있습니다. 나누어서 올려 주세요.") % {
            "most": f"{MOST:,}"
        }
        raise Invalid(message, code="too_many", fields={"files": message})
    client = GuardedClient(largest=verification.LARGEST)
    fetched = 0
    for link in wanted:
        mine = own_link(link)
        if mine is not None:
            found.append(Item(link, mine))
        elif fetched < FETCHES:
            fetched += 1
            found.append(_fetched(link, client))
        else:
            found.append(
                Item(
                    link, trouble=_("다른 곳의 링크는 한 번에 %(most)s개까지 확인합니다.") % {"most": FETCHES}
                )
            )
    return found


def check(items: list[Item], *, now: datetime, clock: Callable[[], float]) -> Checked:
    """Verify every item and sign the result.

    Each address elsewhere is asked once and all of them within ``SECONDS`` by ``clock``; what is not known by
    then is unknown, never valid. The same file twice is said to be the same.
    """
    issuers = IssuerList(now)
    resolvers = verification.resolvers(
        issuers=issuers, fetches=FETCHES, deadline=clock() + SECONDS, clock=clock
    )
    given = [item for item in items if item.data]
    reports = iter(verification.verify_many([item.data for item in given], resolvers=resolvers, now=now))
    rows: list[Row] = []
    seen: set[str] = set()
    for item in items:
        if not item.data:
            rows.append(
                Row(name=item.name, sha256="", outcome="unknown", verdict="unknown", says=item.trouble)
            )
            continue
        row = _row(item, explain(next(reports), checked_at=now, issuers=issuers), seen)
        seen.add(row.sha256)
        rows.append(row)
    return Checked(rows=tuple(rows), checked_at=now, receipt=_receipt(rows, now))


def read_receipt(text: str) -> Checked:
    """Return what a receipt says; refuses one that this installation did not sign or that was changed."""
    try:
        body = open_note(text.replace("\r\n", "\n"), ledger_queries.verifier_keys(), longest=_LONGEST_RECEIPT)
        kind, content = body.rstrip("\n").split("\n", 1)
        found = json.loads(content)
        if kind != _RECEIPT:
            raise ValueError(kind)
        rows = tuple(Row(**row) for row in found["rows"])
        return Checked(rows=rows, checked_at=datetime.fromisoformat(found["checked_at"]), receipt=text)
    except (CredentialError, ValueError, KeyError, TypeError) as error:
        message = _("이곳에서 만든 확인서가 아니거나 내용이 바뀌었습니다. 받은 파일을 그대로 올려 주세요.")
        raise Invalid(message, code="receipt_altered", fields={"receipt": message}) from error


def _receipt(rows: list[Row], now: datetime) -> str:
    content: dict[str, Any] = {"checked_at": now.isoformat(), "rows": [asdict(row) for row in rows]}
    return ledger.sign_note(f"{_RECEIPT}\n{json.dumps(content, ensure_ascii=False)}\n", now=now)


def _day(moment: datetime | None) -> str:
    """The day as it was here, so that a badge given before nine in the morning has not the day before."""
    return timezone.localdate(moment).isoformat() if moment else ""


def _row(item: Item, found: Verification, seen: set[str]) -> Row:
    badge = found.badge
    said = next((str(line.answer) for line in found.lines if line.code == "list"), "")
    digest = hashlib.sha256(item.data).hexdigest()
    return Row(
        name=item.name[:200],
        sha256=digest,
        outcome=found.report.outcome,
        verdict=found.report.verdict,
        says=found.title,
        title=badge.title[:200] if badge else "",
        issuer=(badge.issuer_name or badge.issuer_id)[:200] if badge else "",
        issued_on=_day(badge.issued_at) if badge else "",
        ends_on=_day(badge.valid_until) if badge else "",
        recognised=any(line.code == "recognition" and line.mark == "ok" for line in found.lines),
        twice=digest in seen,
        listed=found.issuer_list.state if found.issuer_list else "",
        listed_says=said,
    )


def _unpacked(name: str, data: bytes) -> Iterator[Item]:
    if not data.startswith(b"PK\x03\x04"):
        yield Item(name, data) if data else Item(name, trouble=_("빈 파일입니다."))
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [info for info in archive.infolist() if not info.is_dir() and not _hidden(info.filename)]
            if len(inside) > MOST or sum(info.file_size for info in inside) > LARGEST_ALL:
                raise _too_much()
            for info in inside:
                yield _member(archive, info, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        message = _("압축 파일을 열 수 없습니다. 암호를 풀고 다시 압축해 주세요: %(name)s") % {"name": name}
        raise Invalid(message, code="archive_broken", fields={"files": message}) from error


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Item:
    """One file of an archive. Read no further than it claims to be long, whatever it unpacks to."""
    label = f"{name} / {_file_name(info)}"
    if info.file_size > verification.LARGEST:
        return Item(label, trouble=_("5MB가 넘습니다."))
    with archive.open(info) as file:
        data = file.read(verification.LARGEST + 1)
    return Item(label, data) if data else Item(label, trouble=_("빈 파일입니다."))


def _file_name(info: zipfile.ZipInfo) -> str:
    """Korean Windows writes names in CP949 without saying so; zipfile then reads CP437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("cp949")
    except UnicodeError:
        return info.filename


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _fetched(link: str, client: GuardedClient) -> Item:
    if urlsplit(link).scheme not in ("http", "https"):
        return Item(link[:200], trouble=_("링크가 아닙니다. https://로 시작하는 주소를 적어 주세요."))
    try:
        return Item(link, client.fetch(link, accept="application/vc, application/json, image/*;q=0.5").body)
    except FetchRefused:
        return Item(link, trouble=_("이 주소는 열 수 없습니다."))
    except FetchFailed:
        return Item(link, trouble=_("주소에서 배지를 받아 오지 못했습니다."))


def _too_much() -> Invalid:
    message = _("모두 합해 60MB, %(most)s개까지 확인할 수 있습니다. 나누어서 올려 주세요.") % {
        "most": f"{MOST:,}"
    }
    return Invalid(message, code="too_large", fields={"files": message})
