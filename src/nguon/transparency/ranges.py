# SPDX-License-Identifier: Apache-2.0
"""A growing tree remembered by its peaks: the roots of its perfect subtrees."""

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import HASH_LENGTH, folded


class CompactRange(msgspec.Struct, frozen=True):
    """``size`` leaves as one hash for each bit that is set in it, the greatest tree first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """The root of the whole tree."""
        return folded(self.peaks)

    def extended(self, hashes: Iterable[bytes]) -> "CompactRange":
        """The range after more leaf hashes, entry by entry."""
        size, peaks = self.size, list(self.peaks)
        push, pop = peaks.append, peaks.pop
        for each in hashes:
            found, carry = each, size
            while carry & 1:
                # `node_hash`, without the call: half of the time goes into it otherwise.
                found = sha256(b"\x01" + pop() + found).digest()
                carry >>= 1
            push(found)
            size += 1
        return CompactRange(size, tuple(peaks))


def restored(size: int, peaks: Iterable[bytes]) -> CompactRange:
    """A range that was kept somewhere; raises `ProofError` where it cannot be one."""
    kept = tuple(peaks)
    if size < 0 or len(kept) != size.bit_count() or any(len(p) != HASH_LENGTH for p in kept):
        raise ProofError("transparency.range", size=size, given=len(kept))
    return CompactRange(size, kept)
