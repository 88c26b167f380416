# SPDX-License-Identifier: Apache-2.0
"""Paths, widths and bundles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.transparency.bundles import ENTRY_LIMIT, read_bundle, write_bundle
from nguon.transparency.errors import ProofError
from nguon.transparency.tiles import ENTRIES, Tile, new_tiles, read_path, tile_at


@settings(deadline=None)
@given(st.integers(ENTRIES, 63), st.integers(0, 1 << 62), st.integers(1, 256))
def test_paths_go_round(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert read_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    ["tile/0/0", "tile/00/000", "tile/64/000", "tile/0/x000/001", "tile/0/1000", "tile/-1/000",
     "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/x001/x067", "tile/0/000/",
     "/tile/0/000", "tile/0/001/067", "tile/data/000", "tile/0/٠٠٠", "tile/0/000.p/1\n", ""],
)  # fmt: skip
def test_other_spellings_are_refused(path: str) -> None:
    with pytest.raises(ProofError, match="tile-path"):
        read_path(path)


def test_widths() -> None:
    assert tile_at(0, 273, 70_000) == Tile(0, 273, 112)
    assert tile_at(ENTRIES, 272, 70_000) == Tile(ENTRIES, 272, 256)
    for level, index in ((0, 274), (1, 2), (3, 0), (0, -1)):
        with pytest.raises(ProofError, match="no-tile"):
            tile_at(level, index, 70_000)


def test_new_tiles() -> None:
    assert list(new_tiles(255, 257)) == [Tile(0, 0), Tile(0, 1, 1), Tile(1, 0, 1)]
    assert list(new_tiles(256, 257)) == [Tile(0, 1, 1)]
    assert list(new_tiles(512, 512)) == []


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_go_round(entries: list[bytes]) -> None:
    octets = write_bundle(entries)
    assert read_bundle(octets, len(entries)) == entries
    for wrong in (octets[:-1], octets + b"\x00", octets + b"\x00\x00"):
        with pytest.raises(ProofError, match="bundle"):
            read_bundle(wrong, len(entries))
    for width in (len(entries) - 1, len(entries) + 1):
        with pytest.raises(ProofError, match="bundle"):
            read_bundle(octets, width)


def test_the_longest_entry() -> None:
    longest = bytes(ENTRY_LIMIT)
    assert read_bundle(write_bundle([longest, b""]), 2) == [longest, b""]
    with pytest.raises(ProofError, match="entry-long"):
        write_bundle([longest + b"\x00"])
