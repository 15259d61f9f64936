"""A list of people becomes badges before one's eyes, and a learner walks a pathway on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from naite.trunk.badges.award_file import as_csv
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
STAFF = "임지호"
GROWN = "한가람"


@pytest.mark.req("B4", "browser")
def test_a_cp949_list_becomes_badges_and_a_report(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    staff = visitor()
    staff.sign_in(STAFF)
    page = staff.go("/work/badges/")
    page.get_by_role("link", name="문해교사 실습").click()
    page.get_by_role("link", name="한꺼번에 주기").click()
    staff.check()
    cells = [
        [f"pilot{n}@demo.naite.kr", "", "한글 공부를 곁에서 도왔습니다.", "", "", "", 20 + n % 5]
        for n in range(60, 90)
    ]
    cells += [
        ["pilot91@demo.naite.kr", "", "", "", "", "", 3],
        ["nara@@mail"],
        ["garam@demo.naite.kr", "", "", "", "", "", 30],
    ]
    file = tmp_path / "실습.csv"
    file.write_bytes(as_csv(cells, encoding="cp949"))
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="올리고 미리 보기").click()
    expect(page.locator("h1")).to_contain_text("미리 보기")
    expect(page.get_by_text("이메일 꼴이 아닙니다")).to_be_visible()
    staff.check()
    page.get_by_role("button", name="30명에게 주기").click()
    expect(page.locator("h1")).to_contain_text("마침", timeout=45000)  # by itself, while one looks
    expect(page.locator("#awarded")).to_have_text("30")
    expect(page.locator("#percent")).to_have_text("100%")
    expect(page.get_by_text("합이 맞음")).to_be_visible()
    staff.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="보고서 엑셀").click()
    report = tmp_path / "report.xlsx"
    download.value.save_as(report)
    sheet = load_workbook(report).active
    assert sheet is not None
    results = [row[9] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert (results.count("수여"), results.count("거절"), results.count("건너뜀")) == (30, 2, 1)


@pytest.mark.req("B10", "browser")
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_learner_sees_the_way_on_a_phone(visitor: Callable[..., Visitor], javascript: bool) -> None:
    learner = visitor(phone=True, javascript=javascript)
    learner.sign_in(GROWN)
    page = learner.go("/my/wallet/")
    page.get_by_role("link", name="배지 경로").first.click()
    if javascript:
        learner.check()
    page.get_by_role("link", name="마을 문해교사").click()
    expect(page.get_by_role("img", name="6걸음 가운데 2걸음을 걸었습니다")).to_be_visible()
    expect(page.get_by_text("배지 3개 가운데 2개를 받았습니다. 1개 남았습니다.")).to_be_visible()
    expect(page.locator(".pw-steps li")).to_have_count(6)
    if javascript:
        learner.check()
