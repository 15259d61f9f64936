"""A round by the hands of all seven roles: from the institution's application to what the public is told.

Two cases carry the story, since a round does not take applications while its panels sit: one goes from the institution
to the national institute's desk, the other from that desk to the public. A third shows the one re-evaluation. How a
complaint ends in a cancellation, and an objection wins, is walked through in ``test_oversight``.
"""

import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import samples_of_files as samples
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
MakeVisitor = Callable[..., Visitor]


def at_home(who: Visitor, name: str, menu: str) -> Page:
    """Sign in and go on by the menu, as somebody who knows no address does."""
    page = who.sign_in(name)
    page.get_by_role("navigation").get_by_role("link", name=menu).first.click()
    page.wait_for_load_state()
    return page


@pytest.mark.req("A1", "browser")
@pytest.mark.req("A2", "browser")
@pytest.mark.req("A5", "browser")
def test_an_application_passes_every_office(visitor: MakeVisitor, tmp_path: Path) -> None:
    institution = visitor()
    work = at_home(institution, "오하린", "평가인정 신청")
    work.get_by_role("link", name="신청하기").click()
    institution.check()
    work.locator("#id_course").select_option(label="동네 합창")
    work.locator("#id_copy_from").select_option(index=1)
    work.get_by_role("button", name="쓰기 시작").click()
    work.locator("#purpose").fill("")
    work.get_by_role("button", name="빠진 것 확인하고 내기").click()
    expect(work.get_by_role("heading", level=1)).to_contain_text("가지가 더 있어야 합니다")
    work.get_by_role("link", name="이어서 쓰기").click()
    work.locator("#purpose").fill("이웃이 함께 노래하며 서로 알아 갑니다.")
    work.locator("#planned_from").fill("2027-09-01")
    work.locator("#planned_until").fill("2027-12-15")
    plan = tmp_path / "합창실 사진.png"
    plan.write_bytes(samples.png())
    work.locator("input[type=file]").first.set_input_files(plan)
    work.get_by_role("button", name="빠진 것 확인하고 내기").click()
    expect(work.get_by_role("heading", level=1)).to_have_text("모두 갖추었습니다")
    institution.check()
    work.get_by_role("button", name="신청서 내기").click()
    expect(work.get_by_role("status").first).to_contain_text("접수번호는")
    institution.check()
    case = work.url

    local = visitor()
    office = local.sign_in("박준호")
    office.get_by_role("link", name="동네 합창").click()
    office.get_by_role("button", name="접수", exact=True).click()
    local.check()
    row = office.locator("tr", has=office.locator("summary", has_text="교수·학습 방법"))
    row.locator("summary", has_text="보완 필요").click()
    row.locator("[name=note]").fill("모둠을 어떻게 나누는지 적어 주세요.")
    row.get_by_role("button", name="적기").click()
    office.get_by_role("link", name="보완 요구").click()
    office.locator("#id_reason").fill("한 항목을 보완해 주세요.")
    office.get_by_role("button", name="보완 요구", exact=True).click()
    expect(office.locator("main")).to_contain_text("보완 요구")
    here = office.url

    institution.go(case)
    work.get_by_role("link", name=re.compile("보완")).first.click()
    work.locator("textarea[name^=item-]:not([readonly])").first.fill("소리의 높이에 따라 넷으로 나눕니다.")
    institution.check()
    work.get_by_role("button", name="저장", exact=True).first.click()
    work.get_by_role("button", name="보완한 것 내기").click()

    local.go(here)
    expect(office.locator("ins").first).to_be_visible()
    office.get_by_role("button", name="교수·학습 방법: 갖춤").click()
    office.get_by_role("button", name="나머지 모두 갖춤").click()
    office.get_by_role("link", name="서울특별시평생교육진흥원으로 전달").click()
    office.get_by_role("button", name="전달", exact=True).click()

    # What the local government found complete needs no second look.
    province = visitor(phone=True)
    office = province.sign_in("민다온")
    office.get_by_role("link", name="동네 합창").click()
    office.get_by_role("button", name="접수", exact=True).click()
    office.get_by_role("link", name="국가평생교육진흥원으로 전달").click()
    office.get_by_role("button", name="전달", exact=True).click()
    expect(office.locator("main")).to_contain_text("접수 대기")
    province.check()

    national = visitor()
    desk = national.sign_in("강서연")
    desk.get_by_role("link", name="동네 합창").click()
    desk.get_by_role("button", name="접수", exact=True).click()
    expect(desk.locator("main")).to_contain_text("접수됨")
    national.check()

    # No script, and still everything that happened is there for the institution.
    plain = visitor(javascript=False)
    plain.sign_in("오하린")
    plain.go(case)
    for office_name in ("마포구", "서울특별시평생교육진흥원", "국가평생교육진흥원"):
        expect(plain.page.locator("main")).to_contain_text(office_name)


