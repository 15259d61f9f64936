"""Reading a list of people who are to get a badge: CSV (UTF-8, CP949) or Excel, in our own columns.

Pure: bytes in, rows with their faults out. A row with a fault stays in the list under Excel's number, so that
the report can be corrected and uploaded again.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.trunk.badges.rules import clean_text, has_control_characters
from naite.trunk.catalogue.standard_file.container import HEADER_WITHIN, Unreadable, open_lines
from naite.trunk.catalogue.standard_file.text import CellError, several_lines

MAX_ROWS = 100_000
NARRATIVE_LENGTH, EVIDENCE_LENGTH, URL_LENGTH, NAME_LENGTH = 1000, 1000, 500, 60

EMAIL, NAME, NARRATIVE, EVIDENCE, URL, DAY, HOURS, ATTENDANCE, SCORE = (
    "이메일",
    "이름",
    "이룬 것",
    "증거 설명",
    "증거 주소",
    "마친 날",
    "시간",
    "출석률",
    "점수",
)
COLUMNS: tuple[str, ...] = (EMAIL, NAME, NARRATIVE, EVIDENCE, URL, DAY, HOURS, ATTENDANCE, SCORE)
# How each column is written, and an example.
EXAMPLES: dict[str, tuple[str | Promise, str]] = {
    EMAIL: (gettext_lazy("꼭 적습니다. 한 사람에 한 행"), "garam@example.kr"),
    NAME: (gettext_lazy("적으면 이메일의 주인과 맞는지 봅니다"), "한가람"),
    NARRATIVE: (
        gettext_lazy("배지에 적힙니다. 1,000자까지"),
        "마을 어르신 12명의 구술을 모아 책으로 엮었습니다.",
    ),
    EVIDENCE: (gettext_lazy("무엇으로 확인했는지. 배지에 적힙니다"), "활동 보고서와 담당자 확인"),
    URL: (gettext_lazy("누구나 볼 수 있는 https 주소"), "https://www.example.kr/report/12"),
    DAY: (gettext_lazy("네 자리 연도-월-일. 비우면 주는 날"), "2026-11-13"),
    HOURS: (gettext_lazy("활동형에는 꼭 적습니다"), "24"),
    ATTENDANCE: (gettext_lazy("나이테에 수료 기록이 없는 배지에만. 0에서 100까지"), "92"),
    SCORE: (gettext_lazy("나이테에 수료 기록이 없는 배지에만. 0에서 100까지"), "85"),
}
_ALIASES = {
    "전자우편": EMAIL,
    "메일": EMAIL,
    "email": EMAIL,
    "e-mail": EMAIL,
    "이메일주소": EMAIL,
    "성명": NAME,
    "name": NAME,
    "서술": NARRATIVE,
    "내용": NARRATIVE,
    "증거": EVIDENCE,
    "증거링크": URL,
    "증거url": URL,
    "수료일": DAY,
    "활동시간": HOURS,
    "교육시간": HOURS,
    "평가점수": SCORE,
}
_NOISE = re.compile(r"[\s()\[\]{}·・_/%-]+")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~:/?#@!$&()*+,;=%-]*)?")
_DAY = re.compile(r"(\d{4})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})\.?")
_MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_email = EmailValidator()


@dataclass(slots=True)
class Listed:
    """A row of the list: what was written, and every fault with its sentence."""

    number: int
    email: str = ""
    name: str = ""
    narrative: str = ""
    evidence: str = ""
    evidence_url: str = ""
    completed_on: date | None = None
    hours: Decimal | None = None
    attendance: Decimal | None = None
    score: Decimal | None = None
    person_id: UUID | None = None
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def reason(self) -> str:
        return " ".join(f"{column}: {text}" if column else text for column, text in self.faults)[:300]


@dataclass(frozen=True, slots=True)
class AwardList:
    """A list as it was read. ``ignored`` names columns that nobody asked for."""

    rows: list[Listed]
    encoding: str
    ignored: tuple[str, ...] = ()


def read_list(content: bytes, *, max_bytes: int, today: date) -> AwardList:
    """Read a list; a file that cannot be read as a whole is refused (``Unreadable``) with what to do."""
    try:
        cells, encoding = open_lines(content, max_bytes=max_bytes, max_rows=MAX_ROWS)
        lines = list(cells)
    except Unreadable as refusal:
        raise _in_our_words(refusal) from refusal
    at, positions, ignored = _header(lines)
    merged = merged_rows(content) if encoding == "xlsx" else set()
    rows = []
    for number, values in lines[at + 1 :]:
        picked = {name: values[index] if index < len(values) else "" for name, index in positions.items()}
        if any(value.strip() for value in picked.values()):
            rows.append(_row(number, picked, merged, today))
    if not rows:
        raise Unreadable(_("머리글만 있고 받을 사람이 없습니다."), code="file_empty")
    mark_doubles(rows)
    return AwardList(rows, encoding, tuple(ignored))


def read_emails(text: str, *, today: date) -> AwardList:
    """Read what was typed: one e-mail address in a line, a name after it if one likes."""
    rows = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        parts = line.replace(",", " ").replace("\t", " ").split(None, 1)
        if parts:
            picked = {EMAIL: parts[0], NAME: parts[1] if len(parts) > 1 else ""}
            rows.append(_row(number, picked, set(), today))
    if len(rows) > MAX_ROWS:
        raise _too_many()
    mark_doubles(rows)
    return AwardList(rows, "")


def _header(lines: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, dict[str, int], list[str]]:
    by_plain = {plain_name(name): name for name in COLUMNS} | {
        plain_name(key): to for key, to in _ALIASES.items()
    }
    for at, (_number, cells) in enumerate(lines[:HEADER_WITHIN]):
        positions: dict[str, int] = {}
        ignored = []
        for index, cell in enumerate(cells):
            name = by_plain.get(plain_name(cell))
            if name is not None and name not in positions:
                positions[name] = index
            elif cell.strip():
                ignored.append(cell.strip()[:40])
        if EMAIL in positions:
            return at, positions, ignored
    raise Unreadable(
        _("‘이메일’ 열이 없습니다. 첫 행에 열 이름이 있어야 합니다. 양식을 내려받아 맞춰 주세요."),
        code="wrong_columns",
    )


def _row(number: int, cells: dict[str, str], merged: set[int], today: date) -> Listed:
    row = Listed(number)
    texts: dict[str, str] = {}
    for name, raw in cells.items():
        try:
            texts[name] = clean_text(several_lines(raw))
        except CellError as error:
            row.faults.append((name, str(error)))
            texts[name] = ""
        if has_control_characters(texts[name]):
            row.faults.append((name, _("보이지 않는 제어 문자가 들어 있습니다.")))
    row.email = read_address(row, texts.get(EMAIL, ""), number in merged)
    row.name = _text(row, NAME, " ".join(texts.get(NAME, "").split()), NAME_LENGTH)
    row.narrative = _text(row, NARRATIVE, texts.get(NARRATIVE, ""), NARRATIVE_LENGTH)
    row.evidence = _text(row, EVIDENCE, texts.get(EVIDENCE, ""), EVIDENCE_LENGTH)
    url = texts.get(URL, "")
    if url and (len(url) > URL_LENGTH or not _URL.fullmatch(url)):
        row.faults.append((URL, _("주소가 아닙니다. 예: https://www.example.kr/report/12")))
        url = ""
    row.evidence_url = url
    row.completed_on = read_day(row, texts.get(DAY, ""), today)
    row.hours = read_figure(row, HOURS, texts.get(HOURS, ""), Decimal(9999), 1)
    row.attendance = read_figure(row, ATTENDANCE, texts.get(ATTENDANCE, ""), Decimal(100), 2)
    row.score = read_figure(row, SCORE, texts.get(SCORE, ""), Decimal(100), 2)
    return row


def read_address(row: Listed, text: str, is_merged: bool) -> str:
    address = text.strip().removeprefix("mailto:").lower()
    if not address:
        if is_merged:
            row.faults.append((EMAIL, _("합쳐진 셀입니다. 병합을 풀고 행마다 값을 적어 주세요.")))
        elif not any(column == EMAIL for column, _text in row.faults):
            row.faults.append((EMAIL, _("비어 있습니다. 적어 주세요.")))
        return ""
    if re.search(r"[\s;,]", address) or address.count("@") > 1:
        if len(re.findall(r"[^\s;,@]+@[^\s;,@]+", address)) > 1:
            row.faults.append((EMAIL, _("한 행에 두 사람이 있습니다. 행을 나누어 주세요.")))
        else:
            row.faults.append((EMAIL, _("이메일 꼴이 아닙니다. 예: garam@example.kr")))
        return address[:254]
    try:
        _email(address)
    except ValidationError:
        row.faults.append((EMAIL, _("이메일 꼴이 아닙니다. 예: garam@example.kr")))
    return address[:254]


def _text(row: Listed, column: str, text: str, limit: int) -> str:
    if len(text) > limit:
        row.faults.append((column, _("%(limit)s자까지 적을 수 있습니다.") % {"limit": f"{limit:,}"}))
        return text[:limit]
    return text


def read_day(row: Listed, text: str, today: date, column: str = DAY) -> date | None:
    if not text:
        return None
    found = _DAY.match(text)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        row.faults.append((column, _("달력에 없는 날입니다. 예: 2026-11-13")))
    elif day > today:
        row.faults.append((column, _("아직 오지 않은 날입니다.")))
        return None
    return day


def read_figure(row: Listed, column: str, text: str, most: Decimal, places: int) -> Decimal | None:
    text = text.strip().rstrip("%점시간 ").replace(",", "")
    if not text:
        return None
    try:
        value = Decimal(unicodedata.normalize("NFKC", text))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= most:
        row.faults.append((column, _("0에서 %(most)s까지의 숫자로 적어 주세요.") % {"most": f"{most:,}"}))
        return None
    return value.quantize(Decimal(1).scaleb(-places))


def mark_doubles(rows: Sequence[Listed]) -> None:
    """The first of several rows of one person counts; the others say which it is."""
    first: dict[str, int] = {}
    for row in rows:
        if row.email and row.email in first:
            row.faults.append(
                (
                    "",
                    _("같은 사람이 %(row)d행에도 있습니다. 한 행만 남겨 주세요.") % {"row": first[row.email]},
                )
            )
        elif row.email:
            first[row.email] = row.number


def merged_rows(content: bytes) -> set[int]:
    """The rows in which some cell was merged into the one above it."""
    found: set[int] = set()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                for _left, first, _right, last in _MERGED.findall(archive.read(name)):
                    found.update(range(int(first) + 1, min(int(last), int(first) + MAX_ROWS) + 1))
    return found


def plain_name(name: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFC", name)).strip("\ufeff*").casefold()


def _too_many() -> Unreadable:
    return Unreadable(
        _("행이 너무 많습니다. 한 번에 %(limit)s명까지 줄 수 있습니다. 나누어 올려 주세요.")
        % {"limit": f"{MAX_ROWS:,}"},
        code="too_many_rows",
    )


def _in_our_words(refusal: Unreadable) -> Unreadable:
    return _too_many() if refusal.code == "too_many_rows" else refusal


def as_csv(rows: Iterable[Sequence[object]], *, encoding: str = "utf-8-sig") -> bytes:
    """Return rows under our columns as a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)
