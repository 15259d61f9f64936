"""A real server with the demo world, a real Chromium, and axe on every page that is looked at."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tools.check import browser_path

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass(frozen=True)
class Server:
    """A running Naite and where its data lies."""

    url: str
    data: Path


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start ``naite serve --prepare`` with the demo world on an empty SQLite file."""
    data = tmp_path_factory.mktemp("naite")
    port = _free_port()
    url = f"http://localhost:{port}"
    env = {key: value for key, value in os.environ.items() if not key.startswith("NAITE_")}
    env |= {
        "NAITE_DATA_DIR": str(data),
        "NAITE_VENDOR_DIR": str(ROOT / "var" / "vendor"),
        "NAITE_BASE_URL": url,
        "NAITE_DEMO": "1",
        "NAITE_LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT / "src"),
    }
    log = (data / "server.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "naite.config.cli", "serve", "--prepare", "--port", str(port)],
        env=env,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            assert process.poll() is None, (data / "server.log").read_text()
            try:
                with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                    break
            except OSError:
                time.sleep(0.3)
        else:
            pytest.fail("the server did not answer:\n" + (data / "server.log").read_text())
        yield Server(url, data)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=arguments)
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """Somebody at a browser of their own."""

    page: Page
    server: Server

    def go(self, path: str) -> Page:
        """Open a path and wait until the page is loaded; a server error fails the test."""
        response = self.page.goto(path if path.startswith("http") else self.server.url + path)
        assert response is not None and response.status < 500, f"{path}: {response and response.status}"
        return self.page

    def sign_in(self, name: str) -> Page:
        """Sign in as one of the demo people with one click."""
        self.go("/demo/")
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()
        return self.page

    def check(self) -> None:
        """Fail on an axe violation, on sideways scrolling and on errors in the page's console."""
        # evaluate, because the pages' content security policy forbids inserted script elements
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(r => r.violations)", TAGS
        )
        told = [
            {"id": v["id"], "help": v["help"], "nodes": [n["html"][:200] for n in v["nodes"][:4]]}
            for v in found
        ]
        assert not told, f"{self.page.url}\n{json.dumps(told, ensure_ascii=False, indent=1)}"
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide} px"


@pytest.fixture
def visitor(browser: Browser, server: Server) -> Iterator[Callable[..., Visitor]]:
    """Return a maker of visitors; ``phone=True`` gives a phone's width and touch."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(*, phone: bool = False, javascript: bool = True) -> Visitor:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            locale="ko-KR",
            timezone_id="Asia/Seoul",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        return Visitor(page, server)

    yield make
    for context in contexts:
        context.close()
    assert not errors, "\n".join(errors)
