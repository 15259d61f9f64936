"""Rules of the house that no linter knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
MODULES = [p for p in SRC.rglob("*.py") if "migrations" not in p.parts]
APPS = [
    folder
    for tier in ("trunk", "branches")
    for folder in sorted((SRC / "naite" / tier).iterdir())
    if (folder / "models.py").exists() or (folder / "models").exists()
]
READS_THE_CLOCK = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|time\.time\(|localdate\(\)")
MAY_READ_THE_CLOCK = ("naite/web/", "naite/api/", "naite/flows/", "naite/config/", "credcore/cli")
LONGEST = 420


def _relative(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def test_the_clock_is_read_only_at_the_edge() -> None:
    # Django's mail API passes no time, so its back end is the one exception.
    allowed = (*MAY_READ_THE_CLOCK, "naite/roots/notices/backend.py")
    found = [
        _relative(path)
        for path in MODULES
        if not _relative(path).startswith(allowed) and READS_THE_CLOCK.search(path.read_text("utf-8"))
    ]
    assert not found, f"pass now= instead: {found}"


def test_no_signals() -> None:
    words = re.compile(r"django\.dispatch|db\.models\.signals|@receiver")
    assert not [_relative(p) for p in MODULES if words.search(p.read_text("utf-8"))]


@pytest.mark.parametrize("app", APPS, ids=lambda p: p.name)
def test_every_app_says_what_it_owns(app: Path) -> None:
    text = (app / "readme.md").read_text("utf-8")
    assert text.startswith(f"# {app.name}")
    assert len(text) > 150


def test_modules_stay_small() -> None:
    long = {
        _relative(p): n
        for p in MODULES
        if (n := len(p.read_text("utf-8").splitlines())) > LONGEST and "demo" not in p.parts
    }
    assert not long, f"these want to become packages: {long}"


def test_templates_run_no_script_of_their_own() -> None:
    """The content security policy would refuse it; better to hear it here."""
    handler = re.compile(
        r"<[^>]+\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)"
    )
    templates = (SRC / "naite").rglob("*.html")
    assert not [_relative(p) for p in templates if handler.search(p.read_text("utf-8"))]


def test_nothing_is_left_for_later() -> None:
    words = re.compile(r"\b(TODO|FIXME|HACK)\b")
    assert not [_relative(p) for p in MODULES if words.search(p.read_text("utf-8"))]
