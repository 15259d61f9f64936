"""A document taken apart into what its structure is and which strings fill it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from credcore.statements import token

NAMES: Final = frozenset({"type", "proofPurpose", "@language", "@context"})
_HOLE, _OBJECT, _END, _LIST, _END_LIST = range(5)


def walk(node: Mapping[str, Any], structure: list[Any], leaves: list[str]) -> None:
    """Takes a document apart into what its structure is and which strings fill it.

    Names and the marks between them make the structure unambiguous; numbers keep their type.
    """
    for name, value in node.items():
        structure.append(name)
        kind = type(value)
        if name in NAMES:
            structure.append(tuple(value) if kind is list else (kind, value))
        elif kind is str:
            structure.append(_HOLE)
            leaves.append(value)
        elif kind is dict:
            structure.append(_OBJECT)
            walk(value, structure, leaves)
            structure.append(_END)
        elif kind is list:
            structure.append(_LIST)
            for item in value:
                inner = type(item)
                if inner is str:
                    structure.append(_HOLE)
                    leaves.append(item)
                elif inner is dict:
                    structure.append(_OBJECT)
                    walk(item, structure, leaves)
                    structure.append(_END)
                elif inner is list:
                    raise TypeError("a list in a list")
                else:
                    structure.append((inner, item))
            structure.append(_END_LIST)
        else:
            structure.append((kind, value))


def tokens(value: Any, numbers: Iterator[int], name: str = "") -> Any:
    """A copy with a token in place of each string that ``walk`` calls a leaf."""
    if name in NAMES:
        return value
    if isinstance(value, str):
        return token(next(numbers))
    if isinstance(value, Mapping):
        return {key: tokens(item, numbers, key) for key, item in value.items()}
    if isinstance(value, list):
        return [tokens(item, numbers) for item in value]
    return value
