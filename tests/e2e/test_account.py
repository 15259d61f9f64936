"""Signing up and in by passkey, one's settings, the switches and the drawer, in a real browser."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Server, Visitor

pytestmark = pytest.mark.e2e
SETTINGS = (
    "/accounts/",
    "/accounts/profile/",
    "/accounts/consents/",
    "/accounts/email/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/password/set/",
    "/accounts/logout/",
)
OPEN = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/signup/passkey/",
    "/accounts/password/reset/",
    "/demo/",
    "/demo/outbox/",
    "/help/",
    "/about/accessibility/",
    "/about/terms/",
    "/about/privacy/",
    "/no/such/page/",
)


def mailed_code(data: Path, address: str) -> str:
    with sqlite3.connect(data / "naite.sqlite3") as database:
        row = database.execute(
            "SELECT body FROM notices_message WHERE address = ? ORDER BY created_at DESC LIMIT 1", [address]
        ).fetchone()
    found = re.search(r"^([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", row[0], re.MULTILINE)
    assert found, row[0]
    return found.group(1)


@pytest.mark.req("X4", "browser")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_pages_for_everyone_are_accessible(visitor: Callable[..., Visitor], phone: bool) -> None:
    someone = visitor(phone=phone)
    for path in OPEN:
        someone.go(path)
        someone.check()


@pytest.mark.req("A16", "browser")
def test_a_person_signs_up_with_a_passkey_and_comes_back_with_it(
    visitor: Callable[..., Visitor], server: Server
) -> None:
    someone = visitor()
    page = someone.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    address = f"{uuid4().hex}@example.kr"
    someone.go("/accounts/signup/passkey/")
    page.get_by_label("이름").fill("새봄이")
    page.locator("#id_email").fill(address)
    for box in ("old_enough", "consent_terms", "consent_privacy"):
        page.locator(f"label[for=id_{box}]").click()
    page.get_by_role("button", name="다음", exact=True).click()
    page.locator("input[name=code]").fill(mailed_code(server.data, address))
    someone.check()
    page.locator("main button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="패스키 만들기")).to_be_visible()
    someone.check()
    page.locator("#mfa_webauthn_signup").click()
    expect(page.locator(".btn-navi.my")).to_contain_text("새봄이")
    for path in SETTINGS:
        someone.go(path)
        someone.check()

    page.locator("main").get_by_role("button", name="로그아웃").click()
    expect(page.locator(".btn-navi.login")).to_be_visible()
    someone.go("/accounts/login/")
    page.get_by_role("button", name="지문·얼굴(패스키)로 로그인").click()
    expect(page.locator(".btn-navi.my")).to_contain_text("새봄이")


def test_the_drawer_opens_closes_with_escape_and_gives_the_focus_back(
    visitor: Callable[..., Visitor],
) -> None:
    someone = visitor(phone=True)
    page = someone.page
    someone.go("/help/")
    opener = page.locator(".btn-navi.all")
    opener.click()
    drawer = page.locator("#site-menu")
    expect(drawer).to_be_visible()
    someone.check()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    drawer.get_by_role("link", name="진위확인").click()
    expect(page).to_have_url(re.compile("/verify/$"))


@pytest.mark.req("X4", "browser")
def test_plain_words_and_large_text_work_without_script(visitor: Callable[..., Visitor]) -> None:
    someone = visitor(javascript=False)
    page = someone.page
    someone.go("/help/")
    page.locator(".utility-list").get_by_role("link", name="쉬운 말").click()
    expect(page.locator("html.plain")).to_have_count(1)
    page.locator(".utility-list summary").click()
    page.get_by_role("link", name="아주 큰 글자").first.click()
    expect(page.locator("html.plain.text-larger")).to_have_count(1)
    expect(page).to_have_url(re.compile("/help/$"))


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_plain_and_largest_text_break_no_page(visitor: Callable[..., Visitor], phone: bool) -> None:
    someone = visitor(phone=phone)
    for switch in ("plain=1", "text=larger"):
        someone.go(f"/display/?{switch}")
    for path in ("/accounts/signup/", "/help/", "/demo/", "/"):
        someone.go(path)
        someone.check()


def test_a_lost_connection_is_told_and_can_be_dismissed(visitor: Callable[..., Visitor]) -> None:
    someone = visitor()
    page = someone.page
    someone.go("/courses/")
    page.route("**/courses/?**", lambda route: route.abort())
    page.locator("select[name=sort]").select_option(index=1)
    told = page.locator("#htmx-error")
    expect(told).to_be_visible()
    expect(told).to_contain_text("바뀐 것이 없습니다")
    someone.check()
    told.get_by_role("button").click()
    expect(told).to_be_hidden()
