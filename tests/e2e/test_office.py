"""Organisations, members and roles in a real browser: accessible, and walked through once."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e


@pytest.mark.req("X4", "browser")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_pages_of_organisations_are_accessible(visitor: Callable[..., Visitor], phone: bool) -> None:
    someone = visitor(phone=phone)
    page = someone.sign_in("나은결")
    expect(page).to_have_url(re.compile("/office/"))
    for path in ("/office/", "/office/organisations/", "/office/organisations/new/"):
        someone.go(path)
        someone.check()
    someone.go("/office/organisations/?q=한강")
    page.get_by_role("link", name="한강평생학습관").click()
    someone.check()
    for name in ("정보 바꾸기", "기관 닫기"):
        here = page.url
        page.get_by_role("link", name=name).click()
        someone.check()
        someone.go(here)
    page.get_by_role("link", name="끝내기").first.click()
    someone.check()


@pytest.mark.req("A1", "browser")
def test_staff_invite_a_colleague_who_signs_in_and_accepts(visitor: Callable[..., Visitor]) -> None:
    staff = visitor()
    page = staff.sign_in("오하린")
    staff.go("/office/members/")
    address = f"{uuid4().hex}@example.kr"
    page.locator("#id_email").fill(address)
    page.locator("#id_role").select_option(label="강사")
    page.get_by_role("button", name="초대 보내기").click()
    expect(page.get_by_role("status")).to_contain_text(address)
    staff.check()

    guest = visitor(phone=True)
    guest.go("/demo/outbox/")
    letter = guest.page.locator(".outbox details").first
    letter.locator("summary").click()
    guest.go(str(letter.locator("a", has_text="/invitation/").get_attribute("href")))
    expect(guest.page.locator("main")).to_contain_text("한강평생학습관")
    guest.check()
    guest.page.get_by_role("link", name="처음이면 계좌 만들기").click()
    expect(guest.page.locator("#id_email")).to_have_value(address)


def test_a_person_with_several_roles_changes_seats(visitor: Callable[..., Visitor]) -> None:
    someone = visitor()
    page = someone.sign_in("정도윤")
    switch = page.locator("summary.rolesw")
    before = switch.inner_text()
    switch.click()
    page.locator(".rolemenu button:not([aria-current])").first.click()
    page.wait_for_load_state()
    assert page.locator("summary.rolesw").inner_text() != before
    someone.check()
