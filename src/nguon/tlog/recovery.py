# SPDX-License-Identifier: Apache-2.0
"""A shard's tree as it was signed: from its files, else from the database; both compared with
what was signed, and with each other where they end.
"""

import logging
from collections.abc import Iterator

from nguon.archive.folder import Folder
from nguon.store import Store
from nguon.tlog import subjects
from nguon.tlog.errors import BehindError, RefusedError
from nguon.tlog.growth import Tree, read_tree, written
from nguon.tlog.model import Shard
from nguon.transparency.errors import ProofError
from nguon.transparency.growing import Edge, grow
from nguon.transparency.hashing import leaf_hashes
from nguon.transparency.tiles import WIDTH

_LOG = logging.getLogger(__name__)

BATCH = 195 * WIDTH
"""Entries that are written, made durable and signed together, at most."""


def check_head(shard: Shard, size: int, head: int) -> None:
    """Raises `BehindError` where the database has not all that was signed of a shard."""
    if size and shard.first + size - 1 > head:
        raise BehindError("tlog.behind", signed=shard.first + size - 1, head=head)


def recovered(store: Store, folder: Folder, shard: Shard, signed: tuple[int, bytes]) -> Tree:
    """The tree of what was signed (size and root), missing and torn files written again.

    Raises:
        BehindError: the database has fewer entries.
        RefusedError: the database has other entries than were signed.
    """
    size, root = signed
    check_head(shard, size, store.log.head().seq)
    folder.sweep()
    try:
        tree = read_tree(folder, size, root)
        _compare_last(store, folder, shard, size)
    except ProofError as error:
        _LOG.warning("files of the log are made again from the database: %s", error)
        tree = rebuilt(store, folder, shard, signed)
    return tree


def rebuilt(store: Store, folder: Folder, shard: Shard, signed: tuple[int, bytes]) -> Tree:
    """Write every file of a shard again from the database, after it gave the signed root.

    Raises `RefusedError` where it does not.
    """
    size, root = signed
    check_root(store, shard, size, root)
    tree = Tree()
    for some in _batches(store, shard, size):
        subjects.keep(store, folder, shard.first + tree.size, some)
        tree = written(folder, tree, some, anew=True)
    if tree.root() != root:
        raise RefusedError("tlog.database-differs", shard=shard.name, size=size)
    return tree


def check_root(store: Store, shard: Shard, size: int, root: bytes) -> None:
    """Raises `RefusedError` where the entries of the database do not give this root."""
    edge = Edge()
    for some in _batches(store, shard, size):
        edge = grow(edge, leaf_hashes(some)).edge
    if edge.size != size or edge.root() != root:
        raise RefusedError("tlog.database-differs", shard=shard.name, size=size)


def _compare_last(store: Store, folder: Folder, shard: Shard, size: int) -> None:
    start = (size - 1) // WIDTH * WIDTH if size else 0
    ours = list(folder.entries(start, size))
    if leaf_hashes(ours) != list(folder.hashes(start, size)):
        raise ProofError("transparency.bundle", given=0, wanted=len(ours))
    if leaves_of(store, shard, start, size) != ours:
        raise RefusedError("tlog.database-differs", shard=shard.name, size=size)


def leaves_of(store: Store, shard: Shard, start: int, end: int) -> list[bytes]:
    """The entries of a shard with these indices (``end`` excluded), from the database.

    Raises `RefusedError` where one is missing.
    """
    first, last = shard.first + start, shard.first + end - 1
    found = list(store.log.leaves(first, last + 1))
    # They come in order and none comes twice: as many as there are numbers are all of them.
    if len(found) != end - start:
        raise RefusedError("tlog.gap", first=first, last=last)
    return [leaf for _, leaf in found]


def _batches(store: Store, shard: Shard, size: int) -> Iterator[list[bytes]]:
    for start in range(0, size, BATCH):
        yield leaves_of(store, shard, start, min(start + BATCH, size))
