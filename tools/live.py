"""A running Naite with the demo world and a Chromium to look at it, for browser tests and for pictures."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tools.check import browser_path

ROOT = Path(__file__).resolve().parents[1]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
START_SECONDS = 240


@dataclass(frozen=True)
class Server:
    """A running Naite and where its data lies."""

    url: str
    data: Path


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@contextmanager
def running_server(data: Path) -> Iterator[Server]:
    """Start ``naite serve --prepare`` with the demo world in an empty directory; end it afterwards."""
    port = free_port()
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
    log = data / "server.log"
    command = [sys.executable, "-m", "naite.config.cli", "serve", "--prepare", "--port", str(port)]
    with log.open("w") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait_for(process, url, log)
            yield Server(url, data)
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError("the server did not answer:\n" + log.read_text("utf-8"))


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium, or the one that Playwright brought."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=arguments)
        yield browser
        browser.close()
