"""LinkedIn's “add to profile”: an address that opens its form with the badge filled in."""

from datetime import datetime
from urllib.parse import urlencode

from django.utils import timezone

ADD = "https://www.linkedin.com/profile/add"


def add_to_profile(
    *,
    name: str,
    organisation: str,
    issued_at: datetime,
    valid_until: datetime | None,
    url: str,
    badge_id: str,
) -> str:
    """Return the address. Months are those in Seoul; nothing of the person goes along."""
    issued = timezone.localtime(issued_at)
    values = {
        "startTask": "CERTIFICATION_NAME",
        "name": name,
        "organizationName": organisation,
        "issueYear": issued.year,
        "issueMonth": issued.month,
        "certUrl": url,
        "certId": badge_id,
    }
    if valid_until is not None:
        until = timezone.localtime(valid_until)
        values |= {"expirationYear": until.year, "expirationMonth": until.month}
    return f"{ADD}?{urlencode(values)}"
