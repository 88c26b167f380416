# SPDX-License-Identifier: Apache-2.0
"""Everything that was signed, read again: state, checkpoint, files, and the database's rows."""

from collections.abc import Iterator

from nguon.archive.auditing import audit_folder
from nguon.archive.folder import Folder
from nguon.base.errors import NguonError
from nguon.store import Store
from nguon.tlog.errors import BehindError, LogError
from nguon.tlog.model import Shard, Signed
from nguon.tlog.recovery import BATCH, check_head
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import open_checkpoint
from nguon.transparency.errors import NoteError, ProofError
from nguon.transparency.growing import read_edge
from nguon.transparency.notes import known


def audit(tlog: Tlog, shard: Shard) -> Iterator[NguonError]:
    """Everything that is wrong with what was signed of a shard; nothing if it is sound."""
    signed = tlog.signed(shard)
    if signed is None:
        yield LogError("tlog.unsigned", shard=shard.name)
        return
    yield from _notes(tlog, shard, signed)
    folder = tlog.folder(shard)
    yield from audit_folder(folder, signed.size, signed.root)
    try:
        check_head(shard, signed.size, tlog.store.log.head().seq)
    except BehindError as error:
        yield error
    yield from check_rows(tlog.store, folder, shard, signed.size)


def check_rows(store: Store, folder: Folder, shard: Shard, size: int) -> Iterator[NguonError]:
    """The entries that the database has otherwise than the files; of those that it lacks, the
    first.
    """
    for start in range(0, size, BATCH):
        end = min(start + BATCH, size)
        rows = dict(store.log.leaves(shard.first + start, shard.first + end))
        try:
            files = list(folder.entries(start, end))
        except ProofError as error:
            yield error
            continue
        if list(rows.values()) == files:
            continue
        for seq, leaf in enumerate(files, shard.first + start):
            if seq not in rows:
                yield LogError("tlog.entry-missing", seq=seq)
                return
            if rows[seq] != leaf:
                yield LogError("tlog.entry-differs", seq=seq)


def _notes(tlog: Tlog, shard: Shard, signed: Signed) -> Iterator[NguonError]:
    """The signature holds, and what others are shown is a tree that was signed, not before this."""
    keys, folder = known(tlog.log_keys(shard)), tlog.folder(shard)
    try:
        kept = open_checkpoint(signed.note, keys).checkpoint
        shown = open_checkpoint(folder.checkpoint() or b"", keys).checkpoint
        if (kept.origin, kept.size, kept.root) != (shard.origin, signed.size, signed.root):
            yield LogError("tlog.checkpoint-differs", shard=shard.name, size=kept.size)
        # A server may have signed more since the state was read.
        there = read_edge(shown.size, folder.read).root()
        if shown.size < kept.size or shown.origin != kept.origin or shown.root != there:
            yield LogError("tlog.checkpoint-differs", shard=shard.name, size=shown.size)
    except (NoteError, ProofError) as error:
        yield error
