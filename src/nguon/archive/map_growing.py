# SPDX-License-Identifier: Apache-2.0
"""Rows of the map as it grows: read level by level, many at once, and made from below.

What comes out is what `nguon.transparency.maps.growing` makes node by node, in the rows of
`nguon.archive.map_nodes`. Leaves are octets here, path and value, always in order.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256

import msgspec

from nguon.archive.map_nodes import INNER, LEAF, MOST, leaves_in, many
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.maps.nodes import NOTHING

Read = Callable[[Sequence[bytes]], Mapping[bytes, tuple[bytes, int]]]
"""Rows by their names, each with the size of the log that first had it."""


class Grown(msgspec.Struct, frozen=True):
    """The map afterwards."""

    root: bytes
    rows: Mapping[bytes, bytes]
    """New rows by name."""
    gone: Mapping[bytes, int]
    """Rows that it does without, with the size that first had each."""


class _Place(msgspec.Struct, eq=False):
    """A node that changes; a row of leaves and those that come to it, or an inner node."""

    name: bytes
    depth: int
    leaves: Sequence[bytes]
    sides: "tuple[_Place | bytes, _Place | bytes] | None" = None


def grown(root: bytes, values: Mapping[bytes, bytes], read: Read) -> Grown:
    """Set the values of many paths at once; raises `ProofError` for a row that is missing or
    damaged.
    """
    if not values:
        return Grown(root, {}, {})
    top = _Place(root, 0, [path + value for path, value in sorted(values.items())])
    places, gone, rows = [top], dict[bytes, int](), dict[bytes, bytes]()
    level = [top]
    while level := [each for each in level if each.name != NOTHING]:
        found = read([each.name for each in level])
        below: list[_Place] = []
        for each in level:
            octets, gone[each.name] = found.get(each.name, (b"", 0))
            below += _opened(each, octets)
        places += below
        level = below
    for each in reversed(places):
        each.name = _closed(each, rows)
    return Grown(top.name, rows, {name: at for name, at in gone.items() if name not in rows})


def _opened(place: _Place, octets: bytes) -> list[_Place]:
    """What is below a node and changes too."""
    if octets.startswith(INNER) and sha256(octets).digest() == place.name:
        at, deeper = _parting(place.depth, place.leaves), place.depth + 1
        left, right = octets[1 : 1 + HASH_LENGTH], octets[1 + HASH_LENGTH :]
        one = _Place(left, deeper, place.leaves[:at]) if at else left
        other = _Place(right, deeper, place.leaves[at:]) if at < len(place.leaves) else right
        place.sides = one, other
        return [each for each in (one, other) if isinstance(each, _Place)]
    old = leaves_in(octets)
    if not old:
        raise ProofError("transparency.map-node", hash=place.name.hex())
    place.leaves = _merged(old, place.leaves)
    return []


def _closed(place: _Place, rows: dict[bytes, bytes]) -> bytes:
    if place.sides is None:
        return _kept(place.depth, place.leaves, rows)
    one, other = (each.name if isinstance(each, _Place) else each for each in place.sides)
    return _inner(one, other, rows)


def _merged(old: Iterable[bytes], new: Iterable[bytes]) -> list[bytes]:
    by_path = {leaf[:HASH_LENGTH]: leaf for leaf in old}
    by_path.update((leaf[:HASH_LENGTH], leaf) for leaf in new)
    return sorted(by_path.values())


def _kept(depth: int, leaves: Sequence[bytes], rows: dict[bytes, bytes]) -> bytes:
    """The rows of all these leaves; the name of the topmost."""
    if not leaves:
        return NOTHING
    if len(leaves) > MOST:
        at = _parting(depth, leaves)
        one, other = (_kept(depth + 1, some, rows) for some in (leaves[:at], leaves[at:]))
        return _inner(one, other, rows)
    name = _root(depth, leaves)
    rows[name] = many(depth, leaves) if len(leaves) > 1 else LEAF + leaves[0]
    return name


def _inner(one: bytes, other: bytes, rows: dict[bytes, bytes]) -> bytes:
    octets = INNER + one + other
    name = sha256(octets).digest()
    rows[name] = octets
    return name


def _root(depth: int, leaves: Sequence[bytes]) -> bytes:
    """The hash of the node above all these leaves, of which there is one at least."""
    count = len(leaves)
    if count == 1:
        return sha256(LEAF + leaves[0]).digest()
    octet, mask, at = depth >> 3, 128 >> (depth & 7), 0
    # They are few, and most of all time goes by here.
    while at < count and not leaves[at][octet] & mask:
        at += 1
    one = _root(depth + 1, leaves[:at]) if at else NOTHING
    other = _root(depth + 1, leaves[at:]) if at < count else NOTHING
    return sha256(INNER + one + other).digest()


def _parting(depth: int, leaves: Sequence[bytes]) -> int:
    """How many of the leaves turn left at a depth."""
    octet, mask = depth >> 3, 128 >> (depth & 7)
    return bisect_left(leaves, mask, key=lambda leaf: leaf[octet] & mask)
