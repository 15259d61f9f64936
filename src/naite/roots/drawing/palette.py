"""The four learning areas and the badge types: codes, colours, letters, directions. Names belong to callers.

All colours were chosen together: white text on every base reaches AA contrast, and any two bases stay apart
also for people who see red and green alike.
"""

from dataclasses import dataclass
from typing import Final

PAPER: Final = "#FAF3E8"
BARK: Final = "#4A3426"
BARK_FLECK: Final = "#8C6A50"
GRAIN: Final = "#C4A586"
SEED: Final = "#C8761A"
INK: Final = "#1E2124"
INK_SOFT: Final = "#8A949E"
GOLD: Final = "#FFD166"
NAVY: Final = "#052B57"


@dataclass(frozen=True, slots=True)
class Area:
    """One learning area. `home` is the direction, in degrees clockwise from noon, to which its arcs turn."""

    code: str
    name: str
    letter: str
    base: str
    dark: str
    light: str
    early: str
    tint: str
    home: int


AREAS: Final = (
    Area("self_growth", "자기함양", "자", "#993D8B", "#5A1F51", "#C26AB4", "#EED8E6", "#FAEFF8", 45),
    Area("career", "직업진로", "직", "#082A99", "#041A61", "#4C78E6", "#C9D4EE", "#ECF1FE", 135),
    Area("civic", "시민소양", "시", "#187A56", "#0A4A33", "#2E9C74", "#B4D6BF", "#E8F6F0", 225),
    Area("practical_literacy", "실용문해", "실", "#B84900", "#6E2B00", "#D9701A", "#F7D6AF", "#FEF3E9", 315),
)
# What nobody has classified is shown as bare wood, never guessed into an area.
UNSORTED: Final = Area("unsorted", "미분류", "미", "#766551", "#473C30", "#98836A", "#E4DACB", "#F8F4EE", 360)
ALL_AREAS: Final = (*AREAS, UNSORTED)
BADGE_TYPES: Final = {
    "participation": "참여형",
    "achievement": "성취형",
    "activity": "활동형",
    "qualification": "자격형",
    "pathway": "경로형",
}
# Their knots have a golden core: something was tested, not only attended.
GOLDEN_TYPES: Final = frozenset({"achievement", "qualification"})

_BY_CODE: Final = {area.code: area for area in ALL_AREAS}


def area_of(code: str | None) -> Area:
    """The area with this code; none is unclassified wood. Refuses a code that is not ours (ValueError)."""
    if not code:
        return UNSORTED
    try:
        return _BY_CODE[code]
    except KeyError:
        raise ValueError(f"unknown learning area: {code!r}") from None


def check_badge_type(code: str | None) -> None:
    """Refuses a badge type that is not ours (ValueError)."""
    if code is not None and code not in BADGE_TYPES:
        raise ValueError(f"unknown badge type: {code!r}")
