"""What a portfolio may hold, how its blocks move, and how long a link lives; pure decisions on plain values."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.korean_ids import resident_number_fault

Kind = Literal["badge", "entry", "certificate", "text"]
LinkState = Literal["open", "expired", "withdrawn"]

MOST_PORTFOLIOS, MOST_BLOCKS, MOST_LINKS = 20, 80, 50
TITLE_LENGTH, INTRO_LENGTH, HEADING_LENGTH, TEXT_LENGTH, NOTE_LENGTH = 80, 1000, 60, 2000, 300
AUDIENCE_LENGTH = 120
LONGEST_DAYS = 365
PASSWORD_LEAST, PASSWORD_MOST = 6, 64
# Wrong passwords or codes in a row, and for how long the door then takes none.
TRIES, LOCK = 5, timedelta(hours=1)
CODE_LASTS = timedelta(minutes=15)
# Letters with a code that one link may cause within a day: the recipient did not ask for them.
CODES, CODES_SPAN = 5, timedelta(days=1)
LOOK_LASTS = timedelta(hours=1)
# Programs that fetch a link to draw its preview; they are no readers.
_ROBOTS = re.compile(
    r"bot\b|bot/|crawler|spider|facebookexternalhit|kakaotalk-scrap|slackbot|whatsapp|preview|embedly", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of a portfolio.

    ``source`` is the holding, entry or document that it shows. ``heading`` and ``text`` are the owner's words: a
    whole piece of ``text``, a note beside anything else. ``details`` shows more of a thing than its name.
    """

    id: str
    kind: Kind
    source: str = ""
    heading: str = ""
    text: str = ""
    shown: bool = True
    details: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What a portfolio says of itself and its owner."""

    title: str
    intro: str = ""
    purpose: str = "job"
    layout: str = "cards"
    shows_name: bool = True
    shows_email: bool = False
    shows_tree: bool = True


def blocks_in(values: Sequence[dict[str, Any]]) -> list[Block]:
    """Read the blocks as they are kept."""
    return [Block(**value) for value in values]


def new_block_id() -> str:
    return secrets.token_hex(4)


def added(blocks: Sequence[Block], kind: Kind, sources: Sequence[UUID]) -> list[Block]:
    """Put things at the end; what is there already stays where it is."""
    there = {block.source for block in blocks if block.kind == kind}
    new = [str(source) for source in dict.fromkeys(sources) if str(source) not in there]
    return [*blocks, *(Block(id=new_block_id(), kind=kind, source=source) for source in new)]


def moved(blocks: Sequence[Block], block_id: str, step: int) -> list[Block]:
    """Move a block up (-1) or down (1); at the end it stays. An unknown one changes nothing."""
    found = list(blocks)
    at = next((number for number, block in enumerate(found) if block.id == block_id), None)
    if at is None or not 0 <= at + step < len(found):
        return found
    found[at], found[at + step] = found[at + step], found[at]
    return found


def without(blocks: Sequence[Block], block_id: str) -> list[Block]:
    return [block for block in blocks if block.id != block_id]


def changed(blocks: Sequence[Block], block_id: str, **values: Any) -> list[Block]:
    """Change the owner's words of a block, and what it shows."""
    return [replace(block, **values) if block.id == block_id else block for block in blocks]


def face_faults(face: Face, *, purposes: Sequence[str], layouts: Sequence[str]) -> dict[str, str | Promise]:
    """Return a sentence for each field that cannot stay as it is."""
    found: dict[str, str | Promise] = {}
    if not face.title.strip():
        found["title"] = _("제목을 적어 주세요. 예: 고객 상담 담당 지원")
    for name, text, most in (("title", face.title, TITLE_LENGTH), ("intro", face.intro, INTRO_LENGTH)):
        if fault := text_fault(text, most):
            found[name] = fault
    if face.purpose not in purposes:
        found["purpose"] = _("쓰는 곳을 골라 주세요.")
    if face.layout not in layouts:
        found["layout"] = _("모양을 골라 주세요.")
    return found


def text_fault(text: str, most: int) -> str | Promise:
    """Return what is wrong with own words: too long, or a resident number in them; empty for nothing."""
    if len(text) > most:
        return _("%(length)d자까지 적을 수 있습니다.") % {"length": most}
    return resident_number_fault(text) or ""


def link_faults(
    *, audience: str, until: date | None, gate: str, gates: Sequence[str], today: date
) -> dict[str, str | Promise]:
    """Return a sentence for each field of a link that cannot be made as it is."""
    found: dict[str, str | Promise] = {}
    if not audience.strip():
        found["audience"] = _("누구에게 무엇에 쓰라고 보여 주는지 적어 주세요. 예: 가온물류 채용 지원")
    elif fault := text_fault(audience, AUDIENCE_LENGTH):
        found["audience"] = fault
    if until is None or not today <= until <= today + timedelta(days=LONGEST_DAYS):
        found["until"] = _("오늘부터 1년 안의 날을 골라 주세요.")
    if gate not in gates:
        found["gate"] = _("누가 볼 수 있는지 골라 주세요.")
    return found


def link_state(*, expires_at: datetime, withdrawn_at: datetime | None, now: datetime) -> LinkState:
    """Return whether a link shows something now; its end is exclusive, and withdrawal tells before expiry."""
    if withdrawn_at is not None and withdrawn_at <= now:
        return "withdrawn"
    return "expired" if expires_at <= now else "open"


def is_robot(user_agent: str) -> bool:
    """Whether a program draws the preview of a link; a look of its is none of a person's."""
    return bool(_ROBOTS.search(user_agent))
