"""``python -m tools.pictures``: take the README's pictures from the running demo world."""

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tools.live import DESKTOP, ROOT, Server, chromium, running_server

TARGET = ROOT / "docs" / "pictures"
SAMPLE = ROOT / "src" / "naite" / "trunk" / "catalogue" / "data" / "sample_standard_file.csv"
HEIGHTS = {
    "home": 1180,
    "rings": 1180,
    "course": 1100,
    "badge": 1100,
    "verify": 1000,
    "import": 1000,
    "attendance": 900,
    "desk": 1000,
    "case": 1180,
    "review": 900,
    "figures": 1180,
}


def _sign_in(page: Page, server: Server, name: str) -> None:
    page.goto(f"{server.url}/demo/")
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def _home(page: Page, server: Server) -> None:
    _sign_in(page, server, "한가람")
    page.goto(server.url)


def _rings(page: Page, server: Server) -> None:
    _sign_in(page, server, "한가람")
    page.goto(f"{server.url}/my/?year=2020")


def _course(page: Page, server: Server) -> None:
    _sign_in(page, server, "최하늘")
    page.goto(f"{server.url}/courses/?q=마을+기록가")
    page.get_by_role("link", name=re.compile("목요일 저녁반")).first.click()


def _badge(page: Page, server: Server) -> None:
    _sign_in(page, server, "한가람")
    page.goto(f"{server.url}/my/wallet/")
    page.get_by_role("link", name=re.compile("경력전환 상담사 기초")).first.click()


def _verify(page: Page, server: Server) -> None:
    _badge(page, server)
    page.get_by_role("link", name=re.compile("보여 주기")).click()
    page.get_by_role("button", name="링크와 QR 만들기").click()
    link = page.locator("#share-url").inner_text().strip()
    page.context.clear_cookies()  # anyone, not the owner
    page.goto(link)


def _import(page: Page, server: Server) -> None:
    _sign_in(page, server, "백이준")
    page.goto(f"{server.url}/work/import/")
    page.set_input_files("input[type=file]", SAMPLE)
    page.locator("form:has(input[type=file]) button").first.click()
    page.wait_for_load_state()


def _attendance(page: Page, server: Server) -> None:
    _sign_in(page, server, "오하린")
    page.locator("li, tr").filter(has_text="동네 합창").get_by_role(
        "link", name=re.compile("출석")
    ).first.click()


def _desk(page: Page, server: Server) -> None:
    _sign_in(page, server, "박준호")
    page.goto(f"{server.url}/office/desk/")


def _case(page: Page, server: Server) -> None:
    _desk(page, server)
    page.locator("[data-row] a[href*='/office/applications/']").first.click()


def _review(page: Page, server: Server) -> None:
    _sign_in(page, server, "서아람")
    page.goto(f"{server.url}/review/")
    page.locator("tbody a.lk").first.click()


def _figures(page: Page, server: Server) -> None:
    _sign_in(page, server, "강서연")
    page.goto(f"{server.url}/office/figures/")
    finished = page.locator("a[href*='/office/figures/']", has_text="제1차").first
    page.goto(server.url + (finished.get_attribute("href") or ""))


SHOTS: dict[str, Callable[[Page, Server], None]] = {
    "home": _home,
    "rings": _rings,
    "course": _course,
    "badge": _badge,
    "verify": _verify,
    "import": _import,
    "attendance": _attendance,
    "desk": _desk,
    "case": _case,
    "review": _review,
    "figures": _figures,
}


def main() -> int:
    TARGET.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="naite-pictures-") as data,
        running_server(Path(data)) as server,
        chromium() as browser,
    ):
        for name, take in SHOTS.items():
            context = browser.new_context(viewport=DESKTOP, locale="ko-KR", timezone_id="Asia/Seoul")
            page = context.new_page()
            take(page, server)
            page.wait_for_load_state()
            page.wait_for_timeout(500)  # fonts
            page.set_viewport_size({"width": DESKTOP["width"], "height": HEIGHTS[name]})
            page.screenshot(path=TARGET / f"{name}.png")
            print(f"docs/pictures/{name}.png")
            context.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
