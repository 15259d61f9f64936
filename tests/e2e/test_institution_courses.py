"""An institution's officer uploads a file, takes a listing over and writes a course."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Visitor
from tests.standard_rows import as_csv, row

pytestmark = pytest.mark.e2e


@pytest.mark.req("X2", "browser")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_file_becomes_listings_and_a_listing_a_run(
    visitor: Callable[..., Visitor], tmp_path: Path, phone: bool
) -> None:
    name = f"물레로 빚는 그릇 {'아침' if phone else '저녁'}반"
    file = tmp_path / "가을 강좌.csv"
    rows = [
        row(
            강좌명=name,
            교육시작일자="2036-12-02",
            교육종료일자="2036-12-16",
            접수시작일자="2026-01-02",
            접수종료일자="2036-11-28",
        ),
        row(강좌명=f"{name} 잘못된 행", 강좌정원수="0"),
    ]
    file.write_text(as_csv(*rows), encoding="utf-8-sig")
    who = visitor(phone=phone)
    page = who.sign_in("오하린 님으로 들어가기")
    who.go("/work/import/")
    who.check()
    page.set_input_files("#file", str(file))
    page.get_by_role("button", name="올리고 미리 보기").click()
    page.get_by_text("정원은 1명 이상이어야 합니다.").wait_for()
    who.check()
    page.get_by_role("button", name="맞는 1행만 반영").click()
    page.get_by_text("1행을 반영했습니다. 1행은 고쳐서 다시 올려 주세요.").wait_for()
    who.check()

    page.get_by_role("link", name="안내 강좌 보기").click()
    page.get_by_label("강좌 이름").fill(name)
    page.get_by_role("button", name="찾기").click()
    page.wait_for_url("**q=**")
    who.check()
    page.get_by_role("link", name=f"넘겨받기 {name}").click()
    page.get_by_label("영역과 세부 영역").select_option(label="문화예술 향유")
    who.check()
    page.get_by_role("button", name="모임 날짜 보기").click()
    page.get_by_text("모임 3번, 모두 6시간").wait_for()
    who.check()
    page.get_by_role("button", name="강좌 열기").click()
    page.get_by_text("강좌를 열었습니다.").wait_for()
    who.go("/work/listings/?show=taken")
    page.get_by_role("link", name=name).wait_for()
    who.check()


@pytest.mark.req("A22", "browser")
def test_a_course_is_written_without_script(visitor: Callable[..., Visitor]) -> None:
    who = visitor(javascript=False)
    page = who.sign_in("오하린 님으로 들어가기")
    who.go("/work/courses/new/")
    page.get_by_label("과정 이름").fill("우리 동네 옛길 걷기")
    page.get_by_label("총 시간").fill("3.5")
    page.get_by_label("영역과 세부 영역").select_option("civic/community")
    page.get_by_label("1차시 제목").fill("옛 지도 읽기")
    page.get_by_role("button", name="미리 보기").click()
    page.get_by_text("이렇게 만듭니다").wait_for()
    page.get_by_role("button", name="과정 만들기").click()
    page.get_by_text("시민소양 · 사회 및 공동체 참여").wait_for()
