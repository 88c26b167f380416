# SPDX-License-Identifier: Apache-2.0
"""Copying what a log grew by: nothing is kept that was not proved against the signed root.

The log's own tiles are proved from the root down; every entry is hashed again and compared
with them; the same tiles are then computed from the entries, and give the root once more.
A log that cannot be proved to continue what is kept here is a fork of it.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from nguon.archive.folder import Folder
from nguon.mirror.errors import AlarmError, ForkError, MissingError
from nguon.mirror.fetching import Source
from nguon.transparency.bundles import read_bundle, write_bundle
from nguon.transparency.checkpoints import Checkpoint
from nguon.transparency.errors import ProofError
from nguon.transparency.growing import Edge, grow, read_edge
from nguon.transparency.hashing import EMPTY_ROOT, leaf_hashes
from nguon.transparency.proving import range_hash
from nguon.transparency.reading import ProvedHashes, TileHashes
from nguon.transparency.tiles import ENTRIES, WIDTH, Tile, hashes_at, tile_at

PORTION = 32
"""Bundles fetched, proved and written at a time."""

T = TypeVar("T")


def root_at(size: int, hashes: TileHashes) -> bytes:
    """The root of the first ``size`` entries of a tree."""
    return range_hash(hashes, 0, size) if size else EMPTY_ROOT


class Proved:
    """A log's own tiles, each proved against the root before anything is made of it.

    What is missing or not what was signed raises `AlarmError`; a log that does not answer
    `UnreachableError`.
    """

    def __init__(self, source: Source, checkpoint: Checkpoint) -> None:
        self._source = source
        self._fetched: dict[Tile, bytes] = {}
        self._size = checkpoint.size
        self._hashes = _alarmed(lambda: ProvedHashes(checkpoint.size, checkpoint.root, self._read))

    def check_continues(self, kept: Checkpoint) -> None:
        """Raises `ForkError` where the log is not a continuation of what is kept."""
        found = _alarmed(lambda: root_at(kept.size, self._hashes))
        if found != kept.root:
            raise ForkError("mirror.fork", size=kept.size, newer=self._size)

    def entries(self, index: int) -> list[bytes]:
        """A bundle's entries, each compared with its hash; raises `AlarmError`."""
        tile = tile_at(ENTRIES, index, self._size)
        return _alarmed(lambda: self._compared(tile))

    def fetch(self, bundles: Iterable[int]) -> None:
        """Fetch these bundles and their hashes at once, instead of one by one."""
        wanted = [tile_at(level, each, self._size) for each in bundles for level in (ENTRIES, 0)]
        self._fetched = _alarmed(lambda: self._source.tiles(wanted))

    def _compared(self, tile: Tile) -> list[bytes]:
        entries = read_bundle(self._read(tile), tile.width)
        first = tile.index * WIDTH
        for number, found in enumerate(leaf_hashes(entries), first):
            if self._hashes(0, number) != found:
                raise AlarmError("mirror.entry-differs", index=number, path=tile.path)
        return entries

    def _read(self, tile: Tile) -> bytes:
        found = self._fetched.get(tile)
        return self._source.tile(tile) if found is None else found


def copy(proof: Proved, folder: Folder, kept: Checkpoint, new: Checkpoint) -> None:
    """Write what is new; durable when this returns, and not yet published.

    Raises `AlarmError` for the log, `ArchiveError` for our own folder.
    """
    edge = read_edge(kept.size, folder.read)
    if edge.root() != kept.root:
        raise AlarmError("mirror.own-copy", size=kept.size)
    last = -(-new.size // WIDTH)
    for start in range(kept.size // WIDTH, last, PORTION):
        bundles = range(start, min(start + PORTION, last))
        proof.fetch(bundles)
        edge = _written(proof, folder, edge, bundles, new.size)
    for level, octets in enumerate(edge.levels):
        if octets:
            index = hashes_at(level, new.size) // WIDTH
            folder.write(tile_at(level, index, new.size), octets, anew=True)
    if edge.root() != new.root:
        raise AlarmError("mirror.root-differs", size=new.size)
    folder.sync()


def _written(proof: Proved, folder: Folder, edge: Edge, bundles: Iterable[int], size: int) -> Edge:
    for index in bundles:
        entries = proof.entries(index)
        tile = tile_at(ENTRIES, index, size)
        grown = grow(edge, leaf_hashes(entries[edge.size - index * WIDTH :]))
        edge = grown.edge
        # What a turn wrote that was interrupted belongs to no checkpoint of ours.
        folder.write(tile, write_bundle(entries), anew=True)
        for each, octets in grown.tiles:
            if each.full:
                folder.write(each, octets, anew=True)
    return edge


def _alarmed(call: Callable[[], T]) -> T:
    try:
        return call()
    except (ProofError, MissingError) as error:
        raise AlarmError(error.code, **error.params) from error
