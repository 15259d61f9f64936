"""An official works through a morning's list by keyboard, in bulk and by Excel, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e


@pytest.mark.req("A1", "browser")
@pytest.mark.req("X7a", "browser")
def test_an_official_works_a_morning_by_keyboard(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    official = visitor()
    page = official.sign_in("정도윤")
    official.go("/office/desk/")
    official.check()
    official.go("/office/desk/?kind=receive")
    rows = page.locator("[data-row]").count()
    assert rows
    done = min(rows, 2)

    # From the desk into the first case, received, and on to what follows.
    page.keyboard.press("KeyJ")
    page.keyboard.press("Enter")
    expect(page.locator(".trail")).to_contain_text(f"{rows}건 중 1번째")
    official.check()
    first = page.locator("h1").inner_text()
    for place in range(done):
        page.keyboard.press("KeyF")
        expect(page.get_by_role("button", name="접수", exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("접수했습니다")
        page.get_by_role("button", name="나머지 모두 갖춤").press("Enter")
        expect(page.locator(".progress")).to_contain_text("12 / 12")
        if place + 1 < done:
            page.keyboard.press("KeyJ")
            expect(page.locator("h1")).not_to_have_text(first)

    # All that is checked goes out under one number; what is not stays, with the reason.
    official.go("/office/desk/?kind=forward")
    picked = page.locator("[data-row]").count()
    for _ in range(picked):
        page.keyboard.press("KeyJ")
        page.keyboard.press("KeyX")
    expect(page.locator("[data-bulkbar]")).to_contain_text(f"{picked} ✓")
    page.get_by_role("button", name="전달").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{picked}건")
    official.check()
    page.get_by_label("공문 번호").fill("평생교육과-4411")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{picked}건 가운데 {done}건 전달함")
    expect(page.locator("main")).to_contain_text("확인하지 않은 항목이")
    official.check()
    official.go("/office/applications/letters/")
    expect(page.locator("main")).to_contain_text("평생교육과-4411")
    official.check()

    # J leads from case to case of a list, K back.
    official.go("/office/applications/?turn=mine")
    page.keyboard.press("KeyJ")
    page.keyboard.press("Enter")
    expect(page.locator(".trail")).to_contain_text("1번째")
    case = page.locator("h1").inner_text()
    page.keyboard.press("KeyJ")
    expect(page.locator(".trail")).to_contain_text("2번째")
    expect(page.locator("h1")).not_to_have_text(case)
    page.keyboard.press("KeyK")
    expect(page.locator("h1")).to_have_text(case)

    # The list out, edited, and back in: first what would change.
    official.go("/office/applications/?turn=mine")
    with page.expect_download() as download:
        page.get_by_role("link", name="엑셀로 내보내기").press("Enter")
    file = tmp_path / "목록.xlsx"
    download.value.save_as(file)
    book = load_workbook(file)
    sheet = book.worksheets[0]
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    sheet.cell(2, heads["메모"]).value = "오전에 전화로 확인함"
    sheet.cell(3, heads["과정"]).value = "다른 이름"
    book.save(file)
    page.locator("summary", has_text="고친 엑셀 올리기").press("Enter")
    page.locator("#back-file").set_input_files(file)
    page.get_by_role("button", name="무엇이 바뀌는지 보기").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("1건이 바뀝니다")
    expect(page.locator("main")).to_contain_text("엑셀 3행")
    expect(page.locator("main")).to_contain_text("고칠 수 없는 열이 바뀌었습니다: 과정")
    official.check()
    page.get_by_role("button", name="이대로 바꾸기").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1건 가운데 1건을 바꾸었습니다")
    official.check()
    official.go("/office/applications/?turn=mine")
    expect(page.locator("main")).to_contain_text("오전에 전화로 확인함")


@pytest.mark.req("A1", "browser")
def test_desks_are_accessible_on_a_phone(visitor: Callable[..., Visitor]) -> None:
    someone = visitor(phone=True)
    someone.sign_in("정도윤")
    for path in ("/office/desk/", "/office/applications/", "/office/duties/"):
        someone.go(path)
        someone.check()
    someone.go("/office/desk/?kind=recheck")
    someone.page.locator("[data-row] a").first.click()
    someone.check()
