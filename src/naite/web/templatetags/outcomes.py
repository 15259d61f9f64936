"""What came of an entry elsewhere, on the entry's page."""

from typing import Any

from django import template

from naite.trunk.records.models import Entry
from naite.trunk.records.outcomes import services
from naite.trunk.records.outcomes.routes import BY_CODE

register = template.Library()


@register.inclusion_tag("learner/_entry_outcomes.html")
def outcomes_of(entry: Entry) -> dict[str, Any]:
    """``{% outcomes_of entry %}``: what was written, and the way to where it could count. One query."""
    written = services.outcomes_of(entry)
    return {
        "entry": entry,
        "written": [(BY_CODE[code], row) for code, row in written.items() if code in BY_CODE],
    }
