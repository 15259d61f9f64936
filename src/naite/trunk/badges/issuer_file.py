"""The list of trusted issuers as a table for Excel, such a table read back, and what it would change."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from naite.roots.errors import Invalid
from naite.trunk.badges.issuers import Listed
from naite.trunk.badges.models import IssuerDecision
from naite.trunk.badges.services.issuer_list import Draft, checked
from naite.trunk.catalogue.standard_file.container import HEADER_WITHIN, Unreadable, open_lines

MAX_ROWS = 2_000
MAX_BYTES = 2 * 1024 * 1024
ISSUER, NAME, STANDING, REASON, FROM, UNTIL, PAST, HOMEPAGE, PLACE, EVIDENCE = COLUMNS = (
    "발급자 주소",
    "기관 이름",
    "상태",
    "까닭",
    "시작하는 날",
    "끝나는 날",
    "그전 배지",
    "누리집",
    "있는 곳",
    "증거 주소",
)
NEEDED = (ISSUER, NAME, STANDING, REASON, FROM)
FIELD_COLUMNS = {
    "issuer": ISSUER,
    "name": NAME,
    "standing": STANDING,
    "reason": REASON,
    "valid_from": FROM,
    "valid_until": UNTIL,
    "keeps_past": PAST,
    "homepage_url": HOMEPAGE,
    "place": PLACE,
    "evidence_url": EVIDENCE,
}
_DAY = re.compile(r"(\d{4})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})\.?(?:[ T]00:00(?::00)?)?")
_KEPT, _DROPPED = "믿음", "믿지 않음"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row, by the number that it has in Excel."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that the table would make. ``before`` and ``after`` are what differs, column by column."""

    draft: Draft
    is_new: bool
    cells: tuple[tuple[str, str, str], ...]


def rows_of(listed: Sequence[Listed]) -> list[list[str]]:
    """Return one row an issuer, in the order of ``COLUMNS``, as it stands by its last decision."""
    return [list(_cells(_draft_of(each)).values()) for each in listed]


def read(content: bytes) -> tuple[list[Draft], list[Fault]]:
    """Return the rows of a table as drafts and what is wrong with them; empty rows are passed over.

    Refuses (``Unreadable``, ``Invalid``) what cannot be read as a whole, lacks a needed column or has no row.
    """
    lines = list(open_lines(content, max_bytes=MAX_BYTES, max_rows=MAX_ROWS)[0])
    at, places = _header(lines)
    drafts: list[Draft] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, values in lines[at + 1 :]:
        cell = {name: values[i].strip() if i < len(values) else "" for name, i in places.items()}
        if not any(cell.values()):
            continue
        draft, wrong = _read_row(number, cell)
        faults += wrong
        if draft is None:
            continue
        if draft.issuer in seen:
            message = _("%(row)s행과 같은 발급자입니다. 한 행만 남겨 주세요.") % {"row": seen[draft.issuer]}
            faults.append(Fault(number, ISSUER, message))
        seen.setdefault(draft.issuer, number)
        drafts.append(draft)
    if not drafts and not faults:
        raise Unreadable(_("머리글만 있고 기관이 없습니다."), code="file_empty")
    if len(drafts) > MAX_ROWS:
        raise Unreadable(_("한 번에 2,000곳까지 올릴 수 있습니다."), code="too_many_rows")
    return drafts, faults


def changes(drafts: Sequence[Draft], listed: Sequence[Listed]) -> list[Change]:
    """Return what the table would decide anew. An issuer that is not in the table stays as it is."""
    known = {each.row.issuer: _cells(_draft_of(each)) for each in listed}
    found = []
    for draft in drafts:
        before, after = known.get(draft.issuer), _cells(draft)
        differing = tuple(
            (name, before[name] if before else "", after[name])
            for name in COLUMNS
            if before is None or before[name] != after[name]
        )
        if differing:
            found.append(Change(draft, before is None, differing))
    return found


def as_json(drafts: Sequence[Draft]) -> list[list[str]]:
    """The drafts as plain rows, to be sent along until somebody agrees."""
    return [list(_cells(draft).values()) for draft in drafts]


