"""The list of trusted issuers of the demo world: two bodies elsewhere, one that is watched, one that was taken off."""

from datetime import datetime, timedelta

from naite.flows.demo.cast import Cast
from naite.roots.dates import day_of
from naite.trunk.badges.services import issuer_list

# Invented bodies under names that no one can register (RFC 2606).
_DECISIONS = (
    (
        400,
        "did:web:college.example",
        "바다새대학교 평생교육원",
        "부산",
        "trusted",
        "고등교육법에 따른 대학의 부설 기관입니다. 발급 규정과 담당 부서를 확인했습니다.",
    ),
    (
        320,
        "https://badges.volkshochschule.example/issuer",
        "슈프레 시민대학",
        "독일 베를린",
        "trusted",
        "베를린주 성인교육법에 따른 공공 기관입니다. 상대 기관의 목록과 서로 맞추어 보았습니다.",
    ),
    (
        300,
        "did:web:quickbadge.example",
        "바로배지",
        "서울",
        "trusted",
        "사업자등록과 발급 기준을 확인했습니다.",
    ),
    (
        12,
        "https://badges.volkshochschule.example/issuer",
        "슈프레 시민대학",
        "독일 베를린",
        "watched",
        "취소 목록이 며칠째 열리지 않아 까닭을 물어보고 있습니다.",
    ),
    (
        40,
        "did:web:quickbadge.example",
        "바로배지",
        "서울",
        "removed",
        "배우지 않은 사람에게도 배지를 준 것이 확인되었습니다.",
    ),
)


def decide_about_others(cast: Cast, *, now: datetime) -> None:
    """Let the national institute decide about issuers elsewhere, over a year."""
    officer = cast.people["seoyeon"]
    for days, issuer, name, place, standing, reason in sorted(_DECISIONS, reverse=True):
        then = now - timedelta(days=days)
        issuer_list.decide(
            draft=issuer_list.Draft(
                issuer=issuer,
                name=name,
                place=place,
                standing=standing,
                reason=reason,
                valid_from=day_of(then),
            ),
            seen=99,
            actor=officer,
            now=then,
        )
