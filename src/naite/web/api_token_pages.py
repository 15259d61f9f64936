"""What the pages of an institution's and a person's tokens share."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.errors import Refused
from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiToken, Organisation, Person

LIVES: tuple[tuple[int, str | Promise], ...] = ((30, _("30일")), (90, _("90일")), (365, _("1년")))


def context(
    request: HttpRequest,
    *,
    person: Person,
    organisation: Organisation | None,
    now: datetime,
    secret: str = "",
    refusal: Refused | None = None,
) -> dict[str, Any]:
    """Return what both pages show: the tokens, the form as it was filled in, and a new secret once."""
    scopes: Collection[str] = api_tokens.INSTITUTIONAL if organisation else api_tokens.PERSONAL
    # A person's token begins with as little as is useful, an institution's with all of its two.
    usual = scopes if organisation else [ApiToken.Scope.RECORD_READ]
    ticked = request.POST.getlist("scopes") if refusal else [str(scope) for scope in usual]
    tokens = [
        {
            "token": token,
            "live": token.revoked_at is None and token.expires_at > now,
            "scopes": [ApiToken.Scope(scope).label for scope in token.scopes],
        }
        for token in api_tokens.tokens_of(person, organisation)[:100]
    ]
    return {
        "tokens": tokens,
        "secret": secret,
        "refusal": refusal,
        "typed": {"name": request.POST.get("name", "") if refusal else ""},
        "scopes": [
            {"value": scope.value, "label": scope.label, "ticked": scope.value in ticked}
            for scope in ApiToken.Scope
            if scope in scopes
        ],
        "lives": [
            {"days": days, "label": label, "chosen": (request.POST.get("days") or "90") == str(days)}
            for days, label in LIVES
        ],
    }


def issue(request: HttpRequest, *, person: Person, organisation: Organisation | None, now: datetime) -> str:
    """Make a token as the form says and return its secret."""
    days = request.POST.get("days", "")
    _token, secret = api_tokens.issue(
        organisation=organisation,
        name=request.POST.get("name", ""),
        scopes=request.POST.getlist("scopes"),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
        actor=person,
        now=now,
    )
    return secret
