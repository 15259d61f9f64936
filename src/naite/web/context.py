"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "operator_name": settings.OPERATOR_NAME,
        "operator_address": settings.OPERATOR_ADDRESS,
        "operator_phone": settings.OPERATOR_PHONE,
        "government_banner": settings.GOVERNMENT_BANNER,
        "demo_mode": settings.DEMO,
    }
