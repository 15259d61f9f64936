"""Where a learned thing belongs in the account, and whether a draft of it is sound. No database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.roots.korean_ids import resident_number_fault
from naite.trunk.catalogue.classification import AREA_OF, Area, Category, SubArea
from naite.trunk.records.models import Entry, LearningAccount

Section = Entry.Section
Source = Entry.Source
MOST_HOURS = Decimal("99999.9")
SELF_SECTIONS = frozenset({Section.SCHOOLING, Section.CERTIFICATES, Section.OTHER})

_PROVENANCE = {
    Source.COMPLETION: Entry.Provenance.SYSTEM,
    Source.UPLOAD: Entry.Provenance.INSTITUTION,
    Source.LEARNER: Entry.Provenance.SELF,
}


@dataclass(frozen=True, kw_only=True)
class EntryDraft:
    """What a source says about one thing learned, before it is an entry.

    ``source_key`` names the thing within its source (the completion's id, the row of an upload), so that it
    enters an account once. ``section``, ``kind`` and its facts are only for what learners write themselves.
    """

    account: LearningAccount
    source: Entry.Source
    source_key: str
    title: str
    hours: Decimal
    completed_on: date
    started_on: date | None = None
    provider_name: str = ""
    organisation_id: UUID | None = None
    course_id: UUID | None = None
    course_version_id: UUID | None = None
    run_id: UUID | None = None
    area: str = ""
    sub_area: str = ""
    category: str = ""
    score: Decimal | None = None
    section: Entry.Section | None = None
    kind: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    sealed_details: Mapping[str, str] = field(default_factory=dict)
    replaces_id: UUID | None = None
    note: str = ""


def provenance_of(source: Entry.Source) -> Entry.Provenance:
    """Who vouches: the system for its own completions, an institution for its uploads, else the learner."""
    return _PROVENANCE[source]


def section_of(draft: EntryDraft, *, recognised: bool) -> Entry.Section:
    """Section 4 holds recognised courses only, section 5 other training (평생교육법 시행규칙 제4조).

    Learners choose among the sections they may write themselves; what they write is never section 4, because
    a recognised course comes from its institution.
    """
    if draft.source == Source.LEARNER:
        return draft.section or Section.OTHER
    return Section.RECOGNISED if recognised else Section.OTHER


def faults(draft: EntryDraft, *, today: date) -> dict[str, str | Promise]:
    """Return a sentence for each field of a draft that cannot be kept as it is."""
    found: dict[str, str | Promise] = {}
    if not draft.title.strip():
        found["title"] = _("배운 것의 이름을 적어 주세요.")
    elif len(draft.title.strip()) > 200:
        found["title"] = _("이름은 200자까지 적을 수 있습니다.")
    if len(draft.provider_name) > 120:
        found["provider_name"] = _("기관 이름은 120자까지 적을 수 있습니다.")
    if message := _hours_fault(draft.hours):
        found["hours"] = message
    if draft.completed_on > today:
        found["completed_on"] = _("아직 오지 않은 날입니다. 마친 날을 적어 주세요.")
    elif draft.completed_on.year < 1900:
        found["completed_on"] = _("1900년 뒤의 날을 적어 주세요.")
    elif draft.started_on and draft.started_on > draft.completed_on:
        found["started_on"] = _("시작한 날이 마친 날보다 늦습니다. 두 날을 확인해 주세요.")
    if draft.score is not None and not 0 <= draft.score <= 100:
        found["score"] = _("점수는 0점부터 100점까지 적을 수 있습니다.")
    if draft.area and draft.area not in Area.values:
        found["area"] = _("네 영역 가운데 하나를 고르거나 비워 두세요.")
    if draft.sub_area and (
        draft.sub_area not in SubArea.values or AREA_OF[SubArea(draft.sub_area)] != draft.area
    ):
        found["sub_area"] = _("세부 영역이 영역과 맞지 않습니다. 다시 골라 주세요.")
    if draft.category and draft.category not in Category.values:
        found["category"] = _("여섯 분류 가운데 하나를 고르거나 비워 두세요.")
    if not draft.source_key or len(draft.source_key) > 120:
        found["source_key"] = _("어디에서 온 기록인지 알 수 없습니다.")
    for name in ("title", "provider_name", "note"):
        if fault := resident_number_fault(getattr(draft, name)):
            found[name] = fault
    if draft.source == Source.LEARNER and draft.section and draft.section not in SELF_SECTIONS:
        found["section"] = _("이 항목은 기관이 올린 기록만 담을 수 있습니다.")
    return found


def _hours_fault(hours: Decimal) -> str:
    """Hours are exact to a tenth; anything finer would be lost on the way to the database."""
    if not hours.is_finite() or hours < 0 or hours > MOST_HOURS:
        return _("시간은 0부터 99,999.9까지 적을 수 있습니다.")
    if hours != hours.quantize(Decimal("0.1")):
        return _("시간은 소수점 아래 한 자리까지 적을 수 있습니다. 30분은 0.5입니다.")
    return ""
