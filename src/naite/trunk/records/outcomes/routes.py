"""Where an entry could count, as data with dates. Nothing here decides: the office does.

``basis`` is said only where a law names the way; everything else is “확인 필요” with the office to ask. Check the
texts and addresses when the law changes, and move ``CHECKED_ON``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Certainty = Literal["law", "source", "ask"]
CHECKED_ON = date(2026, 11, 22)
# 평생교육법 제23조 as in force; ③ is there since 2023.
LAW_IN_FORCE_ON = date(2026, 5, 12)

_LAW = _(
    "평가인정 과정을 마친 결과는 학점·학력·자격으로 인정될 수 있습니다(평생교육법 제23조제3항, 같은 법 시행령 제14조의3). "
    "이 과정이 실제로 무엇으로 얼마나 인정되는지는 여기서 알 수 없습니다."
)
_ASK = _("이 기록이 쓰일 수 있는지 정한 자료가 여기에 없습니다. 확인이 필요합니다.")


@dataclass(frozen=True, slots=True)
class Route:
    """A way in which results are used, and the office that decides."""

    code: str
    name: str | Promise
    office: str | Promise
    url: str


@dataclass(frozen=True, slots=True)
class Possible:
    """A route that may be open to an entry, how sure that is, and why."""

    route: Route
    certainty: Certainty
    words: str | Promise


@dataclass(frozen=True, slots=True)
class Facts:
    """What of an entry matters: its section, whether it is a recognised course, how it is classified."""

    section: int
    recognised: bool
    credit_bank_course: bool
    area: str
    category: str
    title: str


CREDIT_BANK = Route("credit_bank", _("학점은행제"), _("국가평생교육진흥원 학점은행"), "https://www.cb.or.kr/")
SELF_STUDY = Route(
    "self_study", _("독학학위제"), _("국가평생교육진흥원 독학학위"), "https://bdes.nile.or.kr/"
)
QUALIFICATION = Route("qualification", _("국가자격"), _("한국산업인력공단 큐넷"), "https://www.q-net.or.kr/")
SCHOOLING = Route("schooling", _("학력 인정"), _("사는 곳의 시·도교육청"), "")
VOLUNTEERING = Route("volunteering", _("자원봉사 실적"), _("1365 자원봉사포털"), "https://www.1365.go.kr/")
ROUTES: Sequence[Route] = (CREDIT_BANK, SELF_STUDY, QUALIFICATION, SCHOOLING, VOLUNTEERING)
BY_CODE = {route.code: route for route in ROUTES}


def routes_for(facts: Facts) -> list[Possible]:
    """Return the routes worth asking about for an entry, the surest first."""
    found: list[Possible] = []
    if facts.credit_bank_course:
        found.append(
            Possible(
                CREDIT_BANK,
                "source",
                _("강좌 자료에 학점은행제 평가인정 과정이라고 적혀 있습니다. 학점은 신청해야 인정됩니다."),
            )
        )
    if facts.recognised:
        found += [
            Possible(route, "law", _LAW)
            for route in (CREDIT_BANK, SCHOOLING, QUALIFICATION)
            if not (route is CREDIT_BANK and facts.credit_bank_course)
        ]
    asked: list[Route] = []
    if facts.section in (2, 3):
        asked += [CREDIT_BANK, SELF_STUDY]
    if facts.recognised:
        asked.append(SELF_STUDY)
    if facts.category in ("basic_literacy", "academic_supplement"):
        asked.append(SCHOOLING)
    if facts.area == "career":
        asked.append(QUALIFICATION)
    if facts.section == 5 and (facts.area == "civic" or "봉사" in facts.title):
        asked.append(VOLUNTEERING)
    named = {each.route.code for each in found}
    for route in asked:
        if route.code not in named:
            named.add(route.code)
            found.append(Possible(route, "ask", _ASK))
    return found