def _review(who: Visitor, title: str, *, items: int = 12) -> None:
    """Score every item of a case at 80 % by keyboard and hand it in."""
    page = who.page
    page.get_by_role("link", name=title).click()
    page.wait_for_selector("[data-review]")
    shown = page.locator("[data-score-of]:not([hidden])")
    expect(page.locator("[data-score-of]")).to_have_count(items)
    for place in range(items):
        for digit in str(math.ceil(float(shown.get_attribute("data-most") or 0) * 0.8)):
            page.keyboard.press(f"Digit{digit}")
        page.keyboard.press("KeyC")
        page.keyboard.insert_text("증빙과 설명이 서로 맞음.")
        page.keyboard.press("Control+Enter")
        expect(page.locator("[data-done]")).to_have_text(str(place + 1))
    page.locator("[data-submit]").click()
    page.wait_for_url(re.compile("/submit/$"))
    page.locator("button.btn.p").click()
    page.wait_for_url(re.compile("/submitted/$"))


@pytest.mark.req("A7", "browser")
@pytest.mark.req("A8", "browser")
@pytest.mark.req("A10", "browser")
@pytest.mark.req("A11", "browser")
@pytest.mark.req("A12", "browser")
@pytest.mark.req("A15", "browser")
def test_a_case_goes_from_the_panel_to_the_public(visitor: MakeVisitor) -> None:
    title = "동네 책방지기"
    national = visitor()
    desk = at_home(national, "강서연", "평가단")
    desk.get_by_role("link", name="직업능력 1반").click()
    desk.get_by_role("link", name=re.compile("배정하기")).click()
    national.check()
    chosen = desk.locator(".pn-pick label:has(input:checked) > span").all_inner_texts()
    evaluators = [text.split()[0] for text in chosen]
    assert len(evaluators) == 3
    desk.get_by_role("button", name="표시한 대로 배정하고 알리기").click()
    national.check()

    for name in evaluators:
        evaluator = visitor()
        evaluator.sign_in(name)
        _review(evaluator, title)
    evaluator.check()

    desk = at_home(national, "강서연", "심의위원회")
    national.check()
    desk.get_by_role("link", name=re.compile("심의위원회")).filter(has_text="제3차").click()
    desk.get_by_role("button", name="고른 과정을 안건으로 올리기").click()
    expect(desk.locator("#agenda")).to_contain_text("안건")
    national.check()
    meeting = desk.url

    member = visitor(phone=True)
    member.sign_in("위채움")
    member.check()
    member.page.get_by_role("link", name=re.compile("제3차")).first.click()
    member.page.get_by_role("link", name=title).click()
    expect(member.page.locator("main")).to_contain_text("평가 결과")
    member.check()

    national.go(meeting)
    desk.get_by_role("button", name="회의 열기").click()
    for box in desk.locator(".cm-seats label").all():
        box.click()
    desk.get_by_role("button", name="출석 저장").click()
    desk.get_by_role("link", name=title).click()
    desk.get_by_text("표결", exact=True).click()
    desk.locator("#id_votes_for").fill("4")
    desk.locator("#id_votes_against").fill("1")
    desk.locator("#id_votes_abstained").fill("0")
    national.check()
    desk.get_by_role("button", name="결정 적기").click()
    national.go(meeting)
    for box in desk.locator(".cm-agenda label").all():
        box.click()
    desk.get_by_role("button", name="고른 안건을 평가단 판정대로 정하기").click()
    desk.locator("#remarks").fill("다음 회의는 다음 달에 연다.")
    national.check()
    desk.get_by_role("button", name="마치고 교육부로 보내기").click()
    minutes = desk.get_by_role("link", name="회의록 PDF").get_attribute("href") or ""
    assert desk.request.get(national.server.url + minutes).body().startswith(b"%PDF")

    ministry = visitor()
    approvals = ministry.sign_in("권서진")
    ministry.check()
    approvals.get_by_role("link", name=title).click()
    ministry.check()
    approvals.get_by_role("button", name="인정 승인").click()
    expect(approvals.get_by_role("status").first).to_contain_text("승인")

    desk.get_by_role("navigation").get_by_role("link", name="결과 통보").first.click()
    national.check()
    desk.get_by_role("button", name=re.compile("지자체로 보내기")).click()
    expect(desk.locator("main")).to_contain_text(re.compile("[01] / 1"))

    institution = visitor()
    work = at_home(institution, "조예린", "받은 통보")
    institution.check()
    work.get_by_role("button", name=re.compile("전자 통보에 동의하기")).click()

    local = visitor()
    office = at_home(local, "윤도담", "결과 통보")
    tell = office.get_by_role("link", name=re.compile("남은 .*통보하기"))
    for _ in range(40):  # the worker lays the results at the offices
        if tell.count():
            break
        office.wait_for_timeout(500)
        office.reload()
    tell.first.click()
    local.check()
    office.get_by_role("button", name=re.compile("모두 통보하기")).click()
    expect(office.get_by_role("button", name=re.compile("모두 통보하기"))).to_have_count(0)

    work.reload()
    work.get_by_role("link", name=title).click()
    expect(work.locator("main")).to_contain_text("까지 유효합니다.")
    institution.check()

    anybody = visitor(phone=True)
    page = anybody.go(f"/recognitions/?q={title}")
    page.get_by_role("link", name=title).click()
    expect(page.locator("main")).to_contain_text("느티나무작은도서관")
    anybody.check()


