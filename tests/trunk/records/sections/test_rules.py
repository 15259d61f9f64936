"""What may be written, what is asked back. No database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from naite.trunk.records.models import Entry
from naite.trunk.records.sections import rules
from naite.trunk.records.sections.kinds import KINDS, Confirmer, EntryKind, Hours, kinds_of
from naite.trunk.records.sections.rules import Known, OwnWords, doubts, faults

TODAY, BORN = date(2026, 11, 24), date(1968, 5, 12)


def words(kind: EntryKind, **fields: object) -> OwnWords:
    """Something sound of a kind."""
    details = {
        each.key: each.choices[0][0] if each.choices else "3" if each.shape == "number" else "내용"
        for each in kind.details
        if each.shape != "date"
    }
    values = {
        "kind": kind.key,
        "title": "이름",
        "provider_name": "곳",
        "completed_on": date(2020, 2, 14),
        "started_on": date(2019, 3, 2) if kind.started else None,
        "hours": Decimal(20) if kind.hours == Hours.ASKED else Decimal(0),
        "details": details,
        **fields,
    }
    return OwnWords(**values)  # type: ignore[arg-type]


def kind(key: str) -> EntryKind:
    return next(each for each in KINDS if each.key == key)


@pytest.mark.req("A17", "rule")
@pytest.mark.parametrize("each", KINDS, ids=lambda each: each.key)
def test_every_kind_takes_what_it_asks(each: EntryKind) -> None:
    assert faults(words(each), today=TODAY, born=BORN) == {}
    assert doubts(words(each), born=BORN, others=[]) == {}
    plain, sealed = rules.split(each, words(each).details)
    assert set(sealed) == {detail.key for detail in each.sensitive}
    assert not set(sealed) & set(plain)


@pytest.mark.req("A17", "rule")
def test_the_sections_hold_what_the_rule_lists() -> None:
    assert {each.key for each in kinds_of(Entry.Section.SCHOOLING)} >= {
        "school",
        "equivalency",
        "literacy",
        "college",
        "graduate",
        "credit_bank",
        "self_study",
        "overseas",
    }
    assert len(kinds_of(Entry.Section.CERTIFICATES)) == 3
    assert {each.key for each in kinds_of(Entry.Section.OTHER)} == {
        "training",
        "reading",
        "publication",
        "volunteering",
        "award",
        "patent",
    }
    assert all(each.sensitive for each in kinds_of(Entry.Section.CERTIFICATES))
    assert {each.key for each in KINDS if each.confirmer == Confirmer.EDUCATION_OFFICE} == {
        "equivalency",
        "literacy",
    }


@pytest.mark.req("A17", "refusal")
@pytest.mark.parametrize(
    ("key", "change", "field"),
    [
        ("college", {"details": {"outcome": "graduated"}}, "d_degree"),
        ("college", {"details": {"degree": "magic", "outcome": "graduated"}}, "d_degree"),
        ("college", {"hours": Decimal(3)}, "hours"),
        ("award", {"started_on": date(2020, 1, 1)}, "started_on"),
        ("award", {"provider_name": " "}, "provider_name"),
        ("training", {"started_on": date(2020, 2, 14), "hours": Decimal("24.5")}, "hours"),
        ("training", {"completed_on": date(1960, 1, 1), "started_on": None}, "completed_on"),
        ("training", {"started_on": date(1960, 1, 1)}, "started_on"),
        ("national_technical", {"details": {"grade": "1", "valid_until": "2019-01-01"}}, "d_valid_until"),
        ("national_technical", {"details": {"grade": "1", "valid_until": "내일"}}, "d_valid_until"),
        ("credit_bank", {"details": {"degree": "bachelor", "credits": "천"}}, "d_credits"),
        ("award", {"details": {"rank": "상" * 41}}, "d_rank"),
        ("training", {"note": "제 번호는 680512-1234567"}, "note"),
        ("training", {"title": "６８０５１２ １２３４５６７"}, "title"),
        ("award", {"details": {"work": "680512-1234567"}}, "d_work"),
        ("nothing", {}, "kind"),
    ],
)
def test_a_fault_is_told_at_its_field(key: str, change: dict[str, object], field: str) -> None:
    base = words(kind(key)) if key != "nothing" else replace(words(kind("award")), kind="nothing")
    assert list(faults(replace(base, **change), today=TODAY, born=BORN)) == [field]  # type: ignore[arg-type]


def test_what_may_be_true_is_only_asked() -> None:
    other = Known(uuid4(), "school", "한빛고등학교", date(2018, 3, 2), date(2019, 12, 31))
    college = words(kind("college"))
    assert list(doubts(college, born=BORN, others=[other])) == ["overlap"]
    assert doubts(replace(college, started_on=date(2019, 12, 10)), born=BORN, others=[other]) == {}
    training = words(kind("training"), title="우리 말")
    twin = Known(uuid4(), "training", "우리말", None, training.completed_on)
    assert list(doubts(training, born=BORN, others=[twin])) == ["duplicate"]
    much = replace(training, started_on=training.completed_on, hours=Decimal(13))
    assert list(doubts(much, born=BORN, others=[])) == ["much"]
    assert list(doubts(college, born=date(2010, 1, 1), others=[])) == ["young"]


@pytest.mark.req("A17", "rule")
@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"phone": "010-1234-5678"}, []),
        ({"email": "garam@example.kr", "no_workplace": True}, []),
        ({"phone": "+82 (10) 1234 5678", "workplace": "가온도서관", "address": "서울 마포구"}, []),
        ({"address": "서울 마포구"}, ["phone"]),
        ({"phone": "번호 없음"}, ["phone"]),
        ({"phone": "12"}, ["phone"]),
        ({"email": "garam"}, ["email"]),
        ({"phone": "010-1234-5678", "workplace": "가온", "no_workplace": True}, ["workplace"]),
        ({"phone": "010-1234-5678", "address": "680512-1234567"}, ["address"]),
        ({"phone": "010-1234-5678", "address": "가" * 201}, ["address"]),
    ],
)
def test_one_way_of_contact_is_enough(facts: dict[str, object], wrong: list[str]) -> None:
    given = {"address": "", "workplace": "", "no_workplace": False, "phone": "", "email": "", **facts}
    assert list(rules.personal_faults(**given)) == wrong  # type: ignore[arg-type]
