"""A learner issues a certificate, a stranger checks it; the boxes of sections; without script; axe."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.req("A20", "browser")]
HOME = "/my/certificates/"


def test_chosen_issued_downloaded_and_checked_by_a_stranger(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    learner = visitor()
    page = learner.sign_in("한가람")
    learner.go(HOME)
    learner.check()
    group = page.locator("[data-group]").first
    head, boxes = group.locator("[data-section-box]"), group.locator("input[name=entry]")
    assert boxes.count() > 1
    head.uncheck()
    expect(group.locator("[data-picked]")).to_have_text("0")
    boxes.first.check()
    assert head.evaluate("box => box.indeterminate")
    expect(group.locator("[data-picked]")).to_have_text("1")
    count = page.locator("#cert-count")
    expect(count).to_contain_text(f"{page.locator('input[name=entry]:checked').count()}건, 모두")
    kept = count.inner_text()
    page.reload()
    expect(count).to_have_text(kept)
    assert head.evaluate("box => box.indeterminate")
    page.get_by_role("button", name="PDF 발급하기").click()
    expect(page.get_by_text("발급했습니다. 이제 내려받을 수 있습니다.")).to_be_visible()
    learner.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF 내려받기").click()
    path = tmp_path / "document.pdf"
    download.value.save_as(path)
    if shutil.which("pdfsig"):
        told = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, check=False).stdout
        assert b"Signature is Valid" in told

    stranger = visitor(phone=True)
    stranger.go("/verify/document/")
    stranger.check()
    stranger.page.set_input_files("#d-file", str(path))
    stranger.page.get_by_role("button", name="PDF 확인하기").click()
    expect(stranger.page.get_by_role("heading", name="진짜 문서입니다")).to_be_visible()
    expect(stranger.page.get_by_text("한○람")).to_be_visible()
    stranger.check()
    altered = path.read_bytes()
    path.write_bytes(altered[:9000] + b"!" + altered[9001:])
    stranger.go("/verify/document/")
    stranger.page.set_input_files("#d-file", str(path))
    stranger.page.get_by_role("button", name="PDF 확인하기").click()
    expect(stranger.page.get_by_role("heading", name="발급한 뒤에 바뀐 파일입니다")).to_be_visible()


def test_without_script_a_section_is_switched_and_a_document_issued(visitor: Callable[..., Visitor]) -> None:
    learner = visitor(javascript=False)
    page = learner.sign_in("한가람")
    learner.go(f"{HOME}?kind=portfolio")
    group = page.locator("[data-group]").last
    group.get_by_role("button", name="모두 빼기").click()
    group = page.locator("[data-group]").last
    assert group.locator("input[name=entry]:checked").count() == 0
    group.locator("input[name=entry]").first.check()
    page.get_by_role("button", name="고른 대로 미리보기").click()
    assert page.locator("[data-group]").last.locator("input[name=entry]:checked").count() == 1
    page.get_by_role("button", name="PDF 발급하기").click()
    expect(page.get_by_role("heading", name="평생학습이력철", level=1)).to_be_visible()


def test_the_pages_are_accessible_on_a_phone(visitor: Callable[..., Visitor]) -> None:
    learner = visitor(phone=True)
    learner.sign_in("한가람")
    for path in (HOME, f"{HOME}?kind=portfolio"):
        learner.go(path)
        learner.check()
