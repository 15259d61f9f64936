"""A learner on a phone writes each kind with a photo; the institution confirms, a stranger sees nothing."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests import samples_of_files as sample
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
KINDS = {
    "초·중·고등학교": "school",
    "검정고시": "equivalency",
    "성인문해교육 학력 인정": "literacy",
    "대학·전문대학": "college",
    "대학원": "graduate",
    "학점은행제": "credit_bank",
    "독학학위제(독학사)": "self_study",
    "해외 학위": "overseas",
    "국가기술자격": "national_technical",
    "국가자격(개별 법률)": "national_professional",
    "국가공인 민간자격": "accredited_private",
    "기타 교육": "training",
    "독서": "reading",
    "출판·저작": "publication",
    "봉사": "volunteering",
    "수상": "award",
    "특허·실용신안·디자인": "patent",
}


def photo(colour: int) -> FilePayload:
    return {
        "name": f"수료증 {colour}.png",
        "mimeType": "image/png",
        "buffer": sample.png((colour, 90, 40), 64),
    }


def fill(page: Page, title: str, place: str, day: str) -> None:
    """Fill in what the form asks, whatever the kind."""
    page.locator("[name=title]").fill(title)
    page.locator("[name=provider_name]").fill(place)
    page.locator("[name=completed_on]").fill(day)
    for choice in page.locator("select[name^=d_]").all():
        choice.select_option(index=1)
    for field in page.locator("input[name^=d_][type=text]").all():
        field.fill("내용")


@pytest.mark.req("A17", "browser")
def test_every_kind_is_written_on_a_phone_with_a_photo(visitor: Callable[..., Visitor]) -> None:
    someone = visitor(phone=True)
    page = someone.sign_in("한가람")
    for number, (label, key) in enumerate(KINDS.items()):
        someone.go("/my/entries/new/")
        if number == 0:
            someone.check()
        page.get_by_role("link", name=label, exact=True).click()
        expect(page).to_have_url(re.compile(f"/{key}/$"))
        title = f"시험 삼아 적은 {label}"
        fill(page, title, "서울특별시교육청", f"2020-03-{number + 1:02}")
        page.locator("[name=paper]").set_input_files(photo(number))
        page.get_by_role("button", name="나이테에 더하기").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.locator("#papers")).to_contain_text(f"수료증 {number}.png")
    someone.check()
    for path in ("/my/sections/", "/my/sections/personal/"):
        someone.go(path)
        someone.check()


@pytest.mark.req("A19", "browser")
def test_an_education_office_confirms_what_it_sees_and_nobody_else_does(
    visitor: Callable[..., Visitor],
) -> None:
    learner, officer, stranger = visitor(phone=True), visitor(), visitor()
    page = learner.sign_in("윤새봄")
    learner.go("/my/entries/new/equivalency/")
    fill(page, "고졸 검정고시", "서울특별시교육청", "2021-08-27")
    page.locator("[name=note]").fill("제 번호는 740302-2345678 입니다")
    page.get_by_role("button", name="나이테에 더하기").click()
    expect(page.get_by_role("alert").first).to_contain_text("주민등록번호로 보이는")
    learner.check()
    page.locator("[name=note]").fill("")
    page.get_by_role("button", name="나이테에 더하기").click()
    page.locator("#p-photo").set_input_files(photo(200))
    page.get_by_role("button", name="증빙 붙이기").click()
    expect(page.locator("#papers img")).to_have_count(1)
    page.get_by_role("link", name="확인 부탁하기").click()
    learner.check()
    page.get_by_role("button", name="확인 부탁하기").click()
    expect(page.locator("#confirmation")).to_contain_text("서울특별시교육청에 부탁했습니다")
    entry = page.url.partition("#")[0]

    staff = officer.sign_in("한별")
    officer.go("/work/requests/")
    officer.check()
    staff.get_by_role("link", name="고졸 검정고시", exact=True).click()
    officer.check()
    request = staff.url
    assert staff.locator(".evidence img").evaluate("image => image.naturalWidth") == 64
    stranger.sign_in("오하린")
    stranger.go(request)
    expect(stranger.page.locator("body")).to_contain_text("담당자만 볼 수 있습니다")
    staff.get_by_role("button", name="확인하지 못함").click()
    expect(staff.get_by_role("alert").first).to_contain_text("까닭")
    staff.get_by_role("button", name="사실로 확인").click()
    expect(staff.locator("#notice")).to_contain_text("확인했습니다")
    learner.go(entry)
    expect(page.locator("#confirmation")).to_contain_text("서울특별시교육청 확인")
