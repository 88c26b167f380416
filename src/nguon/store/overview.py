# SPDX-License-Identifier: Apache-2.0
"""Statements of the overviews: entries of the registers counted, and listed, by where they are."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, case, func, select

from nguon.store import compliance_tables, history_tables, registry_tables

_organisation, _place = registry_tables.organisation, registry_tables.place
_product, _certificate = registry_tables.product, registry_tables.certificate
_lot, _case = compliance_tables.lot_state, history_tables.register_case


def organisations(connection: Connection) -> list[RowMapping]:
    """How many organisations there are, by commune, ministry and kind."""
    column = _organisation.c
    by = (column.commune, column.ministry, column.kind)
    return _all(connection, select(*by, func.count().label("count")).group_by(*by))


def places(connection: Connection, kinds: Collection[str]) -> list[RowMapping]:
    """How many places of these kinds there are, by commune and the ministry of the holder.

    A place without a commune is where its holder is.
    """
    holder = _organisation.c
    commune = func.coalesce(_place.c.commune, holder.commune).label("commune")
    query = (
        select(commune, holder.ministry, func.count().label("count"))
        .select_from(_place.outerjoin(_organisation, holder.id == _place.c.holder))
        .where(_place.c.kind.in_(sorted(kinds)))
        .group_by(commune, holder.ministry)
    )
    return _all(connection, query)


def products(connection: Connection) -> list[RowMapping]:
    """How many products there are, by the commune of the maker and the ministry in charge."""
    maker = _organisation.c
    ministry = func.coalesce(_product.c.ministry, maker.ministry).label("ministry")
    query = (
        select(maker.commune, ministry, func.count().label("count"))
        .select_from(_product.outerjoin(_organisation, maker.id == _product.c.maker))
        .group_by(maker.commune, ministry)
    )
    return _all(connection, query)


def ended_papers(
    connection: Connection, first: str, last: str, codes: Collection[str], without: Collection[str]
) -> list[RowMapping]:
    """How many papers ended between two days, by commune and ministry of whoever holds them;
    ``code`` is 1 for papers of the schemes ``codes``. Those of ``without`` do not count.
    """
    paper, party = _certificate.c, _organisation.c
    code = case((paper.scheme.in_(sorted(codes)), 1), else_=0).label("code")
    query = (
        select(party.commune, party.ministry, code, func.count().label("count"))
        .select_from(_certificate.outerjoin(_organisation, party.id == paper.organisation))
        .where(paper.valid_to >= first, paper.valid_to <= last)
        .where(paper.scheme.not_in(sorted(without)))
        .group_by(party.commune, party.ministry, code)
    )
    return _all(connection, query)


def waiting(connection: Connection, now: int) -> list[RowMapping]:
    """How many entries wait for a decision, ``late`` of them overdue, by province and sector."""
    column = _case.c
    late = func.sum(case((column.due < now, 1), else_=0)).label("late")
    query = select(column.province, column.sector, func.count().label("count"), late)
    grouped = query.where(column.closed.is_(None)).group_by(column.province, column.sector)
    return _all(connection, grouped)


def located(
    connection: Connection, kinds: Collection[str], communes: Collection[str] | None
) -> dict[str, int]:
    """How many places of these kinds there are in each of these communes (None: everywhere)."""
    query = select(_place.c.commune, func.count()).where(_place.c.kind.in_(sorted(kinds)))
    query = query.where(_place.c.commune.is_not(None)).group_by(_place.c.commune)
    if communes is not None:
        query = query.where(_place.c.commune.in_(sorted(communes)))
    return {row[0]: row[1] for row in connection.execute(query)}


def some_organisations(
    connection: Connection,
    communes: Collection[str] | None,
    kinds: Collection[str],
    *,
    after: str,
    limit: int,
) -> list[RowMapping]:
    """Organisations of these kinds by code, those after one."""
    column = _organisation.c
    query = select(_organisation).where(column.kind.in_(sorted(kinds)))
    where = _within(column.commune, communes)
    return _page(connection, query.where(*where), column.code, after, limit)


def some_places(
    connection: Connection,
    communes: Collection[str] | None,
    kinds: Collection[str],
    *,
    after: str,
    limit: int,
) -> list[RowMapping]:
    """Places of these kinds by key, those after one; without a commune, where the holder is."""
    holder = _organisation.c
    query = (
        select(_place)
        .outerjoin(_organisation, holder.id == _place.c.holder)
        .where(_place.c.kind.in_(sorted(kinds)))
        .where(*_within(func.coalesce(_place.c.commune, holder.commune), communes))
    )
    return _page(connection, query, _place.c.key, after, limit)


def some_products(
    connection: Connection, communes: Collection[str] | None, *, after: str, limit: int
) -> list[RowMapping]:
    """Products by key, those after one, where their makers are."""
    maker = _organisation.c
    query = select(_product).outerjoin(_organisation, maker.id == _product.c.maker)
    where = _within(maker.commune, communes)
    return _page(connection, query.where(*where), _product.c.key, after, limit)


def some_lots(
    connection: Connection,
    wanted: Mapping[str, Collection[str]],
    *,
    complete: bool | None,
    after: str,
    limit: int,
) -> list[RowMapping]:
    """States of lots by key, those after one; ``wanted`` says which values columns may have,
    where the empty text stands for none.
    """
    query = select(_lot)
    for name, values in wanted.items():
        query = query.where(func.coalesce(_lot.c[name], "").in_(sorted(values)))
    if complete is not None:
        query = query.where(_lot.c.missing == 0 if complete else _lot.c.missing > 0)
    return _page(connection, query, _lot.c.lot, after, limit)


def lots_of(connection: Connection, organisation: int, *, start: int, limit: int) -> list[str]:
    """The lots of an organisation, those that records spoke of last first."""
    columns = _lot.c
    query = select(columns.lot).where(columns.organisation == organisation)
    query = query.order_by(columns.seq.desc(), columns.lot.desc()).offset(start).limit(limit)
    return list(connection.scalars(query))


def _within(
    column: ColumnElement[Any], communes: Collection[str] | None
) -> Sequence[ColumnElement[bool]]:
    if communes is None:
        return ()
    return (column.in_(sorted(communes)) if communes else column.is_(None),)


def _page(
    connection: Connection, query: Select[Any], key: ColumnElement[Any], after: str, limit: int
) -> list[RowMapping]:
    return _all(connection, query.where(key > after).order_by(key).limit(limit))


def _all(connection: Connection, query: Select[Any]) -> list[RowMapping]:
    return list(connection.execute(query).mappings())
