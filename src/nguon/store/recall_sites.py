# SPDX-License-Identifier: Apache-2.0
"""The statements on the sites of recalls: who was told, what they answered and did."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from nguon.store.portions import batches, rows_by
from nguon.store.recall_sites_tables import (
    recall_disposal,
    recall_placed,
    recall_site,
    recall_site_step,
)
from nguon.store.stated import stated

Values = Mapping[str, Any]


def find(connection: Connection, recall: str, number: int) -> RowMapping | None:
    """A site."""
    table = recall_site
    query = select(table).where(table.c.recall == recall, table.c.number == number)
    return connection.execute(query).mappings().one_or_none()


def listed(
    connection: Connection,
    recall: str,
    *,
    states: Collection[str] | None = None,
    provinces: Collection[str] | None = None,
    organisation: int | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[RowMapping]:
    """The sites of a recall by number, those after one."""
    table = recall_site
    query = select(table).where(table.c.recall == recall, table.c.number > after)
    if states is not None:
        query = query.where(table.c.state.in_(states))
    if provinces is not None:
        query = query.where(table.c.province.in_(provinces))
    if organisation is not None:
        query = query.where(table.c.organisation == organisation)
    return list(connection.execute(query.order_by(table.c.number).limit(limit)).mappings())


def provinces(connection: Connection, recall: str) -> set[str | None]:
    """The provinces of a recall's sites."""
    query = select(recall_site.c.province).where(recall_site.c.recall == recall).distinct()
    return set(connection.scalars(query))


def is_site(connection: Connection, recall: str, organisation: int) -> bool:
    """Whether an organisation is a site of a recall."""
    table = recall_site
    query = select(table.c.number).where(
        table.c.organisation == organisation, table.c.recall == recall
    )
    return connection.execute(query.limit(1)).first() is not None


def move(
    connection: Connection, recall: str, number: int, values: Values, *, seen: int
) -> RowMapping | None:
    """Change a site of which so many steps were seen; None where there are more by now."""
    table = recall_site
    own = update(table).where(
        table.c.recall == recall, table.c.number == number, table.c.steps == seen
    )
    changed = own.values(**values, steps=seen + 1).returning(*table.c)
    row = connection.execute(changed).mappings().one_or_none()
    if row is not None:
        stated(connection, table, [row])
    return row


def add_step(connection: Connection, values: Values) -> None:
    """Write what happened at a site."""
    connection.execute(insert(recall_site_step), [dict(values)])
    stated(connection, recall_site_step, [values])


def placed(
    connection: Connection, recall: str, number: int, *, after: str = "", limit: int | None = None
) -> list[RowMapping]:
    """The affected things of a site by key, those after one."""
    table = recall_placed
    query = select(table).where(
        table.c.recall == recall, table.c.site == number, table.c.key > after
    )
    return list(connection.execute(query.order_by(table.c.key).limit(limit)).mappings())


def placings(connection: Connection, recall: str) -> list[tuple[int, str]]:
    """Which thing was told to which site, all of a recall."""
    table = recall_placed
    query = select(table.c.site, table.c.key).where(table.c.recall == recall)
    return [(row[0], row[1]) for row in connection.execute(query)]


def placed_of(connection: Connection, recall: str, keys: Collection[str]) -> dict[int, list[str]]:
    """Of which of these things each site was told."""
    table = recall_placed
    found: dict[int, list[str]] = {}
    query = select(table.c.site, table.c.key).where(table.c.recall == recall)
    for row in rows_by(connection, query, table.c.key, sorted(keys)):
        found.setdefault(row["site"], []).append(row["key"])
    return found


def mark(connection: Connection, recall: str, numbers: Sequence[int], values: Values) -> None:
    """Change many sites at once: reminded, escalated; no step of theirs."""
    table = recall_site
    for some in batches(numbers):
        own = update(table).where(table.c.recall == recall, table.c.number.in_(some))
        connection.execute(own.values(**values))


def due_for(
    connection: Connection, recall: str, numbers: Sequence[int], column: str, value: int
) -> set[int]:
    """Raise a column (``reminded``, ``escalated``) of sites where it is lower or null; gives
    those that were changed: whoever is first.
    """
    table, changed = recall_site, set[int]()
    for some in batches(numbers):
        own = update(table).where(table.c.recall == recall, table.c.number.in_(some))
        lower = func.coalesce(table.c[column], -1) < value
        written = own.where(lower).values({column: value}).returning(table.c.number)
        changed.update(connection.scalars(written))
    return changed


def tell_again(connection: Connection, recall: str, changed: Sequence[Values]) -> None:
    """Change sites that are told of more, each as its row says (``number`` is which)."""
    if not changed:
        return
    table = recall_site
    names = [name for name in changed[0] if name != "number"]
    own = update(table).where(table.c.recall == recall, table.c.number == bindparam("number_"))
    written = own.values({name: bindparam(f"{name}_") for name in names})
    connection.execute(written, [{f"{name}_": row[name] for name in row} for row in changed])


def add_disposal(connection: Connection, values: Values) -> bool:
    """Write a disposal; False, and nothing written, where its reference was used already."""
    try:
        with connection.begin_nested():
            connection.execute(insert(recall_disposal), [dict(values)])
    except IntegrityError:
        return False
    stated(connection, recall_disposal, [values])
    return True


def disposed_as(connection: Connection, open_as: str) -> RowMapping | None:
    """The disposal that was written under a reference."""
    query = select(recall_disposal).where(recall_disposal.c.open_as == open_as)
    return connection.execute(query).mappings().one_or_none()


def judge(connection: Connection, number: str, values: Values) -> RowMapping | None:
    """Write an officer's judgement of a disposal that waits; None where none waits."""
    table = recall_disposal
    own = update(table).where(table.c.id == number, table.c.state == "waiting")
    row = connection.execute(own.values(**values).returning(*table.c)).mappings().one_or_none()
    if row is not None:
        stated(connection, table, [row])
    return row


def disposals(
    connection: Connection, recall: str, sites: Collection[int] | None = None
) -> list[RowMapping]:
    """The disposals of a recall, of some of its sites or all, in order."""
    table = recall_disposal
    query = select(table).where(table.c.recall == recall)
    if sites is None:
        return list(connection.execute(query.order_by(table.c.at, table.c.id)).mappings())
    return rows_by(connection, query, table.c.site, sorted(sites), table.c.at, table.c.id)
