# SPDX-License-Identifier: Apache-2.0
"""The statements of whoever follows shipments and receipts in the order of the log."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, and_, select
from sqlalchemy.dialects import postgresql, sqlite

from nguon.store.entry_tables import handover_seen
from nguon.store.schema import event, event_term, log


def seen(connection: Connection, name: str) -> int | None:
    """Up to which entry of the log was followed under a name; held until the transaction ends."""
    query = select(handover_seen.c.seq).where(handover_seen.c.name == name)
    return connection.execute(query.with_for_update()).scalar_one_or_none()


def keep(connection: Connection, name: str, seq: int) -> None:
    """Note how far it was followed."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(handover_seen).values(name=name, seq=seq)
    changed = new.on_conflict_do_update(index_elements=["name"], set_={"seq": seq})
    connection.execute(changed)


def with_terms(
    connection: Connection, terms: Collection[int], after: int, upto: int, limit: int
) -> list[Any]:
    """The events with one of these terms after an entry of the log, in its order."""
    carries = and_(
        event_term.c.term.in_(sorted(terms)),
        event_term.c.time == event.c.time,
        event_term.c.event == event.c.id,
    )
    query = (
        select(
            log.c.seq, log.c.record_time, event.c.submitter, event.c.event_id, event.c.correction,
            event.c.item_list, event.c.body,
        )
        .join(event, event.c.id == log.c.event)
        .join(event_term, carries)
        .where(log.c.seq > after, log.c.seq <= upto, event.c.body.is_not(None))
        .order_by(log.c.seq)
        .limit(limit)
    )  # fmt: skip
    return list(connection.execute(query))
