"""Text that people type into questions, answers and reports."""

from django.utils.translation import gettext as _

from naite.roots.errors import Invalid
from naite.roots.korean_ids import refuse_resident_number
from naite.roots.text import tidy


def need(text: str, *, field: str, most: int, empty: str) -> str:
    """Return the text tidied; refuse none at all, and more than ``most`` letters."""
    kept = tidy(text)
    if not kept:
        raise Invalid(empty, code="empty", fields={field: empty})
    return within(kept, field=field, most=most)


def within(text: str, *, field: str, most: int) -> str:
    """Return the text tidied, which may be empty; refuse more than ``most`` letters, and resident numbers."""
    kept = tidy(text)
    refuse_resident_number(kept, field=field)
    if len(kept) > most:
        told = _("%(most)d자까지 적을 수 있습니다. 지금 %(now)d자입니다. 줄여 주세요.") % {
            "most": most,
            "now": len(kept),
        }
        raise Invalid(told, code="too_long", fields={field: told})
    return kept
