"""Sections and drafts, without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from naite.trunk.records.models import Entry, LearningAccount
from naite.trunk.records.rules import EntryDraft, faults, provenance_of, section_of

Source, Section = Entry.Source, Entry.Section
TODAY = date(2026, 11, 24)
DRAFT = EntryDraft(
    account=LearningAccount(),
    source=Source.COMPLETION,
    source_key="completion:1",
    title="마을 기록가 되기",
    hours=Decimal("18.5"),
    started_on=date(2026, 9, 1),
    completed_on=TODAY,
    area="civic",
    sub_area="community",
    category="humanities",
    score=Decimal(88),
)


@pytest.mark.req("A17", "rule")
@pytest.mark.parametrize(
    ("source", "recognised", "chosen", "section"),
    [
        (Source.COMPLETION, True, None, Section.RECOGNISED),
        (Source.COMPLETION, False, None, Section.OTHER),
        (Source.UPLOAD, True, None, Section.RECOGNISED),
        (Source.UPLOAD, False, None, Section.OTHER),
        (Source.LEARNER, True, None, Section.OTHER),
        (Source.LEARNER, False, Section.CERTIFICATES, Section.CERTIFICATES),
        (Source.COMPLETION, False, Section.RECOGNISED, Section.OTHER),
    ],
)
def test_section_4_is_for_recognised_courses_only(source, recognised, chosen, section) -> None:
    draft = replace(DRAFT, source=source, section=chosen)
    assert section_of(draft, recognised=recognised) == section


@pytest.mark.req("A19", "rule")
def test_provenance_follows_from_the_source() -> None:
    assert {source: provenance_of(source).value for source in Source} == {
        Source.COMPLETION: "system",
        Source.UPLOAD: "institution",
        Source.LEARNER: "self",
    }


def test_a_sound_draft_has_no_faults() -> None:
    assert faults(DRAFT, today=TODAY) == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "가" * 201}, "title"),
        ({"provider_name": "가" * 121}, "provider_name"),
        ({"hours": Decimal("-0.1")}, "hours"),
        ({"hours": Decimal("0.25")}, "hours"),
        ({"hours": Decimal("NaN")}, "hours"),
        ({"hours": Decimal("Infinity")}, "hours"),
        ({"hours": Decimal("1e9")}, "hours"),
        ({"completed_on": date(2026, 11, 25)}, "completed_on"),
        ({"completed_on": date(1066, 1, 1)}, "completed_on"),
        ({"started_on": date(2026, 11, 25)}, "started_on"),
        ({"score": Decimal(101)}, "score"),
        ({"area": "magic", "sub_area": ""}, "area"),
        ({"sub_area": "digital"}, "sub_area"),
        ({"sub_area": "magic"}, "sub_area"),
        ({"area": "", "sub_area": "digital"}, "sub_area"),
        ({"category": "magic"}, "category"),
        ({"source_key": ""}, "source_key"),
        ({"source": Source.LEARNER, "section": Section.RECOGNISED}, "section"),
    ],
)
def test_each_fault_is_told_at_its_field(change: dict, field: str) -> None:
    assert list(faults(replace(DRAFT, **change), today=TODAY)) == [field]


@pytest.mark.parametrize("hours", ["0", "0.5", "18.50", "99999.9", "1E+2"])
def test_hours_that_are_exact_to_a_tenth_are_kept(hours: str) -> None:
    assert faults(replace(DRAFT, hours=Decimal(hours)), today=TODAY) == {}
