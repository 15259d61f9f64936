"""Submission packages with what has become of their things: live states, live checks, files (row A24).

A package is a snapshot; whether a record still stands, a document was replaced or a badge revoked is asked
anew each time it is looked at and shown beside the snapshot.
"""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.core.files.storage import default_storage
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.flows import verification
from naite.roots.errors import Refused
from naite.trunk.badges import queries as badges
from naite.trunk.badges.queries import AwardState
from naite.trunk.records.certificates import check
from naite.trunk.records.certificates.check import Finding
from naite.trunk.records.models import Certificate, Entry
from naite.trunk.wallet.models import Package, PackageItem
from naite.trunk.wallet.packages.paper import Sheet, sheet_pdf

Kind = PackageItem.Kind
Tone = Literal["ok", "warn", "bad", "end"]
Text = str | Promise
# The picture of a badge that carries its credential: drawn where pages are drawn.
Picture = Callable[[str, str, bytes], bytes]

_BADGE_STATES: dict[str, tuple[Tone, Text]] = {
    "valid": ("ok", gettext_lazy("지금도 유효")),
    "suspended": ("warn", gettext_lazy("정지됨")),
    "expired": ("end", gettext_lazy("유효기간 끝남")),
    "revoked": ("bad", gettext_lazy("취소됨")),
}
CERTIFICATE_STATES: dict[str, tuple[Tone, Text]] = {
    "valid": ("ok", gettext_lazy("지금도 유효")),
    "replaced": ("warn", gettext_lazy("새 문서로 바뀜")),
    "withdrawn": ("bad", gettext_lazy("거둔 문서")),
}
PROVENANCE: dict[str, tuple[str, Text]] = {
    "self": ("line", gettext_lazy("본인 입력")),
    "institution": ("ok", gettext_lazy("기관 확인")),
    "system": ("ok", gettext_lazy("시스템 확인")),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing of a package with what is known of it now."""

    item: PackageItem
    tone: Tone
    state: Text
    since: datetime | None
    provenance: Text
    provenance_tone: str
    picture: UUID | None = None

    @property
    def checkable(self) -> bool:
        """Whether its proof can be checked: documents and badges carry one, records do not."""
        return self.item.kind != Kind.ENTRY

    @property
    def changed(self) -> bool:
        return self.tone != "ok"

    @property
    def days(self) -> dict[str, date]:
        """The days of the snapshot as dates."""
        return {
            name: date.fromisoformat(self.item.facts[name])
            for name in ("started_on", "completed_on", "issued_on")
            if self.item.facts.get(name)
        }


def shown(package: Package, items: Sequence[PackageItem], *, now: datetime) -> list[Shown]:
    """Return the things of a package with their present states, in three queries however many they are."""
    account_id = package.account_id

    def ids(kind: Kind) -> list[UUID]:
        return [item.source_id for item in items if item.kind == kind]

    entries = {
        row.id: row.voided_at
        for row in Entry.objects.filter(account_id=account_id, id__in=ids(Kind.ENTRY)).only("voided_at")
    }
    documents = {
        row.id: row
        for row in Certificate.objects.filter(account_id=account_id, id__in=ids(Kind.CERTIFICATE)).only(
            "withdrawn_at", "replaced_by"
        )
    }
    awards = badges.states_of(
        account_id=account_id, award_ids=[item.award_id for item in items if item.award_id], now=now
    )
    found = [_shown(item, entries, documents, awards) for item in items]
    pictures: dict[UUID | None, UUID | None] = {key: state.picture for key, state in awards.items()}
    return [replace(each, picture=pictures.get(each.item.award_id)) for each in found]


def _shown(
    item: PackageItem,
    entries: dict[UUID, datetime | None],
    documents: dict[UUID, Certificate],
    awards: dict[UUID, AwardState],
) -> Shown:
    tone: Tone
    state: Text
    if item.kind == Kind.ENTRY:
        provenance_tone, provenance = PROVENANCE.get(item.facts["provenance"], ("line", ""))
        since = entries.get(item.source_id)
        gone = since is not None or item.source_id not in entries
        tone, state = (
            ("bad", gettext_lazy("보낸 뒤 거둔 기록")) if gone else ("ok", gettext_lazy("기록 그대로"))
        )
        return Shown(item, tone, state, since, provenance, provenance_tone)
    if item.kind == Kind.CERTIFICATE:
        document = documents.get(item.source_id)
        tone, state = (
            CERTIFICATE_STATES[document.state] if document else ("warn", gettext_lazy("확인해 보세요"))
        )
        return Shown(
            item,
            tone,
            state,
            document.withdrawn_at if document else None,
            gettext_lazy("나이테가 서명한 문서"),
            "ok",
        )
    award = awards.get(item.award_id) if item.award_id else None
    tone, state = _BADGE_STATES[award.state] if award else ("warn", gettext_lazy("확인해 보세요"))
    foreign = item.facts.get("source") == "import"
    provenance = gettext_lazy("가져온 배지") if foreign else gettext_lazy("준 곳이 서명한 배지")
    return Shown(item, tone, state, award.since if award else None, provenance, "line" if foreign else "ok")


# -- checking -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """The live result of checking one thing: a badge's verification or a document's finding."""

    badge: verification.Verification | None = None
    document: Finding | None = None

    @property
    def tone(self) -> str:
        """``ok``, ``bad`` or ``unk``."""
        if self.badge is not None:
            return self.badge.tone
        assert self.document is not None
        return {"valid": "ok", "altered": "bad", "withdrawn": "bad"}.get(self.document.verdict, "unk")


def check_item(item: PackageItem, *, now: datetime) -> Checked:
    """Check a badge or a document of a package by its own bytes, as anyone who holds the file could.

    Refuses a record: it has no proof of its own.
    """
    if item.kind == Kind.BADGE:
        return Checked(badge=verification.verify_bytes(bytes(item.credential), now=now))
    if item.kind == Kind.CERTIFICATE:
        return Checked(document=check.by_file(pdf_of(item), now=now))
    raise Refused(_("배움 기록은 따로 확인할 것이 없습니다. 출처를 보세요."), code="nothing_to_check")


def pdf_of(item: PackageItem) -> bytes:
    """Return the document as it was submitted. Refuses when the file is gone."""
    row = Certificate.objects.filter(account_id=item.account_id, id=item.source_id).only("pdf").first()
    if row is None or not default_storage.exists(row.pdf):
        raise Refused(_("이 문서의 파일이 더 이상 없습니다. 보낸 분께 물어보세요."), code="file_gone")
    with default_storage.open(row.pdf) as file:
        return bytes(file.read())


# -- files --------------------------------------------------------------------------------------------------


def file_name(item: PackageItem, suffix: str) -> str:
    """``02 경력전환 상담사 기초.png``: numbered as on the list, with nothing that a file system minds."""
    plain = re.sub(r"[^\w\-() ]", "_", item.title).strip()[:80] or "file"
    return f"{item.position + 1:02d} {plain}.{suffix}"


def package_zip(package: Package, items: Sequence[PackageItem], *, picture: Picture, now: datetime) -> bytes:
    """Return everything of a package in one file: the list as PDF, the documents, the badges with their proof.

    ``items`` come with their bytes. A document whose file is gone is left out; the list says what was sent.
    """
    at = timezone.localtime(package.sent_at).timetuple()[:6]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, body: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, date_time=at), body, zipfile.ZIP_DEFLATED)

        put(f"00 {_('제출 목록')}.pdf", list_pdf(package, shown(package, items, now=now), now=now))
        for item in items:
            if item.kind == Kind.CERTIFICATE:
                try:
                    put(file_name(item, "pdf"), pdf_of(item))
                except Refused:
                    continue
            elif item.kind == Kind.BADGE:
                credential = bytes(item.credential)
                put(file_name(item, "json"), credential)
                put(
                    file_name(item, "png"),
                    picture(item.facts["badge_type"], item.facts["area"], credential),
                )
    return held.getvalue()


def list_pdf(package: Package, things: Sequence[Shown], *, now: datetime) -> bytes:
    """Return what was submitted as a document to print, with the states of the moment it was made."""
    headings = (
        (Kind.CERTIFICATE, _("증명서")),
        (Kind.BADGE, _("배지")),
        (Kind.ENTRY, _("배움 기록")),
    )
    sections = [
        (title, [_row(thing) for thing in things if thing.item.kind == kind])
        for kind, title in headings
        if any(thing.item.kind == kind for thing in things)
    ]
    sheet = Sheet(
        title=_("제출 목록"),
        author=package.sender["name"],
        language=_language(),
        day=timezone.localdate(now),
        facts=_facts(package),
        message_title=_("전하는 말"),
        message=package.message.splitlines() if package.message else (),
        columns=[_("번호"), _("이름"), _("기관"), _("날"), _("출처와 지금 상태")],
        sections=sections,
        notes=[
            _("내용은 보낸 날의 것이고, 지금 상태는 %(at)s에 확인한 것입니다.") % {"at": _moment(now)},
            _("이 목록은 증명서가 아닙니다. 증명서와 배지는 링크의 ‘진위 확인’으로 확인하세요."),
        ],
        foot=package.recipient,
    )
    return sheet_pdf(sheet)


def receipt_pdf(package: Package, items: Sequence[PackageItem], *, now: datetime) -> bytes:
    """Return the receipt (접수증) as a document for both sides. Refuses a package that nobody received yet."""
    if package.received_at is None:
        raise Refused(_("아직 접수증이 없습니다."), code="no_receipt")
    sheet = Sheet(
        title=_("접수증"),
        author=package.recipient,
        language=_language(),
        day=timezone.localdate(now),
        facts=[
            (_("접수번호"), package.receipt_number),
            (_("받은 날"), _moment(package.received_at)),
            (_("받은 분"), package.receiver),
            *_facts(package),
            (_("담긴 것"), _("%(count)d가지") % {"count": len(items)}),
        ],
        columns=[_("번호"), _("이름"), _("기관"), _("날"), _("종류")],
        sections=[
            (
                _("받은 것"),
                [
                    [
                        str(item.position + 1),
                        item.title,
                        item.facts.get("provider") or item.facts.get("issuer") or "–",
                        _dotted(item),
                        str(item.get_kind_display()),
                    ]
                    for item in items
                ],
            )
        ],
        says=[_("위의 것을 받았습니다.")],
        notes=[_("받았다는 뜻이며, 내용을 심사하거나 인정했다는 뜻은 아닙니다.")],
        foot=package.receipt_number,
    )
    return sheet_pdf(sheet)


def _facts(package: Package) -> list[tuple[str, str]]:
    facts = [
        (_("보낸 사람"), package.sender["name"]),
        (_("생년월일"), package.sender["birth"]),
        (_("연락처"), package.sender["email"]),
        (_("받는 곳"), package.recipient),
        (_("쓰는 곳"), package.purpose),
        (_("보낸 날"), _moment(package.sent_at)),
    ]
    return [(label, value) for label, value in facts if value]


def _row(thing: Shown) -> list[str]:
    item = thing.item
    name = item.title
    if item.facts.get("hours"):
        hours = _("%(hours)s시간") % {"hours": item.facts["hours"]}
        name = f"{name} ({hours})"
    return [
        str(item.position + 1),
        name,
        item.facts.get("provider") or item.facts.get("issuer") or "–",
        _dotted(item),
        f"{thing.provenance}, {thing.state}",
    ]


def _dotted(item: PackageItem) -> str:
    return str(item.facts.get("completed_on") or item.facts.get("issued_on") or "").replace("-", ".")


def _moment(instant: datetime) -> str:
    return f"{timezone.localtime(instant):%Y.%m.%d %H:%M}"


def _language() -> str:
    return (translation.get_language() or "ko")[:2]
