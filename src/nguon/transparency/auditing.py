# SPDX-License-Identifier: Apache-2.0
"""A whole log read again: every entry hashed, every tile compared, the root at the end."""

from collections.abc import Callable, Iterable, Iterator

from nguon.transparency.bundles import read_bundle
from nguon.transparency.errors import ProofError
from nguon.transparency.growing import Edge, checked, grow
from nguon.transparency.hashing import HASH_LENGTH, leaf_hashes
from nguon.transparency.tiles import ENTRIES, WIDTH, Tile, hashes_at, tile_at

Read = Callable[[Tile], bytes]
"""A tile's or bundle's octets; raises `ProofError` for one that is not there."""


def audit(size: int, root: bytes, read: Read) -> Iterator[ProofError]:
    """Everything that is wrong with the stored log of this checkpoint; nothing if it is sound.

    Where a bundle cannot be read its tile stands in, so that what follows is still
    compared. Raises `ProofError` where that is missing too.
    """
    edge = Edge()
    for index in range(-(-size // WIDTH)):
        hashes: Iterable[bytes]
        bundle = tile_at(ENTRIES, index, size)
        try:
            hashes = leaf_hashes(read_bundle(read(bundle), bundle.width))
        except ProofError as error:
            yield error
            packed = checked(tile_at(0, index, size), read)
            hashes = [packed[at : at + HASH_LENGTH] for at in range(0, len(packed), HASH_LENGTH)]
        grown = grow(edge, hashes)
        edge = grown.edge
        yield from _compared((each for each in grown.tiles if each[0].full), read)
    yield from _compared(_partial(edge), read)
    if edge.root() != root:
        yield ProofError("transparency.tiles-root", size=size)


def _partial(edge: Edge) -> Iterator[tuple[Tile, bytes]]:
    for level, octets in enumerate(edge.levels):
        if octets:
            yield tile_at(level, hashes_at(level, edge.size) // WIDTH, edge.size), octets


def _compared(tiles: Iterable[tuple[Tile, bytes]], read: Read) -> Iterator[ProofError]:
    for tile, octets in tiles:
        try:
            same = checked(tile, read) == octets
        except ProofError as error:
            yield error
            continue
        if not same:
            yield ProofError("transparency.tile-differs", path=tile.path)
