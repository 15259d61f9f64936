"""A learner composes a portfolio on a phone and shows it; a stranger opens it until it is withdrawn."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
GROWN = "한가람"


@pytest.mark.req("B8", "browser")
def test_from_a_phone_to_a_stranger(visitor: Callable[..., Visitor]) -> None:
    learner = visitor(phone=True)
    learner.sign_in(GROWN)
    page = learner.go("/my/portfolios/")
    learner.check()
    page.get_by_role("link", name="새 포트폴리오").click()
    learner.check()
    page.get_by_label("제목").fill("동네 배움 도우미 지원")
    page.get_by_label("내 소개").fill("사람의 이야기를 잘 듣습니다.")
    page.get_by_role("button", name="담을 것 고르기").click()
    learner.check()
    page.locator('input[name="badge"]').first.check()
    page.locator('input[name="entry"]').first.check()
    page.get_by_role("button", name="이대로 담기").click()
    page.get_by_role("link", name="글 넣기").click()
    page.get_by_label("소제목").fill("하고 싶은 일")
    page.get_by_label("글", exact=False).last.fill("어르신 곁에서 한글을 가르치고 싶습니다.")
    page.get_by_role("button", name="저장").click()
    blocks = page.locator("[data-block]")
    expect(blocks).to_have_count(3)
    learner.check()
    # Up by its button, then by the keyboard alone; the focus stays on the way.
    blocks.last.get_by_role("button", name="위로").click()
    expect(blocks.nth(1)).to_contain_text("하고 싶은 일")
    focused = page.locator("button:focus")
    expect(focused).to_have_attribute("value", "up")
    page.keyboard.press("Alt+ArrowUp")
    expect(blocks.first).to_contain_text("하고 싶은 일")
    page.get_by_role("link", name="미리 보기").click()
    expect(page.locator(".pf-line.ok")).to_contain_text("모두 유효합니다")
    learner.check()
    page.get_by_role("link", name="보여 주기 · PDF").click()
    expect(page.locator("#id_password")).to_be_hidden()  # only what the chosen door needs
    page.get_by_label("누구에게, 무엇에 쓰라고 보여 주나요").fill("늘푸른문해학교 지원")
    page.get_by_role("button", name="링크와 QR 만들기").click()
    address = page.locator("#share-url").inner_text()
    learner.check()

    stranger = visitor()
    seen = stranger.go(address)
    expect(seen.locator("h1").first).to_have_text(GROWN)
    expect(seen.locator(".pf-bar")).to_contain_text("늘푸른문해학교 지원")
    stranger.check()
    pdf = seen.request.get(f"{address}portfolio.pdf")
    assert pdf.body().startswith(b"%PDF")
    seen.locator(".pf-badges h3 a").first.click()
    expect(seen.locator("[data-verdict]")).to_have_attribute("data-verdict", "valid")
    stranger.check()

    page.get_by_role("link", name="늘푸른문해학교 지원").click()
    expect(page.locator("main")).to_contain_text("열어 봄")
    expect(page.locator("main")).to_contain_text("PDF를 내려받음")
    learner.check()
    page.get_by_role("button", name="지금 거두기").click()
    stranger.go(address)
    expect(seen.locator("h1")).to_have_text("이 자료는 더 볼 수 없습니다")
    stranger.check()
