"""The menus: five entries for everyone, and for staff what fits the role they sit in.

A staff entry appears as soon as its page exists, so entries can be listed before their pages.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.trunk.people.models import Role

Label = str | Promise


@dataclass(frozen=True)
class Entry:
    key: str
    label: Label
    url: str


@dataclass(frozen=True)
class Planned:
    """A staff menu entry: ``key`` is the page's ``section``, ``roles`` who sees it."""

    key: str
    label: Label
    url_name: str
    icon: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Shown:
    key: str
    label: Label
    url: str
    icon: str


@dataclass(frozen=True)
class Group:
    label: Label
    items: list[Shown] = field(default_factory=list)


OPERATOR = "operator"
_PLAN_READERS = frozenset({Role.COUNSELLOR, Role.LOCAL_OFFICER})
_COURSE = frozenset({Role.INSTITUTION_STAFF, Role.PROGRAMME_MANAGER, Role.HUB_OPERATOR})
_SUPPLY = _COURSE | {Role.LOCAL_OFFICER}
_TEACH = _COURSE | {Role.INSTRUCTOR}
_OFFICE = frozenset(
    {Role.MINISTRY_OFFICIAL, Role.NATIONAL_OFFICER, Role.PROVINCIAL_OFFICER, Role.LOCAL_OFFICER}
)
_COUNSEL = frozenset({Role.LOCAL_OFFICER, Role.PROVINCIAL_OFFICER, Role.NATIONAL_OFFICER, Role.COUNSELLOR})
_ANSWER = _COURSE | {
    Role.LOCAL_OFFICER,
    Role.EDUCATION_OFFICER,
    Role.PROVINCIAL_OFFICER,
    Role.NATIONAL_OFFICER,
}
_DECIDE = frozenset(
    {Role.LOCAL_OFFICER, Role.PROVINCIAL_OFFICER, Role.NATIONAL_OFFICER, Role.DESK_STAFF, OPERATOR}
)
_MAP = frozenset({Role.PROVINCIAL_OFFICER, Role.NATIONAL_OFFICER, OPERATOR})
_REVIEW = frozenset({Role.EVALUATOR, Role.COMMITTEE_MEMBER})
_PEOPLE = _OFFICE | _COURSE | {Role.EDUCATION_OFFICER, OPERATOR}

