"""What the fast paths share: a bounded cache by badge class, and counters."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_ACHIEVEMENT: Final = b'"achievement":{"id":"'
_ALIKE: Final = 4
_MARKS: Final = 8192


@dataclass(slots=True)
class Counters:
    """How many badges took the fast and the general path."""

    fast: int = 0
    general: int = 0


def class_of(data: bytes) -> bytes | None:
    """What names the class of a badge in compact JSON: the id of its achievement. None if there is none."""
    start = data.find(_ACHIEVEMENT) + len(_ACHIEVEMENT)
    if start < len(_ACHIEVEMENT):
        return None
    return data[start : data.find(b'"', start)]


class Bounded(Generic[T]):
    """A few compiled things per class; the class that was used longest ago goes first.

    ``max_bytes`` bounds what the things hold, by their own estimate. A class is worth compiling when it is seen
    the second time, so that badges seen once cost nothing.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._items: dict[Hashable, tuple[tuple[T, ...], tuple[int, ...]]] = {}
        self._seen: dict[int, None] = {}
        self._hopeless: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._items)

    def get(self, name: Hashable) -> tuple[T, ...]:
        """What was compiled for this class; now the most recently used."""
        found = self._items.pop(name, None)
        if found is None:
            return ()
        self._items[name] = found
        return found[0]

    def worth_compiling(self, name: Hashable) -> bool:
        """True from the second time on that a class is asked for."""
        mark = hash(name)
        if mark in self._seen:
            return mark not in self._hopeless
        _mark(self._seen, mark)
        return False

    def give_up(self, name: Hashable) -> None:
        """Remembers that a class cannot be compiled, so that nobody tries each time."""
        _mark(self._hopeless, hash(name))

    def add(self, name: Hashable, item: T, size: int) -> None:
        """Keeps an item; the oldest of too many alike, and the oldest classes, are dropped."""
        items, sizes = self._items.pop(name, ((), ()))
        dropped = max(0, len(items) - _ALIKE + 1)
        self._bytes += size - sum(sizes[:dropped])
        self._items[name] = ((*items[dropped:], item), (*sizes[dropped:], size))
        while self._bytes > self._max_bytes and len(self._items) > 1:
            oldest = next(iter(self._items))
            self._bytes -= sum(self._items.pop(oldest)[1])


def _mark(marks: dict[int, None], mark: int) -> None:
    marks[mark] = None
    if len(marks) > _MARKS:
        marks.pop(next(iter(marks)), None)
