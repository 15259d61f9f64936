"""A stranger with a paper: a 수료증 of a class, checked by what is printed on it, by its QR code and as a file."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.req("A20", "browser")]


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed")
def test_a_stranger_checks_a_course_certificate(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    learner = visitor()
    page = learner.sign_in("한가람")
    for _ in range(40):  # the worker makes it
        learner.go("/my/certificates/")
        if page.locator("#given-title").count():
            break
        page.wait_for_timeout(500)
    given = page.locator("section", has=page.locator("#given-title"))
    expect(given.get_by_text("유효").first).to_be_visible()
    learner.check()
    with page.expect_download() as download:
        given.get_by_role("link", name=re.compile("내려받기")).first.click()
    path = tmp_path / "paper.pdf"
    download.value.save_as(path)
    told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout.decode()
    printed = re.search(r"문서확인번호 (\d{4}-\d{4}-\d{4}-\d{4}) · 확인 열쇠 ([0-9A-Z]{4}-[0-9A-Z]{4})", told)
    assert printed

    stranger = visitor(phone=True, javascript=False)
    for number, key, heading in (
        (printed[1], printed[2], "진짜 문서입니다"),
        (printed[1], "ABCD-EFGH", "확인할 수 없는 문서입니다"),
    ):
        stranger.go("/verify/document/")
        stranger.page.locator("[name=number]").fill(number)
        stranger.page.locator("[name=key]").fill(key)
        stranger.page.locator("form", has=stranger.page.locator("[name=number]")).get_by_role(
            "button"
        ).click()
        expect(stranger.page.get_by_role("heading", name=heading)).to_be_visible()
    scanned = visitor(phone=True)
    scanned.go(f"/verify/document/?n={printed[1].replace('-', '')}&k={printed[2].replace('-', '')}")
    expect(scanned.page.get_by_role("heading", name="진짜 문서입니다")).to_be_visible()
    expect(scanned.page.get_by_role("heading", name="수료증")).to_be_visible()
    expect(scanned.page.get_by_text("한○람")).to_be_visible()
    expect(scanned.page.get_by_text("한가람")).to_have_count(0)
    scanned.check()
    content = path.read_bytes()
    path.write_bytes(content[:9000] + b"!" + content[9001:])
    scanned.go("/verify/document/")
    scanned.page.set_input_files("#d-file", str(path))
    scanned.page.get_by_role("button", name="PDF 확인하기").click()
    expect(scanned.page.get_by_role("heading", name="발급한 뒤에 바뀐 파일입니다")).to_be_visible()
