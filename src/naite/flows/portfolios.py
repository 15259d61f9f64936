"""A portfolio with what has become of its things: verified and looked up anew each time somebody looks (row B8)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from time import monotonic
from typing import Any, Literal
from uuid import UUID

from django.core.files.storage import default_storage
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credcore.report import Report
from naite.flows import issuer_words, verification
from naite.flows.badge_reading import read
from naite.flows.packages import CERTIFICATE_STATES, PROVENANCE
from naite.roots.drawing.labels import Labels
from naite.roots.drawing.layout import RingEntry
from naite.roots.drawing.palette import BADGE_TYPES
from naite.roots.drawing.rings import draw_rings
from naite.roots.errors import Refused
from naite.trunk.badges import queries as badges
from naite.trunk.badges.issuers import IssuerList
from naite.trunk.badges.models import Award
from naite.trunk.records.models import Certificate, Entry, LearningAccount
from naite.trunk.wallet.models import Holding

Tone = Literal["ok", "warn", "bad", "end"]
Text = str | Promise
# Badges of others are asked about elsewhere; nobody waits longer than this for all of them together.
SECONDS = 4.0
FETCHES = 12

_VERDICTS: dict[str, tuple[Tone, Text]] = {
    "valid": ("ok", gettext_lazy("유효")),
    "revoked": ("bad", gettext_lazy("취소됨")),
    "suspended": ("warn", gettext_lazy("정지됨")),
    "expired": ("end", gettext_lazy("기간이 끝남")),
    "not_yet_valid": ("warn", gettext_lazy("아직 쓸 수 없음")),
    "unknown": ("warn", gettext_lazy("지금은 알 수 없음")),
    "altered": ("bad", gettext_lazy("내용이 바뀜")),
}
_NOT_A_BADGE: tuple[Tone, Text] = ("bad", gettext_lazy("확인되지 않음"))
_GONE: tuple[Tone, Text] = ("bad", gettext_lazy("주인이 뺀 것"))
_VOID: tuple[Tone, Text] = ("bad", gettext_lazy("거둔 기록"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One block with what is known of it now. Own words have neither tone nor state."""

    id: str
    kind: str
    source: str
    title: str
    text: str
    facts: Mapping[str, Any]
    details: bool
    tone: Tone = "ok"
    state: Text = ""
    provenance: Text = ""
    provenance_tone: str = "line"
    more: tuple[str, ...] = ()
    picture: UUID | None = None

    @property
    def day(self) -> date | None:
        text = self.facts.get("completed_on") or self.facts.get("issued_on")
        return date.fromisoformat(text) if text else None

    @property
    def year(self) -> int:
        return self.day.year if self.day else 0

    @property
    def issuer(self) -> str:
        return str(self.facts.get("issuer") or self.facts.get("provider") or "")

    @property
    def hours(self) -> str:
        hours = str(self.facts.get("hours") or "")
        return "" if hours == "0" else hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Pieces that stand together: all of one kind, or all of one year."""

    kind: str
    title: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A portfolio at one moment."""

    title: str
    intro: str
    layout: str
    name: str
    email: str
    pieces: Sequence[Piece]
    tree: str
    tree_count: int
    checked_at: datetime

    def of(self, kind: str) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind == kind]

    @property
    def odd(self) -> list[Piece]:
        """What is not, or not surely, what it was."""
        return [piece for piece in self.pieces if piece.kind != "text" and piece.tone != "ok"]

    @property
    def own_claims(self) -> int:
        """Records that the owner wrote and nobody confirmed."""
        return sum(piece.facts.get("provenance") == "self" for piece in self.of("entry"))

    @property
    def checked(self) -> str:
        """What was looked at just now: 배지 4개와 기록 5건."""
        counts = (
            (len(self.of("badge")), _("배지 %(count)d개")),
            (len(self.of("certificate")), _("증명서 %(count)d개")),
            (len(self.of("entry")), _("기록 %(count)d건")),
        )
        return ", ".join(words % {"count": count} for count, words in counts if count)

    @property
    def parts(self) -> list[Part]:
        """The pieces as the layout puts them together; own words keep their place."""
        return list(_by_year(self.pieces) if self.layout == "story" else _by_kind(self.pieces))


