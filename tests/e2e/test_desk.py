"""Desk staff serve a grandmother, she enters with her card, her grandson acts for her; in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e


@pytest.mark.req("A16", "browser")
def test_desk_card_and_representative(visitor: Callable[..., Visitor]) -> None:
    desk = visitor()
    page = desk.sign_in("민들레")
    desk.go("/office/counter/")
    desk.check()
    page.locator("main [name=name]").fill("김복순")
    page.get_by_label("생년월일 8자리").fill("19440418")
    page.get_by_label("왜 찾나요").fill("카드를 다시 뽑아 달라고 하심")
    page.locator("main form", has=page.locator("[name=birth_date]")).get_by_role("button").click()
    page.get_by_role("button", name="이분을 돕기").click()
    expect(page.get_by_role("heading", name="김복순 님")).to_be_visible()
    desk.check()
    number = page.locator(".cardno").inner_text().strip()

    holder = visitor(phone=True)
    own = holder.go(f"/card/{number.replace('-', '')}/")
    holder.check()
    own.locator("#id_pin").fill("7304")
    own.get_by_role("button", name="로그인", exact=True).click()
    own.wait_for_load_state()
    holder.go("/my/account/history/")
    expect(own.get_by_text("카드를 다시 뽑아 달라고 하심").first).to_be_visible()
    holder.check()

    grandson = visitor(phone=True)
    phone = grandson.sign_in("최하늘")
    grandson.go("/my/account/people/")
    phone.get_by_role("link", name="김복순 님 대신 보기").click()
    expect(phone.get_by_text("김복순 님을 대신하고 있습니다")).to_be_visible()
    grandson.check()
