"""Visitors at a real server with the demo world, in a real Chromium, with axe on every page looked at."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page
from tools.live import DESKTOP, PHONE, ROOT, Server, chromium, running_server

from tests import migrated

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("naite")
    migrated.place(folder)
    with running_server(folder) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


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
        """Fail on an axe violation, on an id that stands twice and on sideways scrolling."""
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
        twice = self.page.evaluate(
            "[...document.querySelectorAll('[id]:not(svg *)')].map(e => e.id).filter((id, at, all) => all.indexOf(id) !== at)"
        )
        assert not twice, (
            f"{self.page.url} has ids twice, so labels and links lead astray: {sorted(set(twice))}"
        )
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide} px"


@pytest.fixture
def visitor(
    browser: Browser, server: Server, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Visitor]]:
    """Return a maker of visitors; ``phone=True`` gives a phone's width and touch.

    An error in any visitor's scripts fails the test.
    """
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
    folder = ROOT / "var" / "e2e"  # what each visitor saw last, to look at when a test fails
    folder.mkdir(parents=True, exist_ok=True)
    name = request.node.name
    for number, context in enumerate(contexts, start=1):
        with suppress(Error):
            context.pages[-1].screenshot(path=folder / f"{name}-{number}.png", full_page=True)
        context.close()
    assert not errors, "\n".join(errors)
