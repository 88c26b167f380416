# SPDX-License-Identifier: Apache-2.0
"""The exact list in parts: lines of hash, kind, cause and key, in the order of hashes; pure."""

from collections.abc import Iterable

import msgspec

from nguon.stoplist.errors import StopError

FULL = 4096
"""Lines of a shard where stops spread evenly; there are so many shards that none has more."""
MOST_BITS = 12
LETTERS = ("item", "lot", "product")
"""Kinds of stops of single keys, in the order of their numbers."""
_WHOLE = 1 << 64


class Line(msgspec.Struct, frozen=True, order=True):
    """One stop of a single key."""

    hash: int
    cause: int
    kind: str
    key: str


def bits_for(count: int) -> int:
    """How many leading bits of a hash name its shard in a list of so many keys."""
    bits = 0
    while count >> bits > FULL // 2 and bits < MOST_BITS:
        bits += 1
    return bits


def shard_of(number: int, bits: int) -> int:
    """The shard that a hash (64 bits, unsigned) lies in."""
    return number >> (64 - bits) if bits else 0


def bounds(shard: int, bits: int) -> tuple[int, int]:
    """The first hash of a shard, and the first after it."""
    size = _WHOLE >> bits
    return shard * size, (shard + 1) * size


def write(lines: Iterable[Line]) -> bytes:
    """A shard: ``hash TAB kind TAB cause TAB key LF`` for each line, sorted."""
    told = (
        f"{one.hash:016x}\t{LETTERS.index(one.kind)}\t{one.cause}\t{one.key}\n"
        for one in sorted(lines)
    )
    return "".join(told).encode()


def read(octets: bytes) -> list[Line]:
    """The lines of a shard; raises `StopError` where one is malformed."""
    try:
        rows = [row.split("\t") for row in octets.decode().split("\n")[:-1]]
        return [
            Line(int(number, 16), int(cause), LETTERS[int(kind)], key)
            for number, kind, cause, key in rows
        ]
    except (ValueError, IndexError) as error:
        raise StopError("stoplist.shard-form") from error
