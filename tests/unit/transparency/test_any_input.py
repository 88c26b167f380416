# SPDX-License-Identifier: Apache-2.0
"""Whatever is sent, a reader gives a value or refuses with a code; what it reads, it writes."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.transparency.bundles import read_bundle, write_bundle
from nguon.transparency.checkpoints import Checkpoint, read_checkpoint
from nguon.transparency.completeness import MapHead, read_map_head
from nguon.transparency.errors import TransparencyError
from nguon.transparency.keys import read_key
from nguon.transparency.maps.nodes import Leaf
from nguon.transparency.maps.proofs import MapProof, read_map_proof
from nguon.transparency.notes import read_note
from nguon.transparency.policies import read_policy
from nguon.transparency.receipts import Receipt, read_receipt
from nguon.transparency.tiles import Tile, read_path
from nguon.transparency.witnessing import Request, read_request
from tests.unit.transparency.made_log import LOG, ORIGIN, WITNESSES, checkpoint

NOTE = bytes(checkpoint(9, bytes(32)))
HASH = bytes(range(32))
POLICY = f"log {LOG.key}\nwitness w {WITNESSES[0].key}\ngroup g 1 w\nquorum g\n".encode()


def text(read: Callable[[str], Any]) -> Callable[[bytes], Any]:
    return lambda octets: read(octets.decode("utf-8", "surrogateescape"))


READERS: dict[str, tuple[Callable[[bytes], Any], bytes, Callable[[Any], bytes] | None]] = {
    "note": (read_note, NOTE, bytes),
    "checkpoint": (read_checkpoint, bytes(Checkpoint(ORIGIN, 9, HASH, ("x",))), bytes),
    "receipt": (read_receipt, bytes(Receipt(3, (HASH, HASH), NOTE, b"extra")), bytes),
    "request": (read_request, bytes(Request(3, (HASH, HASH), NOTE)), bytes),
    "map head": (read_map_head, bytes(MapHead(ORIGIN, 9, HASH)), bytes),
    "map proof": (read_map_proof, bytes(MapProof((HASH,), Leaf(HASH, b"v"))), bytes),
    "bundle": (lambda octets: read_bundle(octets, 2), write_bundle([b"ab", b"c"]), write_bundle),
    "key": (text(read_key), str(LOG.key).encode(), lambda key: str(key).encode()),
    "path": (text(read_path), Tile(1, 1234, 7).path.encode(), lambda tile: tile.path.encode()),
    "policy": (read_policy, POLICY, None),
}


def changes(good: bytes) -> st.SearchStrategy[bytes]:
    """Good input with a part exchanged, doubled or gone."""
    places = st.tuples(st.integers(0, len(good)), st.integers(0, len(good))).map(sorted)
    part = st.binary(max_size=3) | st.just(good) | st.sampled_from([b"\n", b"\n\n", b" ", b"+"])
    return st.builds(lambda at, new: good[: at[0]] + new + good[at[1] :], places, part)


@pytest.mark.parametrize("name", READERS)
@settings(deadline=None)
@given(data=st.data())
def test_readers(name: str, data: st.DataObject) -> None:
    read, good, write = READERS[name]
    found = read(good)
    if write is not None:
        assert write(found) == good
    octets = data.draw(st.binary(max_size=200) | changes(good))
    try:
        found = read(octets)
    except TransparencyError:
        return
    if write is not None:
        assert write(found) == octets
