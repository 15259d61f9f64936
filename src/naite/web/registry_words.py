"""How the registry's values and history are said on pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.trunk.people.models import (
    InstitutionDocument,
    InstitutionEvent,
    InstitutionFile,
    Organisation,
    Region,
)
from naite.trunk.people.registry import rules

Label = str | Promise

ACTS: dict[str, Label] = {
    "open": _("기관 대장을 엶"),
    "submit": _("변경 신청을 냄"),
    "submit_again": _("보완해서 다시 냄"),
    "send_back": _("보완 요청"),
    "accept": _("변경을 받아들임"),
    "refuse": _("변경을 받아들이지 않음"),
    "withdraw": _("변경 신청을 거둠"),
    "change": _("변경"),
    "correct": _("정정"),
    "close": _("폐쇄"),
    "merge": _("다른 기관과 합쳐짐"),
    "receive": _("다른 기관을 이어받음"),
    "certify": _("기관 인증을 받음"),
    "uncertify": _("기관 인증 취소"),
}
WARNINGS = {"send_back", "refuse", "close", "merge", "uncertify"}
_CHOICES: dict[str, dict[Any, Label]] = {
    "kind": dict(Organisation.Kind.choices),
    "legal_basis": dict(Organisation.LegalBasis.choices),
    "act": dict(InstitutionFile.Act.choices),
}
_DOCUMENTS: dict[Any, Label] = dict(InstitutionDocument.Kind.choices)


@dataclass(frozen=True, slots=True)
class Change:
    label: Label
    before: Label
    after: Label


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an institution's history."""

    on: date
    at: datetime | None
    what: Label
    office: str
    person: str
    reason: str
    changes: list[Change]
    shape: str


class Words:
    """Says values; the names of regions come in one query for everything that is shown."""

    def __init__(self, values: Iterable[Mapping[str, Any]]) -> None:
        codes = {code for each in values for code in _pair(each.get("region")) if code}
        found = Region.objects.filter(pk__in=codes).select_related("parent") if codes else []
        self.regions = {region.pk: region.full_name for region in found}

    def value(self, field: str, text: str) -> Label:
        """Return a value as people say it."""
        if not text:
            return "–"
        if field == "region":
            return self.regions.get(text, text)
        if field in rules.DAYS:
            return text.replace("-", ".")
        return _CHOICES.get(field, {}).get(text, text)

    def changes(self, values: Mapping[str, Any]) -> list[Change]:
        """Return what changed, in the order of the page."""
        return [
            Change(label, self.value(field, values[field][0]), self.value(field, values[field][1]))
            for field, label in rules.FIELDS.items()
            if field in values
        ]


def _pair(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def lines(events: Iterable[InstitutionEvent], *, with_people: bool) -> list[Line]:
    """Return a history to show; names of persons are for offices and the institution."""
    rows = list(events)
    words = Words(row.values for row in rows)
    return [
        Line(
            on=row.on,
            at=row.at,
            what=ACTS.get(row.act, row.act),
            office=row.office.name if row.office else "",
            person=row.actor.name if with_people and row.actor else "",
            reason=row.reason,
            changes=words.changes(row.values) + _papers(row.values),
            shape="warn" if row.act in WARNINGS else "done",
        )
        for row in rows
    ]


def public_lines(rows: Iterable[Mapping[str, Any]]) -> list[Line]:
    """Return the public part of a history: when, what, from what to what."""
    rows = list(rows)
    words = Words(row["values"] for row in rows)
    return [
        Line(
            row["on"],
            None,
            ACTS.get(row["act"], row["act"]),
            "",
            "",
            "",
            words.changes(row["values"]),
            "warn" if row["act"] in WARNINGS else "done",
        )
        for row in rows
        if row["act"] not in {"change", "correct"} or row["values"]
    ]


def _papers(values: Mapping[str, Any]) -> list[Change]:
    kinds = values.get("documents", [])
    if not kinds:
        return []
    return [Change(_("서류"), "", ", ".join(str(_DOCUMENTS.get(kind, kind)) for kind in kinds))]


def facts(
    organisation: Organisation, page: InstitutionFile | None, *, public: bool = False
) -> list[tuple[Label, Label]]:
    """Return what the registry says of an institution, in order, with its clause; without persons if public."""
    page = page or InstitutionFile()
    rows: list[tuple[Label, Any]] = [
        (_("기관 종류"), organisation.get_kind_display()),
        (_("법적 근거"), organisation.get_legal_basis_display() if organisation.legal_basis else ""),
        (_("조항"), rules.clause(organisation.kind, organisation.legal_basis, page.other_law)),
        (_("설립 방식"), page.get_act_display() if page.act else ""),
        (_("등록(신고)번호"), page.number),
        (_("등록(신고)일"), page.registered_on),
        (_("담당 기관"), page.office.name if page.office else ""),
        (_("대표자"), "" if public else page.representative),
        (_("지역"), organisation.region.full_name if organisation.region else ""),
        (_("주소"), organisation.address),
        (_("문을 연 날"), page.opened_on),
        (_("문을 닫은 날"), organisation.closed_on),
    ]
    return [
        (label, f"{value:%Y.%m.%d}" if isinstance(value, date) else value) for label, value in rows if value
    ]
