"""Where people may sign in beside here: 카카오, 네이버, and any OpenID Connect provider, as keys are given."""

from typing import Any
from urllib.parse import urlsplit

from naite.config import env


def from_environment() -> tuple[dict[str, Any], list[str], list[str]]:
    """Return the sign-in library's providers, the apps they need and the origins forms are sent on to.

    ``NAITE_OIDC_SERVER_URL``, ``_CLIENT_ID``, ``_CLIENT_SECRET``, ``_NAME`` for OpenID Connect;
    ``NAITE_KAKAO_CLIENT_ID`` and ``NAITE_NAVER_CLIENT_ID`` with their ``_CLIENT_SECRET``. A client id without
    what else it needs stops the start.
    """
    found: dict[str, Any] = {}
    apps: list[str] = []
    origins: list[str] = []
    for name, origin in (("kakao", "https://kauth.kakao.com"), ("naver", "https://nid.naver.com")):
        client = env.text(f"NAITE_{name.upper()}_CLIENT_ID")
        if not client:
            continue
        app = {"client_id": client, "secret": env.text(f"NAITE_{name.upper()}_CLIENT_SECRET")}
        found[name] = {"APPS": [app]}
        apps.append(f"allauth.socialaccount.providers.{name}")
        origins.append(origin)
    client = env.text("NAITE_OIDC_CLIENT_ID")
    if client:
        server = env.text("NAITE_OIDC_SERVER_URL")
        place = urlsplit(server)
        if place.scheme not in {"https", "http"} or not place.hostname:
            raise env.SettingError(
                "NAITE_OIDC_SERVER_URL: give the issuer address that goes with NAITE_OIDC_CLIENT_ID."
            )
        found["openid_connect"] = {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": env.text("NAITE_OIDC_NAME", "OpenID Connect"),
                    "client_id": client,
                    "secret": env.text("NAITE_OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": server},
                }
            ]
        }
        apps.append("allauth.socialaccount.providers.openid_connect")
        origins.append(f"{place.scheme}://{place.netloc}")
    return found, apps, origins
