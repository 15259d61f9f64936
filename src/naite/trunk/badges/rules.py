"""What a badge type demands, and whether a completion earns a badge; pure decisions (rows B1, B2)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.trunk.badges.framework_shape import BadgeType

# Ten digits of the unit and its version, as in 0701020101_16v2: without the version nobody can tell later
# which standard was met.
NCS_UNIT = re.compile(r"\d{10}_\d{2}v\d{1,2}", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

AlignmentKind = Literal["ncs_unit", "qualification", "skill"]
STANDARDS: frozenset[str] = frozenset({"ncs_unit", "qualification"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """A link from a badge to a unit of a standard, a qualification or a skill."""

    kind: AlignmentKind
    code: str = ""
    name: str
    framework: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRule:
    """What one has to show for a badge."""

    min_attendance: int | None = None
    pass_mark: Decimal | None = None
    min_gain: Decimal | None = None
    activity_hours: Decimal | None = None
    qualification: str = ""
    alignments: Sequence[Alignment] = ()
    prerequisites: Sequence[UUID] = field(default=())


@dataclass(frozen=True, slots=True)
class Missing:
    """One demand of the type that the rule does not meet, with the sentence that says what to do."""

    demand: str
    field: str
    message: str | Promise


_MISSING: dict[str, tuple[str, str | Promise]] = {
    "attendance": ("min_attendance", _("출석 기준이 없습니다. 몇 % 이상 출석해야 하는지 적어 주세요.")),
    "no_assessment": (
        "pass_mark",
        _("이 유형은 출석만으로 줍니다. 합격 점수를 지우거나 평가가 있는 유형을 고르세요."),
    ),
    "assessment": (
        "pass_mark",
        _("합격 점수가 없습니다. 출석만으로는 이 유형을 줄 수 없습니다. 몇 점 이상인지 적어 주세요."),
    ),
    "activity": (
        "activity_hours",
        _("확인된 활동 시간이 없습니다. 몇 시간 이상 활동해야 하는지 적어 주세요."),
    ),
    "alignment": (
        "alignments",
        _("이어진 기준이 없습니다. 국가직무능력표준(NCS) 능력단위나 자격을 하나 이상 적어 주세요."),
    ),
    "prerequisites": (
        "prerequisites",
        _("먼저 받아야 할 배지가 없습니다. 두 개 이상 고르세요."),
    ),
}


def missing_demands(badge_type: BadgeType, rule: AwardRule) -> list[Missing]:
    """Return what the type demands and the rule lacks, in a fixed order; empty when the badge may be made."""
    met = {
        "attendance": rule.min_attendance is not None and 1 <= rule.min_attendance <= 100,
        "no_assessment": rule.pass_mark is None and rule.min_gain is None,
        "assessment": (rule.pass_mark is not None and rule.pass_mark > 0)
        or _assessed_otherwise(badge_type, rule),
        "activity": rule.activity_hours is not None and rule.activity_hours > 0,
        "alignment": any(item.kind in STANDARDS for item in rule.alignments),
        "prerequisites": len(set(rule.prerequisites)) >= 2,
    }
    return [
        Missing(demand, *_MISSING[demand])
        for demand in _MISSING
        if demand in badge_type.demands and not met[demand]
    ]


def _assessed_otherwise(badge_type: BadgeType, rule: AwardRule) -> bool:
    """Whether something else than a score shows the level that the type asks for.

    A standard is met by passing, not by becoming better, so improvement does not serve types that demand one;
    there a qualification serves, whose own examination was passed.
    """
    if "alignment" in badge_type.demands:
        return bool(rule.qualification)
    return rule.min_gain is not None and rule.min_gain > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a completion showed."""

    attendance_rate: Decimal | None
    score: Decimal | None
    gain: Decimal | None = None


def why_not_earned(badge_type: BadgeType, rule: AwardRule, figures: Figures) -> str | Promise | None:
    """Return why a completion does not earn the badge, or None when it does.

    Types that rest on an activity log or on other badges are never earned by a completion alone.
    """
    if not badge_type.shown_by_completion:
        return _("이 유형은 수료만으로 받지 않습니다.")
    if rule.min_attendance is not None and (
        figures.attendance_rate is None or figures.attendance_rate < rule.min_attendance
    ):
        return _("출석 기준에 이르지 않았습니다.")
    if rule.pass_mark is not None and (figures.score is None or figures.score < rule.pass_mark):
        return _("합격 점수에 이르지 않았습니다.")
    if rule.min_gain is not None and (figures.gain is None or figures.gain < rule.min_gain):
        return _("향상도 기준에 이르지 않았습니다.")
    if rule.qualification and rule.pass_mark is None:
        return _("확인된 자격으로 받는 배지입니다.")
    return None


def clean_text(value: str) -> str:
    """Return the text as it will be signed: composed (NFC), one kind of line end, trimmed."""
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").strip()


def has_control_characters(value: str) -> bool:
    """Whether the text holds characters that cannot be signed."""
    return bool(_CONTROL.search(value))


def alignment_problem(item: Alignment) -> str | Promise | None:
    """Return what is wrong with an alignment, or None."""
    if not item.name:
        return _("이어진 기준의 이름을 적어 주세요.")
    if item.kind == "ncs_unit" and not NCS_UNIT.fullmatch(item.code):
        return _("능력단위 번호는 판까지 적어 주세요. 보기: 0701020101_16v2")
    if item.url and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", item.url):
        return _("주소는 https://로 시작해야 합니다.")
    return None
