# SPDX-License-Identifier: Apache-2.0
"""One checkpoint of ours while witnesses are asked for it: proofs to send, cosignatures that came.

A witness that answers late still counts: each answer is kept with the checkpoint
that it was asked for, and the newest checkpoint with enough of them is the witnessed one.
"""

import time
from collections.abc import Mapping

from nguon.archive.folder import Folder
from nguon.tlog.model import Shard, Signed
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import read_checkpoint
from nguon.transparency.errors import NoteError
from nguon.transparency.hashing import EMPTY_ROOT
from nguon.transparency.keys import Key
from nguon.transparency.notes import (
    Signature,
    Verified,
    joined,
    known,
    open_note,
    read_note,
    text_of,
)
from nguon.transparency.policies import Policy
from nguon.transparency.proving import prove_consistency, range_hash
from nguon.transparency.reading import TileHashes
from nguon.transparency.witnessing import Request


class Gathering:
    """A checkpoint and the cosignatures that it has."""

    def __init__(
        self,
        shard: Shard,
        signed: Signed,
        folder: Folder,
        keys: tuple[Key, ...],
        kept: Mapping[bytes, Signature],
    ) -> None:
        self.shard = shard
        self.signed = signed
        self.keys = keys
        """Of the log, for this shard."""
        self.text = text_of(signed.note)
        self._since = time.monotonic()
        self.lines: dict[bytes, Signature] = {}
        """By the witness's public key: a key counts once."""
        self._kept = kept
        """The same from before."""
        self.asked: set[bytes] = set()
        """Public keys of witnesses that were asked, whatever they said."""
        self._hashes = TileHashes(signed.size, folder.read)
        self._proofs: dict[int, tuple[bytes, ...]] = {}

    @property
    def age(self) -> float:
        """Seconds since it was begun."""
        return time.monotonic() - self._since

    def request(self, old: int) -> bytes:
        """The body of add-checkpoint for a witness at size ``old``; raises `ProofError`."""
        if old not in self._proofs:
            self._proofs[old] = tuple(prove_consistency(old, self.signed.size, self._hashes))
        return bytes(Request(old, self._proofs[old], self.signed.note))

    def root_at(self, size: int) -> bytes:
        """The root that this tree had at a smaller size; raises `ProofError`."""
        return range_hash(self._hashes, 0, size) if size else EMPTY_ROOT

    def add(self, found: Verified) -> None:
        """A cosignature; of one key the newest."""
        self.lines[found.key.public] = found.signature

    def note(self) -> bytes:
        """The checkpoint with what there is below it."""
        lines = {**self._kept, **self.lines}
        return bytes(joined(read_note(self.signed.note), lines.values()))

    def satisfies(self, policy: Policy) -> bool:
        """Whether the cosignatures are enough."""
        return policy.satisfied({**self._kept, **self.lines})


def kept_lines(tlog: Tlog, signed: Signed, shard: Shard, policy: Policy) -> dict[bytes, Signature]:
    """Cosignatures of a checkpoint that were kept before, by public key."""
    note = tlog.state.witnessed(shard.number)
    if note is None or text_of(note) != text_of(signed.note):
        return {}
    keys = [each.key for each in policy.witnesses.values()]
    try:
        found = open_note(read_note(note), known(keys)).verified
    except NoteError:
        return {}
    return {each.key.public: each.signature for each in found}


def keep(tlog: Tlog, gathering: Gathering) -> bool:
    """Keep a checkpoint that satisfies the policy as the witnessed one, unless a newer one is
    there; show it to everybody if it is the newest that we signed. Gives whether it was kept.
    """
    shard, note = gathering.shard, gathering.note()
    if gathering.signed.size < _size_of(tlog.state.witnessed(shard.number)):
        return False
    tlog.keep_witnessed(shard, note)
    show(tlog, gathering, note)
    return True


def show(tlog: Tlog, gathering: Gathering, note: bytes) -> None:
    """Publish a note with cosignatures, if nothing newer is signed."""
    shard = gathering.shard
    folder = tlog.folder(shard)
    if _newest(tlog, shard) == gathering.text:
        folder.publish(note)
    # The sequencer moves its state before it publishes: what it signed meanwhile is seen here.
    newest = tlog.signed(shard)
    if newest is not None and text_of(newest.note) != gathering.text:
        published = folder.checkpoint()
        if published is not None and text_of(published) == gathering.text:
            folder.publish(newest.note)


def _newest(tlog: Tlog, shard: Shard) -> bytes | None:
    signed = tlog.signed(shard)
    return None if signed is None else text_of(signed.note)


def _size_of(note: bytes | None) -> int:
    try:
        return -1 if note is None else read_checkpoint(text_of(note)).size
    except NoteError:
        return -1
