"""When a package may still be opened, what may be asked of it, and how a visitor is named; pure decisions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.korean_ids import resident_number_fault

PackageState = Literal["open", "withdrawn", "expired", "used_up"]

LONGEST_DAYS = 365
# How often a package may be opened; None is as often as one likes until it ends.
LOOKS: tuple[int | None, ...] = (1, 3, 5, 10, None)
MOST_ENTRIES, MOST_CERTIFICATES, MOST_BADGES = 300, 20, 50
PASSWORD_LEAST, PASSWORD_MOST = 6, 64
# Wrong passwords in a row, and for how long the link then takes none.
TRIES, LOCK = 5, timedelta(hours=1)
# How long one look lasts: the page, its files and its checks within this time are one look.
LOOK_LASTS = timedelta(hours=1)
RECIPIENT_LENGTH, PURPOSE_LENGTH, MESSAGE_LENGTH, RECEIVER_LENGTH = 120, 200, 1000, 60


@dataclass(frozen=True, kw_only=True)
class PackageDraft:
    """What a learner wants to send, before it is sent. ``until`` is the last day on which it opens."""

    recipient: str
    purpose: str
    until: date | None
    message: str = ""
    most_looks: int | None = None
    shows_birth: bool = False
    shows_email: bool = False
    entry_ids: tuple[UUID, ...] = ()
    certificate_ids: tuple[UUID, ...] = ()
    holding_ids: tuple[UUID, ...] = ()


def state_of(
    *,
    expires_at: datetime,
    withdrawn_at: datetime | None,
    most_looks: int | None,
    look_count: int,
    now: datetime,
) -> PackageState:
    """Return whether a package can be opened now; its end is exclusive, and withdrawal tells before expiry."""
    if withdrawn_at is not None and withdrawn_at <= now:
        return "withdrawn"
    if expires_at <= now:
        return "expired"
    if most_looks is not None and look_count >= most_looks:
        return "used_up"
    return "open"


def faults(draft: PackageDraft, *, today: date) -> dict[str, str | Promise]:
    """Return a sentence for each field of a draft that cannot be sent as it is."""
    found: dict[str, str | Promise] = {}
    for name, text, length, ask in (
        ("recipient", draft.recipient, RECIPIENT_LENGTH, _("받는 곳을 적어 주세요. 예: 가온고등학교 교무실")),
        ("purpose", draft.purpose, PURPOSE_LENGTH, _("무엇에 쓰는지 적어 주세요. 예: 편입학 서류")),
    ):
        if not text.strip():
            found[name] = ask
        elif len(text.strip()) > length:
            found[name] = _("%(length)d자까지 적을 수 있습니다.") % {"length": length}
    for name, text in (
        ("recipient", draft.recipient),
        ("purpose", draft.purpose),
        ("message", draft.message),
    ):
        if fault := resident_number_fault(text):
            found[name] = fault
    if len(draft.message) > MESSAGE_LENGTH:
        found["message"] = _("%(length)d자까지 적을 수 있습니다.") % {"length": MESSAGE_LENGTH}
    if draft.until is None:
        found["until"] = _("언제까지 열 수 있는지 날을 골라 주세요.")
    elif draft.until < today:
        found["until"] = _("이미 지난 날입니다. 오늘이나 그 뒤의 날을 골라 주세요.")
    elif draft.until > today + timedelta(days=LONGEST_DAYS):
        found["until"] = _("1년 안의 날을 골라 주세요.")
    if draft.most_looks not in LOOKS:
        found["most_looks"] = _("몇 번 열 수 있는지 골라 주세요.")
    if message := _chosen_fault(draft):
        found["items"] = message
    return found


def _chosen_fault(draft: PackageDraft) -> str | Promise:
    if not (draft.entry_ids or draft.certificate_ids or draft.holding_ids):
        return _("담을 것을 하나 이상 고르세요.")
    many: Sequence[tuple[int, int]] = (
        (len(draft.entry_ids), MOST_ENTRIES),
        (len(draft.certificate_ids), MOST_CERTIFICATES),
        (len(draft.holding_ids), MOST_BADGES),
    )
    if any(count > most for count, most in many):
        return _(
            "한 꾸러미에는 기록 %(entries)d건, 증명서 %(certificates)d건, 배지 %(badges)d개까지 담을 수 있습니다. 나누어 보내 주세요."
        ) % {"entries": MOST_ENTRIES, "certificates": MOST_CERTIFICATES, "badges": MOST_BADGES}
    return ""


def password_fault(password: str, again: str) -> str | Promise:
    """Return what is wrong with a password for a package; an empty one is none and fine."""
    if not password and not again:
        return ""
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        return _("암호는 %(least)d자부터 %(most)d자까지 적어 주세요.") % {
            "least": PASSWORD_LEAST,
            "most": PASSWORD_MOST,
        }
    return "" if password == again else _("두 번 적은 암호가 다릅니다. 다시 적어 주세요.")


_BROWSERS = (
    ("KAKAOTALK", "카카오톡"),
    ("NAVER", "네이버 앱"),
    ("SamsungBrowser", "삼성 인터넷"),
    ("Whale", "웨일"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_PHONE = re.compile(r"Mobile|Android|iPhone|iPad")


def rough_client(user_agent: str) -> str:
    """Return the kind of device and browser, ``휴대전화 · Chrome``; nothing by which a device is told again."""
    if not user_agent:
        return str(_("알 수 없는 기기"))
    device = str(_("휴대전화")) if _PHONE.search(user_agent) else str(_("컴퓨터"))
    name = next((label for mark, label in _BROWSERS if mark in user_agent), "")
    return f"{device} · {name}" if name else device
