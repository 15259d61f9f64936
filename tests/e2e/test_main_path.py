"""The main path as its people walk it (row X1): institution, national institute, learner, stranger."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
SEOUL = ZoneInfo("Asia/Seoul")
COURSE = "휴대전화로 은행 일 보기"
CITIZEN_PAGES = (
    "/", "/courses/", "/courses/?q=우주여행", "/my/", "/my/?view=table", "/my/entries/", "/my/entries/new/",
    "/my/courses/", "/my/wallet/", "/verify/", "/help/", "/accounts/email/", "/accounts/2fa/",
)  # fmt: skip
STAFF_PAGES = (
    "/work/",
    "/work/runs/",
    "/work/badges/",
    "/work/badges/new/",
    "/work/programmes/",
    "/work/runs/new/",
)
OFFICE_PAGES = ("/office/recognition/",)
STRANGER_PAGES = ("/", "/demo/", "/verify/", "/accounts/login/", "/accounts/signup/", "/courses/")


def _minute(of: datetime) -> str:
    return of.strftime("%H:%M")


def _open_run(staff: Visitor, begins: datetime, ends: datetime) -> str:
    """Open a run of one session by the form; return its page's path."""
    page = staff.go("/work/runs/new/")
    page.get_by_role("link", name=re.compile(COURSE)).first.click()
    page.locator("[name=name]").fill("오늘 저녁반")
    page.locator("[name=capacity]").fill("10")
    page.locator("[name=registration_opens_at]").fill((begins - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=registration_closes_at]").fill(ends.strftime("%Y-%m-%dT%H:%M"))
    rows = page.locator("table.rows tbody tr:has(input[type=date])")
    for row in rows.all()[1:]:  # the form proposes one row a lesson of the course; today there is one meeting
        row.locator("input[type=checkbox]").check()
    first = rows.first
    first.locator("input[type=date]").fill(begins.date().isoformat())
    first.locator("input[type=time]").nth(0).fill(_minute(begins))
    first.locator("input[type=time]").nth(1).fill(_minute(ends))
    staff.check()
    page.get_by_role("button", name="강좌 열기", exact=True).click()
    page.wait_for_url(re.compile(r"/work/runs/[0-9a-f-]{36}/"))
    return page.url


def _look_at_everything(visits: list[tuple[Visitor, tuple[str, ...]]]) -> Iterator[str]:
    for who, paths in visits:
        for path in paths:
            who.go(path)
            who.check()
            yield path


def _number(page: Page) -> str:
    return re.sub(r"\D", "", page.locator(".pnum b").inner_text())


@pytest.mark.req("X1", "browser")
@pytest.mark.req("K6", "browser")
@pytest.mark.req("K7", "browser")
@pytest.mark.req("B7", "browser")
@pytest.mark.req("B9", "browser")
@pytest.mark.req("X3", "browser")
@pytest.mark.req("X4", "browser")
def test_from_a_course_to_a_badge_that_a_stranger_verifies(visitor: Callable[..., Visitor]) -> None:
    staff, officer = visitor(), visitor()
    learner, stranger = visitor(phone=True), visitor(phone=True)
    staff.sign_in("오하린")
    officer.sign_in("강서연")
    learner.sign_in("이말순")

    # the institution opens a run that meets right now, for a little while
    now = datetime.now(SEOUL)
    begins = now.replace(second=0, microsecond=0)
    ends = begins + timedelta(minutes=3)
    if ends.date() != begins.date():
        pytest.skip("a session does not go past midnight")
    run_url = _open_run(staff, begins, ends)

    # the national institute recognises the course
    page = officer.go("/office/recognition/?q=휴대전화")
    page.get_by_role("link", name=COURSE).click()
    page.locator("[name=number]").fill("제2026-0777호")
    officer.check()
    page.get_by_role("button", name="인정 기록하기").click()
    expect(page.get_by_text("제2026-0777호").first).to_be_visible()

    # the learner, on a phone, opens an account, finds the course and enrols
    page = learner.go("/my/")
    learner.check()
    page.get_by_role("button", name="학습계좌 열기").click()
    # what she completed before she had an account is already there
    expect(page.get_by_role("heading", name="이말순 님의 나이테")).to_be_visible()
    expect(page.get_by_text("한글 다시 배우기").first).to_be_visible()
    expect(page.get_by_text(COURSE)).to_have_count(0)
    page = learner.go("/courses/?q=은행")
    page.get_by_role("link", name=re.compile("오늘 저녁반")).first.click()
    expect(page.get_by_text("평가인정을 받은 과정입니다")).to_be_visible()
    learner.check()
    page.get_by_role("button", name="신청하기", exact=True).first.click()
    expect(page.get_by_text(re.compile("확정")).first).to_be_visible()
    learner.check()

    # attends by the number on the projector
    staff.go(run_url)
    staff.check()
    board = staff.go("/work/")
    board.locator("li, tr").filter(has_text="오늘 저녁반").get_by_role(
        "link", name=re.compile("QR")
    ).first.click()
    board.wait_for_load_state()
    staff.check()
    session_path = re.search(r"/work/sessions/([0-9a-f-]{36})/", board.url)
    assert session_path
    page = learner.go(f"/my/attend/{session_path[1]}/")
    learner.check()
    page.get_by_label("화면에 보이는 번호 여섯 자리").fill(
        "000 000" if _number(board) != "000000" else "111 111"
    )
    page.get_by_role("button", name="번호로 출석하기").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("화면에 보이는 번호 여섯 자리").fill(_number(board))
    page.get_by_role("button", name="번호로 출석하기").click()
    expect(page.get_by_role("heading", name="출석했습니다")).to_be_visible()
    learner.check()

    # while the session lasts, every page is looked at, wide and narrow
    wide, narrow = visitor(), visitor(phone=True)
    for who in (wide, narrow):
        who.sign_in("한가람")
    staff_narrow = visitor(phone=True)
    staff_narrow.sign_in("오하린")
    looks = [
        (wide, CITIZEN_PAGES), (narrow, CITIZEN_PAGES), (staff, STAFF_PAGES), (staff_narrow, STAFF_PAGES),
        (officer, OFFICE_PAGES), (visitor(), STRANGER_PAGES), (stranger, STRANGER_PAGES),
    ]  # fmt: skip
    assert sum(1 for _ in _look_at_everything(looks)) > 40
    time.sleep(max(0.0, (ends - datetime.now(SEOUL)).total_seconds() + 1))

    # the institution decides; the account grows a ring and a badge arrives
    page = staff.go(run_url + "completion/")
    staff.check()
    page.get_by_role("button", name="고른 사람 판정하기").click()
    expect(page.get_by_text("수료", exact=True).first).to_be_visible()
    page = learner.go("/my/")
    expect(page.get_by_text(COURSE).first).to_be_visible()
    learner.check()
    for _ in range(40):
        page = learner.go("/my/wallet/")
        if page.get_by_text("휴대전화 은행 일").count():
            break
        time.sleep(0.5)
    page.get_by_role("link", name=re.compile("휴대전화 은행 일")).first.click()
    expect(page.get_by_text("평가인정 과정")).to_be_visible()
    learner.check()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="그림(PNG) 받기").click()
    badge = downloading.value.path()

    # shares it, and a stranger verifies it by the link and by the file
    page.get_by_role("link", name=re.compile("보여 주기")).click()
    learner.check()
    page.get_by_role("button", name="링크와 QR 만들기").click()
    link = page.locator("#share-url").inner_text().strip()
    learner.check()
    seen = stranger.go(link)
    expect(seen.get_by_role("heading", name="이 배지는 지금 유효합니다")).to_be_visible()
    stranger.check()
    seen = stranger.go("/verify/")
    seen.set_input_files(
        "input[type=file]", {"name": "badge.png", "mimeType": "image/png", "buffer": badge.read_bytes()}
    )
    seen.get_by_role("button", name="파일 확인하기").click()
    expect(seen.get_by_role("heading", name="이 배지는 지금 유효합니다")).to_be_visible()
    stranger.check()

    # one byte changed, and it is caught
    forged = bytearray(badge.read_bytes())
    place = (
        forged.index("휴대전화".encode()) if "휴대전화".encode() in forged else forged.index(b"achievement")
    )
    forged[place] ^= 1
    seen = stranger.go("/verify/")
    seen.set_input_files(
        "input[type=file]", {"name": "badge.png", "mimeType": "image/png", "buffer": bytes(forged)}
    )
    seen.get_by_role("button", name="파일 확인하기").click()
    expect(seen.locator("[data-outcome=invalid]")).to_be_visible()
    expect(seen.get_by_role("heading", name="이 배지는 지금 유효합니다")).to_have_count(0)
    stranger.check()


@pytest.mark.req("A22", "browser")
def test_search_without_scripts(visitor: Callable[..., Visitor]) -> None:
    plain = visitor(javascript=False)
    page = plain.go("/courses/")
    page.get_by_label("찾을 말").fill("합창")
    page.get_by_role("button", name="찾기").first.click()
    expect(page.get_by_role("link", name=re.compile("동네 합창")).first).to_be_visible()
    assert "q=" in page.url


@pytest.mark.req("X11", "browser")
def test_one_person_has_walked_through_all_systems(visitor: Callable[..., Visitor]) -> None:
    saebom = visitor()
    saebom.sign_in("윤새봄")
    page = saebom.go("/my/entries/")
    for place in ("늘푸른문해학교", "느티나무작은도서관", "중부디지털훈련거점", "서울시민대학"):
        expect(page.get_by_text(place).first).to_be_visible()
