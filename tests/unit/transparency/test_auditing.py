# SPDX-License-Identifier: Apache-2.0
"""An audit finds any change of any file of a log; a proof says before what it will read."""

import pytest

from nguon.transparency.auditing import audit
from nguon.transparency.bundles import write_bundle
from nguon.transparency.checkpoints import Checkpoint, read_checkpoint, sign_checkpoint
from nguon.transparency.errors import NoteError, ProofError
from nguon.transparency.hashing import leaf_hashes, root_of
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.proving import prove_inclusion, way
from nguon.transparency.reading import TileHashes, tiles_of
from nguon.transparency.tiles import ENTRIES, Tile, tile_at
from tests.unit.transparency.made_log import LOG, ORIGIN, Tiles

SIZE = 66_000
CONTENT = [b"%d" % number for number in range(SIZE)]
TILES = Tiles()
TILES.append(leaf_hashes(CONTENT))
FILES = dict(TILES.octets)
for number in range(-(-SIZE // 256)):
    made = tile_at(ENTRIES, number, SIZE)
    FILES[made] = write_bundle(CONTENT[number * 256 : number * 256 + made.width])
ROOT = root_of(leaf_hashes(CONTENT))


def codes(files: dict[Tile, bytes], root: bytes = ROOT) -> list[str]:
    def read(tile: Tile) -> bytes:
        if tile not in files:
            raise ProofError("transparency.no-tile", path=tile.path, size=SIZE)
        return files[tile]

    return [error.code.removeprefix("transparency.") for error in audit(SIZE, root, read)]


def test_a_sound_log_has_no_fault() -> None:
    assert codes(FILES) == []
    assert codes(FILES, bytes(32)) == ["tiles-root"]


@pytest.mark.parametrize(
    "tile", [Tile(0, 0), Tile(0, 257, 208), Tile(1, 0), Tile(1, 1, 1), Tile(2, 0, 1)]
)
def test_a_flipped_bit_of_a_tile_is_found(tile: Tile) -> None:
    octets = bytearray(FILES[tile])
    octets[-1] ^= 1
    assert codes(FILES | {tile: bytes(octets)}) == ["tile-differs"]
    assert codes(FILES | {tile: bytes(octets[:-1])}) == ["tile-length"]
    assert codes({each: octets for each, octets in FILES.items() if each != tile}) == ["no-tile"]


@pytest.mark.parametrize("number", [0, 100, 257])
def test_a_changed_entry_is_found(number: int) -> None:
    bundle = tile_at(ENTRIES, number, SIZE)
    octets = bytearray(FILES[bundle])
    octets[-1] ^= 1
    found = codes(FILES | {bundle: bytes(octets)})
    assert found[0] == "tile-differs"
    assert found[-1] == "tiles-root"
    assert codes(FILES | {bundle: bytes(octets[:-1])}) == ["bundle"]
    swapped = CONTENT[number * 256 : number * 256 + bundle.width]
    swapped[0], swapped[1] = swapped[1], swapped[0]
    assert "tiles-root" in codes(FILES | {bundle: write_bundle(swapped)})


def test_a_proof_reads_the_tiles_that_it_says() -> None:
    for size in (1, 256, 257, 65_537, SIZE):
        for index in {0, size // 2, size - 1}:
            seen: dict[Tile, None] = {}

            def read(tile: Tile, seen: dict[Tile, None] = seen) -> bytes:
                seen[tile] = None
                return FILES[tile]

            prove_inclusion(index, size, TileHashes(SIZE, read))
            assert list(seen) == tiles_of(way(index, index + 1, size).ranges, SIZE)


def test_a_log_signs_its_own_checkpoints_only() -> None:
    made = Checkpoint(ORIGIN, SIZE, ROOT)
    young = Signer(ORIGIN, Kind.SIGNATURE, bytes([2]) * 32)
    note = sign_checkpoint(made, LOG, young)
    assert read_checkpoint(note.text) == made
    assert [each.id for each in note.signatures] == [LOG.key.id, young.key.id]
    for wrong, code in (
        (Checkpoint("other", SIZE, ROOT), "checkpoint-origin"),
        (Checkpoint(ORIGIN, -1, ROOT), "checkpoint-size"),
        (Checkpoint(ORIGIN, SIZE, ROOT[1:]), "checkpoint-root"),
        (Checkpoint(ORIGIN, SIZE, ROOT, ("",)), "checkpoint-lines"),
        (Checkpoint(ORIGIN, SIZE, ROOT, ("a\nb",)), "checkpoint-lines"),
    ):
        with pytest.raises(NoteError, match=code):
            sign_checkpoint(wrong, LOG)
