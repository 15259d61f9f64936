"""Finding a course in a real browser: with script, without it, and back again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e


@pytest.mark.req("A22", "browser")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_pages_are_accessible(visitor: Callable[..., Visitor], phone: bool) -> None:
    someone = visitor(phone=phone)
    for path in (
        "/",
        "/?region=11440",
        "/courses/",
        "/courses/?q=%EC%9A%94%EA%B0%80&day=sat",
        "/courses/?q=%EC%97%86%EB%8A%94%EB%A7%90&region=50130",
    ):
        someone.go(path)
        someone.check()
    page = someone.go("/courses/?q=%EB%A7%88%EC%9D%84+%EA%B8%B0%EB%A1%9D%EA%B0%80")
    page.locator(".cs-link").first.click()
    expect(page.locator("h1")).to_contain_text("마을 기록가")
    someone.check()
    page = someone.go("/courses/?q=%EB%82%98%EB%A3%A8")
    page.locator(".cs-link").first.click()
    expect(page.locator(".tag.line")).to_have_text("안내 강좌")
    assert page.locator("main form").count() == 0
    someone.check()


@pytest.mark.req("A22", "browser")
def test_a_choice_changes_results_and_address_and_back_undoes_it(visitor: Callable[..., Visitor]) -> None:
    page = visitor().go("/courses/")
    page.evaluate("window.stays = true")
    all_of_them = page.locator("#results-title b").inner_text()
    page.locator("#f-area-civic").focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(f"{page.url.split('?')[0]}?area=civic")
    expect(page.locator("#search-status")).to_contain_text("찾았습니다")
    assert page.evaluate("document.activeElement.id") == "f-area-civic"
    count = page.locator("label[for=f-area-civic] .n").inner_text()
    expect(page.locator("#results-title b")).to_have_text(f"{count}개")
    page.select_option("#f-region", "11000")
    expect(page.locator("#f-sigungu")).to_be_visible()
    expect(page).to_have_url(f"{page.url.split('?')[0]}?region=11000&area=civic")
    page.reload()
    expect(page.locator("#f-area-civic")).to_be_checked()
    page.go_back()
    expect(page.locator("#f-region")).to_have_value("")
    page.go_back()
    expect(page.locator("#results-title b")).to_have_text(all_of_them)
    expect(page.locator("#f-area-civic")).not_to_be_checked()


def test_the_next_page_goes_on_at_the_heading(visitor: Callable[..., Visitor]) -> None:
    page = visitor().go("/courses/")
    first = page.locator(".cs-link").first.inner_text()
    page.locator("#results .page-navi.next").click()
    expect(page).to_have_url(f"{page.url.split('?')[0]}?page=2")
    expect(page.locator(".cs-link").first).not_to_have_text(first)
    expect(page.locator("#results-title")).to_be_focused()


@pytest.mark.req("A22", "browser")
def test_without_script_the_form_does_the_same(visitor: Callable[..., Visitor]) -> None:
    page = visitor(javascript=False).go("/")
    page.get_by_label("찾을 말").fill("마을 기록가")
    page.get_by_role("button", name="강좌 찾기").click()
    expect(page.locator(".cs-link").first).to_contain_text("마을 기록가")
    page.locator("label[for=f-state-open]").click()
    page.get_by_role("button", name="찾기", exact=True).click()
    assert "state=open" in page.url
    expect(page.locator("#f-state-open")).to_be_checked()


def test_nothing_found_leads_on(visitor: Callable[..., Visitor]) -> None:
    page = visitor().go("/courses/?q=%EC%9A%94%EA%B0%80&region=51110")
    page.get_by_role("link", name="지역을 빼면").click()
    expect(page.locator(".cs-link").first).to_contain_text("요가")


def test_the_neighbourhood_is_remembered(visitor: Callable[..., Visitor]) -> None:
    page = visitor().go("/")
    page.get_by_label("어느 동네에 사세요?").select_option("11440")
    page.get_by_role("button", name="우리 동네 보기").click()
    expect(page.get_by_role("heading", name="이번 주 우리 동네")).to_be_visible()
    page.goto(page.url.split("?")[0])
    expect(page.get_by_text("마포구에서 지금 신청할 수 있는 강좌")).to_be_visible()
