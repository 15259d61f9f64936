"""What a file of listings would change, before anything does.

Which listing a row is: the standard file has no course id, so a row is known by what it says (row B1 of the
field's formats). Its key is made of two halves. The *name*: course title, provider, first day, place. The
*hour*: start time and weekdays, which tell apart the classes of one course. A row is the listing with the
same key; or else, where the file and the register hold just one course of that name, that one, even though
its hour was corrected or filled in. So a correction of anything but the name updates, and two classes of one
name never become one. Capacity, fee, instructor, registration and the rest are content, never key.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.trunk.catalogue.classification import DeliveryMode, SelectionMethod
from naite.trunk.catalogue.content import Change
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.rules import SEOUL
from naite.trunk.catalogue.standard_file import ListingDraft, Row, Table, parse_row
from naite.trunk.catalogue.standard_file import columns as col
from naite.trunk.people.models import Organisation, Region
from naite.trunk.people.regions import code_from_address

_NAME_DIGITS, _HOUR_DIGITS = 40, 24
_LOAD = 500


@dataclass(frozen=True, slots=True)
class Rejected:
    """A cell because of which a row stays out; ``column`` is empty where the whole row is meant."""

    row: int
    column: str
    value: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "value": self.value, "reason": self.reason}


@dataclass(slots=True)
class Planned:
    """A row that comes in, with the values of its listing; ``listing_id`` is None for a new one."""

    row: int
    key: str
    digest: str
    values: dict[str, Any]
    listing_id: UUID | None = None
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What applying a table would do. Every row of the table stands in exactly one of the four lists."""

    created: list[Planned] = field(default_factory=list)
    updated: list[Planned] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def rejected_rows(self) -> list[int]:
        return sorted({cell.row for cell in self.rejected})

    @property
    def row_count(self) -> int:
        return len(self.created) + len(self.updated) + len(self.unchanged) + len(self.rejected_rows)


def plan(table: Table, *, supplier: Organisation, now: datetime) -> Plan:
    """Compare a table with the supplier's listings; writes nothing.

    The second of two rows with the same key is rejected. A listing that the institution took over as a course
    run is left as it is: Naite knows better than the file. One that was withdrawn comes back.
    """
    found = Plan()
    regions = _Regions(now.astimezone(SEOUL).date())
    coming: list[Planned] = []
    first_row: dict[str, int] = {}
    for row in table.rows:
        draft = _draft(row, found)
        if draft is None:
            continue
        key = key_of(draft)
        earlier = first_row.setdefault(key, row.number)
        if earlier != row.number:
            found.rejected.append(_duplicate(row, earlier))
            continue
        values = _values(draft, regions.code(draft.address))
        coming.append(Planned(row.number, key, _digest(values), values))
    _match(coming, found, supplier)
    _tell_changes(found.updated)
    return found


def key_of(draft: ListingDraft) -> str:
    """Return the source key of a row: 40 hexadecimal digits of its name and 24 of its hour."""
    name = "\x1f".join(
        (_bare(draft.title), _bare(draft.provider_name), str(draft.starts_on or ""), _bare(draft.place))
    )
    hour = f"{draft.start_time or ''}\x1f{draft.weekdays}"
    return _hex(name)[:_NAME_DIGITS] + _hex(hour)[:_HOUR_DIGITS]


def _bare(text: str) -> str:
    return text.replace(" ", "").casefold()


