# SPDX-License-Identifier: Apache-2.0
"""Trees of any size: roots by every way, proofs of every part, and nothing else is proved."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.transparency.errors import ProofError
from nguon.transparency.growing import Edge, grow, read_edge
from nguon.transparency.hashing import EMPTY_ROOT, leaf_hash, node_hash, root_of
from nguon.transparency.proving import (
    prove,
    prove_consistency,
    prove_inclusion,
    verify,
    verify_consistency,
    verify_in_subtree,
    verify_inclusion,
    way,
)
from nguon.transparency.ranges import CompactRange, restored
from nguon.transparency.reading import ProvedHashes, TileHashes
from nguon.transparency.tiles import Tile, new_tiles, tile_at
from tests.unit.transparency.made_log import (
    Tiles,
    made_hashes,
    naive_consistency,
    naive_path,
    naive_root,
)

HASHES = made_hashes(70_000)


def test_the_prefix_keeps_leaves_and_nodes_apart() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
    with pytest.raises(ProofError, match="proof-fails"):
        verify_inclusion(0, 2, leaf_hash(left + right), node_hash(left, right), [right])


def test_every_root_up_to_600_by_four_ways() -> None:
    compact, tiles = CompactRange(), Tiles()
    assert compact.root() == tiles.edge.root() == root_of([]) == EMPTY_ROOT
    for size in range(1, 600):
        compact = compact.extended(HASHES[size - 1 : size])
        tiles.append(HASHES[size - 1 : size])
        expected = naive_root(HASHES[:size])
        assert compact.root() == tiles.edge.root() == root_of(HASHES[:size]) == expected
        assert read_edge(size, tiles.read) == tiles.edge
    assert restored(compact.size, compact.peaks) == compact


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=12))
def test_batches_make_no_difference(sizes: list[int]) -> None:
    total = min(sum(sizes), len(HASHES))
    compact, tiles, at = CompactRange(), Tiles(), 0
    for size in sizes:
        batch = HASHES[at : at + size]
        before = tiles.edge.size
        compact, written = compact.extended(batch), set(tiles.octets)
        tiles.append(batch)
        assert set(new_tiles(before, tiles.edge.size)) == set(tiles.octets) - written
        at += len(batch)
    assert tiles.edge == grow(Edge(), HASHES[:total]).edge
    assert compact.size == tiles.edge.size == total
    assert compact.root() == tiles.edge.root() == root_of(HASHES[:total])


def reader(size: int) -> TileHashes:
    tiles = Tiles()
    tiles.append(HASHES[:size])
    return TileHashes(size, tiles.read)


@pytest.fixture(scope="module")
def large() -> TileHashes:
    return reader(len(HASHES))


def test_every_inclusion_and_consistency_up_to_40() -> None:
    read = reader(40)
    for size in range(1, 41):
        root = naive_root(HASHES[:size])
        for index in range(size):
            proof = prove_inclusion(index, size, read)
            assert proof == naive_path(index, HASHES[:size])
            verify_inclusion(index, size, HASHES[index], root, proof)
            for other in range(size + 2):
                if other != index:
                    with pytest.raises(ProofError):
                        verify_inclusion(other, size, HASHES[index], root, proof)
        for old in range(size + 1):
            proof = prove_consistency(old, size, read)
            assert proof == (naive_consistency(old, HASHES[:size]) if old else [])
            verify_consistency(old, size, (naive_root(HASHES[:old]), root), proof)


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_proofs_of_any_prefix_of_a_large_log(data: st.DataObject, large: TileHashes) -> None:
    size = data.draw(st.integers(1, len(HASHES)))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root = root_of(HASHES[:size])
    proof = prove_inclusion(index, size, large)
    verify_inclusion(index, size, HASHES[index], root, proof)
    roots = root_of(HASHES[:old]), root
    verify_consistency(old, size, roots, prove_consistency(old, size, large))


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_subtrees(data: st.DataObject, large: TileHashes) -> None:
    size = data.draw(st.integers(1, 2000))
    length = data.draw(st.integers(1, size))
    step = 1 << (length - 1).bit_length()
    start = data.draw(st.integers(0, (size - length) // step)) * step
    part = root_of(HASHES[start : start + length])
    proof = prove(start, start + length, size, large)
    verify((start, start + length, size), part, root_of(HASHES[:size]), proof)
    index = data.draw(st.integers(start, start + length - 1))
    path = prove_inclusion(
        index - start, length, lambda level, at: large(level, at + (start >> level))
    )
    verify_in_subtree((index, start, start + length), HASHES[index], part, path)
    if start + length < size:
        with pytest.raises(ProofError):
            verify((start, start + length + 1, size), part, root_of(HASHES[:size]), proof)


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_every_mutated_byte_of_a_proof_fails(data: st.DataObject, large: TileHashes) -> None:
    size = data.draw(st.integers(2, 5000))
    old = data.draw(st.integers(1, size - 1))
    roots = root_of(HASHES[:old]), root_of(HASHES[:size])
    given_hashes = [*roots, *prove_consistency(old, size, large)]
    for number in range(len(given_hashes)):
        changed = list(given_hashes)
        at = data.draw(st.integers(0, 31))
        octets = bytearray(changed[number])
        octets[at] ^= 1 << data.draw(st.integers(0, 7))
        changed[number] = bytes(octets)
        with pytest.raises(ProofError, match="proof-fails"):
            verify_consistency(old, size, (changed[0], changed[1]), changed[2:])
    proof = given_hashes[2:]
    wrong = [proof[1:], proof[:-1], [*proof, roots[0]], [roots[1], *proof]] if proof else []
    for each in wrong:
        with pytest.raises(ProofError, match="proof-length"):
            verify_consistency(old, size, roots, each)


def test_what_is_no_subtree() -> None:
    for within in ((0, 0, 5), (1, 3, 5), (4, 9, 8), (-1, 1, 4), (3, 2, 4), (2, 5, 8)):
        with pytest.raises(ProofError, match="not-subtree"):
            way(*within)
    with pytest.raises(ProofError, match="not-subtree"):
        verify_in_subtree((8, 0, 8), HASHES[0], HASHES[0], [])
    with pytest.raises(ProofError, match="empty-root"):
        verify_consistency(0, 0, (EMPTY_ROOT, HASHES[0]), [])
    with pytest.raises(ProofError, match="range"):
        restored(5, [EMPTY_ROOT])


@pytest.mark.parametrize("size", [256, 257, 65_535, 65_536, 65_537, 70_000])
def test_every_flipped_bit_of_a_tile_is_seen(size: int) -> None:
    tiles = Tiles()
    tiles.append(HASHES[:size])
    root = root_of(HASHES[:size])
    whole = ProvedHashes(size, root, tiles.read)
    for index in (0, 255, size // 2, size - 1):
        verify_inclusion(index, size, HASHES[index], root, prove_inclusion(index, size, whole))
    looked = [
        tile
        for tile in tiles.octets
        if tile.index in (0, 1, 128, tile_at(tile.level, 0, size).width)
    ]
    for tile in looked:

        def read(asked: Tile, broken: Tile = tile) -> bytes:
            octets = bytearray(tiles.read(asked))
            if asked == broken:
                octets[-1] ^= 0x80
            return bytes(octets)

        with pytest.raises(ProofError, match=r"tiles-root|tile-differs"):
            ProvedHashes(size, root, read)(8 * tile.level, tile.index * 256)


def test_a_wider_tile_serves_and_a_short_one_is_refused() -> None:
    tiles = Tiles()
    tiles.append(HASHES[:1000])
    full = b"".join(HASHES[768:1000])

    def wider(tile: Tile) -> bytes:
        return full if tile == Tile(0, 3, 10) else tiles.octets[Tile(tile.level, tile.index)]

    assert read_edge(778, lambda t: wider(t) if t.level == 0 else tiles.read(t)).root() == root_of(
        HASHES[:778]
    )
    for octets in (full[:-1], full[:64], b"", full * 9):
        with pytest.raises(ProofError, match="tile-length"):
            TileHashes(778, lambda _, octets=octets: octets)(0, 770)  # type: ignore[misc]
    with pytest.raises(ProofError, match="beyond"):
        TileHashes(778, tiles.read)(0, 778)
