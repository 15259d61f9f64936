from decimal import Decimal
from uuid import uuid4

import pytest

from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.rules import (
    Alignment,
    AwardRule,
    Figures,
    alignment_problem,
    clean_text,
    missing_demands,
    why_not_earned,
)

SEOUL = frameworks.current()[0]
NCS = Alignment(kind="ncs_unit", code="0701020101_16v2", name="초기 상담하기", framework="NCS")
FULL = {
    "participation": AwardRule(min_attendance=80),
    "achievement": AwardRule(min_attendance=80, pass_mark=Decimal(60)),
    "activity": AwardRule(activity_hours=Decimal(10)),
    "qualification": AwardRule(pass_mark=Decimal(60), alignments=[NCS]),
    "pathway": AwardRule(prerequisites=[uuid4(), uuid4()]),
}


@pytest.mark.req("B2", "rule")
@pytest.mark.parametrize("kind", FULL)
def test_a_rule_with_all_its_type_demands_passes(kind: str) -> None:
    assert missing_demands(SEOUL.types[kind], FULL[kind]) == []


@pytest.mark.req("B2", "rule")
@pytest.mark.parametrize("kind", [kind for kind in FULL if kind != "participation"])
def test_attendance_alone_can_only_be_participation(kind: str) -> None:
    assert missing_demands(SEOUL.types[kind], AwardRule(min_attendance=100))


@pytest.mark.req("B2", "rule")
@pytest.mark.parametrize(
    ("kind", "rule", "demands"),
    [
        ("participation", AwardRule(), ["attendance"]),
        ("participation", AwardRule(min_attendance=0), ["attendance"]),
        ("participation", AwardRule(min_attendance=80, pass_mark=Decimal(60)), ["no_assessment"]),
        ("achievement", AwardRule(min_attendance=80, pass_mark=Decimal(0)), ["assessment"]),
        ("activity", AwardRule(activity_hours=Decimal(0)), ["activity"]),
        ("qualification", AwardRule(pass_mark=Decimal(60)), ["alignment"]),
        ("qualification", AwardRule(alignments=[NCS]), ["assessment"]),
        ("qualification", AwardRule(), ["assessment", "alignment"]),
        (
            "qualification",
            AwardRule(pass_mark=Decimal(60), alignments=[Alignment(kind="skill", name="경청")]),
            ["alignment"],
        ),
        ("pathway", AwardRule(prerequisites=[uuid4()]), ["prerequisites"]),
    ],
)
def test_each_lack_is_named_with_what_to_do(kind: str, rule: AwardRule, demands: list[str]) -> None:
    missing = missing_demands(SEOUL.types[kind], rule)
    assert [item.demand for item in missing] == demands
    assert all(str(item.message).endswith((".", "요.")) and item.field for item in missing)


def test_one_badge_twice_is_not_two() -> None:
    same = uuid4()
    assert missing_demands(SEOUL.types["pathway"], AwardRule(prerequisites=[same, same]))


@pytest.mark.parametrize(
    ("rate", "score", "earned"),
    [
        ("80", "60", True),
        ("79.99", "60", False),
        ("80", "59.99", False),
        (None, "60", False),
        ("80", None, False),
    ],
)
def test_a_badge_is_earned_at_its_marks_and_not_below(
    rate: str | None, score: str | None, earned: bool
) -> None:
    figures = Figures(
        attendance_rate=None if rate is None else Decimal(rate),
        score=None if score is None else Decimal(score),
    )
    assert (why_not_earned(SEOUL.types["achievement"], FULL["achievement"], figures) is None) is earned


@pytest.mark.parametrize("kind", ["activity", "pathway"])
def test_activities_and_pathways_are_never_earned_by_completing_alone(kind: str) -> None:
    figures = Figures(attendance_rate=Decimal(100), score=Decimal(100))
    assert why_not_earned(SEOUL.types[kind], FULL[kind], figures)


@pytest.mark.parametrize(
    ("item", "good"),
    [
        (NCS, True),
        (Alignment(kind="ncs_unit", code="0701020101", name="판이 없음"), False),
        (Alignment(kind="ncs_unit", code="07010201_16v2", name="짧음"), False),
        (Alignment(kind="qualification", name=""), False),
        (Alignment(kind="skill", name="경청", url="javascript:alert(1)"), False),
        (Alignment(kind="skill", name="경청", url="https://example.kr/a b"), False),
        (Alignment(kind="skill", name="경청", url="https://example.kr/a"), True),
    ],
)
def test_alignments(item: Alignment, good: bool) -> None:
    assert (alignment_problem(item) is None) is good


def test_text_is_composed_before_it_is_signed() -> None:
    assert clean_text(" 나이테\r\n ") == "나이테"
