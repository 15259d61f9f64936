"""Resolvers and fetchers that ask for each thing once, for one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from credcore import did


class RememberingResolver:
    def __init__(self, inner: did.Resolver) -> None:
        self._inner = inner
        self._known: dict[str, Mapping[str, Any]] = {}

    def resolve(self, name: str, /) -> Mapping[str, Any]:
        if name not in self._known:
            self._known[name] = self._inner.resolve(name)
        return self._known[name]


def remember(fetch: Callable[[str], bytes]) -> Callable[[str], bytes]:
    known: dict[str, bytes] = {}

    def remembered(url: str) -> bytes:
        if url not in known:
            known[url] = fetch(url)
        return known[url]

    return remembered
