# SPDX-License-Identifier: Apache-2.0
"""Which entries of the log tell of one thing, as one reader may know them.

The log's map says how many entries an item has; those that a reader may not see are there too,
never passed over.
"""

from typing import NamedTuple, Protocol

from nguon.base.audience import Audience
from nguon.store import Store
from nguon.store.values import LogEntry, StoredEvent
from nguon.tlog.completing import Completeness
from nguon.trace.telling import records_of

MOST = 1000
"""Entries of an item that are looked at for one reader; of more, the rest counts as not shown, and
`Seen.truncated` says so."""


class Completing(Protocol):
    """Who proves that a list is whole (`nguon.tlog.completing.Completer`)."""

    def proofs(self, item_key: str) -> list[Completeness]:
        """For each part of the log the list of an item."""


class Seen(NamedTuple):
    """Entries about a thing itself, of other records that tell of it, and what is shown of both.

    ``own`` are always all of them. ``truncated``: there are more ``others``, or records of the
    thing itself that the reader may see and that are not among those ``shown``.
    """

    own: list[LogEntry]
    others: list[LogEntry]
    shown: dict[int, StoredEvent]
    lists: list[Completeness]
    truncated: bool

    @property
    def listed(self) -> set[int]:
        return {each.shard.first + one.index for each in self.lists for one in each.list}


def seen_of(
    store: Store, completing: Completing | None, key: str, audience: Audience
) -> Seen | None:
    """What a reader may know of the entries about an item; None where nothing is recorded.

    Raises `LogError` where the log, its map and the store's index do not agree.
    """
    told, cut = records_of(store, key, audience)
    if not told:
        return None
    lists = [] if completing is None else completing.proofs(key)
    own = {each.shard.first + one.index for each in lists for one in each.list}
    own |= set(store.log.seqs_of_item(key))
    shown = {one.stored.seq: one.stored for one in told}
    entries = {entry.seq: entry for entry in store.log.at([*own, *shown], salts=True)}
    unseen = sorted(own - shown.keys())
    missing = [entries[seq].event for seq in unseen[:MOST]]
    shown |= {stored.seq: stored for stored in store.events.by_ids(audience, missing)}
    return Seen(
        [entries[seq] for seq in sorted(own & entries.keys())],
        [entries[seq] for seq in sorted((shown.keys() - own) & entries.keys())],
        shown,
        lists,
        cut or len(unseen) > MOST,
    )
