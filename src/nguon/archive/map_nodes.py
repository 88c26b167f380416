# SPDX-License-Identifier: Apache-2.0
"""Nodes of the map in rows: up to sixteen leaves that stand together are one row.

What is above them inside is computed when the row is read; most nodes of a map are never
written. A row is named by its topmost node, whose hash says whether it was read rightly.
"""

from collections.abc import Callable, Sequence
from zlib import crc32

from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.maps.growing import built
from nguon.transparency.maps.nodes import Leaf

MOST = 16
"""Leaves of a row."""

Read = Callable[[bytes], tuple[bytes, int] | None]
"""A row by its name, and the size of the log that first had it."""

LEAF, INNER, MANY = b"\x02", b"\x03", b"\x04"
"""How rows begin: with the octets of a node, or with a depth and a sum over many leaves."""
_LENGTH = HASH_LENGTH + 8 + HASH_LENGTH
"""Octets of a leaf in a row: path, and the commitment to a list."""
_SUM = 4


def many(depth: int, leaves: Sequence[bytes]) -> bytes:
    """The row of several leaves, of path and value each, in order."""
    octets = b"".join(leaves)
    return MANY + bytes([depth]) + crc32(octets).to_bytes(_SUM) + octets


def leaves_in(row: bytes) -> list[bytes]:
    """The leaves of a row; none where it is damaged.

    That it was read as it was written is seen by its sum; whether that was the right one, by
    the hashes above it.
    """
    if row.startswith(LEAF):
        return [row[1:]]
    start = 2 + _SUM
    if row.startswith(MANY) and crc32(memoryview(row)[start:]).to_bytes(_SUM) == row[2:start]:
        return [row[at : at + _LENGTH] for at in range(start, len(row), _LENGTH)]
    return []


class Rows:
    """The rows that one proof reads."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._near: dict[bytes, bytes] = {}

    def load(self, name: bytes) -> bytes:
        """A node's octets; none where it is missing or its row is damaged."""
        found = self._near.get(name)
        if found is not None:
            return found
        row = self._read(name)
        if row is None:
            return b""
        octets, _ = row
        if not octets.startswith(MANY):
            return octets
        part = built(octets[1] if len(octets) > 1 else 0, list(map(_leaf, leaves_in(octets))))
        self._near.update(part.nodes)
        return self._near.get(name, b"")


def _leaf(octets: bytes) -> Leaf:
    return Leaf(octets[:HASH_LENGTH], octets[HASH_LENGTH:])
