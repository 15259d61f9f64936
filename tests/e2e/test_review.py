"""An evaluator reviews a whole case by keyboard alone, through a break of the line; and looks on a phone."""

import math
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
SAVED = re.compile(r"\d\d:\d\d:\d\d 저장됨")


def _tab_to(page: Page, selector: str) -> None:
    """Go on with the tabulator until the focus is where one wants it."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
    raise AssertionError(f"the tabulator does not reach {selector}")


def _type(page: Page, text: str) -> None:
    for char in text:
        page.keyboard.press(f"Digit{char}")


@pytest.mark.req("A7", "browser")
def test_a_whole_case_is_reviewed_by_keyboard_alone(visitor: Callable[..., Visitor]) -> None:
    someone = visitor()
    page = someone.sign_in("서아람")
    someone.go("/review/")
    someone.check()
    _tab_to(page, "tbody a.lk")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-review]")
    someone.check()
    saved = page.locator("[data-saved]")
    forms = page.locator("[data-score-of]")
    shown = page.locator("[data-score-of]:not([hidden])")
    count = forms.count()
    assert count >= 5
    page.keyboard.press("Shift+Slash")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("KeyJ")
    second = shown.get_attribute("data-score-of")
    assert second == forms.nth(1).get_attribute("data-score-of")
    page.keyboard.press("KeyK")
    expect(shown).to_have_attribute("data-score-of", forms.nth(0).get_attribute("data-score-of") or "")
    page.keyboard.press("BracketRight")
    page.keyboard.press("BracketLeft")
    # What the evaluator has selected is quoted into the comment.
    page.evaluate(
        "getSelection().selectAllChildren(document.querySelector('[data-evidence-of]:not([hidden]) .tx p'))"
    )
    page.keyboard.press("KeyH")
    expect(shown.locator("textarea")).to_have_value(re.compile("①"))
    expect(shown.locator("[data-quotes] li")).to_have_count(1)
    page.keyboard.press("Escape")

    for place in range(count):
        most = float(shown.get_attribute("data-most") or 0)
        _type(page, str(math.ceil(most * 0.8)))
        if place == 1:
            page.keyboard.press("Period")
            page.keyboard.press("KeyP")
            expect(page.locator("[aria-current=true] [data-points]").first).to_have_text("보류")
            page.keyboard.press("KeyP")
        if place == 2:
            page.context.set_offline(True)
        page.keyboard.press("KeyC")
        page.keyboard.type(f"{place + 1}번 항목은 증빙에서 확인됨.")
        if place == 2:
            expect(saved).to_have_text("끊김 · 이 기기에 적어 두었습니다", timeout=5000)
            page.context.set_offline(False)
            page.evaluate("dispatchEvent(new Event('online'))")
            expect(saved).to_have_text(SAVED, timeout=5000)
        page.keyboard.press("Control+Enter")
        expect(page.locator("[data-done]"), saved.inner_text()).to_have_text(str(place + 1), timeout=20_000)
        if place + 1 < count:
            following = forms.nth(place + 1).get_attribute("data-score-of") or ""
            expect(shown).to_have_attribute("data-score-of", following)
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('naite-review')).length") == 0
    page.reload()
    expect(page.locator("[data-done]")).to_have_text(str(count))
    _tab_to(page, "[data-submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/submit/$"))
    someone.check()
    _tab_to(page, "button.btn.p")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/submitted/$"))
    expect(page.get_by_role("heading", name="내가 제출한 점수")).to_be_visible()
    someone.check()


@pytest.mark.req("A7", "browser")
def test_an_impossible_score_is_told_while_typing_and_on_a_phone_too(visitor: Callable[..., Visitor]) -> None:
    someone = visitor(phone=True)
    page = someone.sign_in("서아람")
    someone.go("/review/")
    someone.check()
    page.locator("tbody a.lk").last.click()
    someone.check()
    shown = page.locator("[data-score-of]:not([hidden])")
    shown.locator("[name=points]").fill("8,5")
    expect(shown.locator("[data-error=points]")).to_contain_text("마침표", timeout=5000)
    expect(shown.locator("[name=points]")).to_have_value("8,5")
    shown.locator("[name=points]").fill("999")
    expect(shown.locator("[data-error=points]")).to_contain_text("점까지입니다", timeout=5000)
    shown.locator("[name=points]").fill("0")
    expect(shown.locator("[data-error=points]")).to_be_empty(timeout=5000)


@pytest.mark.req("A7", "browser")
def test_the_institute_looks_at_panels_without_barriers(visitor: Callable[..., Visitor]) -> None:
    someone = visitor()
    page = someone.sign_in("강서연")
    for path in ("/office/panels/", "/office/evaluators/", "/office/panels/fees/"):
        someone.go(path)
        someone.check()
    someone.go("/office/panels/")
    page.get_by_role("link", name="직업능력 1반").click()
    someone.check()
    here = page.url
    page.get_by_role("link", name=re.compile("배정하기")).click()
    someone.check()
    someone.go(here)
    page.locator("section[aria-labelledby=h-c] tbody a").first.click()
    someone.check()
