"""A badge from the wallet to a stranger who checks it, and back when its institution takes it away."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from credcore import bake
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
GROWN = "한가람"
STAFF = "오하린"


def open_badge(learner: Visitor) -> Page:
    page = learner.go("/my/wallet/")
    page.locator(".bg .b h3 a").first.click()
    page.wait_for_load_state()
    return page


def verdict(page: Page) -> str:
    return page.locator("[data-verdict]").get_attribute("data-verdict") or ""


@pytest.mark.req("B7", "browser")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_wallet_and_verification_are_accessible(visitor: Callable[..., Visitor], phone: bool) -> None:
    learner = visitor(phone=phone)
    learner.sign_in(GROWN)
    page = learner.go("/my/wallet/")
    learner.check()
    assert page.locator(".bg .b").count() > 1
    page = open_badge(learner)
    learner.check()
    page.get_by_role("link", name="보여 주기").click()
    page.wait_for_load_state()
    learner.check()
    stranger = visitor(phone=phone)
    stranger.go("/verify/")
    stranger.check()
    stranger.page.locator("#verify-text").fill("배지가 아닌 글")
    stranger.page.get_by_role("button", name="글 확인하기").click()
    expect(stranger.page.locator("h1")).to_have_text("배지가 아닙니다")
    stranger.check()


@pytest.mark.req("B9", "browser")
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_stranger_checks_the_file_and_the_link(
    visitor: Callable[..., Visitor], tmp_path: Path, javascript: bool
) -> None:
    learner = visitor(javascript=javascript)
    learner.sign_in(GROWN)
    page = open_badge(learner)
    title = page.locator("h1").inner_text()
    files = {}
    for kind in ("PNG", "SVG", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("link", name=f"({kind}) 받기").click()
        files[kind] = tmp_path / f"badge.{kind.lower()}"
        download.value.save_as(files[kind])
    assert bake.unbake(files["PNG"].read_bytes()).text == files["JSON"].read_text()
    page.get_by_role("link", name="보여 주기").click()
    page.get_by_role("textbox").fill("면접")
    page.get_by_role("button", name="링크와 QR 만들기").click()
    link = page.locator("#share-url").inner_text()

    stranger = visitor(phone=True, javascript=javascript)
    for file in files.values():
        stranger.go("/verify/")
        stranger.page.locator("#verify-file").set_input_files(file)
        stranger.page.get_by_role("button", name="파일 확인하기").click()
        stranger.page.wait_for_load_state()
        assert verdict(stranger.page) == "valid"
        expect(stranger.page.locator(".what h2")).to_have_text(title)
    stranger.go("/verify/")
    stranger.page.locator("#verify-url").fill(link)
    stranger.page.get_by_role("button", name="링크 확인하기").click()
    stranger.page.wait_for_load_state()
    assert stranger.page.url == link
    assert verdict(stranger.page) == "valid"
    assert GROWN not in stranger.page.locator("#main").inner_text()
    if javascript:
        stranger.check()
    spoiled = files["JSON"].read_text().replace(title, "다른 이름", 1)
    stranger.go("/verify/")
    stranger.page.locator("#verify-text").fill(spoiled)
    stranger.page.get_by_role("button", name="글 확인하기").click()
    stranger.page.wait_for_load_state()
    assert verdict(stranger.page) == "altered"

    page.reload()
    page.get_by_role("button", name="거두기").first.click()
    page.wait_for_load_state()
    assert stranger.page.goto(link).status == 410  # type: ignore[union-attr]
    expect(stranger.page.locator("h1")).to_contain_text("거두었습니다")


@pytest.mark.req("B5", "browser")
def test_a_badge_that_its_institution_takes_back_is_red_for_everybody(
    visitor: Callable[..., Visitor],
) -> None:
    staff = visitor()
    staff.sign_in(STAFF)
    staff.go("/work/badges/")
    institution = staff.page.locator(".rolesw .rn").first.inner_text()
    learner = visitor()
    learner.sign_in(GROWN)
    page = learner.go("/my/wallet/")
    page.locator(".bg .b").filter(has_text=institution).last.locator("h3 a").click()
    page.wait_for_load_state()
    title = page.locator("h1").inner_text()
    page.get_by_role("link", name="보여 주기").click()
    page.get_by_role("button", name="링크와 QR 만들기").click()
    link = page.locator("#share-url").inner_text()

    desk = staff.go("/work/badges/")
    staff.check()
    desk.get_by_role("link", name=title, exact=True).first.click()
    staff.check()
    desk.get_by_role("link", name=re.compile(rf"^취소\s*{GROWN}")).last.click()
    desk.get_by_role("textbox").fill("수료 기록을 고쳐 다시 발급함")
    staff.check()
    desk.get_by_role("button", name="배지 취소").click()
    expect(desk.locator("#notice")).to_contain_text("처리했습니다")

    stranger = visitor(phone=True)
    stranger.go(link)
    assert verdict(stranger.page) == "revoked"
    expect(stranger.page.locator("h1")).to_have_text("이 배지는 취소되었습니다")
    stranger.check()
    learner.go("/my/wallet/?view=ended")
    expect(learner.page.locator(".bg")).to_contain_text(title)


@pytest.mark.req("B2", "browser")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_designing_shows_at_once_what_the_type_demands(visitor: Callable[..., Visitor], phone: bool) -> None:
    staff = visitor(phone=phone)
    staff.go("/demo/")
    staff.page.locator("form, li, tr, article").filter(has_text="기관 담당자").get_by_role(
        "button"
    ).first.click()
    staff.page.wait_for_load_state()
    page = staff.go("/work/badges/new/")
    staff.check()
    page.get_by_role("link", name=re.compile("^고르기")).first.click()
    page.wait_for_load_state()
    staff.check()
    page.locator("label[for=type-achievement]").click()
    expect(page.locator("#preview")).to_contain_text("5개 가운데 2개 맞음")
    page.locator("[name=pass_mark]").fill("60")
    page.locator("[name=criteria]").fill("80% 이상 출석하고 60점 이상")
    expect(page.locator("#preview")).to_contain_text("5개 가운데 4개 맞음")
    page.evaluate("scrollTo(0, 0)")
    staff.check()
