"""The log's nodes in rows of 256, so that a million leaves are some thousands of rows.

A tile of a level that is a multiple of eight is just what C2SP ``tlog-tiles`` publishes, so it is served as it
lies here.
"""

from naite.roots.ledger.models import Tile

WIDTH = 256
_NODE = 32
_LEVELS = 64


def tile_id(level: int, number: int) -> int:
    """Return the key of a tile."""
    return number * _LEVELS + level


class TableNodes:
    """credcore's ``Nodes`` over the table. Reads each tile once; ``save`` writes what was added.

    For one use within one transaction: another one's additions are not seen.
    """

    def __init__(self) -> None:
        self._tiles: dict[int, bytearray] = {}
        self._changed: set[int] = set()
        self._made: set[int] = set()

    def get(self, level: int, index: int, /) -> bytes:
        number, place = divmod(index, WIDTH)
        node = bytes(self._tile(tile_id(level, number))[_NODE * place : _NODE * (place + 1)])
        if len(node) != _NODE:
            raise LookupError(f"the log holds no node {index} at level {level}")
        return node

    def put(self, level: int, index: int, nodes: bytes, /) -> None:
        while nodes:
            number, place = divmod(index, WIDTH)
            key = tile_id(level, number)
            tile = self._tile(key)
            if len(tile) != _NODE * place:
                raise LookupError("the log only grows at its end")
            room = _NODE * (WIDTH - place)
            tile += nodes[:room]
            self._changed.add(key)
            index, nodes = index + WIDTH - place, nodes[room:]

    def save(self) -> None:
        """Write the tiles that were added to."""
        made = self._changed & self._made
        Tile.objects.bulk_create([Tile(id=key, nodes=bytes(self._tiles[key])) for key in sorted(made)])
        for key in self._changed - made:
            Tile.objects.filter(pk=key).update(nodes=bytes(self._tiles[key]))
        self._made -= made
        self._changed.clear()

    def _tile(self, key: int) -> bytearray:
        if key not in self._tiles:
            row = Tile.objects.filter(pk=key).first()
            self._tiles[key] = bytearray(row.nodes if row else b"")
            if row is None:
                self._made.add(key)
        return self._tiles[key]