@pytest.mark.req("A9", "browser")
def test_a_provisional_case_is_judged_once_more(visitor: MakeVisitor) -> None:
    title = "화성 이야기꾼"
    institution = visitor()
    work = at_home(institution, "백이준", "평가인정 신청")
    work.get_by_role("link", name=title).click()
    expect(work.locator("main")).to_contain_text("24시까지 보완해 다시 내세요")
    institution.check()
    work.get_by_role("link", name="못 미친 항목 보완하기").click()
    institution.check()
    short = work.locator("section.pn-gap:has(textarea)").count()
    for place in range(short):
        section = work.locator("section.pn-gap:has(textarea)").nth(place)
        section.locator("textarea").fill("누가 언제 하는지 표로 적고 지난 기록을 더했습니다.")
        section.get_by_role("button", name="이 항목 저장").click()
        expect(work.get_by_text("고침", exact=True)).to_have_count(place + 1)
    members = [text.split()[0] for text in work.locator("section[aria-labelledby=h-m] b").all_inner_texts()]
    work.get_by_role("button", name=re.compile("다시 내기")).click()
    expect(work.locator("main")).to_contain_text("평가단이 평가하고 있습니다")

    judged = 0
    for name in members:
        evaluator = visitor()
        if evaluator.sign_in(name).get_by_role("link", name=title).count():
            _review(evaluator, title, items=short)
            judged += 1
    assert judged == 3
    evaluator.check()
    work.reload()
    expect(work.locator("main")).to_contain_text("심의위원회와 교육부의 결정을 기다리고 있습니다")
    institution.check()
