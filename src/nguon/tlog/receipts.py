# SPDX-License-Identifier: Apache-2.0
"""Receipts of entries: proved under the newest checkpoint that enough witnesses saw."""

import msgspec

from nguon.evidence.opening import Opening
from nguon.evidence.receipts import Shown, make_receipt, read_number, receipt_number
from nguon.store.values import LogEntry
from nguon.tlog.errors import LogError
from nguon.tlog.model import Shard
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import Checkpoint, read_checkpoint
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import leaf_hash
from nguon.transparency.notes import text_of
from nguon.transparency.proving import (
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)
from nguon.transparency.reading import TileHashes
from nguon.transparency.receipts import Receipt


class Waiting(msgspec.Struct, frozen=True, rename="camel"):
    """An entry that is recorded for good, and not yet under a witnessed checkpoint."""

    number: str
    """Of the receipt."""
    index: int
    seq: int
    since: int
    """When it was recorded, microseconds UTC."""


class Covering:
    """A checkpoint with the files of its tree: proves entries, one after the other."""

    def __init__(self, tlog: Tlog, shard: Shard, note: bytes) -> None:
        self.shard = shard
        self.note = note
        self.checkpoint: Checkpoint = read_checkpoint(text_of(note))
        self._hashes = TileHashes(self.checkpoint.size, tlog.folder(shard).read)

    def covers(self, seq: int) -> bool:
        """Whether the entry is under the checkpoint."""
        return seq - self.shard.first < self.checkpoint.size

    def proof(self, seq: int, leaf: bytes) -> tuple[bytes, ...]:
        """That the entry is in the tree; raises `LogError` where its files say otherwise."""
        index, size = seq - self.shard.first, self.checkpoint.size
        proof = prove_inclusion(index, size, self._hashes)
        try:
            verify_inclusion(index, size, leaf_hash(leaf), self.checkpoint.root, proof)
        except ProofError as error:
            raise LogError("tlog.entry-differs", seq=seq) from error
        return tuple(proof)

    def continues(self, older: Checkpoint) -> tuple[bytes, ...]:
        """That the tree continues that of an older checkpoint; raises `ProofError`."""
        proof = prove_consistency(older.size, self.checkpoint.size, self._hashes)
        roots = older.root, self.checkpoint.root
        verify_consistency(older.size, self.checkpoint.size, roots, proof)
        return tuple(proof)


def covering(tlog: Tlog, shard: Shard) -> Covering | None:
    """The newest checkpoint of a shard that satisfies the policy; None while there is none."""
    note = tlog.witnessed(shard)
    return None if note is None else Covering(tlog, shard, note)


def receipt(
    tlog: Tlog, entry: LogEntry, *, opening: Opening | None = None, record: str | None = None
) -> Receipt | Waiting:
    """The receipt of an entry, opened and named where its reader may see what it is about.

    Raises:
        LogError: entry and files of the log are not the same.
        UnknownShardError: before the log was begun.
    """
    shard = tlog.shard_of(entry.seq)
    found, index = covering(tlog, shard), entry.seq - shard.first
    if found is None or not found.covers(entry.seq):
        return Waiting(receipt_number(shard.name, index), index, entry.seq, entry.record_time)
    proof = found.proof(entry.seq, entry.leaf)
    return make_receipt(index, proof, found.note, Shown(entry.leaf, opening, record))


def number_of(tlog: Tlog, seq: int) -> str:
    """The number of an entry's receipt; raises `UnknownShardError` before the log was begun."""
    shard = tlog.shard_of(seq)
    return receipt_number(shard.name, seq - shard.first)


def seq_of(tlog: Tlog, number: str) -> int:
    """The entry that a receipt's number names, whether it exists or not.

    Raises `EvidenceError` for what is no number, `UnknownShardError`.
    """
    name, index = read_number(number)
    shard = tlog.named(name)
    seq = shard.first + index
    return seq if shard.last is None or seq <= shard.last else 0
