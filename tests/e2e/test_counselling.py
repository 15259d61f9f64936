"""Asking, answering, booking and reporting in a real browser, as a citizen and a municipality's counsellor."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests import samples_of_files as samples
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e


@pytest.mark.req("A21", "browser")
def test_a_citizen_asks_and_a_counsellor_answers(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    title = f"우리 동네 도서관 강좌 {uuid4().hex[:6]}"
    citizen = visitor(phone=True)
    page = citizen.sign_in("한가람")
    citizen.go("/help/")
    citizen.check()
    page.get_by_role("link", name="물어보기", exact=True).click()
    page.locator("#id_category").select_option(label="기타")
    page.locator("#id_title").fill(title)
    page.locator("#id_body").fill("느티나무 도서관에서 하는 모임도 학습계좌에 넣을 수 있나요?")
    note = tmp_path / "안내문.png"
    note.write_bytes(samples.png())
    page.locator("#id_uploads").set_input_files(note)
    citizen.check()
    page.get_by_role("button", name="보내기").click()
    if page.get_by_role("button", name="그래도 보내기").count():
        citizen.check()
        page.get_by_role("button", name="그래도 보내기").click()
    expect(page.locator("main")).to_contain_text("마포구가")
    expect(page.locator("main")).to_contain_text("안내문.png")
    citizen.check()
    address = page.url

    counsellor = visitor()
    desk = counsellor.sign_in("서아라")
    counsellor.go("/office/counselling/?show=unassigned")
    counsellor.check()
    desk.keyboard.press("j")
    expect(desk.locator("[data-key-row]").first).to_be_focused()
    desk.get_by_role("link", name=title).click()
    desk.locator("#id_note-body").fill("도서관에 전화해 확인함")
    desk.get_by_role("button", name="메모 남기기").click()
    desk.locator("#id_body").fill("네, 모임 이름과 시간을 적어 주시면 됩니다.")
    counsellor.check()
    desk.get_by_role("button", name="답 보내기").click()
    expect(desk.get_by_role("status")).to_contain_text("답을 보냈습니다")

    citizen.go(address)
    expect(page.locator("main")).to_contain_text("모임 이름과 시간을 적어 주시면 됩니다")
    expect(page.locator("main")).not_to_contain_text("도서관에 전화해 확인함")
    page.get_by_role("button", name="상담 마치기").click()
    page.get_by_text("매우 만족").click()
    page.get_by_role("button", name="만족도 보내기").click()
    expect(page.locator("main")).to_contain_text("매우 만족")
    citizen.check()


@pytest.mark.req("A21", "browser")
def test_a_citizen_books_and_cancels_a_session_without_script(visitor: Callable[..., Visitor]) -> None:
    citizen = visitor(javascript=False)
    page = citizen.sign_in("한가람")
    citizen.go("/my/counselling/sessions/")
    page.locator(".slot-day a").first.click()
    page.locator("#id_wish").fill("마을 기록 강사가 되려면 무엇을 더 배울까요?")
    phone = page.locator("#id_phone")
    phone.fill("010-0000-0000")
    page.get_by_role("button", name="예약하기").click()
    expect(page.get_by_role("status")).to_contain_text("상담을 예약했습니다")
    booked = page.url
    page.get_by_text("예약 취소", exact=True).click()
    page.get_by_role("button", name="예약 취소하기").click()
    expect(page.get_by_role("status")).to_contain_text("예약을 취소했습니다")
    looker = visitor(phone=True)
    looker.sign_in("한가람")
    for path in ("/my/counselling/sessions/", booked):
        looker.go(path)
        looker.check()


@pytest.mark.req("A23", "browser")
def test_the_institute_reads_patterns_and_edits_help(visitor: Callable[..., Visitor]) -> None:
    officer = visitor()
    page = officer.sign_in("강서연")
    officer.go("/office/monitoring/")
    officer.check()
    officer.go("/office/help/?kind=guide")
    officer.check()
    page.get_by_role("link", name="관련 법령").click()
    officer.check()
    staff = visitor()
    staff.sign_in("오하린")
    staff.go("/work/monitoring/")
    staff.check()
