# SPDX-License-Identifier: Apache-2.0
"""The hashes of a Merkle tree (RFC 6962 section 2.1), one by one and in batches."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_LENGTH = 32
EMPTY_ROOT = sha256().digest()
"""The root of a tree without entries."""

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry; the prefix keeps it apart from every node's."""
    return sha256(_LEAF + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """The hashes of many entries, in order."""
    return [sha256(_LEAF + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(_NODE + left + right).digest()


def parents(packed: bytes) -> bytes:
    """The layer above packed hashes; a last one without a neighbour is left out."""
    whole = len(packed) & -64
    return b"".join([sha256(_NODE + packed[at : at + 64]).digest() for at in range(0, whole, 64)])


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbouring perfect trees, the greatest first; of none: `EMPTY_ROOT`."""
    if not hashes:
        return EMPTY_ROOT
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node_hash(left, found)
    return found


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, by layers from below.

    A last hash without a neighbour goes up unchanged, which gives the tree that RFC 6962
    defines by halves. Shares no step with `CompactRange` but the hash of a node.
    """
    if not hashes:
        return EMPTY_ROOT
    layer = b"".join(hashes)
    while len(layer) > HASH_LENGTH:
        single = layer[len(layer) & -64 :]
        layer = parents(layer) + single
    return layer
