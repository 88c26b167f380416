# SPDX-License-Identifier: Apache-2.0
"""The statements on grants and on what was drawn from them; nothing is decided."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, or_, select, tuple_, update

from nguon.store.grants_tables import party_grant, party_grant_use
from nguon.store.portions import batches
from nguon.store.stated import stated


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """A new grant."""
    connection.execute(insert(party_grant).values(**values))
    stated(connection, party_grant, [values])


def change(connection: Connection, number: str, values: Mapping[str, Any]) -> None:
    """What was said of a grant; stated with all that it is then."""
    changed = update(party_grant).where(party_grant.c.id == number).values(**values)
    rows = connection.execute(changed.returning(*party_grant.c)).mappings().all()
    stated(connection, party_grant, rows)


def find(connection: Connection, numbers: Collection[str], *, hold: bool = False) -> list[Any]:
    """Grants by id; ``hold`` keeps others from changing them until the transaction ends."""
    found: list[Any] = []
    for some in batches(sorted(numbers)):
        query = select(party_grant).where(party_grant.c.id.in_(some)).order_by(party_grant.c.id)
        found += connection.execute(query.with_for_update() if hold else query).mappings()
    return found


def of(connection: Connection, organisation: int, limit: int) -> list[RowMapping]:
    """The grants that an organisation gave or took, the newest first."""
    own = or_(party_grant.c.giver == organisation, party_grant.c.taker == organisation)
    query = select(party_grant).where(own).order_by(party_grant.c.given.desc()).limit(limit)
    return list(connection.execute(query).mappings())


def between(connection: Connection, givers: Collection[int], taker: int) -> list[RowMapping]:
    """The grants of these givers to a taker that were accepted and not revoked."""
    found: list[RowMapping] = []
    columns = party_grant.c
    for some in batches(sorted(givers)):
        query = select(party_grant).where(columns.taker == taker, columns.giver.in_(some))
        standing = query.where(columns.accepted == 1, columns.revoked.is_(None))
        found += connection.execute(standing.order_by(columns.given, columns.id)).mappings()
    return found


def ever(connection: Connection, givers: Collection[int], taker: int) -> set[int]:
    """Those of these givers that ever had a grant to a taker accepted."""
    found: set[int] = set()
    for some in batches(sorted(givers)):
        query = select(party_grant.c.giver).where(
            party_grant.c.taker == taker, party_grant.c.giver.in_(some), party_grant.c.accepted == 1
        )
        found.update(connection.execute(query.distinct()).scalars())
    return found


def draw(
    connection: Connection, number: str, drawn: str, uses: Sequence[Mapping[str, Any]]
) -> None:
    """What events drew from a grant, which has so much drawn then."""
    connection.execute(update(party_grant).where(party_grant.c.id == number).values(drawn=drawn))
    connection.execute(insert(party_grant_use), [dict(use) for use in uses])


def drawn_by(
    connection: Connection, organisation: int, event_ids: Collection[str]
) -> list[RowMapping]:
    """What an organisation's events with these ids drew and has not come back."""
    columns = party_grant_use.c
    found: list[RowMapping] = []
    for some in batches(sorted(event_ids)):
        query = select(party_grant_use).where(
            columns.event_id.in_(some),
            columns.organisation == organisation,
            columns.returned.is_(None),
        )
        found += connection.execute(query).mappings()
    return found


def give_back(
    connection: Connection, number: str, drawn: str, events: Collection[int], now: int
) -> None:
    """What these events drew comes back to a grant, which has so much drawn then."""
    keys = [(number, event) for event in sorted(events)]
    columns = party_grant_use.c
    where = tuple_(columns.grant_id, columns.event).in_(keys)
    connection.execute(update(party_grant_use).where(where).values(returned=now))
    connection.execute(update(party_grant).where(party_grant.c.id == number).values(drawn=drawn))


def uses(connection: Connection, number: str, limit: int) -> list[RowMapping]:
    """What was drawn from a grant, the latest first."""
    columns = party_grant_use.c
    query = select(party_grant_use).where(columns.grant_id == number)
    return list(connection.execute(query.order_by(columns.drawn.desc()).limit(limit)).mappings())
