"""Using what was learned: a learner on a phone makes a package, a school opens it, somebody comes too late."""

import re
import sqlite3
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e


@pytest.mark.req("A24", "browser")
def test_a_package_goes_from_a_phone_to_a_school_and_back_comes_a_receipt(
    visitor: Callable[..., Visitor],
) -> None:
    learner = visitor(phone=True)
    page = learner.sign_in("한가람")
    learner.go("/my/packages/")
    learner.check()
    page.get_by_role("link", name="새 꾸러미 만들기").click()
    learner.check()
    page.locator("input[name=badge]").first.check()
    page.locator("details.pick-set input[name=entry]").first.check()
    page.get_by_label("받는 곳").fill("나루대학교 입학처")
    page.get_by_label("쓰는 곳").fill("학습경험 인정 심사")
    page.get_by_text("한 번", exact=True).click()
    page.get_by_role("button", name="받는 사람 화면 미리 보기").click()
    page.get_by_text("아직 보내지 않았습니다").wait_for()
    learner.check()
    title = page.locator(".pk-list h3").first.inner_text()
    page.get_by_label(re.compile("^암호 \\(선택\\)")).fill("besides")
    page.get_by_label("암호 한 번 더").fill("besides")
    page.get_by_role("button", name="링크와 QR 만들기").click()
    address = page.locator("#package-url").inner_text()
    learner.check()

    school = visitor()
    seen = school.go(address)
    school.check()
    assert title not in seen.content()
    seen.get_by_label("암호").fill("guess it")
    seen.get_by_role("button", name="열어 보기").click()
    seen.get_by_text("암호가 맞지 않습니다").wait_for()
    seen.get_by_label("암호").fill("besides")
    seen.get_by_role("button", name="열어 보기").click()
    seen.get_by_role("heading", name=title).wait_for()
    seen.get_by_role("button", name=re.compile("진위 확인")).first.click()
    seen.locator(".pk-result.ok").wait_for()
    school.check()
    with seen.expect_download() as download:
        seen.get_by_role("link", name="모두 받기(ZIP)").click()
    assert download.value.suggested_filename.endswith(".zip")
    seen.get_by_label(re.compile("^받은 분")).fill("입학처 박조교")
    seen.get_by_role("button", name="받았습니다").click()
    seen.get_by_text("받았다고 알렸습니다").wait_for()
    school.check()

    late = visitor(phone=True)
    late.go(address).get_by_text("횟수를 모두 썼습니다").wait_for()
    late.check()
    page.reload()
    page.get_by_text("입학처 박조교").first.wait_for()
    learner.check()


@pytest.mark.req("A24", "browser")
def test_a_package_opened_after_its_end_says_so(visitor: Callable[..., Visitor]) -> None:
    learner = visitor()
    page = learner.sign_in("한가람")
    learner.go("/my/packages/new/")
    page.locator("input[name=badge]").first.check()
    page.get_by_label("받는 곳").fill("늦은 회사")
    page.get_by_label("쓰는 곳").fill("입사 지원")
    page.get_by_role("button", name="받는 사람 화면 미리 보기").click()
    page.get_by_role("button", name="링크와 QR 만들기").click()
    address = page.locator("#package-url").inner_text()
    with sqlite3.connect(learner.server.data / "naite.sqlite3", timeout=30) as database:
        database.execute(
            "UPDATE wallet_package SET expires_at = '2026-01-01 00:00:00' WHERE recipient = '늦은 회사'"
        )
    company = visitor(phone=True)
    seen = company.go(address)
    seen.get_by_role("heading", name="열 수 있는 기간이 끝났습니다").wait_for()
    company.check()
    assert "한가람" not in seen.content()


@pytest.mark.req("A24", "browser")
def test_an_employers_request_is_answered_from_a_phone(visitor: Callable[..., Visitor]) -> None:
    learner = visitor(phone=True)
    page = learner.sign_in("한가람")
    learner.go("/my/requests/")
    learner.check()
    page.get_by_role("link", name="나루소프트 인사팀").first.click()
    page.get_by_role("link", name="보낼 것 고르기").click()
    page.locator("details[open] .tag", has_text="부탁한 종류").first.wait_for()
    learner.check()
    page.locator("input[name=badge]").first.check()
    page.get_by_role("button", name="받는 사람 화면 미리 보기").click()
    page.get_by_role("button", name="보내기", exact=True).click()
    page.get_by_text("보냈습니다. 요청한 곳에 편지로 알렸습니다.").wait_for()
    with sqlite3.connect(learner.server.data / "naite.sqlite3", timeout=30) as database:
        body = database.execute(
            "SELECT body FROM notices_message WHERE dedupe_key LIKE 'evidence-answer:%'"
        ).fetchone()[0]
    address = re.search(r"http\S+/p/\S+", body)
    assert address
    company = visitor()
    seen = company.go(address[0])
    seen.get_by_role("button", name="열어 보기").click()
    seen.get_by_role("heading", name="접수증").wait_for()
    company.check()
    asking = visitor(phone=True)
    asking.go("/evidence/")
    asking.check()


@pytest.mark.req("A24", "browser")
def test_a_plan_leads_from_a_goal_to_a_course_and_a_counsellor_reads_it(
    visitor: Callable[..., Visitor],
) -> None:
    learner = visitor(phone=True)
    page = learner.sign_in("한가람")
    learner.go("/my/design/")
    learner.check()
    page.get_by_role("link", name="우리 동네 데이터 지킴이 되기").click()
    learner.check()
    page.get_by_role("link", name=re.compile("강좌 찾기 데이터베이스 구현")).click()
    learner.check()
    page.get_by_role("button", name=re.compile("마쳤어요 마을 기록")).click()
    page.get_by_text("(본인 표시)").nth(1).wait_for()
    learner.go("/my/design/new/?job=20010204")
    learner.check()
    officer = visitor()
    officer.sign_in("정도윤")
    officer.go("/office/plans/").get_by_role("link", name="우리 동네 데이터 지킴이 되기").click()
    officer.page.get_by_role("heading", name="무엇이 있고 무엇이 모자라나요").wait_for()
    officer.check()
