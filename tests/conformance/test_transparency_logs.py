# SPDX-License-Identifier: Apache-2.0
"""Whole logs of others: Tessera's with every partial tile, Sunlight's mirror, logs that broke."""

import json
from base64 import b64decode
from itertools import combinations
from pathlib import Path

import pytest

from nguon.transparency.bundles import read_bundle, write_bundle
from nguon.transparency.checkpoints import open_checkpoint, read_checkpoint
from nguon.transparency.errors import ProofError
from nguon.transparency.growing import Edge, grow
from nguon.transparency.hashing import leaf_hashes, root_of
from nguon.transparency.keys import read_key
from nguon.transparency.notes import known, read_note
from nguon.transparency.proving import (
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)
from nguon.transparency.ranges import CompactRange
from nguon.transparency.reading import ProvedHashes, TileHashes
from nguon.transparency.tiles import ENTRIES, Tile, read_path, tile_at


@pytest.fixture
def tessera(conformance: Path) -> Path:
    return conformance / "tessera-testlog"


def entries_of(tessera: Path) -> list[bytes]:
    bundle = tile_at(ENTRIES, 0, 15)
    return read_bundle((tessera / "log" / bundle.path).read_bytes(), 15)


def test_each_tile_and_bundle_of_tessera(tessera: Path) -> None:
    entries = entries_of(tessera)
    files = sorted(each for each in (tessera / "log/tile").rglob("*") if each.is_file())
    assert len(files) == 30
    for file in files:
        tile = read_path(str(file.relative_to(tessera / "log")))
        octets = file.read_bytes()
        if tile.level == ENTRIES:
            assert read_bundle(octets, tile.width) == entries[: tile.width]
            assert write_bundle(entries[: tile.width]) == octets
        else:
            assert octets == b"".join(leaf_hashes(entries[: tile.width]))
            grown = grow(Edge(), leaf_hashes(entries[: tile.width]))
            assert grown.tiles == ((tile, octets),)


def test_each_checkpoint_of_tessera(tessera: Path) -> None:
    keys = known([read_key((tessera / "vkey.txt").read_text("utf-8").strip())])
    hashes = leaf_hashes(entries_of(tessera))
    roots: dict[int, bytes] = {}
    files = sorted((tessera / "log").glob("checkpoint*"))
    assert len(files) == 12
    for file in files:
        seen = open_checkpoint(file.read_bytes(), keys).checkpoint
        assert seen.root == root_of(hashes[: seen.size])
        assert seen.root == CompactRange().extended(hashes[: seen.size]).root()
        assert seen.root == grow(Edge(), hashes[: seen.size]).edge.root()
        roots[seen.size] = seen.root

    def read(tile: Tile) -> bytes:
        return (tessera / "log" / tile.path).read_bytes()

    for old, new in combinations(sorted(roots), 2):
        proof = prove_consistency(old, new, ProvedHashes(new, roots[new], read))
        verify_consistency(old, new, (roots[old], roots[new]), proof)
    for size, root in roots.items():
        for index in range(size):
            proof = prove_inclusion(index, size, TileHashes(15, read))
            verify_inclusion(index, size, hashes[index], root, proof)


def test_the_mirror_of_sunlight(conformance: Path) -> None:
    name = "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706"
    folder = conformance / "sunlight/skylight/witness/mirror" / name
    checkpoint = read_checkpoint(read_note((folder / "checkpoint").read_bytes()).text)

    def read(tile: Tile) -> bytes:
        return (folder / tile.path).read_bytes()

    hashes = ProvedHashes(checkpoint.size, checkpoint.root, read)
    leaves = [hashes(0, index) for index in range(checkpoint.size)]
    assert root_of(leaves) == checkpoint.root
    for index in range(checkpoint.size):
        proof = prove_inclusion(index, checkpoint.size, hashes)
        verify_inclusion(index, checkpoint.size, leaves[index], checkpoint.root, proof)
    for old in range(1, checkpoint.size):
        roots = (root_of(leaves[:old]), checkpoint.root)
        verify_consistency(old, 300, roots, prove_consistency(old, 300, hashes))

    def flipped(tile: Tile) -> bytes:
        octets = bytearray(read(tile))
        octets[7] ^= tile.full
        return bytes(octets)

    with pytest.raises(ProofError, match="tile-differs"):
        ProvedHashes(checkpoint.size, checkpoint.root, flipped)(0, 0)


def test_logs_that_broke(conformance: Path) -> None:
    cases = json.loads((conformance / "ct-incidents/incidents.json").read_text("utf-8"))
    venafi = cases["venafi_2017"]
    roots = b64decode(venafi["root1"]), b64decode(venafi["root2"])
    proof = [b64decode(each) for each in venafi["proof"]]
    with pytest.raises(ProofError, match="proof-fails"):
        verify_consistency(venafi["size1"], venafi["size2"], roots, proof)
    asia = cases["trustasia_2021"]
    roots = b64decode(asia["root1_signed"]), b64decode(asia["root2_signed"])
    for length in range(25):
        with pytest.raises(ProofError):
            verify_consistency(asia["size1"], asia["size2"], roots, [roots[0]] * length)
    yeti = cases["yeti2022_bitflip"]
    right, wrong = b64decode(yeti["leaf_hash_correct"]), b64decode(yeti["leaf_hash_in_tree"])
    difference = int.from_bytes(right) ^ int.from_bytes(wrong)
    assert difference.bit_count() == 1
    others = leaf_hashes(b"%d" % number for number in range(299))
    assert root_of([*others, right]) != CompactRange().extended([*others, wrong]).root()
