# SPDX-License-Identifier: Apache-2.0
"""The map of items: what is under a root, what is not, and that a list is whole."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.transparency.completeness import (
    Listed,
    MapHead,
    appended,
    check_complete,
    commitment,
    read_map_head,
)
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import leaf_hash
from nguon.transparency.maps.growing import update
from nguon.transparency.maps.nodes import NOTHING, Inner, Leaf, hashed, mark_path
from nguon.transparency.maps.proofs import MapProof, prove, read_map_proof, value_at
from nguon.transparency.ranges import CompactRange

BITS = 5
"""Paths share long beginnings when they differ in few places."""


class Kept:
    """Nodes in memory, of all roots."""

    def __init__(self) -> None:
        self.nodes: dict[bytes, bytes] = {}
        self.root = NOTHING

    def set(self, values: dict[bytes, bytes]) -> bytes:
        done = update(self.root, values, self.nodes.__getitem__)
        self.nodes.update(done.nodes)
        self.root = done.root
        return done.root

    def proof(self, path: bytes, root: bytes | None = None) -> MapProof:
        return prove(self.root if root is None else root, path, self.nodes.__getitem__)


def path(number: int) -> bytes:
    """Neighbours, some of which part only at the last bits."""
    spread = sum((number >> bit & 1) << (bit * 63) for bit in range(BITS))
    return spread.to_bytes(32)


def naive(values: dict[bytes, bytes], depth: int = 0) -> bytes:
    """The root by its definition."""
    if not values:
        return NOTHING
    if len(values) == 1:
        ((where, value),) = values.items()
        return sha256(b"\x02" + where + value).digest()
    sides: list[dict[bytes, bytes]] = [{}, {}]
    for where, value in values.items():
        sides[int.from_bytes(where) >> (255 - depth) & 1][where] = value
    left, right = (naive(side, depth + 1) for side in sides)
    return sha256(b"\x03" + left + right).digest()


BATCHES = st.lists(
    st.dictionaries(st.integers(0, 2**BITS - 1).map(path), st.binary(max_size=3)), max_size=5
)


@settings(max_examples=15, deadline=None)
@given(BATCHES)
def test_the_root_depends_on_what_is_in_it_alone(batches: list[dict[bytes, bytes]]) -> None:
    kept, values, roots = Kept(), dict[bytes, bytes](), []
    for batch in batches:
        values |= batch
        roots.append((kept.set(batch), dict(values)))
        assert kept.root == naive(values)
    for root, before in roots[-2:]:
        for number in range(2**BITS):
            proof = kept.proof(path(number), root)
            assert read_map_proof(bytes(proof)) == proof
            assert value_at(root, path(number), proof) == before.get(path(number))


@pytest.mark.parametrize("where", [0, 1, 5, 12])
def test_every_changed_bit_of_a_proof_fails(where: int) -> None:
    kept = Kept()
    root = kept.set({sha256(b"%d" % n).digest(): b"v" for n in range(10)})
    place = sha256(b"%d" % where).digest()
    proof = kept.proof(place)
    assert value_at(root, place, proof) == (b"v" if where < 10 else None)
    octets = bytes(proof)
    for at in range(len(octets) * 8):
        changed = bytearray(octets)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(ProofError):
            value_at(root, place, read_map_proof(bytes(changed)))


def test_a_foreign_leaf_shows_nothing_where_it_does_not_stand() -> None:
    kept = Kept()
    one, other = bytes(32), b"\x80" + bytes(31)
    root = kept.set({one: b"1", other: b"2"})
    proof = kept.proof(one)
    with pytest.raises(ProofError, match="map-proof-fails"):
        value_at(root, other, proof)
    lone = Kept()
    assert value_at(lone.set({one: b"1"}), other, lone.proof(other)) is None
    with pytest.raises(ProofError, match="map-proof-fails"):
        value_at(lone.root, one, MapProof(()))


def test_a_node_is_no_leaf() -> None:
    inner = Inner(b"\x01" * 32, b"\x02" * 32)
    as_leaf = Leaf(bytes(inner)[1:33], bytes(inner)[33:])
    assert hashed(inner) != hashed(as_leaf)


def test_damaged_nodes_are_refused() -> None:
    kept = Kept()
    kept.set({path(number): b"v" for number in range(8)})
    whole = dict(kept.nodes)
    for name, octets in whole.items():
        kept.nodes[name] = octets[:-1] + bytes([octets[-1] ^ 1])
    with pytest.raises(ProofError, match="map-node"):
        kept.proof(path(3))
    with pytest.raises(ProofError, match="map-node"):
        kept.set({path(3): b"w"})
    odd = b"\x07odd"
    with pytest.raises(ProofError, match="map-node"):
        prove(sha256(odd).digest(), path(1), lambda _: odd)
    with pytest.raises(ProofError, match="hash-length"):
        update(NOTHING, {b"short": b""}, whole.__getitem__)


def test_paths_are_known_from_marks() -> None:
    mark = bytes(range(16))
    assert mark_path(mark) == sha256(b"nguon/map-path\n" + mark).digest()
    assert mark_path(mark) != mark_path(mark[::-1])


PLACE = mark_path(b"sixteen octets..")
ENTRIES = [Listed(index, leaf_hash(b"%d" % index)) for index in (3, 8, 9, 40)]


def committed(entries: list[Listed], size: int = 50) -> tuple[MapHead, Kept]:
    kept = Kept()
    others = {sha256(b"%d" % n).digest(): commitment(CompactRange()) for n in range(40)}
    kept.set(others | {PLACE: commitment(appended(CompactRange(), entries))})
    return MapHead("log.example.vn", size, kept.root), kept


def test_a_whole_list_holds() -> None:
    head, kept = committed(ENTRIES)
    assert read_map_head(bytes(head)) == head
    check_complete(head, PLACE, ENTRIES, kept.proof(PLACE))
    nobody = mark_path(b"another sixteen.")
    check_complete(head, nobody, [], kept.proof(nobody))


CHANGED = Listed(8, leaf_hash(b"other"))
MOVED = Listed(7, ENTRIES[1].leaf)


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        (ENTRIES[1:], "list-count"),
        ([*ENTRIES[:1], *ENTRIES[2:]], "list-count"),
        (ENTRIES[:-1], "list-count"),
        ([], "list-count"),
        ([*ENTRIES, Listed(41, bytes(32))], "list-count"),
        ([ENTRIES[1], ENTRIES[0], *ENTRIES[2:]], "list-order"),
        ([ENTRIES[0], *ENTRIES], "list-order"),
        ([ENTRIES[0], CHANGED, *ENTRIES[2:]], "list-differs"),
        ([ENTRIES[0], MOVED, *ENTRIES[2:]], "list-differs"),
        ([*ENTRIES, Listed(50, bytes(32))], "list-beyond"),
    ],
)
def test_omitted_added_and_reordered_entries_show(entries: list[Listed], code: str) -> None:
    head, kept = committed(ENTRIES)
    with pytest.raises(ProofError) as caught:
        check_complete(head, PLACE, entries, kept.proof(PLACE))
    assert caught.value.code == f"transparency.{code}"


def test_lists_of_other_items_and_times_do_not_serve() -> None:
    head, kept = committed(ENTRIES)
    before, earlier = committed(ENTRIES[:-1])
    with pytest.raises(ProofError, match="map-proof-fails"):
        check_complete(before, PLACE, ENTRIES, kept.proof(PLACE))
    with pytest.raises(ProofError, match="list-count"):
        check_complete(before, PLACE, ENTRIES, earlier.proof(PLACE))
    nobody = mark_path(b"another sixteen.")
    with pytest.raises(ProofError, match="list-count"):
        check_complete(head, nobody, ENTRIES, kept.proof(nobody))
    kept.set({PLACE: b"odd"})
    with pytest.raises(ProofError, match="list-value"):
        check_complete(MapHead("a", 50, kept.root), PLACE, ENTRIES, kept.proof(PLACE))


@pytest.mark.parametrize(
    "octets",
    [b"", b"nguon/map@v1\na\n1\nAAAA\n", b"nguon/map@v1\na\n01\n" + b"A" * 43 + b"=\n",
     b"nguon/map@v2\na\n1\n" + b"A" * 43 + b"=\n", b"nguon/map@v1\n\n1\n" + b"A" * 43 + b"=\n",
     b"nguon/map@v1\na\n1\n" + b"A" * 43 + b"=\nmore\n"],
)  # fmt: skip
def test_malformed_heads(octets: bytes) -> None:
    with pytest.raises(ProofError, match="map-head"):
        read_map_head(octets)


@pytest.mark.parametrize(
    ("octets", "line"),
    [(b"", 1), (b"nguon/map-proof@v1\n", 1), (b"nguon/map-proof@v1\nnothing", 1),
     (b"nguon/map-proof@v1\nnone\n", 2), (b"nguon/map-proof@v1\nleaf AAAA AAAA\n", 2),
     (b"nguon/map-proof@v1\nleaf " + b"A" * 43 + b"=\n", 2),
     (b"nguon/map-proof@v1\nnothing\nAAAA\n", 3), (b"nguon/map-proof@v1\nnothing\n\n", 3)],
)  # fmt: skip
def test_malformed_map_proofs(octets: bytes, line: int) -> None:
    with pytest.raises(ProofError) as caught:
        read_map_proof(octets)
    assert (caught.value.code, caught.value.params["line"]) == (
        "transparency.map-proof-form", line
    )  # fmt: skip
