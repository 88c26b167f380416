# SPDX-License-Identifier: Apache-2.0
"""A filter of key hashes for phones: some 1.23 octets a key, no hit is missed; pure.

An xor filter of eight-bit fingerprints (Graf and Lemire 2020, our own code). The file has
``NGXF``, a version octet (1), three zero octets, the seed (8 octets), the length of a block
(4 octets), all big-endian, then three blocks of fingerprints. A hash ``h`` (64 bits) is mixed
with the seed; where the three octets that it points to, one in each block, xor to its
fingerprint, its key may be on the list. One key in 256 that is not there hits as well: only
the exact list condemns.
"""

import struct

import msgspec
import numpy as np
import numpy.typing as npt

from nguon.stoplist.errors import StopError

Hashes = npt.NDArray[np.uint64]
_Words = npt.NDArray[np.int64]

MAGIC = b"NGXF\x01\0\0\0"
_HEAD = struct.Struct(">8sQI")
_TRIES = 64
_MASK = (1 << 64) - 1
_FIRST, _SECOND = 0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53
_TURNS = (0, 21, 42)


class Filter(msgspec.Struct, frozen=True):
    """A filter read from its octets."""

    seed: int
    block: int
    fingerprints: bytes

    def holds(self, number: int) -> bool:
        """Whether the key with this hash (64 bits, unsigned) may be on the list."""
        mixed = _mixed(number, self.seed)
        found = (mixed ^ mixed >> 32) & 0xFF
        for at, turn in enumerate(_TURNS):
            turned = (mixed << turn | mixed >> (64 - turn)) & 0xFFFFFFFF
            found ^= self.fingerprints[at * self.block + (turned * self.block >> 32)]
        return found == 0


def read(octets: bytes) -> Filter:
    """A filter; raises `StopError` for what is none."""
    if len(octets) < _HEAD.size:
        raise StopError("stoplist.filter-form")
    magic, seed, block = _HEAD.unpack_from(octets)
    fingerprints = octets[_HEAD.size :]
    if magic != MAGIC or len(fingerprints) != 3 * block or not block:
        raise StopError("stoplist.filter-form")
    return Filter(seed, block, fingerprints)


def build(hashes: Hashes) -> bytes:
    """The octets of a filter of these hashes; the same hashes make the same octets."""
    distinct = np.unique(hashes)
    block = (len(distinct) * 123 // 100 + 32) // 3 + 1
    for seed in range(_TRIES):
        spots, marks = _spots(distinct, seed, block)
        order = _peeled(spots, 3 * block)
        if order is not None:
            return _HEAD.pack(MAGIC, seed, block) + _filled(spots, marks, order, 3 * block)
    raise StopError("stoplist.filter-form")


def _mixed(number: int, seed: int) -> int:
    mixed = (number + seed) & _MASK
    mixed = (mixed ^ mixed >> 33) * _FIRST & _MASK
    mixed = (mixed ^ mixed >> 33) * _SECOND & _MASK
    return mixed ^ mixed >> 33


def _spots(hashes: Hashes, seed: int, block: int) -> tuple[_Words, npt.NDArray[np.uint8]]:
    """Where each hash points to (three columns), and its fingerprint."""
    shift = np.uint64(33)
    mixed = hashes + np.uint64(seed)
    mixed = (mixed ^ mixed >> shift) * np.uint64(_FIRST)
    mixed = (mixed ^ mixed >> shift) * np.uint64(_SECOND)
    mixed ^= mixed >> shift
    columns = []
    for at, turn in enumerate(_TURNS):
        turned = mixed << np.uint64(turn)
        if turn:
            turned |= mixed >> np.uint64(64 - turn)
        low = turned & np.uint64(0xFFFFFFFF)
        columns.append((low * np.uint64(block) >> np.uint64(32)).astype(np.int64) + at * block)
    marks = ((mixed ^ mixed >> np.uint64(32)) & np.uint64(0xFF)).astype(np.uint8)
    return np.stack(columns, axis=1), marks


def _peeled(spots: _Words, size: int) -> list[tuple[_Words, _Words]] | None:
    """Rounds of (keys, their own spots): a key is taken off at a spot that no other points to.

    None where some keys hold each other.
    """
    counts = np.bincount(spots.ravel(), minlength=size)
    sums = np.zeros(size, np.int64)
    numbers = np.arange(len(spots))
    for column in range(3):
        np.add.at(sums, spots[:, column], numbers)
    rounds, left = [], len(spots)
    lone = np.flatnonzero(counts == 1)
    while len(lone):
        keys, first = np.unique(sums[lone], return_index=True)
        rounds.append((keys, lone[first]))
        left -= len(keys)
        touched = spots[keys]
        np.subtract.at(counts, touched.ravel(), 1)
        np.subtract.at(sums, touched.ravel(), np.repeat(keys, 3))
        near = np.unique(touched)
        lone = near[counts[near] == 1]
    return rounds if not left else None


def _filled(
    spots: _Words, marks: npt.NDArray[np.uint8], order: list[tuple[_Words, _Words]], size: int
) -> bytes:
    """The fingerprints: the keys taken off last are written first."""
    table = np.zeros(size, np.uint8)
    for keys, own in reversed(order):
        table[own] = 0
        three = table[spots[keys]]
        table[own] = marks[keys] ^ three[:, 0] ^ three[:, 1] ^ three[:, 2]
    return table.tobytes()
