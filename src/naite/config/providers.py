"""Where people may sign in beside here: Kakao, Naver, and any OpenID Connect provider, as keys are given."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from naite.config import env


@dataclass(frozen=True)
class Keys:
    """What each provider gave us; an empty client id means that it is not offered."""

    kakao_id: str = ""
    kakao_secret: str = ""
    naver_id: str = ""
    naver_secret: str = ""
    oidc_id: str = ""
    oidc_secret: str = ""
    oidc_server: str = ""
    oidc_name: str = ""


def offered(keys: Keys) -> tuple[dict[str, Any], list[str], list[str]]:
    """Return the sign-in library's providers, the apps they need and the origins forms are sent on to.

    An OpenID Connect client id without the issuer's address stops the start.
    """
    found: dict[str, Any] = {}
    apps: list[str] = []
    origins: list[str] = []
    for name, client, secret, origin in (
        ("kakao", keys.kakao_id, keys.kakao_secret, "https://kauth.kakao.com"),
        ("naver", keys.naver_id, keys.naver_secret, "https://nid.naver.com"),
    ):
        if client:
            found[name] = {"APPS": [{"client_id": client, "secret": secret}]}
            apps.append(f"allauth.socialaccount.providers.{name}")
            origins.append(origin)
    if keys.oidc_id:
        place = urlsplit(keys.oidc_server)
        if place.scheme not in {"https", "http"} or not place.hostname:
            raise env.SettingError(
                "NAITE_OIDC_SERVER_URL: give the issuer address that goes with NAITE_OIDC_CLIENT_ID."
            )
        found["openid_connect"] = {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": keys.oidc_name,
                    "client_id": keys.oidc_id,
                    "secret": keys.oidc_secret,
                    "settings": {"server_url": keys.oidc_server},
                }
            ]
        }
        apps.append("allauth.socialaccount.providers.openid_connect")
        origins.append(f"{place.scheme}://{place.netloc}")
    return found, apps, origins
