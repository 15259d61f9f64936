"""The learner's pages in a real browser: rings, year card, table, entries, passbook, plain words."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
GROWN = "한가람"
PAGES = (
    "/my/",
    "/my/?year=2020&pattern=1",
    "/my/?view=table",
    "/my/entries/",
    "/my/entries/new/",
    "/my/passbook/",
)


def learner(visitor: Callable[..., Visitor], path: str = "/my/", **how: bool) -> Visitor:
    someone = visitor(**how)
    someone.sign_in(GROWN)
    someone.go(path)
    return someone


@pytest.mark.req("X3", "browser")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_pages_are_accessible(visitor: Callable[..., Visitor], phone: bool) -> None:
    someone = learner(visitor, phone=phone)
    for path in PAGES:
        someone.go(path)
        someone.check()


@pytest.mark.req("X3", "browser")
def test_passing_over_a_ring_fills_the_card_and_choosing_it_changes_the_address(
    visitor: Callable[..., Visitor],
) -> None:
    page = learner(visitor).page
    start = page.url
    card = page.locator("#year h2")
    page.locator("#ring-2020").focus()
    expect(card).to_have_text("2020년")
    assert page.url == start
    page.keyboard.press("Enter")
    expect(page.locator("#ring-2020")).to_have_attribute("aria-current", "true")
    expect(page.locator("#tree-said")).to_contain_text("2020년")
    expect(page).to_have_url(f"{start}?year=2020")
    assert page.evaluate("document.activeElement.id") == "ring-2020"
    page.locator("#year-before").click()
    expect(card).to_have_text("2019년")
    expect(page).to_have_url(f"{start}?year=2019")
    page.go_back()
    expect(card).to_have_text("2020년")
    assert page.locator("h1").count() == 1


@pytest.mark.req("X3", "browser")
def test_without_script_rings_and_arrows_are_links(visitor: Callable[..., Visitor]) -> None:
    page = learner(visitor, "/my/?year=2020", javascript=False).page
    expect(page.locator("#year h2")).to_have_text("2020년")
    page.locator("#year-after").click()
    expect(page.locator("#year h2")).to_have_text("2021년")


@pytest.mark.req("X3", "browser")
def test_picture_and_table_hold_the_same_numbers(visitor: Callable[..., Visitor]) -> None:
    someone = learner(visitor)
    said = someone.page.locator("#ring-2020").get_attribute("aria-label") or ""
    someone.go("/my/?view=table")
    cells = someone.page.locator("tr", has=someone.page.get_by_role("rowheader", name="2020년")).locator("td")
    hours, courses, badges = (cells.nth(-index).inner_text() for index in (3, 2, 1))
    assert f"2020년, {courses}개 과정 {hours}시간." in said
    assert said.endswith(f"배지 {badges}개")


@pytest.mark.req("A19", "browser")
def test_own_words_become_part_of_the_tree_and_can_be_taken_back(visitor: Callable[..., Visitor]) -> None:
    someone = learner(visitor, "/my/entries/new/", phone=True)
    page = someone.page
    page.get_by_role("link", name="기타 교육").click()
    page.get_by_role("button", name="나이테에 더하기").click()
    expect(page.get_by_role("alert").first).to_contain_text("고칠 것이 있습니다")
    someone.check()
    page.get_by_label("배운 것의 이름").fill("느티나무 독서 모임")
    page.get_by_label("마친 날").fill("2021-06-01")
    page.get_by_label("시간", exact=False).fill("7.5")
    page.get_by_role("button", name="나이테에 더하기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("느티나무 독서 모임")
    someone.check()
    someone.go("/my/?year=2021")
    expect(page.locator("#year")).to_contain_text("느티나무 독서 모임")
    page.locator("#year").get_by_role("link", name="느티나무 독서 모임").click()
    page.get_by_text("이 기록 지우기").click()
    page.get_by_label("지우는 까닭").fill("시험 삼아 적음")
    page.get_by_role("button", name="지우기", exact=True).click()
    expect(page.locator("#notice")).to_contain_text("기록을 지웠습니다")
    someone.go("/my/?year=2021")
    expect(page.locator("#year")).not_to_contain_text("느티나무 독서 모임")


@pytest.mark.req("X4", "browser")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_plain_words_from_the_same_address(visitor: Callable[..., Visitor], phone: bool) -> None:
    someone = learner(visitor, phone=phone)
    someone.go("/display/?plain=1&next=/my/")
    expect(someone.page.get_by_role("heading", level=1)).to_have_text(f"{GROWN} 님, 안녕하세요.")
    someone.check()
    sizes = someone.page.evaluate("getComputedStyle(document.body).fontSize")
    assert float(sizes.removesuffix("px")) >= 21


@pytest.mark.req("A17", "browser")
def test_somebody_without_an_account_opens_one(visitor: Callable[..., Visitor]) -> None:
    someone = visitor(phone=True)
    someone.sign_in("오하린")  # works for an institution, and may learn as well
    page = someone.go("/my/")
    someone.check()
    page.get_by_role("button", name="학습계좌 열기").click()
    expect(page.get_by_text("아직 나이테가 없습니다. 첫 배움을 찾아볼까요?")).to_be_visible()
    someone.check()