def _hex(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()


def _draft(row: Row, found: Plan) -> ListingDraft | None:
    if row.surplus:
        found.rejected.append(
            Rejected(
                row.number,
                "",
                "",
                _("칸이 %(count)s개 더 있습니다. 쉼표가 든 값은 큰따옴표로 묶어 주세요.")
                % {"count": row.surplus},
            )
        )
        return None
    draft = parse_row(row.cells)
    if isinstance(draft, list):
        found.rejected.extend(
            Rejected(row.number, problem.column, problem.value, problem.reason) for problem in draft
        )
        return None
    return draft


def _duplicate(row: Row, earlier: int) -> Rejected:
    return Rejected(
        row.number,
        col.TITLE,
        row.cells[0],
        _("%(row)s행과 같은 강좌입니다(강좌명·운영기관·시작일·시각·요일·장소가 같음). 한 행만 남겨 주세요.")
        % {"row": earlier},
    )


class _Regions:
    """Addresses to region codes; addresses repeat a lot within a file."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.known = set(Region.objects.values_list("code", flat=True))
        self.seen: dict[str, str | None] = {}

    def code(self, address: str) -> str | None:
        if not address:
            return None
        if address not in self.seen:
            code = code_from_address(address, self.on)
            self.seen[address] = code if code in self.known else None
        return self.seen[address]


def _values(draft: ListingDraft, region_code: str | None) -> dict[str, Any]:
    return {
        "provider_name": draft.provider_name,
        "provider_phone": draft.provider_phone,
        "title": draft.title,
        "description": draft.description,
        "instructor": draft.instructor,
        "audience": draft.audience,
        "mode": draft.mode,
        "region_id": region_code,
        "place": draft.place,
        "address": draft.address,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "start_time": draft.start_time,
        "end_time": draft.end_time,
        "weekdays": draft.weekdays,
        "registration_opens_at": _midnight(draft.opens_on),
        "registration_closes_at": _midnight(draft.closes_on, days=1),
        "always_open": draft.always_open,
        "capacity": draft.capacity,
        "fee": draft.fee,
        "selection": draft.selection,
        "application_method": draft.application_method,
        "apply_url": draft.apply_url,
        "recognised": draft.recognised,
        "credit_bank": draft.credit_bank,
        "training_subsidy": draft.training_subsidy,
        "reference_date": draft.reference_date,
    }


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=days), time(0), SEOUL)


def _digest(values: dict[str, Any]) -> str:
    return _hex("\x1f".join(map(str, values.values())))


@dataclass(slots=True)
class _Known:
    id: UUID
    key: str
    digest: str
    is_run: bool
    is_withdrawn: bool


def _match(coming: Sequence[Planned], found: Plan, supplier: Organisation) -> None:
    known = [
        _Known(pk, key, digest, run_id is not None, withdrawn_at is not None)
        for pk, key, digest, run_id, withdrawn_at in Listing.objects.filter(
            supplier=supplier, source=Listing.Source.STANDARD_FILE
        ).values_list("id", "source_key", "content_digest", "run_id", "withdrawn_at")
    ]
    by_key = {each.key: each for each in known}
    register: dict[str, list[_Known]] = {}
    for each in known:
        register.setdefault(each.key[:_NAME_DIGITS], []).append(each)
    in_file = Counter(planned.key[:_NAME_DIGITS] for planned in coming)
    for planned in coming:
        match = by_key.get(planned.key)
        if match is None:
            name = planned.key[:_NAME_DIGITS]
            if in_file[name] == 1 and len(register.get(name, ())) == 1:
                match = register[name][0]
        if match is None:
            found.created.append(planned)
        elif match.is_run or (
            match.digest == planned.digest and match.key == planned.key and not match.is_withdrawn
        ):
            found.unchanged.append(planned.row)
        else:
            planned.listing_id = match.id
            found.updated.append(planned)


LABELS: dict[str, str | Promise] = {
    "title": col.TITLE,
    "instructor": col.INSTRUCTOR,
    "starts_on": col.STARTS_ON,
    "ends_on": col.ENDS_ON,
    "start_time": col.START_TIME,
    "end_time": col.END_TIME,
    "description": col.DESCRIPTION,
    "audience": col.AUDIENCE,
    "mode": col.MODE,
    "weekdays": col.WEEKDAYS,
    "place": col.PLACE,
    "capacity": col.CAPACITY,
    "fee": col.FEE,
    "address": col.ADDRESS,
    "region_id": gettext_lazy("지역"),
    "provider_name": col.PROVIDER,
    "provider_phone": col.PHONE,
    "registration_opens_at": col.OPENS_ON,
    "registration_closes_at": col.CLOSES_ON,
    "always_open": gettext_lazy("상시 접수"),
    "application_method": col.APPLICATION,
    "selection": col.SELECTION,
    "apply_url": col.URL,
    "training_subsidy": col.SUBSIDY,
    "credit_bank": col.CREDIT_BANK,
    "recognised": col.RECOGNISED,
    "reference_date": col.REFERENCE,
}


def _tell_changes(updated: Sequence[Planned]) -> None:
    for start in range(0, len(updated), _LOAD):
        chunk = updated[start : start + _LOAD]
        found = Listing.objects.filter(pk__in=[planned.listing_id for planned in chunk])
        rows = {row["id"]: row for row in found.values("id", "withdrawn_at", *LABELS)}
        for planned in chunk:
            current = rows[planned.listing_id]
            planned.changes = [
                Change(label, words(name, current[name]), words(name, planned.values[name]))
                for name, label in LABELS.items()
                if current[name] != planned.values[name]
            ]
            if current["withdrawn_at"] is not None:
                planned.changes.append(Change(_("안내"), _("내림"), _("다시 올림")))


_DAYS = "월화수목금토일"


def words(name: str, value: Any) -> str:
    """Return a listing's value as a person would write it into the file."""
    if value is None or value == "":
        return ""
    if name == "weekdays":
        return "·".join(day for bit, day in enumerate(_DAYS) if value >> bit & 1)
    if name == "registration_closes_at":
        return str((value.astimezone(SEOUL) - timedelta(days=1)).date())
    if name == "registration_opens_at":
        return str(value.astimezone(SEOUL).date())
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if name in {"fee", "capacity"}:
        return f"{value:,}"
    choices = {"mode": DeliveryMode, "selection": SelectionMethod}.get(name)
    return str(choices(value).label) if choices else str(value)
