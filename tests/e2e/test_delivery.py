"""A course in the browser: applying, the board of names, the code on the screen, checking in by phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
Make = Callable[..., Visitor]


def board(staff: Visitor) -> str:
    """Go from the desk to the board of today's choir session; return its address."""
    staff.sign_in("오하린")
    staff.go("/work/")
    staff.page.get_by_role("link", name="동네 합창").first.click()
    expect(staff.page.get_by_role("heading", level=1)).to_contain_text("출석")
    return staff.page.url


@pytest.mark.req("K7", "browser")
def test_a_learner_checks_in_by_the_number_on_the_screen_and_the_board_sees_it(visitor: Make) -> None:
    staff, learner, screen = visitor(), visitor(phone=True), visitor()
    url = board(staff)
    staff.check()
    staff.go("/work/")
    staff.check()
    staff.go(url)
    mine = staff.page.locator('li[data-name="한가람"]')
    expect(mine).to_contain_text("아직")

    screen.sign_in("오하린")
    screen.go(url.replace("/attendance/", "/projector/"))
    screen.check()
    before = screen.page.locator(".pnum b").inner_text()
    assert re.fullmatch(r"\d{3} \d{3}", before)

    learner.sign_in("한가람")
    learner.go("/my/courses/")
    learner.check()
    learner.page.get_by_role("link", name="출석하기").click()
    learner.check()
    learner.page.get_by_label("화면에 보이는 번호 여섯 자리").fill("000 000")
    learner.page.get_by_role("button", name="번호로 출석하기").click()
    expect(learner.page.get_by_role("alert")).to_contain_text("맞지 않는 번호나 QR입니다")
    learner.check()
    number = screen.page.locator(".pnum b").inner_text()
    learner.page.get_by_label("화면에 보이는 번호 여섯 자리").fill(number)
    learner.page.get_by_role("button", name="번호로 출석하기").click()
    expect(learner.page.get_by_role("heading", level=1)).to_contain_text("출석했습니다")
    expect(learner.page.locator(".count")).to_contain_text("10번 가운데 4번 출석했습니다.")
    learner.check()

    expect(mine).not_to_contain_text("아직", timeout=12000)
    expect(screen.page.locator(".pnum b")).not_to_have_text(before, timeout=35000)


@pytest.mark.req("K7", "browser")
def test_staff_mark_by_keyboard_and_cards_change_in_place(visitor: Make) -> None:
    staff = visitor()
    board(staff)
    page = staff.page
    names = page.locator("[data-board] > li").evaluate_all("cards => cards.map(c => c.dataset.name)")
    target = next(name for name in names if name != "한가람")
    page.locator(f'li[data-name="{target}"] summary').focus()
    page.keyboard.press("5")
    expect(page.locator(f'li[data-name="{target}"] .st')).to_have_text("결석")
    page.keyboard.press("2")
    expect(page.locator(f'li[data-name="{target}"] .st')).to_have_text("지각")
    after = page.locator("[data-board] > li").evaluate_all("cards => cards.map(c => c.dataset.name)")
    assert after == names
    page.locator(f'li[data-name="{target}"] summary').click()
    staff.check()


@pytest.mark.req("K7", "browser")
def test_the_board_works_without_script(visitor: Make) -> None:
    staff = visitor(javascript=False)
    board(staff)
    page = staff.page
    first = page.locator("[data-board] > li").last
    name = first.get_attribute("data-name")
    first.locator("summary").click()
    first.get_by_role("button", name="공가").click()
    expect(page.locator(f'li[data-name="{name}"] .st')).to_have_text("공가")


@pytest.mark.req("K6", "browser")
@pytest.mark.parametrize("javascript", [True, False])
def test_applying_and_withdrawing(visitor: Make, javascript: bool) -> None:
    learner = visitor(phone=True, javascript=javascript)
    learner.sign_in("한가람")
    page = learner.go("/courses/?q=바다를 읽는 해설사")
    page.get_by_role("link", name=re.compile("바다를 읽는 해설사.*겨울 바다반")).first.click()
    page.get_by_role("button", name="신청하기").first.click()
    expect(page.locator(".fact-box")).to_contain_text("자리가 확정되었습니다.")
    if javascript:
        learner.check()
    page.get_by_role("link", name="신청 취소").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("신청을 취소할까요?")
    if javascript:
        learner.check()
    page.get_by_role("button", name="네, 취소합니다").click()
    expect(page.get_by_role("status")).to_contain_text("신청을 취소했습니다")


@pytest.mark.req("M1", "browser")
@pytest.mark.parametrize("phone", [False, True])
def test_institution_pages_hold_at_both_widths(visitor: Make, phone: bool) -> None:
    staff = visitor(phone=phone)
    staff.sign_in("오하린")
    staff.go("/work/runs/")
    staff.check()
    staff.page.get_by_role("link", name="토요일 오전반").first.click()
    staff.check()
    for name in ("출석부", "수료 판정", "고치기"):
        staff.page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()
        staff.check()
        staff.page.go_back()
    staff.go("/work/programmes/")
    staff.check()
    staff.go("/work/runs/new/")
    staff.check()
    staff.page.get_by_role("main").get_by_role("link").first.click()
    staff.check()
