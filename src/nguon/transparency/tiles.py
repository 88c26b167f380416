# SPDX-License-Identifier: Apache-2.0
"""Where the hashes of a tree lie: tiles of 256, their paths and widths (C2SP tlog-tiles)."""

import re
from collections.abc import Iterator

import msgspec

from nguon.transparency.errors import ProofError

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes of a full tile, entries of a full bundle."""
ENTRIES = -1
"""The level that stands for bundles of entries, which lie as the tiles of level 0 do."""

_TOP = 63
_PATH = re.compile(
    "tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})"
    "(?:[.]p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(msgspec.Struct, frozen=True):
    """Hashes ``index * 256`` up to ``width`` more of a level: roots of 256**level leaves."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def full(self) -> bool:
        """Never to change again."""
        return self.width == WIDTH

    @property
    def path(self) -> str:
        """``tile/<level>/<index>[.p/<width>]``."""
        level = "entries" if self.level == ENTRIES else self.level
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        index = "".join(f"x{group}/" for group in groups[:-1]) + groups[-1]
        return f"tile/{level}/{index}" + ("" if self.full else f".p/{self.width}")


def read_path(path: str) -> Tile:
    """The tile at a path, in its only spelling; raises `ProofError`."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise ProofError("transparency.tile-path", part=path[:200])
    level = ENTRIES if found["level"] == "entries" else int(found["level"])
    index = int(re.sub("[x/]", "", found["index"]))
    tile = Tile(level, index, int(found["width"] or WIDTH))
    if level > _TOP or tile.path != path:
        raise ProofError("transparency.tile-path", part=path[:200])
    return tile


def hashes_at(level: int, size: int) -> int:
    """How many hashes a level has in a tree of this size."""
    return size >> (HEIGHT * level) if level > 0 else size


def tile_at(level: int, index: int, size: int) -> Tile:
    """A tile with the width that it has in a tree of this size; raises `ProofError`."""
    width = min(WIDTH, hashes_at(level, size) - index * WIDTH)
    if width <= 0 or index < 0:
        raise ProofError("transparency.no-tile", path=Tile(level, max(index, 0)).path, size=size)
    return Tile(level, index, width)


def new_tiles(old: int, new: int) -> Iterator[Tile]:
    """The tiles that a tree has after it grew and had not before, from below."""
    level = 0
    while hashes_at(level, new):
        before, after = hashes_at(level, old), hashes_at(level, new)
        if before != after:
            for index in range(before // WIDTH, -(-after // WIDTH)):
                yield tile_at(level, index, new)
        level += 1
