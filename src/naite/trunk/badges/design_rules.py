"""What a badge's design still lacks, and criteria by which nobody could decide; pure decisions (rows B2, B3)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from naite.roots.korean import josa
from naite.trunk.badges.framework_shape import BadgeType, Framework
from naite.trunk.badges.rules import AwardRule, missing_demands

EVIDENCE: Mapping[str, str | Promise] = {
    "attendance": lazy("출석 기록"),
    "result": lazy("평가 결과"),
    "report": lazy("보고서나 만든 것"),
    "improvement": lazy("사전·사후 진단 결과"),
    "log": lazy("확인된 활동 기록"),
    "photo": lazy("활동 사진"),
    "certificate": lazy("확인된 자격"),
}
# Which evidence can show that a demand is met; a design asks for at least one of them.
_SHOWS: Mapping[str, frozenset[str]] = {
    "attendance": frozenset({"attendance"}),
    "assessment": frozenset({"result", "report", "improvement", "certificate"}),
    "activity": frozenset({"log", "report"}),
}
DEMAND_LABELS: Mapping[str, str | Promise] = {
    "attendance": lazy("출석 기준이 있습니다"),
    "no_assessment": lazy("출석만으로 줍니다"),
    "assessment": lazy("평가 기준이 있습니다"),
    "activity": lazy("확인된 활동 시간이 있습니다"),
    "alignment": lazy("이어진 기준이 있습니다"),
    "prerequisites": lazy("먼저 받을 배지가 있습니다"),
}

_A_FIGURE = re.compile(
    r"\d[\d,.]*\s*(?:%|퍼센트|점|시간|분|회|번|개|명|쪽|장|건|편|자|일|주|개월|달|단계|급|등급|종|가지|문항)"
)
_END = r"(?:다|함|것|요|죠)?"
# What is vague unless the same clause says how much. Each has the sentence that asks for it.
_VAGUE: tuple[tuple[re.Pattern[str], str | Promise], ...] = (
    (
        re.compile(r"(?:높아|나아|좋아|늘어|향상되|향상돼|향상하|오르|올라)(?:져|져서|어|여|아)?야?\s*(?:한다|합니다|함|된다|됩니다|해요)"),
        lazy("몇 점 이상인지 적어 주세요."),
    ),
    (re.compile(r"(?:우수|탁월|뛰어난|양호|만족스러운|좋은\s*성적)\w*"), lazy("몇 점이나 몇 등급 이상인지 적어 주세요.")),
    (re.compile(r"(?:성실|열심|적극적|꾸준|충실)(?:히|하게|으로|한|한\s*태도)?"), lazy("몇 % 출석이나 몇 번인지 적어 주세요.")),
    (re.compile(r"(?:충분|적당|적절|상당)(?:히|한|하게)"), lazy("얼마나인지 숫자로 적어 주세요.")),
    (re.compile(r"(?:일정|어느)\s*(?:정도|수준|기준|시간|이상)"), lazy("그 정도가 얼마인지 숫자로 적어 주세요.")),
    (re.compile(r"(?:대부분|대체로|웬만큼|가급적|되도록|많이|자주)"), lazy("몇 %나 몇 번인지 적어 주세요.")),
    (re.compile(r"잘\s+(?:이해|수행|활용|알|해|하)\w*"), lazy("무엇으로 판단하는지, 몇 점 이상인지 적어 주세요.")),
)  # fmt: skip
_RISES = _VAGUE[0][0]


@dataclass(frozen=True, slots=True)
class Vague:
    """A phrase by which nobody could decide, with what to ask and, where one can be made, a better wording."""

    phrase: str
    start: int
    ask: str
    better: str = ""

    @property
    def message(self) -> str:
        return _("‘%(phrase)s’만으로는 판단할 수 없습니다. %(ask)s") % {
            "phrase": self.phrase,
            "ask": self.ask,
        }


def vague_phrases(text: str, *, min_gain: Decimal | None = None) -> list[Vague]:
    """Return the phrases of criteria that say neither how much nor how often, in order.

    A clause that has a figure with its unit is taken as decidable. ``min_gain`` fills the better wording.
    """
    found: list[Vague] = []
    for clause in re.finditer(r"[^.,;\n·]+", text):
        words = clause.group()
        if _A_FIGURE.search(words):
            continue
        hits = [(hit, ask) for pattern, ask in _VAGUE if (hit := pattern.search(words))]
        if not hits:
            continue
        hit, ask = min(hits, key=lambda pair: pair[0].start())
        better = ""
        if _RISES.fullmatch(hit.group()):
            points = f"{min_gain.normalize():f}" if min_gain else "20"
            better = f"{points}점 이상 {hit.group()}"
        found.append(Vague(hit.group(), clause.start() + hit.start(), str(ask), better))
    return found


def mend(text: str, vague: Vague) -> str:
    """Return the text with the better wording in the place of the vague one."""
    if not vague.better:
        return text
    end = vague.start + len(vague.phrase)
    return f"{text[: vague.start]}{vague.better}{text[end:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What was typed so far, as plain values."""

    name: str
    badge_type: str
    area: str
    criteria: str
    rule: AwardRule
    evidence: Sequence[str] = ()
    hours: Decimal | None = None
    course_hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the type: met or not, with what is so or what to do, and the field that decides."""

    key: str
    field: str
    met: bool
    label: str
    detail: str = ""


def checks(kind: Framework, design: Design) -> list[Check]:
    """Return every rule that a design of its type must meet before it is reviewed or published, in order."""
    badge_type, area = kind.types.get(design.badge_type), kind.areas.get(design.area)
    if badge_type is None:
        return []
    named = bool(design.name.strip()) and area is not None
    wrong = _other_words(kind, design)
    found = [
        Check(
            "name",
            "name" if area is not None else "area",
            named and not wrong,
            _("이름이 ‘영역-유형’ 꼴을 따릅니다") if named and not wrong else _("이름이나 영역이 없습니다"),
            _("이름 속 ‘%(word)s’이라는 말이 고른 유형이나 영역과 다릅니다.") % {"word": wrong}
            if wrong
            else "",
        )
    ]
    missing = {item.demand: item for item in missing_demands(badge_type, design.rule)}
    for demand, label in DEMAND_LABELS.items():
        if demand in badge_type.demands:
            lack = missing.get(demand)
            found.append(
                Check(
                    demand,
                    lack.field if lack else "",
                    lack is None,
                    _short(str(lack.message)) if lack else str(label),
                    _rest(str(lack.message)) if lack else _said(demand, design.rule),
                )
            )
    vague = vague_phrases(design.criteria, min_gain=design.rule.min_gain)
    concrete = bool(design.criteria.strip()) and not vague
    found.append(
        Check(
            "criteria",
            "criteria",
            concrete,
            _("받는 기준으로 판단할 수 있습니다") if concrete else _("받는 기준만으로는 판단할 수 없습니다"),
            vague[0].message if vague else "" if concrete else _("무엇을 얼마나 해야 받는지 적어 주세요."),
        )
    )
    found.append(_hours(design))
    found.append(_evidence(badge_type, design))
    return found


def _other_words(kind: Framework, design: Design) -> str:
    """A type's name within the badge's own name that is not the chosen one; readers would take it for the type."""
    return next(
        (
            item.korean
            for item in kind.types.values()
            if item.code != design.badge_type and len(item.korean) > 2 and item.korean in design.name
        ),
        "",
    )


def _hours(design: Design) -> Check:
    hours = design.hours or design.course_hours or design.rule.activity_hours
    if not hours and design.rule.qualification:
        return Check("hours", "", True, _("학습시간을 보지 않습니다"), _("확인된 자격으로 줍니다."))
    detail = _("몇 시간 배우거나 활동하는지 적어 주세요.")
    if hours:
        detail = _("%(hours)s시간") % {"hours": f"{hours.normalize():f}"}
        if design.hours and design.course_hours and design.hours != design.course_hours:
            detail = _("%(hours)s시간 · 연결한 과정은 %(course)s시간") % {
                "hours": f"{design.hours.normalize():f}",
                "course": f"{design.course_hours.normalize():f}",
            }
        elif design.course_hours:
            detail = _("%(hours)s시간 · 연결한 과정과 같음") % {"hours": f"{hours.normalize():f}"}
    label = _("학습시간이 있습니다") if hours else _("학습시간이 없습니다")
    return Check("hours", "hours", bool(hours), label, detail)


def _evidence(badge_type: BadgeType, design: Design) -> Check:
    asked = set(design.evidence)
    lacking = [
        options for demand, options in _SHOWS.items() if demand in badge_type.demands and not asked & options
    ]
    if not lacking:
        words = ", ".join(str(EVIDENCE[item]) for item in EVIDENCE if item in asked)
        return Check("evidence", "evidence", True, _("증거를 정했습니다"), words)
    choices = [str(EVIDENCE[item]) for item in EVIDENCE if item in lacking[0]]
    if len(choices) == 1:
        ask = _("%(evidence)s 있어야 합니다.") % {"evidence": josa(choices[0], "이/가")}
    else:
        ask = _("%(evidence)s 가운데 하나 이상이 있어야 합니다.") % {"evidence": ", ".join(choices)}
    return Check("evidence", "evidence", False, _("증거가 없습니다"), ask)


def _said(demand: str, rule: AwardRule) -> str:
    """What the design says about a demand that it meets."""
    if demand == "attendance" and rule.min_attendance is not None:
        return _("%(rate)d%% 이상") % {"rate": rule.min_attendance}
    if demand == "assessment":
        parts = []
        if rule.pass_mark is not None:
            parts.append(_("%(points)s점 이상") % {"points": f"{rule.pass_mark.normalize():f}"})
        if rule.min_gain is not None:
            parts.append(_("%(points)s점 이상 향상") % {"points": f"{rule.min_gain.normalize():f}"})
        if rule.qualification:
            parts.append(rule.qualification)
        return " · ".join(parts)
    if demand == "activity" and rule.activity_hours is not None:
        return _("%(hours)s시간") % {"hours": f"{rule.activity_hours.normalize():f}"}
    if demand == "alignment":
        return " · ".join(item.name for item in rule.alignments[:3])
    return ""


def _short(message: str) -> str:
    return message.split(". ")[0].rstrip(".")


def _rest(message: str) -> str:
    return message.partition(". ")[2]