def look(content: Mapping[str, Any], *, account: LearningAccount, now: datetime) -> Seen:
    """Look at what a link shows: verify its badges, look up its documents and records. Writes nothing.

    The number of queries on our own tables does not depend on how much there is, but for the status lists and
    keys of the issuers, each asked once.
    """
    blocks = content["blocks"]

    def sources(kind: str) -> list[str]:
        return [block["source"] for block in blocks if block["kind"] == kind]

    holdings = {
        str(row.id): row
        for row in Holding.objects.filter(account_id=account.pk, id__in=sources("badge")).only(
            "account_id", "id", "credential", "award_id"
        )
    }
    entries = {
        str(row.id): row
        for row in Entry.objects.filter(account_id=account.pk, voided_at=None, id__in=sources("entry")).only(
            "account_id", "id", "voided_at"
        )
    }
    documents = {
        str(row.id): row
        for row in Certificate.objects.filter(account_id=account.pk, id__in=sources("certificate")).only(
            "account_id", "id", "withdrawn_at", "replaced_by"
        )
    }
    issuers = IssuerList(now)
    reports = _verified(holdings, issuers, now)
    own = badges.pictures_of(account_id=account.pk, award_ids=[row.award_id for row in holdings.values()])
    pictures = {key: own.get(row.award_id) for key, row in holdings.items()}
    pieces = [
        replace(
            _piece(block, reports, entries, documents, issuers), picture=pictures.get(block.get("source", ""))
        )
        for block in blocks
    ]
    tree, count = _tree(content, pieces, account, holdings.values()) if content["shows_tree"] else ("", 0)
    return Seen(
        title=content["title"],
        intro=content["intro"],
        layout=content["layout"],
        name=content["name"],
        email=content["email"],
        pieces=pieces,
        tree=tree,
        tree_count=count,
        checked_at=now,
    )


def badge_of(content: Mapping[str, Any], block_id: str, *, account: LearningAccount) -> Holding:
    """Return the badge that a block shows. Refuses what is not shown, and a badge that its owner took out."""
    source = _source(content, block_id, "badge")
    found = Holding.objects.filter(account_id=account.pk, id=source).first() if source else None
    if found is None:
        raise Refused(_("이 배지는 더 볼 수 없습니다."), code="not_shown")
    return found


def document_of(content: Mapping[str, Any], block_id: str, *, account: LearningAccount) -> tuple[str, bytes]:
    """Return the name and the PDF of a document that a block shows with its details. Refuses all else."""
    source = _source(content, block_id, "certificate", details=True)
    row = Certificate.objects.filter(account_id=account.pk, id=source).first() if source else None
    if row is None or not default_storage.exists(row.pdf):
        raise Refused(_("이 문서는 더 볼 수 없습니다."), code="not_shown")
    with default_storage.open(row.pdf) as file:
        return str(row.get_kind_display()), bytes(file.read())


def verdict_words(report: Report) -> tuple[Tone, Text]:
    """Return what a verification found in a word or two."""
    return _VERDICTS.get(report.verdict, _NOT_A_BADGE)


def _issuer_doubts(report: Report, issuers: IssuerList) -> tuple[str, ...]:
    """What the list of trusted issuers says against the one who gave a badge; nothing about a trusted one."""
    check = report.check("issuer")
    if (
        report.issuer is None
        or check is None
        or check.reason not in ("trusted", "former", "taken_off", "unknown")
    ):
        return ()
    standing = issuers.standing(report.issuer)
    if standing.state == "trusted":
        return ()
    says = issuer_words.words(standing, before=check.reason == "former")
    return (_("믿을 수 있는 기관 목록: %(says)s") % {"says": says},)


def _source(content: Mapping[str, Any], block_id: str, kind: str, *, details: bool = False) -> str | None:
    for block in content["blocks"]:
        if block["id"] == block_id and block["kind"] == kind and (block["details"] or not details):
            return str(block["source"])
    return None


def _verified(holdings: Mapping[str, Holding], issuers: IssuerList, now: datetime) -> dict[str, Report]:
    world = verification.resolvers(issuers=issuers, fetches=FETCHES, deadline=monotonic() + SECONDS)
    found = verification.verify_many(
        [bytes(row.credential) for row in holdings.values()], resolvers=world, now=now
    )
    return dict(zip(holdings, found, strict=True))


