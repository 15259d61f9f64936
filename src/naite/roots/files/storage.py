"""The private storage: an ordinary folder whose files are sealed under the ring of keys.

Whatever is saved is sealed for its own name, so that a file put in the place of another does not open. Plain files
from before are read as they are, until ``reseal`` has gone by.
"""

import fcntl
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages

from naite.roots.sealing import SealBroken, current_key
from naite.roots.sealing.streams import PIECE, SealedReader, head_of, plain_size, seal_stream

PURPOSE = "private file"
_DRAFT = ".reseal-"


class _Sealing(File):  # type: ignore[type-arg]
    """Content on its way into the storage."""

    def __init__(self, content: Any, name: str) -> None:
        super().__init__(None, name)
        self._content = content

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        plain = (
            piece.encode() if isinstance(piece, str) else bytes(piece) for piece in self._content.chunks()
        )
        return seal_stream(plain, purpose=PURPOSE, name=self.name or "")


class SealedStorage(FileSystemStorage):
    """Seals what it keeps; reads what is sealed and what is plain."""

    def _save(self, name: str, content: Any) -> str:
        while True:
            saved: str = super()._save(name, _Sealing(content, name))  # type: ignore[misc]
            if saved == name:
                return saved
            # Somebody took the name in between: sealed for the name it did not get, it would never open.
            super().delete(saved)
            name = self.get_available_name(saved)

    def _open(self, name: str, mode: str = "rb") -> File:  # type: ignore[type-arg]
        if mode != "rb":
            raise ValueError("files of the private storage are replaced, not changed")
        return File(open_sealed(self.path(name), name), name)

    def size(self, name: str) -> int:
        with Path(self.path(name)).open("rb") as file:
            found = head_of(file)
            size = os.fstat(file.fileno()).st_size
        return plain_size(size, found[1]) if found else size

    def delete(self, name: str) -> None:
        with self._alone():
            super().delete(name)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let nobody delete while a resealed file takes its place, or it would come back."""
        folder = Path(self.base_location)
        if not folder.exists():
            yield
            return
        lock = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def reseal(self, *, only_count: bool = False, after: str = "") -> "Iterator[ResealTally]":
        """Put every file under the current key, in the order of names; yield the tally after each.

        Safe to break off and to repeat, also while people work: a file is replaced in one step by its resealed
        copy, one that was deleted meanwhile stays deleted, and what is under the current key is passed over.
        """
        tally = ResealTally()
        for name in self._names():
            if name > after:
                self._reseal(name, tally, only_count)
                yield tally

    def _names(self) -> Iterator[str]:
        root = Path(self.base_location)
        for folder, folders, files in os.walk(root):
            folders.sort()
            for file in sorted(files):
                path = Path(folder, file)
                if file.startswith(_DRAFT):
                    path.unlink(missing_ok=True)  # of a run that was killed
                else:
                    yield path.relative_to(root).as_posix()

    def _reseal(self, name: str, tally: "ResealTally", only_count: bool) -> None:
        path = Path(self.path(name))
        try:
            with path.open("rb") as raw:
                found = head_of(raw)
        except FileNotFoundError:
            return
        key = found[0] if found else PLAIN
        tally.seen += 1
        if only_count or (found is not None and key == current_key()):
            tally.count(key)
            return
        draft = path.with_name(f"{_DRAFT}{os.getpid()}-{path.name}")
        try:
            with open_sealed(path, name) as plain, draft.open("xb") as out:
                os.fchmod(out.fileno(), self.file_permissions_mode or 0o600)
                for piece in seal_stream(iter(lambda: plain.read(PIECE), b""), purpose=PURPOSE, name=name):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            with self._alone():
                if not path.exists():
                    draft.unlink()
                    return
                draft.replace(path)
        except SealBroken:
            draft.unlink(missing_ok=True)
            tally.broken.append(name)
            tally.count(key)
            return
        except FileNotFoundError:
            with suppress(FileNotFoundError):
                draft.unlink()
            return
        tally.resealed += 1
        tally.count(current_key())


PLAIN = "plain"


@dataclass(slots=True)
class ResealTally:
    """What became of the files: looked at, resealed, broken (with their names), and how many under each key."""

    seen: int = 0
    resealed: int = 0
    broken: list[str] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)

    def count(self, key: str) -> None:
        self.keys[key] = self.keys.get(key, 0) + 1


def private_storage() -> SealedStorage:
    """Return the installation's storage."""
    found = storages["default"]
    assert isinstance(found, SealedStorage)
    return found


def open_sealed(path: str | Path, name: str) -> IO[bytes]:
    """Open a file of the storage, sealed or plain; raises SealBroken when it was changed."""
    file = Path(path).open("rb")  # noqa: SIM115 - the reader closes it
    try:
        if head_of(file) is None:
            file.seek(0)
            return file
        return io.BufferedReader(SealedReader(file, purpose=PURPOSE, name=name), PIECE)
    except BaseException:
        file.close()
        raise
