# SPDX-License-Identifier: Apache-2.0
"""That these are all entries of an item: its ordered list, committed under its path of a map.

The list is a tree of its own (RFC 6962), one leaf an entry: index in the log and leaf hash.
The map has its length and root; the map's root and the log prefix that it covers are an
entry of a log themselves.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from nguon.transparency.armour import armoured, hash_of, number_of
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import HASH_LENGTH, leaf_hash, root_of
from nguon.transparency.maps.proofs import MapProof, value_at
from nguon.transparency.ranges import CompactRange

HEAD = "nguon/map@v1"
_COUNT_LENGTH = 8


class Listed(msgspec.Struct, frozen=True):
    """An entry of the log in an item's list."""

    index: int
    leaf: bytes
    """Its leaf hash in the log."""

    @property
    def hash(self) -> bytes:
        """Its leaf hash in the list."""
        return leaf_hash(self.index.to_bytes(_COUNT_LENGTH) + self.leaf)


class MapHead(msgspec.Struct, frozen=True):
    """A map's root and the log whose first ``size`` entries it covers: an entry of a log."""

    origin: str
    size: int
    root: bytes

    def __bytes__(self) -> bytes:
        return f"{HEAD}\n{self.origin}\n{self.size}\n{armoured(self.root)}\n".encode()


def read_map_head(octets: bytes) -> MapHead:
    """The head in an entry; raises `ProofError`."""
    try:
        lines = octets.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ProofError("transparency.map-head") from error
    if len(lines) != 5 or lines[0] != HEAD or lines[4] or not lines[1]:
        raise ProofError("transparency.map-head")
    size, root = number_of(lines[2]), hash_of(lines[3])
    if size is None or root is None:
        raise ProofError("transparency.map-head")
    return MapHead(lines[1], size, root)


def appended(kept: CompactRange, entries: Iterable[Listed]) -> CompactRange:
    """An item's list after more entries."""
    return kept.extended(entry.hash for entry in entries)


def commitment(kept: CompactRange) -> bytes:
    """What the map has for a list: its length in 8 octets, its root."""
    return kept.size.to_bytes(_COUNT_LENGTH) + kept.root()


def check_complete(head: MapHead, path: bytes, entries: Sequence[Listed], proof: MapProof) -> None:
    """Check that exactly these entries, in this order, are all of an item up to ``head.size``.

    Raises `ProofError`, which says whether one is missing, too many, moved or changed.
    """
    for one, next_one in pairwise(entries):
        if one.index >= next_one.index:
            raise ProofError("transparency.list-order", index=next_one.index)
    if entries and entries[-1].index >= head.size:
        raise ProofError("transparency.list-beyond", index=entries[-1].index, size=head.size)
    found = value_at(head.root, path, proof)
    value = commitment(CompactRange()) if found is None else found
    if len(value) != _COUNT_LENGTH + HASH_LENGTH:
        raise ProofError("transparency.list-value")
    count = int.from_bytes(value[:_COUNT_LENGTH])
    if count != len(entries):
        raise ProofError("transparency.list-count", committed=count, given=len(entries))
    if root_of([entry.hash for entry in entries]) != value[_COUNT_LENGTH:]:
        raise ProofError("transparency.list-differs", count=count)
