# SPDX-License-Identifier: Apache-2.0
"""How much of each shard was signed, as the state says it and as the published checkpoint shows.

The state is written before a checkpoint is published. Where the checkpoint shows more, an
older copy of the state was put back, and what is published counts.
"""

import msgspec

from nguon.archive.folder import Folder
from nguon.base.errors import NguonError
from nguon.tlog.keys import Keys
from nguon.tlog.model import Shard, Signed
from nguon.tlog.state import State
from nguon.transparency.checkpoints import open_checkpoint, read_checkpoint
from nguon.transparency.errors import ProofError
from nguon.transparency.notes import known, text_of
from nguon.transparency.proving import range_hash
from nguon.transparency.reading import ProvedHashes


def ahead(folder: Folder, shard: Shard, keys: Keys, size: int) -> Signed | None:
    """The published checkpoint if a key of ours signed it over more than so many entries."""
    try:
        note = folder.checkpoint()
        if note is None or read_checkpoint(text_of(note)).size <= size:
            return None
        seen = open_checkpoint(note, known(keys.ever(shard))).checkpoint
    except NguonError:
        return None
    return Signed(seen.size, seen.root, note, 0) if seen.origin == shard.origin else None


def reached(state: State, keys: Keys, folder: Folder, shard: Shard) -> int:
    """Entries of a shard that were signed; raises `LogError`."""
    size = state.reached(shard.number)[0]
    shown = ahead(folder, shard, keys, size)
    if shown is None:
        return size
    # Another process may have signed since the state was read.
    return max(state.reached(shard.number)[0], shown.size)


def take_published(state: State, keys: Keys, folder: Folder, shard: Shard) -> bool:
    """Bring an older state up to the published checkpoint; False where it is not ahead.

    Raises `ProofError` where the files are not that tree, or not one that grew from the state's.
    """
    size, root, _, time = state.reached(shard.number)
    shown = ahead(folder, shard, keys, size)
    if shown is None:
        return False
    hashes = ProvedHashes(shown.size, shown.root, folder.read)
    if size and range_hash(hashes, 0, size) != root:
        raise ProofError("transparency.tiles-root", size=size)
    state.move(shard.number, (size, root), msgspec.structs.replace(shown, time=time))
    return True
