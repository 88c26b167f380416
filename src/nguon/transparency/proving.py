# SPDX-License-Identifier: Apache-2.0
"""Proofs that one tree holds a part of itself: entries, prefixes, subtrees; made and checked.

One walk serves all: from the root down to the range ``[start, end)`` (RFC 6962 sections
2.1.1 and 2.1.2; subtrees as in draft-ietf-plants-merkle-tree-certs section 4). A range is
a subtree where its start is a multiple of its length rounded up to a power of two; every
entry and every prefix is one.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum

import msgspec

from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import EMPTY_ROOT, HASH_LENGTH, folded, node_hash

Reader = Callable[[int, int], bytes]
"""Hash of a perfect subtree: ``(level, index)`` stands for 2**level leaves from index*2**level."""


class Side(Enum):
    """Where the proof's hash stands beside what is known."""

    RIGHT = "right"
    LEFT = "left"
    BOTH = "left of both"
    """Left of the range's own hash as well as of the tree's."""


class Way(msgspec.Struct, frozen=True):
    """The way from a range up to the root."""

    sides: tuple[Side, ...]
    """From below."""
    ranges: tuple[tuple[int, int], ...]
    """The leaves under each hash of the proof, from below."""
    whole: bool
    """The range is itself a node: the proof need not begin with one."""


def way(start: int, end: int, size: int) -> Way:
    """The way from a range to the root of a tree; raises `ProofError` where there is none."""
    if not 0 <= start < end <= size or start % _rounded(end - start):
        raise ProofError("transparency.not-subtree", start=start, end=end, size=size)
    sides: list[Side] = []
    ranges: list[tuple[int, int]] = []
    low, high, whole = 0, size, True
    while (max(start, low), end) != (low, high):
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        if end <= middle:
            sides.append(Side.RIGHT)
            ranges.append((middle, high))
            high = middle
            continue
        whole = whole and start >= middle
        sides.append(Side.LEFT if start >= middle else Side.BOTH)
        ranges.append((low, middle))
        low = middle
    if not whole:
        ranges.append((low, high))
    return Way(tuple(reversed(sides)), tuple(reversed(ranges)), whole)


def prove(start: int, end: int, size: int, read: Reader) -> list[bytes]:
    """The proof that the tree of this size holds the range; raises `ProofError`."""
    return [range_hash(read, low, high) for low, high in way(start, end, size).ranges]


def prove_inclusion(index: int, size: int, read: Reader) -> list[bytes]:
    """The proof that an entry is in the tree of this size, which may be any prefix."""
    return prove(index, index + 1, size, read)


def prove_consistency(old: int, new: int, read: Reader) -> list[bytes]:
    """The proof that a tree is a prefix of another; empty from the empty tree."""
    return prove(0, old, new, read) if old else []


def verify(within: tuple[int, int, int], part: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree with this root holds the subtree with the hash ``part``.

    ``within`` is start, end and size. Of the empty subtree, which every tree holds, only
    the hash is checked. Raises `ProofError`.
    """
    start, end, size = within
    _lengths(part, root, *proof)
    if 0 <= start == end <= size:
        _empty(part, proof)
        return
    found = way(*within)
    _counted(proof, len(found.ranges))
    hashes = iter(proof)
    ours = whole = part if found.whole else next(hashes)
    for side, beside in zip(found.sides, hashes, strict=True):
        if side is Side.BOTH:
            ours = node_hash(beside, ours)
        whole = node_hash(whole, beside) if side is Side.RIGHT else node_hash(beside, whole)
    if ours != part or whole != root:
        raise ProofError("transparency.proof-fails", size=size)


def verify_inclusion(
    index: int, size: int, leaf: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the entry with this leaf hash is at ``index``; raises `ProofError`."""
    verify((index, index + 1, size), leaf, root, proof)


def verify_consistency(
    old: int, new: int, roots: tuple[bytes, bytes], proof: Sequence[bytes]
) -> None:
    """Check that the old tree is a prefix of the new one; raises `ProofError`.

    From the empty tree nothing needs a proof, and none may be given.
    """
    verify((0, old, new), roots[0], roots[1], proof)
    if new == 0:
        _empty(roots[1], proof)


def verify_in_subtree(
    within: tuple[int, int, int], leaf: bytes, part: bytes, proof: Sequence[bytes]
) -> None:
    """Check that an entry is in a subtree; ``within`` is index, start and end."""
    index, start, end = within
    if not start <= index < end:
        raise ProofError("transparency.not-subtree", start=index, end=index + 1, size=end)
    way(start, end, end)
    verify_inclusion(index - start, end - start, leaf, part, proof)


def range_hash(read: Reader, start: int, end: int) -> bytes:
    """The hash over ``[start, end)``, which must be a subtree."""
    return folded([read(level, index) for level, index in perfect(start, end)])


def perfect(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The perfect subtrees of a subtree as ``(level, index)``, the greatest first."""
    at = start
    for level in reversed(range((end - start).bit_length())):
        if (end - start) >> level & 1:
            yield level, at >> level
            at += 1 << level


def _rounded(length: int) -> int:
    return 1 << (length - 1).bit_length()


def _empty(root: bytes, proof: Sequence[bytes]) -> None:
    _counted(proof, 0)
    if root != EMPTY_ROOT:
        raise ProofError("transparency.empty-root")


def _counted(proof: Sequence[bytes], wanted: int) -> None:
    if len(proof) != wanted:
        raise ProofError("transparency.proof-length", given=len(proof), wanted=wanted)


def _lengths(*hashes: bytes) -> None:
    for each in hashes:
        if len(each) != HASH_LENGTH:
            raise ProofError("transparency.hash-length", length=len(each))
