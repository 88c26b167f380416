# SPDX-License-Identifier: Apache-2.0
"""Reading messages: an organisation's own inbox, and what became of what was sent."""

from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.messages.model import Delivery, Received
from nguon.messages.reading import Row, received, way
from nguon.store import Store
from nguon.store import messages as rows

PAGE = 50


def inbox(
    store: Store, by: Principal, *, before: Received | None = None, limit: int = PAGE
) -> list[Received]:
    """What the speaker's organisation was told, the latest first, at most so many."""
    place = None if before is None else (to_microseconds(before.made), before.id)
    with store.reading() as connection:
        found = rows.inbox(connection, by.organisation, before=place, limit=limit)
    return [received(row) for row in found]


def find(store: Store, by: Principal, number: str) -> Received | None:
    """One message of the speaker's organisation."""
    with store.reading() as connection:
        row = rows.find(connection, by.organisation, number)
    return None if row is None else received(row)


def deliveries(
    store: Store, about: str, *, after: Delivery | None = None, limit: int = 1000
) -> list[Delivery]:
    """The messages about something with what became of each, the earliest first.

    Whoever shows them sees to it that the reader is who sent them.
    """
    place = None if after is None else (to_microseconds(after.made), after.message)
    with store.reading() as connection:
        found = rows.about(connection, about, after=place, limit=limit)
        ways: dict[str, list[Row]] = {}
        for row in rows.ways_of(connection, [row["id"] for row in found]):
            ways.setdefault(row["message"], []).append(row)
    return [_delivery(received(row), ways.get(row["id"], [])) for row in found]


def _delivery(one: Received, ways: list[Row]) -> Delivery:
    return Delivery(
        message=one.id,
        organisation=one.organisation,
        kind=one.kind,
        made=one.made,
        seen=one.seen,
        acknowledged=one.acknowledged,
        ways=tuple(map(way, ways)),
    )
