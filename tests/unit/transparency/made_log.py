# SPDX-License-Identifier: Apache-2.0
"""Logs, keys and policies for the tests of this room, the same on every run."""

from hashlib import sha256

from nguon.transparency.checkpoints import Checkpoint
from nguon.transparency.growing import Edge, grow
from nguon.transparency.hashing import leaf_hashes
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import Note, cosignature_of, joined, sign_note
from nguon.transparency.policies import Policy, read_policy
from nguon.transparency.tiles import Tile

ORIGIN = "log.example.vn/2026"
TIME = 1_790_000_000
LOG = Signer(ORIGIN, Kind.SIGNATURE, bytes([1]) * 32)
WITNESSES = [
    Signer(f"w{number}.example.vn", Kind.COSIGNATURE, bytes([10 + number]) * 32)
    for number in range(3)
]


def naive_root(hashes: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return sha256(b"\x01" + naive_root(hashes[:half]) + naive_root(hashes[half:])).digest()


def naive_path(index: int, hashes: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1."""
    if len(hashes) == 1:
        return []
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    if index < half:
        return [*naive_path(index, hashes[:half]), naive_root(hashes[half:])]
    return [*naive_path(index - half, hashes[half:]), naive_root(hashes[:half])]


def naive_consistency(old: int, hashes: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962 section 2.1.2."""
    if old == len(hashes):
        return [] if whole else [naive_root(hashes)]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    if old <= half:
        return [*naive_consistency(old, hashes[:half], whole), naive_root(hashes[half:])]
    return [*naive_consistency(old - half, hashes[half:], False), naive_root(hashes[:half])]


def made_hashes(count: int) -> list[bytes]:
    """Leaf hashes of small entries."""
    return leaf_hashes(b"entry %d" % number for number in range(count))


class Tiles:
    """The tiles of a log, in memory."""

    def __init__(self) -> None:
        self.octets: dict[Tile, bytes] = {}
        self.edge = Edge()

    def append(self, hashes: list[bytes]) -> None:
        """Grow; a tile that was written never changes."""
        grown = grow(self.edge, hashes)
        for tile, octets in grown.tiles:
            assert self.octets.setdefault(tile, octets) == octets
        self.edge = grown.edge

    def read(self, tile: Tile) -> bytes:
        """Exactly this tile."""
        return self.octets[tile]


def checkpoint(size: int, root: bytes) -> Note:
    """Signed by the log, cosigned by three witnesses a second apart."""
    note = sign_note(bytes(Checkpoint(ORIGIN, size, root)), LOG)
    lines = [cosignature_of(each, note.text, TIME + n) for n, each in enumerate(WITNESSES)]
    return joined(note, lines)


def policy(group: str = "all") -> Policy:
    """The log and a group of the three witnesses."""
    lines = [f"log {LOG.key}"]
    lines += [f"witness w{number} {each.key}" for number, each in enumerate(WITNESSES)]
    lines += [f"group g {group} w0 w1 w2", "quorum g"]
    return read_policy("\n".join(lines).encode())
