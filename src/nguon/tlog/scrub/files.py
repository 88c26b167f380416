# SPDX-License-Identifier: Apache-2.0
"""The files of a shard, tile by tile: what lies in each, and what the tile above says of it.

Entries, their tile and the tile above say the same thing three times, the database a fourth;
whichever differs from the others is the damaged one.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from nguon.archive.folder import Folder
from nguon.store import Store
from nguon.tlog.model import Shard, Signed
from nguon.tlog.scrub.findings import Finding
from nguon.transparency.bundles import read_bundle
from nguon.transparency.errors import ProofError
from nguon.transparency.growing import checked, read_edge, tile_root
from nguon.transparency.hashing import HASH_LENGTH, leaf_hashes
from nguon.transparency.tiles import ENTRIES, WIDTH, Tile, tile_at


class InTiles(NamedTuple):
    """An entry as it lies in a shard's files."""

    hash: bytes
    entry: Callable[[], bytes | None]
    """Reads it; None where it cannot be read."""


class Files:
    """What was signed of a shard and lies in its folder."""

    def __init__(self, store: Store, shard: Shard, folder: Folder, signed: Signed) -> None:
        self._store = store
        self._shard = shard
        self._folder = folder
        self._size = signed.size
        self._root = signed.root

    @property
    def tiles(self) -> int:
        """How many tiles of the lowest level there are."""
        return -(-self._size // WIDTH)

    def promised(self, first: int, end: int) -> dict[int, InTiles]:
        """Of entries with these numbers in the database: what lies in the files."""
        start = max(first - self._shard.first, 0)
        stop = min(end - self._shard.first, self._size)
        if start >= stop:
            return {}
        try:
            hashes = list(self._folder.hashes(start, stop))
        except ProofError:
            return {}
        return {
            self._shard.first + index: InTiles(found, partial(self._entry, index))
            for index, found in enumerate(hashes, start)
        }

    def check(self, index: int, doubted: frozenset[str]) -> list[Finding]:
        """A bundle, its tile, and the tiles above that end with it; ``doubted`` files are known."""
        found = list(self._tile(index, doubted))
        if index + 1 == self.tiles and not found:
            found += self._ended(doubted)
        return found

    def _tile(self, index: int, doubted: frozenset[str]) -> Iterator[Finding]:
        bundle, tile = tile_at(ENTRIES, index, self._size), tile_at(0, index, self._size)
        packed = self._bundle(bundle)
        octets = self._octets(tile)
        if packed is None:
            yield self._found(bundle)
        if octets is None:
            yield self._found(tile)
        if packed is not None and octets is not None and packed != octets:
            damaged = bundle if self._kept(index) == octets else tile
            yield self._found(damaged)
            octets = octets if damaged is bundle else packed
        good = octets if octets is not None else packed
        if good is not None:
            yield from self._above(tile, good, doubted)

    def _above(self, tile: Tile, octets: bytes, doubted: frozenset[str]) -> Iterator[Finding]:
        """What the tiles above say of a full tile, as far up as it is the last of a full one."""
        while tile.full:
            above = tile_at(tile.level + 1, tile.index // WIDTH, self._size)
            found = self._octets(above)
            at = tile.index % WIDTH * HASH_LENGTH
            if found is None or found[at : at + HASH_LENGTH] != tile_root(octets):
                if above.path not in doubted:
                    yield self._found(above)
                return
            if not above.full or tile.index % WIDTH != WIDTH - 1:
                return
            tile, octets = above, found

    def _ended(self, doubted: frozenset[str]) -> Iterator[Finding]:
        if any(path.startswith(f"{self._shard.name}/") for path in doubted):
            return
        try:
            same = read_edge(self._size, self._folder.read).root() == self._root
        except ProofError:
            return
        if not same:
            yield Finding("scrub.root", f"{self._shard.name}/checkpoint")

    def _bundle(self, tile: Tile) -> bytes | None:
        try:
            return b"".join(leaf_hashes(read_bundle(self._folder.read(tile), tile.width)))
        except ProofError:
            return None

    def _octets(self, tile: Tile) -> bytes | None:
        try:
            return checked(tile, self._folder.read)
        except ProofError:
            return None

    def _kept(self, index: int) -> bytes:
        """The tile as the database has it."""
        first = self._shard.first + index * WIDTH
        end = min(first + WIDTH, self._shard.first + self._size)
        return b"".join(leaf_hashes(leaf for _, leaf in self._store.log.leaves(first, end)))

    def _entry(self, index: int) -> bytes | None:
        try:
            return next(self._folder.entries(index, index + 1), None)
        except ProofError:
            return None

    def _found(self, tile: Tile) -> Finding:
        return Finding("scrub.tile", f"{self._shard.name}/{tile.path}")
