"""People without an account: a school whose package is taken back, a stranger with somebody's 수료증."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e


@pytest.mark.req("A24", "browser")
def test_a_school_looks_the_learner_reads_it_and_takes_the_package_back(
    visitor: Callable[..., Visitor],
) -> None:
    learner = visitor(phone=True)
    page = learner.sign_in("한가람")
    learner.go("/my/packages/new/")
    page.locator("input[name=badge]").first.check()
    page.get_by_label("받는 곳").fill("가온고등학교 교무실")
    page.get_by_label("쓰는 곳").fill("편입학 서류")
    page.get_by_role("button", name="받는 사람 화면 미리 보기").click()
    page.get_by_role("button", name="링크와 QR 만들기").click()
    address = page.locator("#package-url").inner_text()

    school = visitor()
    seen = school.go(address)
    seen.get_by_role("button", name="열어 보기").click()
    thing = seen.locator(".pk-list h3").first
    thing.wait_for()
    title = thing.inner_text()

    page.reload()
    expect(page.get_by_text("열어 봄").first).to_be_visible()
    learner.check()
    page.get_by_role("button", name="지금 거두기").click()
    seen.reload()
    expect(seen.get_by_role("heading", name="보낸 분이 이 꾸러미를 거두었습니다")).to_be_visible()
    assert title not in seen.content()
    school.check()


@pytest.mark.req("A20", "browser")
def test_a_stranger_checks_a_paper_by_number_and_key_and_catches_a_changed_copy(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    learner = visitor()
    page = learner.sign_in("한가람")
    learner.go("/my/certificates/")
    given = page.locator("section", has=page.get_by_role("heading", name="받은 수료증"))
    with page.expect_download() as download:
        given.get_by_role("link", name=re.compile("내려받기")).first.click()
    paper = tmp_path / "수료증.pdf"
    download.value.save_as(paper)

    stranger = visitor(phone=True)
    seen = stranger.go("/verify/document/")
    if shutil.which("pdftotext"):
        done = subprocess.run(["pdftotext", str(paper), "-"], capture_output=True, check=True)
        text = done.stdout.decode()
        number, key = (
            re.search(r"\d{4}(?:-\d{4}){3}", text),
            re.search(r"(?<![-0-9A-Z])[2-9A-Z]{4}-[2-9A-Z]{4}(?![-0-9A-Z])", text),
        )
        assert number and key, text
        seen.locator("#d-number").fill(number.group())
        seen.locator("#d-key").fill("ZZZZ-ZZZZ")
        seen.get_by_role("button", name="번호 확인하기").click()
        stranger.check()
        assert "한○람" not in seen.content()
        stranger.go("/verify/document/")
        seen.locator("#d-number").fill(number.group())
        seen.locator("#d-key").fill(key.group())
        seen.get_by_role("button", name="번호 확인하기").click()
        expect(seen.get_by_text("한○람").first).to_be_visible()
        stranger.check()
        stranger.go("/verify/document/")
    seen.set_input_files("#d-file", str(paper))
    seen.get_by_role("button", name="PDF 확인하기").click()
    expect(seen.get_by_role("heading", name="진짜 문서입니다")).to_be_visible()
    content = paper.read_bytes()
    paper.write_bytes(content[:9000] + bytes([content[9000] ^ 1]) + content[9001:])
    stranger.go("/verify/document/")
    seen.set_input_files("#d-file", str(paper))
    seen.get_by_role("button", name="PDF 확인하기").click()
    expect(seen.get_by_role("heading", name="발급한 뒤에 바뀐 파일입니다")).to_be_visible()
    stranger.check()
