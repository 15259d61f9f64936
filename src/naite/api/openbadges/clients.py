"""Which programs may register themselves, and for what (RFC 7591; Open Badges 3.0, section 7.1)."""

import re
from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.core.exceptions import ValidationError

from naite.trunk.people.connections import SCOPES

# The address stands in a Content-Security-Policy and before people's eyes: a plain host, no name or password in it.
_PLACE = re.compile(r"[A-Za-z0-9.-]*(?:\[[0-9A-Fa-f:.]+\])?(?::[0-9]{1,5})?")
_GRANTS = {Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN}


class Adapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """Lets clients have the scopes of the Open Badges API alone, by code and PKCE or secret."""

    scope_display = SCOPES

    def get_issuer(self) -> str:
        return settings.BASE_URL

    def validate_client_registration(
        self, *, client: Client, client_metadata: dict[str, Any], **_: Any
    ) -> None:
        """Refuse a client without a name, with other scopes or grants, or with an address that can be read."""
        if not client.name:
            raise ValidationError("client_name is required: people read it when they decide.")
        if not set(client.get_scopes()) <= set(SCOPES):
            raise ValidationError("scope: only " + " ".join(SCOPES))
        if not set(client.get_grant_types()) <= _GRANTS:
            raise ValidationError("grant_types: only authorization_code and refresh_token.")
        if client.get_response_types() != [Client.ResponseType.CODE]:
            raise ValidationError("response_types: only code.")
        for uri in client.get_redirect_uris():
            _check_redirect(uri)
        client.set_default_scopes(client.get_scopes())

    def populate_server_metadata(self, data: dict[str, str | list[str]]) -> None:
        """Say what is offered here: no sign-in at others, so no ID tokens (RFC 8414)."""
        for name in (
            "userinfo_endpoint",
            "jwks_uri",
            "device_authorization_endpoint",
            "end_session_endpoint",
            "id_token_signing_alg_values_supported",
            "subject_types_supported",
        ):
            data.pop(name, None)
        data["scopes_supported"] = list(SCOPES)
        data["grant_types_supported"] = sorted(str(grant.value) for grant in _GRANTS)
        data["response_types_supported"] = ["code"]


def _check_redirect(uri: str) -> None:
    parts = urlsplit(uri)
    near = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1")
    own_scheme = "." in parts.scheme  # an app's, as RFC 8252 section 7.1 asks: com.example.app
    plain = uri.isascii() and uri.isprintable() and " " not in uri and _PLACE.fullmatch(parts.netloc)
    if (
        parts.fragment
        or not plain
        or not (near or own_scheme or (parts.scheme == "https" and parts.hostname))
    ):
        raise ValidationError("redirect_uris: https, http on the loopback address, or an app's own scheme.")
