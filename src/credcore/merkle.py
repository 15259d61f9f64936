"""An append-only Merkle log (RFC 9162, section 2.1).

Leaves are hashes of what was signed, so the log holds no personal data. Appending touches only the right edge:
a complete subtree is hashed once and never again. Where the nodes are kept is the caller's: in memory here, in
a table elsewhere; proofs ask for a few dozen of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, Protocol

from credcore.errors import MalformedInput, ProofError

EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (section 2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Nodes(Protocol):
    """Where the hashes of complete subtrees are kept: level 0 holds the leaves' hashes.

    ``put`` adds one or more nodes of 32 bytes behind those that a level already has.
    """

    def get(self, level: int, index: int, /) -> bytes: ...

    def put(self, level: int, index: int, nodes: bytes, /) -> None: ...


class MemoryNodes:
    """Nodes in memory, 64 bytes per leaf."""

    def __init__(self) -> None:
        self._levels: list[bytearray] = []

    def get(self, level: int, index: int, /) -> bytes:
        node = bytes(self._levels[level][32 * index : 32 * index + 32]) if level < len(self._levels) else b""
        if len(node) != 32:
            raise MalformedInput("the log does not hold this node", code="log_node")
        return node

    def put(self, level: int, index: int, nodes: bytes, /) -> None:
        if level == len(self._levels):
            self._levels.append(bytearray())
        if len(self._levels[level]) != 32 * index:
            raise MalformedInput("the log only grows at its end", code="log_node")
        self._levels[level] += nodes


class Log:
    """A log over some nodes. ``size`` leaves are in it; earlier sizes keep their roots and proofs."""

    def __init__(self, nodes: Nodes | None = None, size: int = 0) -> None:
        self.nodes: Nodes = MemoryNodes() if nodes is None else nodes
        self.size = size

    def append(self, data: bytes) -> int:
        """Adds a leaf and returns its place."""
        return self.append_hash(leaf_hash(data))

    def append_hash(self, node: bytes) -> int:
        """Adds a leaf by its hash and returns its place."""
        return self.extend_hashes([node]) - 1

    def extend(self, leaves: Iterable[bytes]) -> int:
        """Adds many leaves and returns the size of the log."""
        return self.extend_hashes([sha256(b"\x00" + data).digest() for data in leaves])

    def extend_hashes(self, added: Sequence[bytes]) -> int:
        """Adds many leaves by their hashes, level by level, and returns the size of the log.

        Hashes each complete subtree once; writes nothing if a hash has another length.
        """
        if any(len(node) != 32 for node in added):
            raise MalformedInput("a leaf's hash has 32 bytes", code="log_node")
        nodes, level, start = list(added), 0, self.size
        self.size += len(nodes)
        while nodes:
            self.nodes.put(level, start, b"".join(nodes))
            if start & 1:
                nodes.insert(0, self.nodes.get(level, start - 1))
            halves = iter(nodes)
            # A last node without a partner waits for it.
            nodes = [
                sha256(b"\x01" + left + right).digest() for left, right in zip(halves, halves, strict=False)
            ]
            level, start = level + 1, start >> 1
        return self.size

    def root(self, size: int | None = None) -> bytes:
        """The root of the first ``size`` leaves, by default of all."""
        count = self._checked(size)
        return self._range(0, count) if count else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The path from a leaf to the root of the first ``size`` leaves (section 2.1.3.1)."""
        count = self._checked(size)
        if not 0 <= index < count:
            raise MalformedInput("the leaf lies outside of the log", code="log_range")
        path: list[bytes] = []
        start, end = 0, count
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency_proof(self, first: int, size: int | None = None) -> list[bytes]:
        """What shows that the first ``first`` leaves are still there (section 2.1.4.1)."""
        count = self._checked(size)
        if not 0 < first <= count:
            raise MalformedInput("the earlier log is empty or larger", code="log_range")
        path: list[bytes] = []
        start, end, whole = 0, count, True
        while first - start != end - start:
            middle = start + _split(end - start)
            if first <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self._range(start, end))
        return path[::-1]

    def _checked(self, size: int | None) -> int:
        count = self.size if size is None else size
        if not 0 <= count <= self.size:
            raise MalformedInput("the log is smaller than that", code="log_range")
        return count

    def _range(self, start: int, end: int) -> bytes:
        """The hash over leaves ``start`` to ``end``, from complete subtrees; ``start`` is aligned for it."""
        pieces: list[bytes] = []
        position = start
        while position < end:
            level = (end - position).bit_length() - 1
            pieces.append(self.nodes.get(level, position >> level))
            position += 1 << level
        node = pieces.pop()
        while pieces:
            node = node_hash(pieces.pop(), node)
        return node


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Checks that the leaf with this hash is in the log with this root (section 2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofError("the leaf lies outside of the log", code="log_proof")
    number, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofError("the path is too long", code="log_proof")
        if number & 1 or number == last:
            node = node_hash(sibling, node)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        number, last = number >> 1, last >> 1
    if last or node != root:
        raise ProofError("the path does not lead to the root", code="log_proof")


def verify_consistency(
    first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    """Checks that the later log begins with the earlier one (section 2.1.4.2)."""
    if not 0 < first <= second:
        raise ProofError("the sizes make no sense", code="log_proof")
    if first == second:
        if path or first_root != second_root:
            raise ProofError("logs of one size have two roots", code="log_proof")
        return
    steps = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not steps:
        raise ProofError("the path is empty", code="log_proof")
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    earlier = later = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofError("the path is too long", code="log_proof")
        if number & 1 or number == last:
            earlier, later = node_hash(step, earlier), node_hash(step, later)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            later = node_hash(later, step)
        number, last = number >> 1, last >> 1
    if last or earlier != first_root or later != second_root:
        raise ProofError("the later log does not begin with the earlier one", code="log_proof")
