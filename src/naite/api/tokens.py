"""Bearer tokens with scopes, and how often a token may ask."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security.http import HttpAuthBase

from naite.api.clock import now_of
from naite.roots import limits
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiToken

PER_MINUTE = 120


class Unauthenticated(Refused):
    """There is no token, or it counts no more."""

    code = "unauthenticated"
    status = 401


class TooOften(Refused):
    """A token asked more often than it may."""

    code = "too_often"
    status = 429


class Bearer(HttpAuthBase):
    """Lets a request in whose token has the scope; the token is then ``request.auth``."""

    openapi_scheme = "bearer"

    def __init__(self, scope: str) -> None:
        self.scope = str(scope)
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        token = (
            api_tokens.recognise(secret.strip(), now=now_of(request)) if kind.lower() == "bearer" else None
        )
        if token is None:
            raise Unauthenticated(
                _(
                    "API 토큰이 없거나 더 쓸 수 없습니다. Authorization: Bearer 머리글에 살아 있는 토큰을 보내 주세요."
                )
            )
        if self.scope not in token.scopes:
            raise NotAllowed(
                _("이 토큰에는 %(scope)s 권한이 없습니다. 그 권한을 고른 토큰을 새로 만들어 주세요.")
                % {"scope": self.scope},
                code="scope",
            )
        if not limits.allowed("api", str(token.pk), most=PER_MINUTE, seconds=60, now=now_of(request)):
            raise TooOften(_("너무 자주 요청했습니다. 1분 뒤에 다시 해 주세요."))
        return token


def token_of(request: HttpRequest) -> ApiToken:
    """Return the token that let a request in."""
    token = request.auth  # type: ignore[attr-defined]
    assert isinstance(token, ApiToken)
    return token
