# SPDX-License-Identifier: Apache-2.0
"""A tree in the sequencer's hands: kept in two forms, written to files, read back and compared."""

from collections.abc import Iterator, Sequence

import msgspec

from nguon.archive.folder import Folder
from nguon.tlog.errors import LogError
from nguon.transparency.bundles import read_bundle, write_bundle
from nguon.transparency.errors import ProofError
from nguon.transparency.growing import Edge, checked, grow, read_edge, tile_root
from nguon.transparency.hashing import HASH_LENGTH, leaf_hashes
from nguon.transparency.proving import perfect
from nguon.transparency.ranges import CompactRange, restored
from nguon.transparency.reading import TileHashes
from nguon.transparency.tiles import ENTRIES, WIDTH, Tile, hashes_at, new_tiles, tile_at

_LEVELS = 8
"""More than any log's tiles reach up."""


class Tree(msgspec.Struct, frozen=True):
    """A tree by its partial tiles, by its peaks, and the entries of its partial bundle."""

    edge: Edge = Edge()
    peaks: CompactRange = CompactRange()
    tail: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """Its entries."""
        return self.edge.size

    def root(self) -> bytes:
        """Its root, the same by both forms; raises `LogError` where they differ."""
        found = self.edge.root()
        if self.peaks.size != self.edge.size or self.peaks.root() != found:
            raise LogError("tlog.roots-differ", size=self.size)
        return found


def written(folder: Folder, tree: Tree, entries: Sequence[bytes], *, anew: bool) -> Tree:
    """The tree after more entries, its tiles and bundles durable, read back and found the same.

    The peaks come from what the files say, the partial tiles from what was in memory. Raises
    `LogError` or `ProofError` where anything differs: then nothing may be signed.
    """
    edge = put(folder, tree, entries, anew=anew)
    size = edge.size
    peaks = _read_back(folder, tree.peaks, size)
    if read_edge(size, folder.read) != edge:
        raise LogError("tlog.roots-differ", size=size)
    _check_above(folder, tree.size, size)
    held = (*tree.tail, *entries)
    after = Tree(edge, peaks, held[len(held) - size % WIDTH :])
    after.root()
    return after


def put(folder: Folder, tree: Tree, entries: Sequence[bytes], *, anew: bool) -> Edge:
    """Write the tiles and bundles that more entries give, durably; nothing is read back."""
    grown = grow(tree.edge, leaf_hashes(entries))
    bundles = _bundles(tree.size // WIDTH, (*tree.tail, *entries))
    for tile, octets in (*bundles, *grown.tiles):
        folder.write(tile, octets, anew=anew)
    folder.sync()
    return grown.edge


def read_tree(folder: Folder, size: int, root: bytes) -> Tree:
    """The tree of this size from its files; raises `ProofError` where they do not give the root."""
    edge = read_edge(size, folder.read)
    if edge.root() != root:
        raise ProofError("transparency.tiles-root", size=size)
    hashes = TileHashes(size, folder.read)
    peaks = restored(size, [hashes(level, index) for level, index in perfect(0, size)])
    tail = tuple(folder.entries(size - size % WIDTH, size))
    if tail and b"".join(leaf_hashes(tail)) != edge.levels[0]:
        path = tile_at(ENTRIES, size // WIDTH, size).path
        raise ProofError("transparency.tile-differs", path=path)
    tree = Tree(edge, peaks, tail)
    if peaks.root() != root:
        raise ProofError("transparency.tiles-root", size=size)
    return tree


def forget_partial(folder: Folder, old: int, size: int) -> None:
    """Let go of partial tiles and bundles that are full since the tree had the old size."""
    for level in range(ENTRIES, _LEVELS):
        before = hashes_at(level, old)
        if before % WIDTH and before // WIDTH < hashes_at(level, size) // WIDTH:
            folder.forget(Tile(level, before // WIDTH))


def _bundles(index: int, entries: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
    for at in range(0, len(entries), WIDTH):
        some = entries[at : at + WIDTH]
        yield Tile(ENTRIES, index, len(some)), write_bundle(some)
        index += 1


def _read_back(folder: Folder, peaks: CompactRange, size: int) -> CompactRange:
    """The peaks after the entries that the bundles hold, each compared with its tile."""
    old = peaks.size
    for index in range(old // WIDTH, -(-size // WIDTH)):
        bundle = tile_at(ENTRIES, index, size)
        hashes = leaf_hashes(read_bundle(folder.read(bundle), bundle.width))
        tile = tile_at(0, index, size)
        if b"".join(hashes) != checked(tile, folder.read):
            raise ProofError("transparency.tile-differs", path=tile.path)
        peaks = peaks.extended(hashes[max(old - index * WIDTH, 0) :])
    return peaks


def _check_above(folder: Folder, old: int, size: int) -> None:
    """Each new full tile above the lowest has its hash in the tile above it."""
    for tile in new_tiles(old, size):
        if not tile.full or tile.level == 0:
            continue
        above = tile_at(tile.level + 1, tile.index // WIDTH, size)
        at = tile.index % WIDTH * HASH_LENGTH
        hash_above = checked(above, folder.read)[at : at + HASH_LENGTH]
        if tile_root(checked(tile, folder.read)) != hash_above:
            raise ProofError("transparency.tile-differs", path=tile.path)
