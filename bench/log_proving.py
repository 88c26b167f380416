# SPDX-License-Identifier: Apache-2.0
"""Proofs of one entry of ten million, from the files of a log on the disk, by the clock.

Of such a log the tiles that these proofs need lie there. Cold: the system was told
to forget the files, and nothing is in memory. Warm: the system has them, or a reader.
"""

import os
import random
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from statistics import median

from bench.report import Row
from bench.transparency import LARGE, Made
from nguon.archive.folder import Folder
from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.proving import perfect, prove_inclusion, verify_inclusion
from nguon.transparency.ranges import CompactRange
from nguon.transparency.reading import TileHashes
from nguon.transparency.tiles import WIDTH, Tile, tile_at

PROOFS = 300
_TILES = 3
"""Tiles on the way from an entry to the root."""


def rows(folder: Path) -> Iterator[Row]:
    """Proofs off the disk, cold and warm, each checked against the root."""
    made, files = Made(LARGE), Folder(folder / "proving")
    chance = random.Random(11)
    asked = [chance.randrange(LARGE) for _ in range(PROOFS)]
    for tile in {tile for index in asked for tile in _read(index)}:
        files.write(tile, made.read(tile))
    files.sync()
    reader = TileHashes(LARGE, made.read)
    root = CompactRange(LARGE, tuple(reader(*peak) for peak in perfect(0, LARGE))).root()
    yield from _proved(made, files, root, asked)


def _proved(made: Made, files: Folder, root: bytes, asked: Sequence[int]) -> Iterator[Row]:
    def prove(index: int, hashes: TileHashes) -> float:
        begun = time.perf_counter()
        proof = prove_inclusion(index, LARGE, hashes)
        verify_inclusion(index, LARGE, made.leaf(index), root, proof)
        return time.perf_counter() - begun

    cold = []
    for index in asked:
        _forgotten(files, index)
        cold.append(prove(index, TileHashes(LARGE, files.read)))
    again = [prove(index, TileHashes(LARGE, files.read)) for index in asked]
    reader = TileHashes(LARGE, files.read)
    for index in asked:
        prove(index, reader)
    warm = [prove(index, reader) for index in asked]
    begun = time.perf_counter()
    for _ in asked:
        _hashes()
    least = PROOFS / (time.perf_counter() - begun)
    kinds = {
        "nothing in memory, files off the disk": cold,
        "nothing in memory, files in the system's": again,
        "by a reader that read them before": warm,
    }
    for kind, spent in kinds.items():
        usual, most = median(spent) * 1000, max(spent) * 1000
        note = f"by the clock, checked too; median {usual:.2f} ms, the longest {most:.2f} ms"
        what = f"proof of one of 10^7 entries, {kind}"
        yield Row(what, 1 / median(spent), "proofs/s", least, "hashes of 3 full tiles", note)


def _read(index: int) -> Iterator[Tile]:
    """The tiles above an entry, and those at the right edge."""
    for at in (index, LARGE - 1):
        for level in range(_TILES):
            yield tile_at(level, at // WIDTH ** (level + 1), LARGE)


def _forgotten(files: Folder, index: int) -> None:
    """Tell the system to drop what it holds of the tiles above an entry."""
    for tile in set(_read(index)):
        opened = os.open(files.path / tile.path, os.O_RDONLY)
        os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(opened)


def _hashes() -> None:
    pair = bytes(1 + 2 * HASH_LENGTH)
    for _ in range(_TILES * (WIDTH - 1)):
        sha256(pair).digest()
