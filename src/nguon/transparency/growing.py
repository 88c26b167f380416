# SPDX-License-Identifier: Apache-2.0
"""A tree that grows by batches: its right edge, and the tiles that a batch gives."""

from collections.abc import Callable, Iterable

import msgspec

from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import HASH_LENGTH, folded, parents
from nguon.transparency.tiles import HEIGHT, WIDTH, Tile, hashes_at, tile_at

_FULL = WIDTH * HASH_LENGTH


class Edge(msgspec.Struct, frozen=True):
    """The partial tile of each level (octets, perhaps none): all that growing needs."""

    size: int = 0
    levels: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """The root of the tree, from its partial tiles alone."""
        peaks: list[bytes] = []
        for packed in reversed(self.levels):
            peaks += _peaks(packed)
        return folded(peaks)


class Growth(msgspec.Struct, frozen=True):
    """The edge afterwards, and the tiles to write, from below."""

    edge: Edge
    tiles: tuple[tuple[Tile, bytes], ...]


def grow(edge: Edge, hashes: Iterable[bytes]) -> Growth:
    """Append leaf hashes; a full tile is hashed into the level above, a partial one never."""
    pending = b"".join(hashes)
    size = edge.size + len(pending) // HASH_LENGTH
    levels: list[bytes] = []
    tiles: list[tuple[Tile, bytes]] = []
    level = 0
    while pending or level < len(edge.levels):
        kept = edge.levels[level] if level < len(edge.levels) else b""
        packed = kept + pending
        index = hashes_at(level, edge.size) // WIDTH
        above = []
        whole = len(packed) - len(packed) % _FULL
        for at in range(0, whole, _FULL):
            octets = packed[at : at + _FULL]
            tiles.append((Tile(level, index), octets))
            above.append(tile_root(octets))
            index += 1
        rest = packed[whole:]
        if rest and pending:
            tiles.append((Tile(level, index, len(rest) // HASH_LENGTH), rest))
        levels.append(rest)
        pending = b"".join(above)
        level += 1
    return Growth(Edge(size, tuple(levels)), tuple(tiles))


def tile_root(octets: bytes) -> bytes:
    """The hash of a full tile in the level above."""
    for _ in range(HEIGHT):
        octets = parents(octets)
    return octets


def read_edge(size: int, read: Callable[[Tile], bytes]) -> Edge:
    """The edge of a tree from its partial tiles; raises `ProofError` for a wrong length."""
    levels = []
    level = 0
    while count := hashes_at(level, size):
        width = count % WIDTH
        levels.append(checked(tile_at(level, count // WIDTH, size), read) if width else b"")
        level += 1
    return Edge(size, tuple(levels))


def checked(tile: Tile, read: Callable[[Tile], bytes]) -> bytes:
    """A tile's octets, of the length that its width demands; raises `ProofError`.

    Where a wider tile was kept instead, its beginning serves.
    """
    octets = read(tile)
    wanted = tile.width * HASH_LENGTH
    if len(octets) < wanted or len(octets) % HASH_LENGTH or len(octets) > _FULL:
        raise ProofError("transparency.tile-length", path=tile.path, length=len(octets))
    return octets[:wanted]


def _peaks(packed: bytes) -> list[bytes]:
    count = len(packed) // HASH_LENGTH
    found = []
    at = 0
    for bit in reversed(range(count.bit_length())):
        if not count >> bit & 1:
            continue
        octets = packed[at : at + (HASH_LENGTH << bit)]
        at += HASH_LENGTH << bit
        for _ in range(bit):
            octets = parents(octets)
        found.append(octets)
    return found
