# SPDX-License-Identifier: Apache-2.0
"""All entries of the log about one thing: exactly those whose leaf marks it."""

from sqlalchemy import Connection, select, union_all

from nguon.gs1 import key_hash
from nguon.store.access_tables import erased_mark
from nguon.store.leaf import THINGS, subject
from nguon.store.schema import event_item, log
from nguon.store.statements_tables import log_mark
from nguon.store.values import EntryKind

_LONG = b'"subjects_root"'


def seqs_of_item(connection: Connection, key: str, secret: bytes) -> list[int]:
    """The numbers of the entries that mark a thing, ascending; none for what has no mark.

    The index says which may be; the leaves decide, except where they have the root of
    their marks only.
    """
    mark = subject(key, secret)
    if not mark:
        return []
    naming = select(event_item.c.event).where(
        event_item.c.item == key_hash(key), event_item.c.role.in_(sorted(THINGS))
    )
    erased = select(erased_mark.c.event).where(erased_mark.c.mark == mark)
    columns = select(log.c.seq, log.c.leaf)
    of_events = columns.where(
        log.c.event.in_(union_all(naming, erased)), log.c.kind == EntryKind.EVENT
    )
    lost = columns.where(log.c.seq.in_(select(log_mark.c.seq).where(log_mark.c.mark == mark)))
    sought = f'"{mark}"'.encode()
    return sorted(
        seq
        for seq, leaf in connection.execute(union_all(of_events, lost))
        if sought in leaf or _LONG in leaf
    )
