# SPDX-License-Identifier: Apache-2.0
"""The statements of everyday entries: forms, hand-overs, running numbers; nothing is decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from nguon.store.entry_tables import (
    entry,
    handover,
    handover_item,
    handover_step,
    running_number,
)
from nguon.store.portions import batches, rows_by
from nguon.store.rows import SAME_NAME, name_digest, own_name
from nguon.store.schema import event, event_digest, log
from nguon.store.stated import stated


def numbers(connection: Connection, name: str, count: int) -> range:
    """The next so many numbers of a name, from 1; holds the name until the transaction ends."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    first = dialect.insert(running_number).values(name=name, next=1 + count)
    taking = first.on_conflict_do_update(
        index_elements=["name"], set_={"next": running_number.c.next + count}
    )
    end = connection.execute(taking.returning(running_number.c.next)).scalar_one()
    return range(end - count, end)


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """A new form."""
    connection.execute(insert(entry), dict(values))


def settle(connection: Connection, organisation: int, receipt: int, job: str | None = None) -> bool:
    """The form's events are stored, by a job; whether nobody noted that before."""
    where = (*_one(organisation, receipt), entry.c.done == 0)
    return connection.execute(update(entry).where(*where).values(done=1, job=job)).rowcount == 1


def drop(connection: Connection, organisation: int, receipt: int) -> None:
    """The form's events were refused: it leaves no trace."""
    connection.execute(delete(entry).where(*_one(organisation, receipt), entry.c.done == 0))


def _one(organisation: int, receipt: int) -> tuple[Any, Any]:
    return entry.c.organisation == organisation, entry.c.receipt == receipt


def by_idempotency(connection: Connection, organisation: int, key: str) -> RowMapping | None:
    """The form that was sent with this key."""
    query = select(entry).where(entry.c.organisation == organisation, entry.c.idempotency == key)
    return connection.execute(query).mappings().one_or_none()


def by_receipt(connection: Connection, organisation: int, receipt: int) -> RowMapping | None:
    """The form with this number."""
    query = select(entry).where(*_one(organisation, receipt))
    return connection.execute(query).mappings().one_or_none()


def pending(connection: Connection, organisation: int, since: int) -> list[RowMapping]:
    """Forms taken since then whose events are still on their way."""
    query = select(entry).where(
        entry.c.organisation == organisation, entry.c.done == 0, entry.c.recorded >= since
    )
    return list(connection.execute(query).mappings())


def latest(
    connection: Connection, organisation: int, kinds: Sequence[str], limit: int
) -> list[RowMapping]:
    """The newest stored forms of these kinds."""
    query = (
        select(entry)
        .where(entry.c.organisation == organisation, entry.c.kind.in_(kinds), entry.c.done == 1)
        .order_by(entry.c.receipt.desc())
        .limit(limit)
    )
    return list(connection.execute(query).mappings())


def add_handover(connection: Connection, values: Mapping[str, Any], items: Sequence[str]) -> None:
    """A new hand-over and the items that it names."""
    connection.execute(insert(handover), dict(values))
    rows = [{"item": item, "handover": values["id"]} for item in dict.fromkeys(items)]
    if rows:
        connection.execute(insert(handover_item), rows)


def change_handover(connection: Connection, number: str, values: Mapping[str, Any]) -> None:
    """What became of a hand-over."""
    connection.execute(update(handover).where(handover.c.id == number).values(**values))


def handovers(
    connection: Connection, numbers: Sequence[str], *, hold: bool = False
) -> list[RowMapping]:
    """Hand-overs by number; ``hold`` keeps others from changing them meanwhile."""
    query = select(handover)
    query = query.with_for_update() if hold else query
    return rows_by(connection, query, handover.c.id, sorted(numbers), handover.c.id)


def of_party(
    connection: Connection, side: str, organisation: int, states: Sequence[str], limit: int
) -> list[RowMapping]:
    """The hand-overs of a giver or receiver in these states, the latest change first."""
    query = (
        select(handover)
        .where(handover.c[side] == organisation, handover.c.state.in_(states))
        .order_by(handover.c.changed.desc())
        .limit(limit)
    )
    return list(connection.execute(query).mappings())


def by_offer(connection: Connection, offer: str) -> list[RowMapping]:
    """The hand-overs whose nonce has this hash; held until the transaction ends."""
    query = select(handover).where(handover.c.offer == offer).with_for_update()
    return list(connection.execute(query).mappings())


def add_step(connection: Connection, values: Mapping[str, Any]) -> None:
    """What a party said of a hand-over; stated in the log."""
    connection.execute(insert(handover_step), dict(values))
    stated(connection, handover_step, [values])


def steps_of(connection: Connection, numbers: Sequence[str]) -> list[RowMapping]:
    """What was said of hand-overs, in order."""
    return rows_by(
        connection, select(handover_step), handover_step.c.handover, numbers,
        handover_step.c.handover, handover_step.c.number,
    )  # fmt: skip


def seqs_of(connection: Connection, organisation: int, event_ids: Sequence[str]) -> dict[str, int]:
    """The log's entries of an organisation's events with these ids, those that there are."""
    names = {name_digest(name): name for name in event_ids}
    found: dict[str, int] = {}
    for some in batches(list(names)):
        query = (
            select(event_digest.c.digest, log.c.seq)
            .join(log, log.c.event == event_digest.c.event)
            .join(event, event.c.id == event_digest.c.event)
            .where(
                event_digest.c.digest.in_(some),
                event_digest.c.submitter.in_([SAME_NAME, own_name(organisation)]),
                event.c.submitter == organisation,
            )
        )
        found |= {names[bytes(row.digest)]: row.seq for row in connection.execute(query)}
    return found


def naming(connection: Connection, items: Sequence[str]) -> list[str]:
    """The numbers of the hand-overs that name one of these items."""
    found = rows_by(connection, select(handover_item), handover_item.c.item, items)
    return list(dict.fromkeys(row["handover"] for row in found))


def happened_since(connection: Connection, organisation: int, since: int) -> list[RowMapping]:
    """The stored forms whose latest entry happened then or later."""
    query = select(entry).where(
        entry.c.organisation == organisation, entry.c.happened >= since, entry.c.done == 1
    )
    return list(connection.execute(query).mappings())
