# SPDX-License-Identifier: Apache-2.0
"""Rows of the map: as node by node, whatever comes in whichever steps; damage is seen."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.archive.map_growing import grown
from nguon.archive.map_nodes import MANY, MOST, Rows
from nguon.transparency.errors import ProofError
from nguon.transparency.maps.growing import update
from nguon.transparency.maps.nodes import NOTHING
from nguon.transparency.maps.proofs import prove, value_at


def path(number: int) -> bytes:
    """Paths of which many begin alike for long."""
    return sha256(b"%d" % number).digest() if number % 3 else bytes(20) + number.to_bytes(12)


def value(number: int, step: int) -> bytes:
    return number.to_bytes(8) + sha256(b"%d %d" % (number, step)).digest()


class Kept:
    def __init__(self) -> None:
        self.root = NOTHING
        self.rows: dict[bytes, tuple[bytes, int]] = {}

    def put(self, values: dict[bytes, bytes], size: int) -> None:
        done = grown(self.root, values, self.read)
        assert not done.rows.keys() & done.gone.keys()
        for name, first in done.gone.items():
            assert self.rows.pop(name)[1] == first
        for name, octets in done.rows.items():
            self.rows.setdefault(name, (octets, size))
        self.root = done.root

    def read(self, names: Sequence[bytes]) -> dict[bytes, tuple[bytes, int]]:
        return {name: self.rows[name] for name in names if name in self.rows}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 400), max_size=120), min_size=1, max_size=5))
def test_as_node_by_node(steps: list[list[int]]) -> None:
    kept, nodes, root, all_values = Kept(), dict[bytes, bytes](), NOTHING, dict[bytes, bytes]()
    for step, numbers in enumerate(steps):
        values = {path(number): value(number, step) for number in numbers}
        done = update(root, values, nodes.__getitem__)
        nodes.update(done.nodes)
        root = done.root
        kept.put(values, step)
        all_values |= values
        assert kept.root == root
    whole = Kept()
    whole.put(all_values, 0)
    assert whole.root == root
    assert whole.rows.keys() == kept.rows.keys(), "no row but what the root needs"
    rows = Rows(kept.rows.get)
    for one in [*all_values, bytes(32)]:
        assert value_at(root, one, prove(root, one, rows.load)) == all_values.get(one)


@pytest.mark.parametrize("number", range(MOST + 4))
def test_up_to_sixteen_leaves_are_one_row(number: int) -> None:
    kept = Kept()
    kept.put({path(n): value(n, 0) for n in range(number)}, 1)
    assert (len(kept.rows) <= 1) == (number <= MOST)


def test_a_damaged_row_is_not_built_upon() -> None:
    kept = Kept()
    kept.put({path(n): value(n, 0) for n in range(200)}, 1)
    for name, (octets, size) in list(kept.rows.items()):
        before = kept.root
        wrong = bytearray(octets)
        wrong[len(octets) // 2] ^= 1
        kept.rows[name] = bytes(wrong), size
        if octets.startswith(MANY) or name == before:
            with pytest.raises(ProofError, match="map-node"):
                grown(before, {path(n): value(n, 1) for n in range(200)}, kept.read)
        del kept.rows[name]
        with pytest.raises(ProofError, match="map-node"):
            grown(before, {path(n): value(n, 1) for n in range(200)}, kept.read)
        kept.rows[name] = octets, size
