# SPDX-License-Identifier: Apache-2.0
"""Setting keys of a map: a new root, and the nodes that it has and the old one had not."""

from collections.abc import Mapping, Sequence

import msgspec

from nguon.transparency.errors import ProofError
from nguon.transparency.maps.nodes import DEPTH, NOTHING, Inner, Leaf, Load, bit, hashed, loaded


class Update(msgspec.Struct, frozen=True):
    """The map afterwards. Nodes of older roots stay as they are."""

    root: bytes
    nodes: Mapping[bytes, bytes]
    """Octets of new nodes by hash."""


def update(root: bytes, values: Mapping[bytes, bytes], load: Load) -> Update:
    """Set the values of many paths at once; raises `ProofError` for a damaged node."""
    for path in values:
        if len(path) * 8 != DEPTH:
            raise ProofError("transparency.hash-length", length=len(path))
    work = _Work(load)
    leaves = [Leaf(path, value) for path, value in values.items()]
    found = work.put(root, 0, leaves)
    return Update(found, work.nodes)


def built(depth: int, leaves: Sequence[Leaf]) -> Update:
    """The part of a map below a depth, where all these paths begin alike."""
    work = _Work(lambda _: b"")
    found = work.whole(depth, leaves)
    return Update(found, work.nodes)


class _Work:
    def __init__(self, load: Load) -> None:
        self._load = load
        self.nodes: dict[bytes, bytes] = {}

    def put(self, name: bytes, depth: int, leaves: Sequence[Leaf]) -> bytes:
        if not leaves:
            return name
        if name == NOTHING:
            return self.whole(depth, leaves)
        node = loaded(name, self._load)
        if isinstance(node, Inner):
            left, right = _parted(depth, leaves)
            return self._kept(
                Inner(self.put(node.left, depth + 1, left), self.put(node.right, depth + 1, right))
            )
        if all(leaf.path != node.path for leaf in leaves):
            leaves = [*leaves, node]
        return self.whole(depth, leaves)

    def whole(self, depth: int, leaves: Sequence[Leaf]) -> bytes:
        if len(leaves) < 2:
            return self._kept(leaves[0]) if leaves else NOTHING
        left, right = _parted(depth, leaves)
        return self._kept(Inner(self.whole(depth + 1, left), self.whole(depth + 1, right)))

    def _kept(self, node: Leaf | Inner) -> bytes:
        name = hashed(node)
        self.nodes[name] = bytes(node)
        return name


def _parted(depth: int, leaves: Sequence[Leaf]) -> tuple[list[Leaf], list[Leaf]]:
    parts: tuple[list[Leaf], list[Leaf]] = ([], [])
    for leaf in leaves:
        parts[bit(leaf.path, depth)].append(leaf)
    return parts
