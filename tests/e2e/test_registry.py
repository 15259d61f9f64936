"""The registry in a browser: an institution asks with a document, its office accepts, the public reads."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor
from tests.samples_of_files import pdf

pytestmark = pytest.mark.e2e


@pytest.mark.req("A3", "browser")
def test_an_institution_asks_with_a_document_the_office_accepts_and_the_public_reads(
    visitor: Callable[..., Visitor],
) -> None:
    staff = visitor()
    page = staff.sign_in("오하린")
    staff.go("/work/registry/")
    staff.check()
    page.get_by_role("link", name="변경 신청 보기").click()
    page.get_by_role("button", name="신청 거두기").click()  # the one that the demo began with
    page.get_by_role("button", name="변경 신청").click()
    expect(page).to_have_url(re.compile("/work/registry/changes/"))
    page.locator("#id_number").fill("제2026-77호")
    page.locator("#id_reason").fill("신고증을 다시 받았습니다")
    page.get_by_role("button", name="저장").click()
    page.get_by_role("button", name="신청 내기").click()
    expect(page.get_by_role("alert")).to_contain_text("증명하는 서류")
    staff.check()
    page.locator("#doc_kind").select_option("registration")
    page.locator("#doc_file").set_input_files(
        {"name": "신고증.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    page.get_by_role("button", name="서류 붙이기").click()
    page.get_by_role("button", name="신청 내기").click()
    expect(page.get_by_role("status")).to_contain_text("변경 신청을 냈습니다")

    officer = visitor(phone=True)
    desk = officer.sign_in("정도윤")
    officer.go("/office/registry/?standing=waits")
    officer.check()
    desk.get_by_role("link", name="한강평생학습관").click()
    officer.check()
    desk.get_by_role("link", name="변경 신청 보기").click()
    expect(desk.locator("main")).to_contain_text("제2026-77호")
    officer.check()
    desk.get_by_role("button", name="받아들이기").click()
    expect(desk.locator("main")).to_contain_text("제2026-77호")

    anyone = visitor(phone=True)
    anyone.go("/institutions/?q=한강")
    anyone.check()
    anyone.page.get_by_role("link", name="한강평생학습관").click()
    expect(anyone.page.locator("main")).to_contain_text("제2026-77호")
    anyone.check()


@pytest.mark.req("A3a", "browser")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_pages_of_plans_delegations_and_notices_are_accessible(
    visitor: Callable[..., Visitor], phone: bool
) -> None:
    officer = visitor(phone=phone)
    page = officer.sign_in("강서연")
    for path in ("/office/delegations/", "/office/notice-board/", "/office/registry/upload/"):
        officer.go(path)
        officer.check()
    officer.go("/office/policy-plans/")
    officer.check()
    page.locator("main tbody a").first.click()
    officer.check()
    officer.go("/notices/")
    officer.check()
    page.locator("main li a").first.click()
    officer.check()
