"""What may be written into a score's field. Plain values."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from naite.roots.errors import Invalid

STEP = Decimal("0.5")
LONGEST_COMMENT = 1000
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})?", re.ASCII)


def plain(points: Decimal) -> str:
    """Return 10, 8.5 or 7.25: a number without needless zeros."""
    return f"{points:f}".rstrip("0").rstrip(".") if "." in f"{points:f}" else f"{points:f}"


def points_of(text: str, *, most: Decimal) -> Decimal | None:
    """Return the points written in a field, None for an empty one.

    Refuses a comma, anything that is no number, more than the item's points, and what lies between the steps of
    half a point (the item's full points are always allowed).
    """
    text = text.strip()
    if not text:
        return None
    limit = {"most": plain(most)}
    if "," in text or "·" in text:
        raise _refusal(_("소수점은 쉼표가 아니라 마침표로 적습니다. 예: 8.5"), "comma")
    if text.startswith("-"):
        raise _refusal(_("점수는 0점부터입니다. 배점은 %(most)s점까지입니다.") % limit, "below")
    if not _NUMBER.fullmatch(text):
        raise _refusal(
            _("숫자로 적어 주세요. 배점은 %(most)s점까지입니다. 소수점은 마침표로 적습니다.") % limit,
            "number",
        )
    points = Decimal(text)
    if points > most:
        raise _refusal(_("배점은 %(most)s점까지입니다. 소수점은 마침표로 적습니다.") % limit, "above")
    if points % STEP and points != most:
        raise _refusal(_("점수는 0.5점 단위로 적습니다. 예: 8.5"), "step")
    return points.quantize(Decimal("0.01"))


def _refusal(message: str, code: str) -> Invalid:
    return Invalid(message, code=code, fields={"points": message})
