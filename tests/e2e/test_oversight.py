"""A stranger complains on a phone; it goes as far as a cancellation, and the institution's objection wins."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests import samples_of_files as samples
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
COURSE = "바리스타 실무"


def day(ago: int) -> str:
    return f"{datetime.now(ZoneInfo('Asia/Seoul')).date() - timedelta(days=ago):%Y-%m-%d}"


@pytest.mark.req("A14", "browser")
@pytest.mark.req("A15", "browser")
def test_from_a_complaint_to_an_objection_that_wins(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    stranger = visitor(phone=True)
    page = stranger.page
    stranger.go("/complaints/")
    stranger.check()
    page.get_by_role("link", name="신고하기", exact=True).click()
    page.locator("#q").fill("바리스타")
    page.get_by_role("button", name="찾기", exact=True).click()
    stranger.check()
    page.get_by_role("link", name=COURSE).click()
    page.get_by_text("시설·강사·운영이 기준에 못 미친다").click()
    page.locator("#id_body").fill("기계가 한 대뿐입니다.")
    photo = tmp_path / "기계.png"
    photo.write_bytes(samples.png())
    page.locator("#id_uploads").set_input_files(photo)
    stranger.check()
    page.get_by_role("button", name="신고 보내기").click()
    expect(page.locator("main")).to_contain_text("신고를 받았습니다")
    number, key = page.locator(".cp-key dd").all_inner_texts()
    stranger.check()

    officer = visitor(phone=True)  # as on the spot
    office = officer.sign_in("강서연")
    officer.go(f"/office/oversight/?q={number}")
    officer.check()
    office.locator("[data-key-row]").first.click()
    office.get_by_role("button", name="내가 맡아 처리하기").click()
    office.get_by_role("link", name="현장실태조사 계획하기").click()
    office.get_by_role("button", name="계획하기").click()
    office.get_by_role("button", name="조사 시작").click()
    for item in range(1, 9):
        office.locator(f"label[for=r{item}-{'violation' if item == 2 else 'fine'}]").click()
    office.locator("#note-2").fill("기계가 한 대뿐이고 넷이 아니다.")
    office.locator("#summary").fill("설비가 신청서에 못 미칩니다.")
    expect(office.locator("[data-autosave-state]")).to_contain_text("저장함")
    officer.check()
    office.locator("label[for=c-correction]").click()
    office.get_by_role("button", name="결과 보고").click()
    office.get_by_role("link", name="시정명령 쓰기").click()
    expect(office.locator("#id_grounds")).to_have_value(
        "- 안전하고 수업에 맞는 설비를 갖추었다: 기계가 한 대뿐이고 넷이 아니다."
    )
    office.get_by_text("평가인정 기준에 이르지 못함").click()
    office.locator("#id_demands").fill("기계를 네 대 갖추십시오.")
    office.locator("#id_delivered_on").fill(day(40))
    office.locator("#id_until").fill(day(12))
    officer.check()
    office.get_by_role("button", name="시정명령 보내기").click()
    office.locator("#id_judge-reason").fill("기한이 지나도록 갖추지 않았습니다.")
    office.get_by_role("button", name="시정 안 됨").click()
    office.get_by_role("link", name="취소를 미리 알리기").click()
    office.locator("#id_grounds").fill("시정명령을 받고도 기계를 갖추지 않았습니다.")
    office.locator("#id_delivered_on").fill(day(13))
    office.locator("#id_opinion_until").fill(day(0))
    officer.check()
    office.get_by_role("button", name="사전 통지 보내기").click()
    expect(office.get_by_role("status").first).to_contain_text("취소를 미리 알렸습니다")
    case = office.url

    institution = visitor()
    work = institution.sign_in("백이준")
    institution.go("/work/oversight/")
    institution.check()
    work.locator("section[aria-labelledby=c-t] a").first.click()
    work.locator("#id_opinion").fill("기계 세 대가 어제 들어왔습니다.")
    institution.check()
    work.get_by_role("button", name="의견 내기").click()
    theirs = work.url

    officer.go(case)
    expect(office.locator("main")).to_contain_text("기계 세 대가 어제 들어왔습니다.")
    office.locator("#id_decide-reasons").fill("기한이 지난 뒤입니다.")
    office.get_by_role("button", name="평가인정 취소", exact=True).click()
    expect(office.locator("main")).to_contain_text("취소함")
    officer.check()

    institution.go(theirs)
    work.get_by_text("이의신청하기", exact=True).click()
    work.locator("#id_object-text").fill("기한 안에 주문했고 납품이 늦었습니다.")
    work.get_by_role("button", name="이의신청 내기").click()

    second = visitor()
    desk = second.sign_in("구재민")
    second.go("/office/oversight/objections/")
    second.check()
    desk.locator("[data-key-row]").first.click()
    desk.locator("#handler").select_option(label="구재민")
    desk.get_by_role("button", name="맡기기").click()
    desk.locator("#id_answer-answer").fill("주문한 날을 확인했습니다. 취소를 거둡니다.")
    second.check()
    desk.get_by_role("button", name="인용", exact=True).click()

    stranger.go("/recognitions/?q=바리스타")
    page.get_by_role("link", name=COURSE).first.click()
    expect(page.locator("main")).to_contain_text("평가인정 되살림")
    stranger.check()
    stranger.go("/complaints/")
    page.locator("#id_number").fill(number)
    page.locator("#id_key").fill(key.lower())
    page.get_by_role("button", name="보기", exact=True).click()
    expect(page.locator("main")).to_contain_text("현장실태조사를 마쳤습니다")
    stranger.check()
