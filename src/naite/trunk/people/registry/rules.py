"""What the registry says and demands, on plain values."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from naite.trunk.people import rules as people
from naite.trunk.people.models import InstitutionDocument, Organisation

Kind = Organisation.Kind
Basis = Organisation.LegalBasis
Doc = InstitutionDocument.Kind

# Which kinds of organisation have a page in the registry: everyone who may run recognised courses (row A3).
KINDS: tuple[str, ...] = (
    *(kind for kind in Kind if kind not in Organisation.OFFICES and kind != Kind.COMPANY),
    Kind.EDUCATION_OFFICE,
)

# What a proposal may change, in the order of the page.
FIELDS = {
    "name": _("기관 이름"),
    "kind": _("기관 종류"),
    "legal_basis": _("법적 근거"),
    "other_law": _("다른 법령"),
    "act": _("설립 방식"),
    "number": _("등록(신고)번호"),
    "registered_on": _("등록(신고)일"),
    "representative": _("대표자"),
    "region": _("지역"),
    "address": _("주소"),
    "opened_on": _("문을 연 날"),
}
OF_ORGANISATION = frozenset({"name", "kind", "legal_basis", "region", "address"})
DAYS = frozenset({"registered_on", "opened_on"})
# What everybody may read about an institution, and its changes; the rest is for the institution and offices.
PUBLIC = frozenset(FIELDS) - {"representative"}
LONGEST = {"name": 120, "other_law": 200, "number": 60, "representative": 60, "address": 200}

# Which documents prove a change of which field; one of them must be handed in.
PROOF: dict[str, frozenset[str]] = {
    "name": frozenset({Doc.REGISTRATION, Doc.TAX_ID, Doc.CHARTER}),
    "kind": frozenset({Doc.REGISTRATION, Doc.CHARTER}),
    "legal_basis": frozenset({Doc.REGISTRATION, Doc.CHARTER}),
    "other_law": frozenset({Doc.REGISTRATION, Doc.CHARTER}),
    "act": frozenset({Doc.REGISTRATION}),
    "number": frozenset({Doc.REGISTRATION}),
    "registered_on": frozenset({Doc.REGISTRATION}),
    "representative": frozenset({Doc.REPRESENTATIVE, Doc.REGISTRATION, Doc.TAX_ID}),
    "region": frozenset({Doc.PREMISES, Doc.REGISTRATION}),
    "address": frozenset({Doc.PREMISES, Doc.REGISTRATION}),
    "opened_on": frozenset({Doc.REGISTRATION}),
}

_CLAUSES: dict[str, str] = {
    Kind.SCHOOL_ATTACHED: "평생교육법 제30조",
    Kind.SCHOOL_TYPE: "평생교육법 제31조",
    Kind.IN_COMPANY_UNIVERSITY: "평생교육법 제32조",
    Kind.DISTANCE_UNIVERSITY: "평생교육법 제33조",
    Kind.WORKPLACE_ATTACHED: "평생교육법 제35조",
    Kind.CIVIL_SOCIETY_ATTACHED: "평생교육법 제36조",
    Kind.MEDIA_ATTACHED: "평생교육법 제37조",
    Kind.HUMAN_RESOURCES: "평생교육법 제38조",
}
AHEAD, BACK = timedelta(days=180), timedelta(days=365)


def clause(kind: str, legal_basis: str, other_law: str = "") -> str:
    """Return the clause on which an institution rests (평생교육법 제2조제2호 각 목), "" where none is said."""
    if legal_basis == Basis.LIFELONG_EDUCATION_ACT:
        return ", ".join(part for part in ("평생교육법 제2조제2호가목", _CLAUSES.get(kind, "")) if part)
    if legal_basis == Basis.VOCATIONAL_HAGWON:
        return "평생교육법 제2조제2호나목"
    if legal_basis == Basis.OTHER_LAW:
        return ", ".join(part for part in ("평생교육법 제2조제2호다목", other_law) if part)
    return ""


def faults(values: Mapping[str, str], *, teaches_school_subjects: bool | None, today: date) -> dict[str, str]:
    """Return a code for each field of a page that cannot stand; ``values`` are all fields as text.

    The kinds that the law refuses come from ``people.rules``: a hagwon that tutors school subjects.
    """
    found = people.organisation_faults(
        name=values["name"],
        slug="kept",
        kind=values["kind"],
        legal_basis=values["legal_basis"],
        teaches_school_subjects=teaches_school_subjects,
        parent_kind=None,
    )
    if values["kind"] not in KINDS:
        found["kind"] = "unknown"
    if values["legal_basis"] == Basis.OTHER_LAW and not values["other_law"].strip():
        found["other_law"] = "needed"
    for field, most in LONGEST.items():
        if len(values[field]) > most:
            found.setdefault(field, "long")
    for field in DAYS:
        if values[field]:
            try:
                if date.fromisoformat(values[field]) > today:
                    found[field] = "future"
            except ValueError:
                found[field] = "day"
    if not set(found) & DAYS and values["registered_on"] and values["opened_on"]:
        opened, registered = values["opened_on"], values["registered_on"]
        if opened < registered and values["act"] in {"approved", "registered"}:
            # 인가·등록 are conditions of opening; a report may follow it.
            found["opened_on"] = "before_registration"
    return found


def unproven(changed: Iterable[str], documents: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the changed fields that no document at hand proves, with the kinds that would."""
    given = set(documents)
    return {field: PROOF[field] for field in changed if not PROOF[field] & given}


def day_fault(effective_on: date, *, today: date) -> str:
    """Return whether a change would hold from too far back ("past") or ahead ("ahead"), else ""."""
    if effective_on > today + AHEAD:
        return "ahead"
    return "past" if effective_on < today - BACK else ""
