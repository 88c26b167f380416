# SPDX-License-Identifier: Apache-2.0
"""Nodes of the map's tree: a sparse Merkle tree whose lone leaves stand as high as they can.

A node is named by the SHA-256 of its octets, which begin apart from those of a log's tree:
0x02, path, value for a leaf; 0x03, left, right for an inner node. Thirty-two zero octets
stand for nothing. From a root every path leads to one place only, whoever built the tree.
"""

from collections.abc import Callable
from hashlib import sha256

import msgspec

from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import HASH_LENGTH

NOTHING = bytes(HASH_LENGTH)
"""The root of an empty map and of every empty part."""
DEPTH = 256

Load = Callable[[bytes], bytes]
"""Octets of a node, by its hash."""

_LEAF, _INNER = b"\x02", b"\x03"
_PATH = b"nguon/map-path\n"


class Leaf(msgspec.Struct, frozen=True):
    """A key's place and what it has."""

    path: bytes
    value: bytes

    def __bytes__(self) -> bytes:
        return _LEAF + self.path + self.value


class Inner(msgspec.Struct, frozen=True):
    """The hashes below, for bit 0 and bit 1."""

    left: bytes
    right: bytes

    def __bytes__(self) -> bytes:
        return _INNER + self.left + self.right


def mark_path(mark: bytes) -> bytes:
    """The place of an item, from the mark that its entries carry.

    Whoever has the log's entries can build the whole map; which item a mark belongs to
    nobody can tell without the item's secret.
    """
    return sha256(_PATH + mark).digest()


def hashed(node: Leaf | Inner) -> bytes:
    """The hash that names a node."""
    return sha256(bytes(node)).digest()


def loaded(name: bytes, load: Load) -> Leaf | Inner:
    """The node of this hash; raises `ProofError` where what is kept is another."""
    octets = load(name)
    if sha256(octets).digest() != name:
        raise ProofError("transparency.map-node", hash=name.hex())
    if octets.startswith(_INNER) and len(octets) == 1 + 2 * HASH_LENGTH:
        return Inner(octets[1 : 1 + HASH_LENGTH], octets[1 + HASH_LENGTH :])
    if octets.startswith(_LEAF) and len(octets) > HASH_LENGTH:
        return Leaf(octets[1 : 1 + HASH_LENGTH], octets[1 + HASH_LENGTH :])
    raise ProofError("transparency.map-node", hash=name.hex())


def bit(path: bytes, depth: int) -> int:
    """Which way a path turns at a depth."""
    return path[depth >> 3] >> (7 - (depth & 7)) & 1
