# SPDX-License-Identifier: Apache-2.0
"""Hashes of a tree from its tiles, which a callable fetches; believed, or checked to the root."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from nguon.transparency.errors import ProofError
from nguon.transparency.growing import Edge, checked, read_edge
from nguon.transparency.hashing import HASH_LENGTH, parents
from nguon.transparency.proving import perfect
from nguon.transparency.tiles import HEIGHT, WIDTH, Tile, hashes_at, tile_at

_KEPT = 64


def tiles_of(ranges: Iterable[tuple[int, int]], size: int) -> list[Tile]:
    """The tiles of a tree of ``size`` entries that hold the hashes over these ranges.

    With `nguon.transparency.proving.way` this says before a proof what to fetch at once.
    """
    found: dict[Tile, None] = {}
    for low, high in ranges:
        for level, index in perfect(low, high):
            stored, height = divmod(level, HEIGHT)
            found[tile_at(stored, (index << height) // WIDTH, size)] = None
    return list(found)


class TileHashes:
    """A `nguon.transparency.proving.Reader` over the tiles of a tree of ``size`` entries.

    ``read`` gives a tile's octets; where the partial tile is gone it may give a wider one.
    What it gives is believed: proofs made from wrong tiles fail when they are verified.
    """

    def __init__(self, size: int, read: Callable[[Tile], bytes]) -> None:
        self.size = size
        self._read = read
        self._layers = lru_cache(_KEPT)(self._loaded)

    def __call__(self, level: int, index: int) -> bytes:
        """The hash over the leaves from ``index << level`` on; raises `ProofError`."""
        if level < 0 or index < 0 or (index + 1) << level > self.size:
            raise ProofError(
                "transparency.beyond", end=(index + 1) << max(level, 0), size=self.size
            )
        stored, height = divmod(level, HEIGHT)
        first = index << height
        layers = self._layers(stored, first // WIDTH)
        at = (first % WIDTH >> height) * HASH_LENGTH
        return layers[height][at : at + HASH_LENGTH]

    def _loaded(self, level: int, index: int) -> tuple[bytes, ...]:
        layers = [self._octets(tile_at(level, index, self.size))]
        while len(layers[-1]) > HASH_LENGTH:
            layers.append(parents(layers[-1]))
        return tuple(layers)

    def _octets(self, tile: Tile) -> bytes:
        return checked(tile, self._read)


class ProvedHashes(TileHashes):
    """The same, every tile checked against the tree's root before a hash of it is given.

    The partial tiles together give the root; a full tile has its hash in the level above.
    """

    def __init__(self, size: int, root: bytes, read: Callable[[Tile], bytes]) -> None:
        super().__init__(size, read)
        self._edge: Edge = read_edge(size, read)
        if self._edge.root() != root:
            raise ProofError("transparency.tiles-root", size=size)

    def _loaded(self, level: int, index: int) -> tuple[bytes, ...]:
        if index == hashes_at(level, self.size) // WIDTH:
            return super()._loaded(level, index)
        layers = super()._loaded(level, index)
        if layers[HEIGHT] != self(HEIGHT * (level + 1), index):
            raise ProofError("transparency.tile-differs", path=Tile(level, index).path)
        return layers

    def _octets(self, tile: Tile) -> bytes:
        return super()._octets(tile) if tile.full else self._edge.levels[tile.level]
