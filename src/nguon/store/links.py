# SPDX-License-Identifier: Apache-2.0
"""The statements on links, defaults and delegations."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, insert, or_, select, union, update

from nguon.store import registry_tables as registers
from nguon.store.links_tables import link, link_default, link_delegation
from nguon.store.portions import batches
from nguon.store.stated import stated

_NEXT = {digit: str(int(digit) + 1) for digit in "012345678"}


def of_keys(connection: Connection, keys: Sequence[str]) -> list[RowMapping]:
    """The links of some keys that have not ended, in the order in which they were given."""
    return _standing(connection, link, keys, (link.c.position, link.c.created, link.c.id))


def defaults_of(connection: Connection, keys: Sequence[str]) -> list[RowMapping]:
    """The link types that some keys lead to by default."""
    return _standing(connection, link_default, keys, (link_default.c.created,))


def history(connection: Connection, key: str, *, limit: int) -> list[RowMapping]:
    """All links of a key, ended ones too, the latest first."""
    query = select(link).where(link.c.key == key)
    order = query.order_by(link.c.created.desc(), link.c.position, link.c.id)
    return list(connection.execute(order.limit(limit)).mappings())


def of_organisation(connection: Connection, number: int, *, limit: int) -> list[RowMapping]:
    """An organisation's links that have not ended, the latest first."""
    query = select(link).where(link.c.organisation == number, link.c.ended.is_(None))
    order = query.order_by(link.c.created.desc(), link.c.position, link.c.id)
    return list(connection.execute(order.limit(limit)).mappings())


def find(connection: Connection, number: str) -> RowMapping | None:
    """The link with this id."""
    return connection.execute(select(link).where(link.c.id == number)).mappings().one_or_none()


def add(connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
    """Write links."""
    if values:
        connection.execute(insert(link), list(values))


def add_default(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write what a key leads to by default."""
    connection.execute(insert(link_default), [dict(values)])


def end(connection: Connection, numbers: Sequence[str], moment: int, by: str) -> int:
    """End links; those that ended before are left alone. Gives how many ended now."""
    return sum(
        connection.execute(
            update(link)
            .where(link.c.id.in_(some), link.c.ended.is_(None))
            .values(ended=moment, ended_by=by)
        ).rowcount
        for some in batches(numbers)
    )


def end_default(connection: Connection, key: str, moment: int, by: str) -> None:
    """What the key led to by default, it leads to no longer."""
    standing = update(link_default).where(link_default.c.key == key)
    standing = standing.where(link_default.c.ended.is_(None))
    connection.execute(standing.values(ended=moment, ended_by=by))


def delegations(connection: Connection, *, ended: bool = False) -> list[RowMapping]:
    """Who answers for which prefix; with ``ended`` also who did."""
    query = select(link_delegation).order_by(link_delegation.c.prefix, link_delegation.c.created)
    if not ended:
        query = query.where(link_delegation.c.ended.is_(None))
    return list(connection.execute(query).mappings())


def add_delegation(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write who answers for a prefix."""
    connection.execute(insert(link_delegation), [dict(values)])
    stated(connection, link_delegation, [values])


def end_delegation(connection: Connection, number: str, moment: int, by: str) -> bool:
    """End a delegation; False where none with this id stands."""
    columns = link_delegation.c
    standing = update(link_delegation).where(columns.id == number, columns.ended.is_(None))
    ending = standing.values(ended=moment, ended_by=by).returning(*columns)
    done = connection.execute(ending).mappings().all()
    stated(connection, link_delegation, done)
    return len(done) == 1


def organisations_under(connection: Connection, prefix: str) -> set[int]:
    """The organisations whose GLN, or whose products, begin with a company prefix."""
    end_of = _after(prefix)
    organisation, product = registers.organisation, registers.product
    glns = select(organisation.c.id).where(
        organisation.c.gln >= prefix, organisation.c.gln < end_of
    )
    items = [
        (product.c.key >= f"01/{indicator}{prefix}") & (product.c.key < f"01/{indicator}{end_of}")
        for indicator in "0123456789"
    ]
    makers = select(product.c.maker).where(or_(*items))
    return set(connection.execute(union(glns, makers)).scalars())


def _after(prefix: str) -> str:
    """The first text behind all that begin with these digits."""
    head = prefix.rstrip("9")
    return head[:-1] + _NEXT[head[-1]] if head else ":"


def _standing(
    connection: Connection, table: Table, keys: Sequence[str], order: Sequence[Any]
) -> list[RowMapping]:
    found: list[RowMapping] = []
    for some in batches(keys):
        query = select(table).where(table.c.key.in_(some), table.c.ended.is_(None))
        found += connection.execute(query.order_by(*order)).mappings()
    return found
