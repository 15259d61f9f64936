"""Who may be believed: an operator keeps the list, a stranger reads it, a stolen key is declared and set right."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tools.live import ROOT, Server

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
OPERATOR, INSTITUTION = "나은결", "새싹평생학습관"


def a_world_apart(server: Server) -> dict[str, str]:
    """An institution with a learner, made in the server's database by another process."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("NAITE_")}
    env |= {
        "NAITE_DATA_DIR": str(server.data),
        "NAITE_BASE_URL": server.url,
        "NAITE_DEMO": "1",
        "NAITE_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "naite.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    made = subprocess.run(
        [sys.executable, "-m", "tests.e2e.issuer_world"],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, str] = json.loads(made.stdout)
    return found


def signed_in(someone: Visitor, session: str) -> Visitor:
    someone.page.context.add_cookies([{"name": "sessionid", "value": session, "url": someone.server.url}])
    return someone


def verdict_of(stranger: Visitor, file: Path) -> str:
    stranger.go("/verify/")
    stranger.page.locator("#verify-file").set_input_files(file)
    stranger.page.get_by_role("button", name="파일 확인하기").click()
    stranger.page.wait_for_load_state()
    return stranger.page.locator("[data-verdict]").get_attribute("data-verdict") or ""


@pytest.mark.req("B9", "browser")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_list_is_readable_for_everybody(visitor: Callable[..., Visitor], phone: bool) -> None:
    stranger = visitor(phone=phone)
    stranger.go("/issuers/")
    stranger.check()
    stranger.page.locator("tbody a").first.click()
    stranger.page.wait_for_load_state()
    stranger.check()
    operator = visitor(phone=phone)
    operator.sign_in(OPERATOR)
    for path in ("/office/issuers/", "/office/issuers/new/"):
        operator.go(path)
        operator.check()


@pytest.mark.req("B9", "browser")
@pytest.mark.req("B5", "browser")
def test_from_the_list_to_a_strangers_eyes_and_through_a_stolen_key(
    visitor: Callable[..., Visitor], server: Server, tmp_path: Path
) -> None:
    world = a_world_apart(server)
    badge = tmp_path / "badge.json"
    badge.write_text(world["badge"])
    operator = visitor()
    operator.sign_in(OPERATOR)
    page = operator.go("/office/issuers/new/")
    page.locator("[name=own]").select_option(label=INSTITUTION)
    page.locator("[name=standing][value=watched]").check(force=True)
    page.get_by_role("button", name="정하기").click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("까닭을 적어 주세요")
    page.locator("[name=reason]").fill("민원이 들어와 살펴보고 있습니다.")
    page.get_by_role("button", name="정하기").click()
    page.wait_for_load_state()
    expect(page.locator("h1")).to_contain_text(INSTITUTION)
    operator.check()

    stranger = visitor(phone=True)
    assert verdict_of(stranger, badge) == "valid"
    told = stranger.page.locator("[data-check=list]")
    expect(told).to_contain_text("지금 지켜보고 있습니다. 까닭: 민원이 들어와 살펴보고 있습니다.")
    stranger.check()
    told.get_by_role("link", name="목록 보기").click()
    expect(stranger.page.locator("main")).to_contain_text("민원이 들어와 살펴보고 있습니다.")

    staff = signed_in(visitor(phone=True), world["staff"])
    page = staff.go("/work/badges/keys/")
    staff.check()
    page.locator("select[name=key]").select_option(index=1)
    page.locator("[name=since]").fill(f"{timezone.localtime() - timedelta(days=900):%Y-%m-%dT%H:%M}")
    page.locator("[name=reason]").fill("노트북을 잃어버렸습니다.")
    page.get_by_role("button", name="폐기하면 어떻게 되는지 보기").click()
    page.wait_for_load_state()
    expect(page.locator(".is-sure")).to_contain_text("배지 1개가")
    staff.check()
    page.get_by_role("button", name="폐기하기").click()
    page.wait_for_load_state()
    expect(page.locator("[data-left]")).to_have_attribute("data-left", "1")
    staff.check()
    assert verdict_of(stranger, badge) == "altered"
    expect(stranger.page.locator("[data-check=signature]")).to_contain_text("폐기한 열쇠")

    page.get_by_role("button", name="새로 주기").click()
    page.wait_for_load_state()
    for _turn in range(80):
        if page.locator("[data-left]").get_attribute("data-left") == "0":
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator("[data-left]")).to_have_attribute("data-left", "0")
    learner = signed_in(visitor(), world["learner"])
    page = learner.go("/my/wallet/")
    page.locator(".bg .b h3 a").first.click()
    page.wait_for_load_state()
    with page.expect_download() as download:
        page.get_by_role("link", name="(JSON) 받기").click()
    download.value.save_as(badge)
    assert verdict_of(stranger, badge) == "valid"