STAFF_MENU: tuple[tuple[Label, tuple[Planned, ...]], ...] = (
    (
        "",
        (
            Planned("desk", _("나의 업무"), "work-desk", "inbox", _TEACH),
            Planned("desk", _("나의 업무"), "office-desk", "inbox", _OFFICE | _REVIEW | {OPERATOR}),
            Planned("counter", _("창구"), "office-counter", "hand", frozenset({Role.DESK_STAFF})),
            Planned("account-applications", _("계좌 신청"), "office-account-applications", "users", _DECIDE),
            Planned("applications", _("평가인정 신청"), "work-applications", "file", _COURSE),
            Planned("applications", _("신청 건"), "office-applications", "file", _OFFICE),
            Planned("requests", _("확인 요청"), "work-requests", "check", _ANSWER),
            Planned("courses", _("강좌 관리"), "work-courses", "book", _COURSE),
            Planned("runs", _("개설·출석"), "work-runs", "list", _TEACH),
            Planned("import", _("강좌 올리기"), "work-import", "upload", _SUPPLY),
            Planned("completions", _("이수실적 올리기"), "work-completions", "upload", _COURSE),
            Planned("transfers", _("이수실적으로 옮기기"), "work-transfers", "list", _COURSE),
            Planned("badges", _("배지"), "work-badges", "badge", _COURSE),
            Planned("pathways", _("경로"), "work-pathways", "link", _COURSE),
            Planned("awards", _("수여"), "work-awards", "send", _COURSE),
            Planned("monitoring", _("강좌 의견"), "work-monitoring", "note", _COURSE),
            Planned("monitoring", _("학습자 모니터링"), "office-monitoring", "chart", _OFFICE),
            Planned("policy-plans", _("계획"), "office-policy-plans", "cal", _OFFICE),
            Planned("rounds", _("차수"), "office-rounds", "cal", _OFFICE),
            Planned("review", _("나의 평가"), "review", "check", frozenset({Role.EVALUATOR})),
            Planned("review-profile", _("나의 정보"), "review-profile", "users", frozenset({Role.EVALUATOR})),
            Planned("panels", _("평가단"), "office-panels", "users", frozenset({Role.NATIONAL_OFFICER})),
            Planned(
                "evaluators", _("평가위원"), "office-evaluators", "badge", frozenset({Role.NATIONAL_OFFICER})
            ),
            Planned(
                "committee",
                _("심의위원회"),
                "office-committee",
                "gavel",
                frozenset({Role.NATIONAL_OFFICER, Role.COMMITTEE_MEMBER}),
            ),
            Planned("approvals", _("승인"), "office-approvals", "check", frozenset({Role.MINISTRY_OFFICIAL})),
            Planned(
                "letters",
                _("결과 통보"),
                "office-letters",
                "send",
                frozenset({Role.NATIONAL_OFFICER, Role.PROVINCIAL_OFFICER, Role.LOCAL_OFFICER}),
            ),
            Planned("figures", _("통계"), "office-figures", "chart", _OFFICE),
            Planned("class-map", _("분류 대응"), "work-class-maps", "list", _MAP),
            Planned("recognitions", _("받은 평가인정"), "work-recognitions", "badge", _COURSE),
            Planned("notices", _("받은 통보"), "work-notices", "inbox", _COURSE),
            Planned(
                "recognition",
                _("평가인정"),
                "office-recognition",
                "badge",
                frozenset({Role.NATIONAL_OFFICER}),
            ),
            Planned(
                "oversight", _("사후 관리"), "office-oversight", "zoom", frozenset({Role.NATIONAL_OFFICER})
            ),
            Planned("oversight", _("시정·취소"), "work-oversight", "gavel", _COURSE),
            Planned(
                "help-edit",
                _("도움말"),
                "office-articles",
                "info",
                frozenset({Role.NATIONAL_OFFICER, OPERATOR}),
            ),
            Planned("counselling", _("상담"), "office-questions", "note", _COUNSEL),
            Planned("sessions", _("학습설계 상담"), "office-sessions", "cal", _COUNSEL),
            Planned("plans", _("함께 보는 학습설계"), "office-plans", "list", _PLAN_READERS),
        ),
    ),
    (
        _("관리"),
        (
            Planned(
                "registry",
                _("기관 대장"),
                "office-registry",
                "file",
                _OFFICE | {Role.EDUCATION_OFFICER, OPERATOR},
            ),
            Planned("registry", _("기관 대장"), "work-registry", "file", _COURSE),
            Planned(
                "notice-board",
                _("공고·홍보"),
                "office-notice-board",
                "note",
                _OFFICE | {Role.EDUCATION_OFFICER},
            ),
            Planned("organisations", _("기관"), "office-organisations", "room", _OFFICE | {OPERATOR}),
            Planned(
                "issuers",
                _("믿을 수 있는 기관"),
                "office-issuers",
                "badge",
                frozenset({Role.NATIONAL_OFFICER, OPERATOR}),
            ),
            Planned("api", _("API 연결"), "work-api", "list", _COURSE),
            Planned("members", _("구성원·초대"), "office-members", "users", _PEOPLE),
            Planned("privacy", _("개인정보 요청"), "office-privacy", "lock", frozenset({OPERATOR})),
        ),
    ),
)


def citizen_menu() -> list[Entry]:
    """Return the five entries of the main menu."""
    return [
        Entry("courses", _("강좌 찾기"), _url("course-search") or "/courses/"),
        Entry("account", _("나의 학습계좌"), _url("my-home") or "/my/"),
        Entry("wallet", _("배지 지갑"), _url("my-wallet") or "/my/wallet/"),
        Entry("verify", _("진위확인"), _url("verify") or "/verify/"),
        Entry("help", _("도움"), _url("help") or "/help/"),
    ]


def staff_menu(roles: Iterable[str]) -> list[Group]:
    """Return the groups a seat with these roles sees, without entries whose page does not exist."""
    held = set(roles)
    groups = []
    for label, planned in STAFF_MENU:
        items = [
            Shown(item.key, item.label, url, item.icon)
            for item in planned
            if held & item.roles and _wanted(item) and (url := _url(item.url_name))
        ]
        if items:
            groups.append(Group(label, items))
    return groups


def _wanted(item: Planned) -> bool:
    """Whether this installation uses the page at all: nobody applies where accounts open at once."""
    return item.key != "account-applications" or settings.ACCOUNT_APPROVAL != "off"


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
