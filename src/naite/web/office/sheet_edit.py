"""A list that goes out as Excel and comes back edited (row X7a): what it holds, and what somebody changed in it.

Each row carries a mark (확인표): the fingerprint of the case, and three letters for every cell. So a changed cell is
named, and a case that has changed since is found, without keeping what was sent out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.roots.errors import Refused
from naite.trunk.catalogue.standard_file.cells import read_date
from naite.trunk.catalogue.standard_file.container import HEADER_WITHIN, Unreadable, open_lines
from naite.trunk.catalogue.standard_file.text import CellError
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.applications import marks
from naite.trunk.recognition.applications.marks import Edit
from naite.trunk.recognition.models import Application, CaseMark

MOST_ROWS = 2_000
MOST_BYTES = 5 * 1024 * 1024
NUMBER, HANDLER, DUE, MEMO, STAMP = "접수번호", "담당", "내부 기한", "메모", "확인표"
EDITABLE = (HANDLER, DUE, MEMO)
NAMES = {
    "handler_id": gettext_lazy("담당"),
    "internal_due_on": gettext_lazy("내부 기한"),
    "memo": gettext_lazy("메모"),
}
_SALT = "naite.office.sheet_edit"


def _plain(value: Any) -> str:
    return " ".join(str("" if value is None else value).split())


def _letters(head: str, value: Any) -> str:
    return salted_hmac(_SALT, f"{head}\x1f{_plain(value)}").hexdigest()[:3]


def stamp(cells: Mapping[str, Any], edits: Sequence[Any], stood: str) -> str:
    """Return a row's mark: the case's fingerprint, the letters of the fixed cells, and those of the others."""
    fixed = "".join(_letters(head, value) for head, value in cells.items())
    rest = "".join(_letters(head, value) for head, value in zip(EDITABLE, edits, strict=True))
    return f"{stood}.{fixed}.{rest}"


def names_of(people: Iterable[Person]) -> dict[UUID, str]:
    """Return how each colleague is written in the column of who is in charge: with the address where names repeat."""
    known = list(people)
    often = Counter(person.name for person in known)
    return {p.pk: p.name if often[p.name] == 1 else f"{p.name} ({p.email})" for p in known}


def out(
    rows: Iterable[tuple[Mapping[str, Any], Application | None, CaseMark | None]], people: Mapping[UUID, str]
) -> tuple[list[str], list[list[Any]]]:
    """Return heads and rows of a sheet: the fixed cells, what may be edited, and each row's mark.

    A row without a case cannot be edited; its mark says so.
    """
    heads: list[str] = []
    made: list[list[Any]] = []
    for cells, case, mark in rows:
        heads = heads or [*cells, *EDITABLE, STAMP]
        if case is None:
            made.append([*cells.values(), "", None, "", ""])
            continue
        handler = people.get(case.handler_id) if case.handler_id else ""
        if handler is None:
            handler = case.handler.name if case.handler else ""
        edits = [handler, mark.internal_due_on if mark else None, mark.memo if mark else ""]
        made.append(
            [*map(_plain, cells.values()), *edits, stamp(cells, edits, marks.fingerprint(case, mark))]
        )
    return heads, made


@dataclass(slots=True)
class Change:
    """One row that would change: before and after by column, ready to be done."""

    row: int
    case: Application
    before: Edit
    after: Edit
    stood: str
    shown: list[tuple[Any, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """What an edited file says: rows that change, rows refused with the reason, and how many stay."""

    changes: list[Change] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    same: int = 0

    @property
    def total(self) -> int:
        return len(self.changes) + len(self.refused) + self.same


def numbers(content: bytes) -> list[str]:
    """Return the numbers of the cases that a file speaks of; refuses a file that is no such list."""
    lines, _encoding = open_lines(content, max_bytes=MOST_BYTES, max_rows=MOST_ROWS)
    heads, body = _table(lines)
    place = heads.index(NUMBER)
    return [number for _row, cells in body if (number := _plain(cells[place] if place < len(cells) else ""))]


def read(
    content: bytes,
    *,
    cases: Mapping[str, Application],
    of: Mapping[UUID, CaseMark],
    office: Organisation,
    people: Mapping[UUID, str],
    today: date,
) -> Reading:
    """Compare an edited file with the cases as they are now. Nothing is written.

    ``cases`` are those the reader may see, by number. Refuses a file that is no such list; a row is refused when a
    column other than the three was changed, when it stands twice, when its case has changed since it was sent out,
    and when a value cannot be right.
    """
    lines, _encoding = open_lines(content, max_bytes=MOST_BYTES, max_rows=MOST_ROWS)
    heads, body = _table(lines)
    found, seen = Reading(), set[str]()
    for number, cells in body:
        values = dict(zip(heads, [*cells, *[""] * len(heads)], strict=False))
        if not any(_plain(value) for value in values.values()):
            continue
        key = _plain(values.get(NUMBER))
        if not _plain(values[STAMP]):
            if any(_plain(values[head]) for head in EDITABLE):
                reason = _("이 줄은 엑셀로 고칠 수 없는 일입니다. 화면에서 처리해 주세요.")
                found.refused.append((number, key, reason))
            else:
                found.same += 1
            continue
        if key in seen:
            found.refused.append((number, key, _("같은 접수번호가 두 번 있습니다. 한 줄만 남겨 주세요.")))
            continue
        seen.add(key)
        try:
            change = _compare(number, values, cases.get(key), of, office, people, today)
        except (Refused, CellError) as refusal:
            found.refused.append((number, key, str(refusal)))
            continue
        if change is None:
            found.same += 1
        else:
            found.changes.append(change)
    return found


def _table(
    lines: Iterable[tuple[int, Sequence[str]]],
) -> tuple[list[str], list[tuple[int, Sequence[str]]]]:
    heads: list[str] = []
    body: list[tuple[int, Sequence[str]]] = []
    for number, cells in lines:
        if heads:
            body.append((number, cells))
            if len(body) > MOST_ROWS:
                raise Unreadable(
                    _("%(most)s줄까지 한 번에 올릴 수 있습니다. 나누어 올려 주세요.")
                    % {"most": f"{MOST_ROWS:,}"}
                )
        elif {NUMBER, *EDITABLE, STAMP} <= (named := {_plain(cell) for cell in cells}) and named:
            heads = [_plain(cell) for cell in cells]
            while heads and not heads[-1]:
                heads.pop()
        elif number > HEADER_WITHIN:
            break
    if not heads:
        raise Unreadable(
            _(
                "여기서 내려받은 목록이 아닙니다. ‘엑셀로 내보내기’로 받은 파일을 고쳐서 올려 주세요. "
                "‘%(number)s’와 ‘%(stamp)s’ 열이 있어야 합니다."
            )
            % {"number": NUMBER, "stamp": STAMP}
        )
    return heads, body


def _compare(
    number: int,
    values: Mapping[str, str],
    case: Application | None,
    of: Mapping[UUID, CaseMark],
    office: Organisation,
    people: Mapping[UUID, str],
    today: date,
) -> Change | None:
    stood, letters, rest = [*_plain(values[STAMP]).split("."), "", ""][:3]
    fixed = [head for head in values if head not in (*EDITABLE, STAMP)]
    wrong = [
        head
        for place, head in enumerate(fixed)
        if letters[place * 3 : place * 3 + 3] != _letters(head, values[head])
    ]
    if len(letters) != len(fixed) * 3 or len(wrong) == len(fixed):
        raise Refused(_("‘확인표’가 바뀌었습니다. 새로 내려받아 다시 고쳐 주세요."), code="stamp")
    if wrong:
        raise Refused(
            _("고칠 수 없는 열이 바뀌었습니다: %(heads)s. 담당, 내부 기한, 메모만 고칠 수 있습니다.")
            % {"heads": ", ".join(wrong)},
            code="fixed",
        )
    if rest == "".join(_letters(head, values[head]) for head in EDITABLE):
        return None  # nobody has touched it, whatever has become of the case
    if case is None:
        raise Refused(_("볼 수 있는 신청 가운데 이 접수번호가 없습니다."), code="unknown")
    mark = of.get(case.pk)
    if marks.fingerprint(case, mark) != stood:
        raise Refused(
            _("내려받은 뒤에 다른 사람이 바꾼 건입니다. 새로 내려받아 다시 고쳐 주세요."),
            code="moved_meanwhile",
        )
    before = marks.edit_of(case, mark)
    after = Edit(
        _handler(values[HANDLER], before, case, people),
        read_date(values[DUE]) if _plain(values[DUE]) else None,
        _words(values[MEMO]),
    )
    if after == before:
        return None
    if after.handler_id != before.handler_id and case.office_id != office.pk:
        message = _("지금은 %(office)s 차례여서 담당을 바꿀 수 없습니다.") % {"office": case.office or "–"}
        raise Refused(message, code="not_your_turn")
    if found := marks.faults(case, before, after, today=today):
        raise Refused(" ".join(found.values()), code="faults")
    change = Change(number, case, before, after, stood)
    change.shown = shown(case, before, after, people)
    return change


def _words(value: str) -> str:
    if value.lstrip().startswith("="):
        raise Refused(_("수식은 받지 않습니다. 값만 붙여 넣으세요."), code="formula")
    return "\n".join(" ".join(line.split()) for line in value.split("\n")).strip()


def _handler(value: str, before: Edit, case: Application, people: Mapping[UUID, str]) -> UUID | None:
    name = _plain(value)
    if case.handler is not None and name == case.handler.name:
        return before.handler_id  # also of somebody who has left since
    if not name:
        if before.handler_id is None:
            return None
        raise Refused(_("담당을 비울 수 없습니다. 맡을 사람의 이름을 적어 주세요."), code="no_handler")
    found = [key for key, written in people.items() if written == name]
    if not found:
        raise Refused(
            _("담당 ‘%(name)s’ 님이 이 기관의 담당자에 없습니다. 맡을 수 있는 사람: %(names)s")
            % {"name": name[:60], "names": ", ".join(sorted(people.values())[:20]) or "–"},
            code="unknown_handler",
        )
    return found[0]


def shown(
    case: Application, before: Edit, after: Edit, people: Mapping[UUID, str]
) -> list[tuple[Any, str, str]]:
    """Return what an edit changes: the column, what it says now, and what it would say."""

    def text(name: str, edit: Edit) -> str:
        if name == "handler_id":
            key = edit.handler_id
            own = case.handler.name if case.handler and case.handler_id == key else ""
            return (people.get(key) or own) if key else ""
        value = getattr(edit, name)
        return f"{value:%Y.%m.%d}" if isinstance(value, date) else str(value or "")

    return [
        (label, text(name, before), text(name, after))
        for name, label in NAMES.items()
        if getattr(before, name) != getattr(after, name)
    ]
