"""The private storage: sealed at rest, plain files of before read on, keys changed while people work."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile, File

from naite.roots.files.storage import PLAIN, ResealTally, SealedStorage
from naite.roots.sealing.ring import SealBroken
from naite.roots.sealing.streams import PIECE

ONE, TWO = {"1": "a" * 20}, {"2": "b" * 20, "1": "a" * 20}


@pytest.fixture
def storage(tmp_path: Path) -> SealedStorage:
    return SealedStorage(location=tmp_path / "private", file_permissions_mode=0o600)


def read(storage: SealedStorage, name: str) -> bytes:
    with storage.open(name, "rb") as file:
        found: bytes = file.read()
        return found


def last(run: Iterator[ResealTally]) -> ResealTally:
    return list(run)[-1]


@pytest.mark.req("X6", "rule")
def test_a_file_lies_sealed_and_is_read_plain(storage: SealedStorage, tmp_path: Path) -> None:
    content = "주소: 서울 마포구 ".encode() * 9000
    name = storage.save("files/ab/cd", ContentFile(content))
    assert b"\xec\xa3\xbc\xec\x86\x8c" not in Path(storage.path(name)).read_bytes()
    assert Path(storage.path(name)).stat().st_mode & 0o077 == 0
    assert (read(storage, name), storage.size(name)) == (content, len(content))
    large = tmp_path / "draft"
    large.write_bytes(content)
    with large.open("rb") as draft:
        other = storage.save("files/ab/cd", File(draft))
    assert other != name  # the name is taken
    assert read(storage, other) == content
    with pytest.raises(ValueError):
        storage.open(name, "wb")


@pytest.mark.req("X6", "refusal")
def test_a_file_in_the_place_of_another_does_not_open(storage: SealedStorage) -> None:
    mine, yours = (storage.save(f"files/{who}", ContentFile(who.encode())) for who in ("mine", "yours"))
    Path(storage.path(yours)).write_bytes(Path(storage.path(mine)).read_bytes())
    with pytest.raises(SealBroken):
        storage.open(yours)


@pytest.mark.req("X6", "rule")
def test_a_new_key_takes_over_file_by_file_and_is_broken_off_safely(
    storage: SealedStorage, settings: Any
) -> None:
    settings.SEAL_KEYS = ONE
    names = [storage.save(f"files/{at:02}", ContentFile(b"%d" % at * PIECE)) for at in range(6)]
    old = Path(storage.path("files/plain"))
    old.write_bytes(b"from before")
    settings.SEAL_KEYS = TWO
    assert read(storage, names[3]) == b"3" * PIECE
    run = storage.reseal()
    for _file in range(3):
        next(run)
    run.close()  # broken off
    leftover = Path(storage.path("files")) / ".reseal-1-files"
    leftover.write_bytes(b"half")
    tally = last(storage.reseal(only_count=True))
    assert tally.keys == {"2": 3, "1": 3, PLAIN: 1}
    assert not leftover.exists()
    tally = last(storage.reseal())
    assert (tally.seen, tally.resealed, tally.keys, tally.broken) == (7, 4, {"2": 7}, [])
    settings.SEAL_KEYS = {"2": "b" * 20}  # the old key is gone
    assert [read(storage, name) for name in names] == [b"%d" % at * PIECE for at in range(6)]
    assert read(storage, "files/plain") == b"from before"


@pytest.mark.req("X6", "refusal")
def test_what_does_not_open_stays_as_it_is_and_is_named(storage: SealedStorage, settings: Any) -> None:
    settings.SEAL_KEYS = ONE
    name = storage.save("files/a", ContentFile(b"x" * 100))
    fine = storage.save("files/b", ContentFile(b"y" * 100))
    path = Path(storage.path(name))
    damaged = path.read_bytes()[:-1] + b"?"
    path.write_bytes(damaged)
    settings.SEAL_KEYS = TWO
    tally = last(storage.reseal())
    assert (tally.broken, tally.resealed) == (["files/a"], 1)
    assert path.read_bytes() == damaged
    assert read(storage, fine) == b"y" * 100
    assert sorted(each.name for each in path.parent.iterdir()) == ["a", "b"]


@pytest.mark.req("X6", "rule")
def test_a_file_erased_while_it_is_resealed_does_not_come_back(
    storage: SealedStorage, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEAL_KEYS = ONE
    name = storage.save("files/a", ContentFile(b"x" * 100))
    settings.SEAL_KEYS = TWO
    real = SealedStorage._alone

    def late(self: SealedStorage) -> Any:
        Path(self.path(name)).unlink(missing_ok=True)
        return real(self)

    monkeypatch.setattr(SealedStorage, "_alone", late)
    last(storage.reseal())
    assert list(Path(storage.path("files")).iterdir()) == []


_KILLED = """
import os, sys, django
django.setup()
from django.conf import settings
settings.SEAL_KEYS = {"2": "b" * 20, "1": "a" * 20}
from naite.roots.files.storage import SealedStorage
for tally in SealedStorage(location=sys.argv[1]).reseal():
    print(tally.seen, flush=True)
"""


@pytest.mark.req("X6", "rule")
def test_killed_at_once_nothing_is_lost(storage: SealedStorage, settings: Any) -> None:
    settings.SEAL_KEYS = ONE
    names = [storage.save(f"files/{at:02}", ContentFile(b"%02d" % at * PIECE * 4)) for at in range(40)]
    folder = storage.base_location
    program = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "naite.config.settings"},
    )
    assert program.stdout is not None
    for _line in range(5):
        assert program.stdout.readline()
    program.kill()
    program.wait()
    program.stdout.close()
    settings.SEAL_KEYS = TWO
    tally = last(storage.reseal(only_count=True))
    assert tally.seen == 40
    assert tally.keys.get("2", 0) >= 5
    tally = last(storage.reseal())
    assert tally.keys == {"2": 40}
    assert all(read(storage, name) == b"%02d" % at * PIECE * 4 for at, name in enumerate(names))
