"""What one row of a file of completions says. No database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from naite.roots.korean_ids import find_resident_number
from naite.roots.phones import is_phone, tidy_phone
from naite.trunk.catalogue.standard_file.cells import read_date
from naite.trunk.catalogue.standard_file.text import CellError, one_line
from naite.trunk.records.rules import MOST_HOURS
from naite.trunk.records.uploads import columns as col

Problem = list[str]  # column (empty: the whole row), sentence
_BIRTH = re.compile(
    r"(\d{4})(?:(\d{2})(\d{2})|\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[일.]?(?:\s+0?0:00(?::00)?)?)"
)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
HIDDEN = "●●●●●●-●●●●●●●"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """That somebody completed something, as a row claims it."""

    name: str
    birth: date
    email: str
    phone: str
    card: str
    code: str
    title: str
    run: str
    started_on: date | None
    completed_on: date
    hours: Decimal
    score: Decimal | None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "birth": self.birth.isoformat(),
            "email": self.email,
            "phone": self.phone,
            "card": self.card,
            "code": self.code,
            "title": self.title,
            "run": self.run,
            "started_on": self.started_on.isoformat() if self.started_on else None,
            "completed_on": self.completed_on.isoformat(),
            "hours": str(self.hours),
            "score": None if self.score is None else str(self.score),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Claim":
        return cls(
            name=kept["name"],
            birth=date.fromisoformat(kept["birth"]),
            email=kept["email"],
            phone=kept["phone"],
            card=kept.get("card", ""),
            code=kept["code"],
            title=kept["title"],
            run=kept["run"],
            started_on=date.fromisoformat(kept["started_on"]) if kept["started_on"] else None,
            completed_on=date.fromisoformat(kept["completed_on"]),
            hours=Decimal(kept["hours"]),
            score=None if kept["score"] is None else Decimal(kept["score"]),
        )


def plain_name(name: str) -> str:
    """Return a name as it is compared: without blanks, in one case."""
    return "".join(name.split()).casefold()


def has_resident_number(text: str) -> bool:
    """Whether a cell may hold a resident registration number; short cells, which most are, cost nothing."""
    return len(text) >= 13 and find_resident_number(text)


def without_resident_numbers(cells: list[str]) -> list[str]:
    """Return the cells as they may be kept: one that may hold a resident registration number is blotted out."""
    return [HIDDEN if has_resident_number(cell) else cell for cell in cells]


def parse(cells: list[str], *, today: date) -> tuple[Claim | None, list[Problem]]:
    """Return what a row claims, or what is wrong with which of its cells, in Korean and with an example."""
    row = dict(zip(col.COLUMNS, cells, strict=True))
    problems: list[Problem] = []

    def take(column: str, read: Any, *given: Any) -> Any:
        try:
            return read(row[column], *given)
        except CellError as error:
            problems.append([column, str(error)])
            return None

    for column, value in row.items():
        if has_resident_number(value):
            problems.append([column, _("주민등록번호로 보이는 숫자가 있습니다. 지우고 올려 주세요.")])
    if problems:
        return None, problems
    name = take(col.NAME, _name)
    birth = take(col.BIRTH, _birth, today)
    email = take(col.EMAIL, _email)
    phone = take(col.PHONE, _phone)
    card = take(col.CARD, _card)
    if not row[col.EMAIL] and not row[col.PHONE] and not row[col.CARD]:
        problems.append(
            [
                col.EMAIL,
                _(
                    "이름과 생년월일만으로는 누구인지 정하지 않습니다. 전자우편, 휴대전화, 학습카드번호 가운데 하나를 적어 주세요."
                ),
            ]
        )
    code = take(col.CODE, _short, 60)
    title = take(col.TITLE, _short, 200)
    if not row[col.CODE] and not row[col.TITLE]:
        problems.append([col.TITLE, _("과정명이나 과정번호를 적어 주세요.")])
    run = take(col.RUN, _short, 120)
    started = take(col.STARTED, read_date)
    completed = take(col.COMPLETED, read_date)
    if not any(column == col.COMPLETED for column, _why in problems):
        problems.extend([col.COMPLETED, why] for why in _completed_faults(completed, today))
    if started and completed and started > completed:
        problems.append([col.STARTED, _("시작일이 수료일보다 늦습니다. 두 날을 확인해 주세요.")])
    if birth and completed and completed < birth:
        problems.append([col.COMPLETED, _("수료일이 생년월일보다 앞섭니다. 두 날을 확인해 주세요.")])
    hours = take(col.HOURS, _hours)
    score = take(col.SCORE, _score)
    take(col.NOTE, _short, 300)
    if problems:
        return None, problems
    claim = Claim(
        name=name,
        birth=birth,
        email=email,
        phone=phone,
        card=card,
        code=code,
        title=title,
        run=run,
        started_on=started,
        completed_on=completed,
        hours=hours,
        score=score,
    )
    return claim, []


def _completed_faults(completed: date | None, today: date) -> list[str]:
    if completed is None:
        return [_("수료일을 적어 주세요. 예: 2026-11-17")]
    return [_("아직 오지 않은 날입니다. 마친 날을 적어 주세요.")] if completed > today else []


def _name(raw: str) -> str:
    text = _short(raw, 60)
    if not text:
        raise CellError(_("이름을 적어 주세요."))
    return text


@lru_cache(maxsize=4096)
def _birth(raw: str, today: date) -> date:
    text = one_line(raw)
    if not text:
        raise CellError(_("생년월일을 적어 주세요. 예: 1968-05-12"))
    found = _BIRTH.fullmatch(text)
    if found is None:
        raise CellError(_("생년월일은 연도를 네 자리로 적습니다. 예: 1968-05-12"))
    try:
        day = date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
    except ValueError:
        raise CellError(_("달력에 없는 날입니다. 예: 1968-05-12")) from None
    if day > today or day.year < 1900:
        raise CellError(_("생년월일의 해를 다시 확인해 주세요. 예: 1968-05-12"))
    return day


def _email(raw: str) -> str:
    text = one_line(raw).lower()
    if text and (_EMAIL.fullmatch(text) is None or len(text) > 254):
        raise CellError(_("전자우편 주소로 읽을 수 없습니다. 예: garam@example.kr"))
    return text


def _phone(raw: str) -> str:
    text = one_line(raw)
    digits = tidy_phone(text)
    if len(digits) in {9, 10} and digits.startswith("1") and not digits.startswith("15"):
        digits = "0" + digits  # a spreadsheet took the nought for a number's
    if text and not is_phone(digits):
        raise CellError(_("전화번호로 읽을 수 없습니다. 예: 010-0000-0000"))
    return digits


def _card(raw: str) -> str:
    text = one_line(raw)
    digits = re.sub(r"[\s-]", "", text)
    if text and re.fullmatch(r"\d{12}", digits, re.ASCII) is None:
        raise CellError(_("학습카드번호는 숫자 열두 자리입니다. 카드에 적힌 대로 적어 주세요."))
    return digits


@lru_cache(maxsize=4096)
def _short(raw: str, limit: int) -> str:
    text = one_line(raw)
    if len(text) > limit:
        raise CellError(_("%(limit)s자까지 적을 수 있습니다.") % {"limit": limit})
    return text


@lru_cache(maxsize=4096)
def _hours(raw: str) -> Decimal:
    text = one_line(raw).replace(",", "").removesuffix("시간").strip()
    if not text:
        raise CellError(_("이수시간을 적어 주세요. 예: 20"))
    hours = _number(text)
    if hours is None or not 0 < hours <= MOST_HOURS:
        raise CellError(_("이수시간은 0보다 큰 숫자로 적습니다. 예: 20 또는 1.5"))
    if hours != hours.quantize(Decimal("0.1")):
        raise CellError(_("시간은 소수점 아래 한 자리까지 적을 수 있습니다. 30분은 0.5입니다."))
    return hours.quantize(Decimal("0.1"))


@lru_cache(maxsize=1024)
def _score(raw: str) -> Decimal | None:
    text = one_line(raw).removesuffix("점").strip()
    if text in {"", "-"}:
        return None
    score = _number(text)
    if score is None or not 0 <= score <= 100:
        raise CellError(_("점수는 0부터 100까지 숫자로 적습니다. 점수가 없으면 비워 두세요."))
    return score.quantize(Decimal("0.01"))


def _number(text: str) -> Decimal | None:
    if len(text) > 12 or not re.fullmatch(r"\d+(?:\.\d+)?", text, re.ASCII):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