def from_json(rows: object) -> list[Draft]:
    """Read rows of ``as_json`` back, checked like any table; refuses others."""
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        raise _not_ours()
    drafts = []
    for row in rows:
        if not isinstance(row, list) or len(row) != len(COLUMNS) or not all(isinstance(c, str) for c in row):
            raise _not_ours()
        draft, wrong = _read_row(0, dict(zip(COLUMNS, row, strict=True)))
        if wrong or draft is None:
            raise _not_ours()
        drafts.append(draft)
    return drafts


def _not_ours() -> Invalid:
    return Invalid(_("보낸 내용을 읽을 수 없습니다. 엑셀을 다시 올려 주세요."), code="rows")


def _draft_of(each: Listed) -> Draft:
    last = each.latest
    return Draft(
        issuer=each.row.issuer,
        name=each.row.name,
        standing=last.standing,
        reason=last.reason,
        valid_from=last.valid_from,
        valid_until=last.valid_until,
        keeps_past=last.keeps_past,
        homepage_url=each.row.homepage_url,
        place=each.row.place,
        evidence_url=last.evidence_url,
    )


def _cells(draft: Draft) -> dict[str, str]:
    return {
        ISSUER: draft.issuer,
        NAME: draft.name,
        STANDING: _labels()[draft.standing],
        REASON: draft.reason,
        FROM: draft.valid_from.isoformat(),
        UNTIL: draft.valid_until.isoformat() if draft.valid_until else "",
        PAST: ("" if draft.keeps_past else _DROPPED) if draft.standing == "removed" else "",
        HOMEPAGE: draft.homepage_url,
        PLACE: draft.place,
        EVIDENCE: draft.evidence_url,
    }


def _labels() -> dict[str, str]:
    """The words of the file; they stay Korean like its columns, so that a file can travel between languages."""
    return {"trusted": "믿음", "watched": "지켜봄", "removed": "뺌"}


def _read_row(number: int, cell: dict[str, str]) -> tuple[Draft | None, list[Fault]]:
    faults = []
    standing = {word: value for value, word in _labels().items()}.get(cell.get(STANDING, ""))
    if standing is None:
        message = _("믿음, 지켜봄, 뺌 가운데 하나를 적어 주세요.")
        faults.append(Fault(number, STANDING, message))
    starts, ends = _day(cell.get(FROM, "")), _day(cell.get(UNTIL, ""))
    for column, text, day in ((FROM, cell.get(FROM, ""), starts), (UNTIL, cell.get(UNTIL, ""), ends)):
        if day is None and (text or column == FROM):
            faults.append(Fault(number, column, _("날짜는 2026-11-24처럼 적어 주세요.")))
    if cell.get(PAST, "") not in ("", _KEPT, _DROPPED):
        message = _("그전 배지는 비우거나 ‘믿지 않음’이라고 적어 주세요.")
        faults.append(Fault(number, PAST, message))
    if faults or standing is None or starts is None:
        return None, faults
    draft = Draft(
        issuer=cell.get(ISSUER, ""),
        name=cell.get(NAME, ""),
        standing=IssuerDecision.Standing(standing).value,
        reason=cell.get(REASON, ""),
        valid_from=starts,
        valid_until=ends,
        keeps_past=cell.get(PAST, "") != _DROPPED,
        homepage_url=cell.get(HOMEPAGE, ""),
        place=cell.get(PLACE, ""),
        evidence_url=cell.get(EVIDENCE, ""),
    )
    try:
        return checked(draft), []
    except Invalid as refusal:
        return None, [
            Fault(number, FIELD_COLUMNS[field], str(message)) for field, message in refusal.fields.items()
        ]


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text.strip())
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def _header(lines: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, dict[str, int]]:
    for at, (_number, values) in enumerate(lines[:HEADER_WITHIN]):
        places = {value.strip(): i for i, value in enumerate(values) if value.strip() in COLUMNS}
        if all(name in places for name in NEEDED):
            return at, places
    raise Invalid(
        _("열 이름을 찾지 못했습니다: %(names)s. 내려받은 엑셀을 고쳐서 올려 주세요.")
        % {"names": ", ".join(NEEDED)},
        code="columns",
    )
