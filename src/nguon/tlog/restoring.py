# SPDX-License-Identifier: Apache-2.0
"""After an older copy of the database was put back: the entries that it lacks, from our own files.

What an entry committed to is gone with the database; the entry itself stays, so that
the log goes on and everybody sees that nothing was taken out of it.
"""

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection

from nguon.archive.folder import Folder
from nguon.store import Store
from nguon.store import shards as rows
from nguon.store.values import EntryKind
from nguon.tlog.auditing import check_rows
from nguon.tlog.errors import LogError, RefusedError
from nguon.tlog.model import Shard, Signed
from nguon.tlog.promised import take_published
from nguon.tlog.recovery import BATCH
from nguon.tlog.service import Tlog
from nguon.tlog.shards import row_of
from nguon.transparency.checkpoints import open_checkpoint
from nguon.transparency.completeness import HEAD
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import EMPTY_ROOT, leaf_hash
from nguon.transparency.notes import known
from nguon.transparency.reading import ProvedHashes


def restore(tlog: Tlog) -> int:
    """Add what was signed and the database lacks; gives how many entries. The log must be ours.

    A state that is older than what was published is brought up to it.

    Raises:
        LogBusyError: a server keeps the log: stop it first.
        ProofError: our files are damaged; nothing was added by then but what they prove.
        RefusedError: the database has an entry that is other than what was signed.
    """
    added = 0
    with tlog.kept():
        for shard in tlog.state.shards():
            take_published(tlog.state, tlog.keys, tlog.folder(shard), shard)
        for shard in _signed_shards(tlog):
            added += _restored(tlog, shard)
    return added


def adopt(tlog: Tlog) -> int:
    """Where the state, or a shard of it, is lost: take the published checkpoint for what was
    signed last.

    Gives the number of entries signed so. Whoever asks for it says that these files are no
    older copy: a witness that saw more will tell. Raises `LogError` where the state is
    there, `ProofError` or `NoteError` where files and checkpoint disagree.
    """
    size = 0
    with tlog.kept():
        kept = {shard.number for shard in tlog.state.shards()}
        lost = [shard for shard in tlog.shards() if shard.number not in kept]
        if not lost:
            raise LogError("tlog.state-there", path=str(tlog.files.state))
        for shard in lost:
            note = tlog.folder(shard).checkpoint() or b""
            found = open_checkpoint(note, known(tlog.log_keys(shard))).checkpoint
            ProvedHashes(found.size, found.root, tlog.folder(shard).read)
            tlog.state.begin(shard, 0)
            signed = Signed(found.size, found.root, note, 0)
            tlog.state.move(shard.number, (0, EMPTY_ROOT), signed)
            size += found.size
    return size


def _signed_shards(tlog: Tlog) -> list[Shard]:
    """The shards of the state of which anything is signed, each with its end where one follows."""
    found = [shard for shard in tlog.state.shards() if tlog.state.signed(shard.number)]
    ends = [following.first - 1 for following in found[1:]]
    return [
        msgspec.structs.replace(shard, last=last)
        for shard, last in zip(found, [*ends, None], strict=True)
    ]


def _restored(tlog: Tlog, shard: Shard) -> int:
    store, folder = tlog.store, tlog.folder(shard)
    size, root, _, _ = tlog.state.reached(shard.number)
    with store.transaction() as connection:
        _settle_row(connection, shard)
    head = store.log.head().seq
    have = min(max(head + 1 - shard.first, 0), size)
    for error in check_rows(store, folder, shard, have):
        raise RefusedError("tlog.database-differs", shard=shard.name, size=size) from error
    read = ProvedHashes(size, root, folder.read) if have < size else None
    for start in range(have, size, BATCH):
        entries = list(_proved(folder, read, start, min(start + BATCH, size)))
        _add(store, shard.first + start, entries)
    return size - have


def _settle_row(connection: Connection, shard: Shard) -> None:
    """The shard's row as it was: added where it is missing, ended where it had ended."""
    kept = {row.number: row for row in rows.shards(connection)}
    if shard.number not in kept:
        if not rows.begun(connection):
            rows.begin(connection, row_of(shard), 0)
        else:
            rows.add(connection, row_of(shard))
    elif shard.last is not None:
        rows.end(connection, shard.number, shard.last)


def _proved(
    folder: Folder, read: ProvedHashes | None, start: int, end: int
) -> Iterator[tuple[EntryKind, bytes]]:
    """Entries of the files, each checked to the signed root; raises `ProofError`."""
    for index, entry in enumerate(folder.entries(start, end), start):
        if read is None or read(0, index) != leaf_hash(entry):
            raise ProofError("transparency.proof-fails", size=end)
        yield (EntryKind.MAP if entry.startswith(HEAD.encode()) else EntryKind.LOST), entry


def _add(store: Store, first: int, entries: list[tuple[EntryKind, bytes]]) -> None:
    with store.transaction() as connection:
        store.log.add_entries(connection, entries)
        if store.log.head_in(connection).seq != first + len(entries) - 1:
            raise LogError("tlog.overtaken", size=first)
