# SPDX-License-Identifier: Apache-2.0
"""The listings of recalls: cases, sites, requests, steps; each from a place in its own order."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, or_, select, tuple_
from sqlalchemy.sql.expression import literal

from nguon.store.portions import rows_by
from nguon.store.recall_sites_tables import recall_placed, recall_site, recall_site_step
from nguon.store.recalls_tables import (
    recall_case,
    recall_file,
    recall_maker,
    recall_request,
    recall_step,
)

Place = Sequence[Any] | None
"""The values of a row in the order of a listing, after which it goes on; None: at its beginning."""
NEVER = 10**17
"""A time that comes after every other, for what is due at no time."""


class Charge(msgspec.Struct, frozen=True):
    """Whose cases are listed: of which provinces and sectors (None: all), led by others than
    ``organisation``.
    """

    provinces: frozenset[str] | None
    sectors: frozenset[str] | None
    organisation: int | None


def in_charge(
    connection: Connection,
    charge: Charge,
    states: Collection[str],
    public: Collection[str],
    *,
    after: Place = None,
    limit: int,
) -> list[RowMapping]:
    """Cases in these states in somebody's charge, and those of ``public`` states with sites there;
    the first due first, then by opening, the latest first. `NEVER` stands for no due day.
    """
    table = recall_case
    order = (func.coalesce(table.c.due, NEVER), -table.c.opened, table.c.id)
    return in_order(connection, table, charged(charge, states, public), order, after, limit)


def charged(
    charge: Charge, states: Collection[str], public: Collection[str]
) -> list[ColumnElement[bool]]:
    """What holds of the cases of `in_charge`."""
    table = recall_case
    own: list[ColumnElement[bool]] = [table.c.state.in_(states)]
    if charge.sectors is not None:
        own.append(table.c.sector.in_(charge.sectors))
    if charge.provinces is not None:
        sites = select(recall_site.c.recall).where(recall_site.c.province.in_(charge.provinces))
        local = and_(table.c.state.in_(public), table.c.id.in_(sites))
        own.append(or_(table.c.province.in_(charge.provinces), local))
    if charge.organisation is not None:
        made = select(recall_maker.c.recall)
        made = made.where(recall_maker.c.organisation == charge.organisation)
        own.append(func.coalesce(table.c.maker, 0) != charge.organisation)
        own.append(table.c.id.not_in(made))
    return own


def concerning(
    connection: Connection,
    organisation: int,
    states: Collection[str],
    public: Collection[str],
    *,
    after: Place = None,
    limit: int,
) -> list[RowMapping]:
    """The cases that an organisation opened about its own goods, and those in ``public`` states
    about goods that it made; the latest first.
    """
    table = recall_case
    made = select(recall_maker.c.recall).where(recall_maker.c.organisation == organisation)
    opened = and_(table.c.opened_by == organisation, table.c.maker == organisation)
    about = or_(table.c.maker == organisation, table.c.id.in_(made))
    own = (table.c.state.in_(states), or_(opened, and_(about, table.c.state.in_(public))))
    return in_order(connection, table, own, (-table.c.opened, table.c.id), after, limit)


def decided(
    connection: Connection, states: Collection[str], *, after: Place = None, limit: int
) -> list[RowMapping]:
    """Cases in these states, the latest decision first."""
    table = recall_case
    own = (table.c.state.in_(states), table.c.decided.is_not(None))
    return in_order(connection, table, own, (-table.c.decided, table.c.id), after, limit)


def sites_of(
    connection: Connection, organisation: int, *, after: Place = None, limit: int
) -> list[RowMapping]:
    """The sites of an organisation, the last told first."""
    table = recall_site
    own = [table.c.organisation == organisation]
    order = (-table.c.told_at, table.c.number, table.c.recall)
    return in_order(connection, table, own, order, after, limit)


def requests_of(
    connection: Connection, organisation: int, *, after: Place = None, limit: int
) -> list[RowMapping]:
    """What an organisation was asked, the latest first."""
    table = recall_request
    own = [table.c.organisation == organisation]
    return in_order(connection, table, own, (-table.c.asked, table.c.id), after, limit)


def steps(
    connection: Connection,
    recall: str,
    *,
    without: Collection[str] = (),
    after: int = 0,
    limit: int | None = None,
    newest: bool = False,
) -> list[RowMapping]:
    """What happened in a case, in order: the first ones after a number, or the ``newest``."""
    table = recall_step
    own = [table.c.recall == recall, table.c.number > after, table.c.step.not_in(without)]
    return _numbered(connection, table, own, limit, newest=newest)


def site_steps(
    connection: Connection,
    recall: str,
    site: int,
    *,
    after: int = 0,
    limit: int | None = None,
    newest: bool = False,
) -> list[RowMapping]:
    """What happened at a site, as `steps`."""
    table = recall_site_step
    own = [table.c.recall == recall, table.c.site == site, table.c.number > after]
    return _numbered(connection, table, own, limit, newest=newest)


def files(
    connection: Connection, recall: str, *, site: int | None = None, numbers: Collection[int] = ()
) -> list[RowMapping]:
    """The files of a site, or of steps of the case."""
    table = recall_file
    query = select(table).where(table.c.recall == recall)
    if site is not None:
        query = query.where(table.c.site == site)
        return list(connection.execute(query.order_by(table.c.id)).mappings())
    return rows_by(connection, query, table.c.number, sorted(numbers), table.c.number, table.c.id)


def moved(
    connection: Connection, recall: str, *, after: str = "", limit: int
) -> tuple[list[str], list[RowMapping]]:
    """Things after one that were told to one site and later to another, with their placings."""
    table = recall_placed
    several = select(table.c.key).where(table.c.recall == recall, table.c.key > after)
    several = several.group_by(table.c.key)
    several = several.having(func.min(table.c.version) < func.max(table.c.version))
    keys = list(connection.scalars(several.order_by(table.c.key).limit(limit)))
    query = select(table).where(table.c.recall == recall)
    return keys, rows_by(connection, query, table.c.key, keys, table.c.key, table.c.version)


def in_order(
    connection: Connection,
    table: Any,
    own: Collection[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]],
    after: Place,
    limit: int,
) -> list[RowMapping]:
    """The first rows of a listing in an order that tells every row from the others, those after
    a place in it.
    """
    query = select(table).where(*own)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*(literal(one) for one in after)))
    return list(connection.execute(query.order_by(*order).limit(limit)).mappings())


def _numbered(
    connection: Connection,
    table: Any,
    own: Collection[ColumnElement[bool]],
    limit: int | None,
    *,
    newest: bool,
) -> list[RowMapping]:
    order = table.c.number.desc() if newest else table.c.number
    query = select(table).where(*own).order_by(order).limit(limit)
    found = list(connection.execute(query).mappings())
    return found[::-1] if newest else found
