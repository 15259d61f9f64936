"""Fetching what is not committed: only listed files, only when the lock file changed."""

from pathlib import Path

import pytest

from tools import assets


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    for name in ("krds/output.css", "krds/icon/a.svg", "krds/component.css"):
        file = tmp_path / "node_modules" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, encoding="utf-8")
    return tmp_path / "node_modules"


def test_only_listed_files_are_copied_and_the_copy_is_stamped(modules: Path, tmp_path: Path) -> None:
    target = tmp_path / "var" / "vendor"
    listed = (("krds/output.css", "krds/css/output.css"), ("krds/icon", "krds/img/icon"))
    assets.copy_listed(modules, target, listed, assets.wanted_stamp())
    files = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert files == {".stamp", "krds/css/output.css", "krds/img/icon/a.svg"}
    assert assets.is_fresh(target)


def test_a_missing_file_is_told_and_leaves_the_old_copy(modules: Path, tmp_path: Path) -> None:
    target = tmp_path / "var" / "vendor"
    target.mkdir(parents=True)
    (target / "old.css").write_text("old", encoding="utf-8")
    with pytest.raises(assets.AssetError, match=r"krds/gone\.css"):
        assets.copy_listed(modules, target, (("krds/gone.css", "gone.css"),), "stamp")
    assert (target / "old.css").exists()
    assert [path.name for path in target.parent.iterdir()] == ["vendor"]


def test_a_changed_lock_file_makes_the_stamp_stale(tmp_path: Path) -> None:
    lock = tmp_path / "package-lock.json"
    lock.write_text("{}", encoding="utf-8")
    (tmp_path / ".stamp").write_text(assets.wanted_stamp(lock), encoding="utf-8")
    assert assets.is_fresh(tmp_path, lock)
    lock.write_text('{"a": 1}', encoding="utf-8")
    assert not assets.is_fresh(tmp_path, lock)


def test_fresh_stamps_need_no_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("vendor", "vendor-fonts"):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".stamp").write_text(assets.wanted_stamp(), encoding="utf-8")
    monkeypatch.setattr(assets, "npm_command", lambda: pytest.fail("npm was called"))
    assert assets.fetch(var=tmp_path) == []


def test_without_npm_and_without_an_index_one_line_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    python = tmp_path / "node" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(assets, "NODE_ENV", tmp_path / "node")
    monkeypatch.setattr(assets.shutil, "which", lambda name: None)
    monkeypatch.setattr(assets, "is_fresh", lambda folder: False)
    monkeypatch.setattr(assets, "PROJECT", tmp_path)
    monkeypatch.setattr(assets.sys, "argv", ["assets.py"])
    (tmp_path / "package.json").write_text("{}", encoding="utf-8")
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(assets.fetch, "__kwdefaults__", {"with_dev": False, "var": tmp_path / "var"})
    assert assets.main() == 1
    error = capsys.readouterr().err
    assert "install Node.js" in error
    assert len(error.strip().splitlines()) == 1