def _piece(
    block: Mapping[str, Any],
    reports: Mapping[str, Report],
    entries: Mapping[str, Entry],
    documents: Mapping[str, Certificate],
    issuers: IssuerList,
) -> Piece:
    kind, source, facts = block["kind"], block["source"], block["facts"]
    more: tuple[str, ...] = ()
    tone: Tone = "ok"
    state: Text = ""
    provenance: Text = ""
    provenance_tone = "line"
    if kind == "badge":
        report = reports.get(source)
        tone, state = verdict_words(report) if report else _GONE
        if report is not None and report.credential is not None and block["details"] and tone != "bad":
            said = read(report.credential)
            more = (*said.narrative[:4], *said.standards[:4])
        if report is not None and tone != "bad":
            more = (*more, *_issuer_doubts(report, issuers))
    elif kind == "entry":
        tone, state = ("ok", "") if source in entries else _VOID
        provenance_tone, provenance = PROVENANCE.get(facts.get("provenance", ""), ("line", ""))
    elif kind == "certificate":
        document = documents.get(source)
        tone, state = CERTIFICATE_STATES[document.state] if document else _GONE
    return Piece(
        id=block["id"],
        kind=kind,
        source=source,
        title=block["title"],
        text=block["text"],
        facts=facts,
        details=block["details"],
        tone=tone,
        state=state,
        provenance=provenance,
        provenance_tone=provenance_tone,
        more=more,
    )


def _tree(
    content: Mapping[str, Any], pieces: Sequence[Piece], account: LearningAccount, holdings: Any
) -> tuple[str, int]:
    """The rings of the chosen records only. Missing years are left out: they must not look like a pause."""
    learnt = [piece for piece in pieces if piece.kind == "entry" and piece.tone == "ok" and piece.hours]
    if not learnt:
        return "", 0
    award_ids: list[UUID] = [row.award_id for row in holdings if row.award_id]
    types = {
        str(entry_id): badge_type
        for entry_id, badge_type in Award.objects.filter(
            account_id=account.pk, id__in=award_ids, entry_id__isnull=False
        ).values_list("entry_id", "achievement__badge_type")
    }
    title = _("고른 기록 %(count)d건으로 그린 나이테") % {"count": len(learnt)}
    picture = draw_rings(
        [
            RingEntry(
                piece.year,
                piece.facts.get("area") or None,
                Decimal(piece.hours.replace(",", "")),
                "",
                _drawn_type(types.get(piece.source, "")),
            )
            for piece in sorted(learnt, key=lambda each: each.year)
        ],
        first=min(piece.year for piece in learnt),
        now=max(piece.year for piece in learnt),
        seed=account.ring_seed,
        labels=Labels(title=title),
        axis="phone",
        gaps=False,
        to_come=False,
    )
    return picture, len(learnt)


def _drawn_type(badge_type: str) -> str | None:
    """The type as drawings know it; a type of another framework is drawn plainly."""
    if not badge_type:
        return None
    return badge_type if badge_type in BADGE_TYPES else "participation"


def _by_kind(pieces: Sequence[Piece]) -> Iterator[Part]:
    titles = {"badge": _("배지"), "entry": _("배움 기록"), "certificate": _("증명서")}
    for kind, group in groupby(pieces, key=lambda piece: piece.id if piece.kind == "text" else piece.kind):
        members = list(group)
        own = members[0].kind == "text"
        yield Part(
            kind=members[0].kind,
            title=members[0].title if own else titles[kind],
            pieces=members,
        )


def _by_year(pieces: Sequence[Piece]) -> Iterator[Part]:
    for piece in pieces:
        if piece.kind == "text":
            yield Part(kind="text", title=piece.title, pieces=[piece])
    dated = sorted(
        (piece for piece in pieces if piece.kind != "text"),
        key=lambda each: (each.year, each.day or date.min),
        reverse=True,
    )
    for year, group in groupby(dated, key=lambda piece: piece.year):
        yield Part(kind="year", title=_("%(year)s년") % {"year": year}, pieces=list(group))
