"""Signing in elsewhere is offered exactly where keys are given."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from naite.config.env import SettingError
from naite.config.providers import Keys, offered

ROOT = Path(__file__).resolve().parents[2]


def test_without_keys_nothing_is_offered() -> None:
    assert offered(Keys(oidc_name="OpenID Connect", kakao_secret="x")) == ({}, [], [])


def test_each_key_brings_its_provider_and_lets_forms_go_there() -> None:
    found, apps, origins = offered(
        Keys(
            kakao_id="k",
            naver_id="n",
            naver_secret="s",
            oidc_id="o",
            oidc_server="https://id.example.go.kr/realms/naite",
            oidc_name="통합로그인",
        )
    )
    assert set(found) == {"kakao", "naver", "openid_connect"}
    assert found["naver"]["APPS"] == [{"client_id": "n", "secret": "s"}]
    assert found["openid_connect"]["APPS"][0]["name"] == "통합로그인"
    assert len(apps) == 3
    assert origins == ["https://kauth.kakao.com", "https://nid.naver.com", "https://id.example.go.kr"]


@pytest.mark.parametrize("server", ["", "id.example.go.kr", "ftp://id.example.go.kr"])
def test_openid_connect_without_its_issuer_stops_the_start(server: str) -> None:
    with pytest.raises(SettingError, match="NAITE_OIDC_SERVER_URL"):
        offered(Keys(oidc_id="o", oidc_server=server))


def test_a_configured_provider_has_its_button_and_may_be_posted_to(tmp_path: Path) -> None:
    """In a process of its own, as providers are installed apps."""
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        "r = Client(HTTP_HOST='localhost').get('/accounts/login/', HTTP_ACCEPT_LANGUAGE='ko')\n"
        "assert r.status_code == 200\n"
        "assert '통합로그인' in r.content.decode() and 'Kakao' in r.content.decode()\n"
        "assert 'https://id.example.go.kr' in r.headers['Content-Security-Policy']\n"
    )
    env = {key: value for key, value in os.environ.items() if not key.startswith(("NAITE_", "DJANGO_"))}
    env |= {
        "DJANGO_SETTINGS_MODULE": "naite.config.settings",
        "NAITE_DATA_DIR": str(tmp_path),
        "NAITE_OIDC_CLIENT_ID": "naite",
        "NAITE_OIDC_CLIENT_SECRET": "secret",
        "NAITE_OIDC_SERVER_URL": "https://id.example.go.kr/realms/naite",
        "NAITE_OIDC_NAME": "통합로그인",
        "NAITE_KAKAO_CLIENT_ID": "k",
        "PYTHONPATH": str(ROOT / "src"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
