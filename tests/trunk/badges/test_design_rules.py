from dataclasses import replace
from decimal import Decimal

import pytest

from naite.trunk.badges.design_rules import Design, checks, mend, vague_phrases
from naite.trunk.badges.framework import frameworks
from naite.trunk.badges.rules import Alignment, AwardRule

SEOUL = frameworks()["seoul", 1]
GOOD = Design(
    name="데이터로 보는 나의 직업",
    badge_type="achievement",
    area="career",
    criteria="80% 이상 출석하고, 사후 진단이 20점 이상 높아져야 한다.",
    rule=AwardRule(min_attendance=80, min_gain=Decimal(20)),
    evidence=["improvement"],
    hours=Decimal(30),
)


def lacking(design: Design) -> list[str]:
    return [item.key for item in checks(SEOUL, design) if not item.met]


@pytest.mark.req("B3", "rule")
@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("사전 진단과 견주어 사후 진단이 높아져야 한다.", ["높아져야 한다"]),
        ("사전 진단보다 20점 이상 높아져야 한다.", []),
        ("성실히 참여하고 우수한 결과를 낸다", ["성실히"]),
        ("성실히 참여한다, 우수한 결과를 낸다", ["성실히", "우수한"]),
        ("80% 이상 출석한다", []),
        ("보고서 1편을 낸다; 일정 수준 이상이어야 한다", ["일정 수준"]),
        ("수업을 대부분 듣는다", ["대부분"]),
        ("배운 것을 잘 이해한다", ["잘 이해한다"]),
        ("모의 상담을 하고 상담 일지를 낸다", []),
        ("", []),
    ],
)
def test_criteria_by_which_nobody_could_decide_are_caught(text: str, phrases: list[str]) -> None:
    found = vague_phrases(text)
    assert [item.phrase for item in found] == phrases
    for item in found:
        assert text[item.start : item.start + len(item.phrase)] == item.phrase


def test_a_better_wording_takes_the_place_of_the_vague_one() -> None:
    text = "80% 이상 출석한다. 사후 진단이 높아져야 한다."
    (vague,) = vague_phrases(text)
    assert vague.message == "‘높아져야 한다’만으로는 판단할 수 없습니다. 몇 점 이상인지 적어 주세요."
    assert mend(text, vague) == "80% 이상 출석한다. 사후 진단이 20점 이상 높아져야 한다."
    (vague,) = vague_phrases(text, min_gain=Decimal("15.0"))
    assert "15점 이상 높아져야 한다" in mend(text, vague)
    assert not vague_phrases(mend(text, vague))


@pytest.mark.req("B2", "rule")
def test_a_whole_design_passes_and_each_lack_is_named() -> None:
    assert lacking(GOOD) == []
    assert lacking(replace(GOOD, name="")) == ["name"]
    assert lacking(replace(GOOD, area="")) == ["name"]
    assert lacking(replace(GOOD, name="나의 직업 참여형")) == ["name"]
    assert lacking(replace(GOOD, rule=AwardRule(min_attendance=80))) == ["assessment"]
    assert lacking(replace(GOOD, criteria="향상되어야 한다")) == ["criteria"]
    assert lacking(replace(GOOD, hours=None)) == ["hours"]
    assert lacking(replace(GOOD, hours=None, course_hours=Decimal(30))) == []
    assert lacking(replace(GOOD, evidence=["attendance", "photo"])) == ["evidence"]
    assert checks(SEOUL, replace(GOOD, badge_type="magic")) == []


@pytest.mark.req("B2", "rule")
def test_a_standard_is_met_by_passing_or_by_a_qualification_and_not_by_improvement() -> None:
    unit = Alignment(kind="ncs_unit", code="0701020101_16v2", name="초기 상담하기")
    design = replace(
        GOOD,
        badge_type="qualification",
        evidence=["certificate"],
        rule=AwardRule(min_gain=Decimal(20), alignments=[unit]),
    )
    assert lacking(design) == ["assessment"]
    assert lacking(replace(design, rule=AwardRule(pass_mark=Decimal(60), alignments=[unit]))) == []
    assert lacking(replace(design, rule=AwardRule(qualification="직업상담사 2급", alignments=[unit]))) == []
    assert lacking(replace(GOOD, rule=AwardRule(qualification="직업상담사 2급"))) == ["assessment"]
