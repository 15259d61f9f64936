"""Deadlines and completeness of applications; on plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from naite.roots.dates import add_working_days, settled

# Targets of the offices' own work, in working days; the law sets none for these steps.
RECEIVE_DAYS = 3
CHECK_AGAIN_DAYS = 3
MOST_SUPPLEMENT_DAYS = 60
SUPPLEMENT_RULE = "행정기본법 제6조, 민법 제157조·제161조"
OBJECTION_DAYS = 30


def supplement_deadline(demanded_on: date, days: int) -> date:
    """Return the last day for a supplement that was demanded on a day for so many days.

    The day of the demand itself is not counted (민법 제157조).
    """
    return settled(demanded_on + timedelta(days=days))


def receive_by(arrived_on: date, latest: date | None) -> date:
    """Return until when an office should take a case up: three working days, within the round's own plan."""
    day = add_working_days(arrived_on, RECEIVE_DAYS, count_first=False)
    return day if latest is None else max(arrived_on, min(day, latest))


def check_again_by(supplemented_on: date) -> date:
    return add_working_days(supplemented_on, CHECK_AGAIN_DAYS, count_first=False)


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that an application still lacks: in which part of the form, and in words."""

    where: str
    message: str


# What the form asks beyond the items: the key in ``content``, how long it may be.
CONTENT_LIMITS: Mapping[str, int] = {
    "purpose": 2000,
    "audience": 500,
    "operation": 4000,
    "instructors": 2000,
    "contact_name": 60,
    "contact_phone": 30,
    "planned_from": 10,
    "planned_until": 10,
    "capacity": 6,
    "fee": 9,
}


def content_faults(content: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each value that cannot even be kept in a draft."""
    wrong = {}
    for name, limit in CONTENT_LIMITS.items():
        if len(content.get(name, "")) > limit:
            wrong[name] = _("%(most)s자까지 적을 수 있습니다.") % {"most": f"{limit:,}"}
    for name in ("capacity", "fee"):
        value = content.get(name, "").replace(",", "")
        if value and not (value.isascii() and value.isdigit()):
            wrong[name] = _("숫자만 적어 주세요. 예: 20")
    for name in ("planned_from", "planned_until"):
        if content.get(name) and _day(content[name]) is None:
            wrong[name] = _("날짜를 적어 주세요. 예: 2027-03-02")
    return wrong


def content_lacks(content: Mapping[str, str], *, planned: bool) -> list[Lack]:
    """Return what the general part lacks before it can be handed in."""
    found = []
    for name, message in (
        ("purpose", _("과정의 목적을 적어 주세요.")),
        ("operation", _("운영 계획을 적어 주세요.")),
        ("instructors", _("교수·강사를 적어 주세요.")),
        ("contact_name", _("담당자 이름을 적어 주세요.")),
        ("contact_phone", _("담당자 전화번호를 적어 주세요.")),
    ):
        if not content.get(name, "").strip():
            found.append(Lack(name, message))
    if planned:
        start, end = _day(content.get("planned_from", "")), _day(content.get("planned_until", ""))
        if start is None:
            found.append(Lack("planned_from", _("예정학습과정은 운영할 기간의 첫날을 적어 주세요.")))
        if end is None:
            found.append(Lack("planned_until", _("예정학습과정은 운영할 기간의 마지막 날을 적어 주세요.")))
        if start and end and end < start:
            found.append(Lack("planned_until", _("운영 기간의 마지막 날이 첫날보다 앞섭니다.")))
    return found


def item_lacks(items: Iterable[tuple[UUID, str, str, bool, str]], evidence: Mapping[UUID, int]) -> list[Lack]:
    """Return what the items lack, given as (id, title, text, whether evidence must be there, which evidence)."""
    found = []
    for item_id, title, text, required, demanded in items:
        if not text.strip():
            found.append(Lack(f"item-{item_id}", _("‘%(title)s’ 설명을 적어 주세요.") % {"title": title}))
        if required and not evidence.get(item_id):
            found.append(
                Lack(
                    f"item-{item_id}",
                    _("‘%(title)s’ 증빙을 붙여 주세요: %(what)s") % {"title": title, "what": demanded},
                )
            )
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
