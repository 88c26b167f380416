# SPDX-License-Identifier: Apache-2.0
"""Nodes of the map in rows: up to sixteen leaves that stand together are one row.

What is above them inside is computed when the row is read; most nodes of a map are never
written. A row is named by its topmost node, whose hash says whether it was read rightly.
"""

from collections.abc import Callable, Mapping

from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.maps.growing import built
from nguon.transparency.maps.nodes import NOTHING, Leaf

MOST = 16
"""Leaves of a row."""

Read = Callable[[bytes], tuple[bytes, int] | None]
"""A row by its name, and the size of the log that first had it."""

_LEAF, _MANY = b"\x02", b"\x04"
_LENGTH = HASH_LENGTH + 8 + HASH_LENGTH
"""Octets of a leaf in a row: path, and the commitment to a list."""


class Rows:
    """The rows that one update or one proof reads."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._near: dict[bytes, bytes] = {}
        self.seen: dict[bytes, int] = {}
        """Names of rows that were read, with the size that first had each."""

    def load(self, name: bytes) -> bytes:
        """A node's octets; none where it is missing or its row is damaged."""
        found = self._near.get(name)
        if found is not None:
            return found
        row = self._read(name)
        if row is None:
            return b""
        octets, self.seen[name] = row
        if not octets.startswith(_MANY):
            return octets
        try:
            part = built(octets[1], [_leaf(octets, at) for at in range(2, len(octets), _LENGTH)])
        except IndexError:
            return b""
        self._near.update(part.nodes)
        return self._near.get(name, b"")

    def packed(self, root: bytes, nodes: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
        """The rows that a new root needs besides those that it shares with the old one."""
        rows: dict[bytes, bytes] = {}
        leaves = self._gathered(root, 0, nodes, rows)
        if leaves:
            rows[root] = _row(0, leaves)
        return rows

    def _gathered(
        self, name: bytes, depth: int, nodes: Mapping[bytes, bytes], rows: dict[bytes, bytes]
    ) -> list[bytes] | None:
        """The leaves below a node where they fit in one row; None where it has rows already."""
        if name == NOTHING:
            return []
        octets = nodes.get(name) or self._near.get(name)
        if octets is None:
            return None
        if octets.startswith(_LEAF):
            return [octets[1:]]
        sides = octets[1 : 1 + HASH_LENGTH], octets[1 + HASH_LENGTH :]
        found = [self._gathered(side, depth + 1, nodes, rows) for side in sides]
        one, other = found
        if one is not None and other is not None and len(one) + len(other) <= MOST:
            return one + other
        for side, leaves in zip(sides, found, strict=True):
            if leaves:
                rows[side] = _row(depth + 1, leaves)
        rows[name] = octets
        return None


def _leaf(octets: bytes, at: int) -> Leaf:
    return Leaf(octets[at : at + HASH_LENGTH], octets[at + HASH_LENGTH : at + _LENGTH])


def _row(depth: int, leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return _LEAF + leaves[0]
    return _MANY + bytes([depth]) + b"".join(leaves)
