# SPDX-License-Identifier: Apache-2.0
"""What of recalls waits, counted: cases in somebody's charge, answers of sites, an organisation's.

Each gives ``count``, how many are ``late`` at a moment, and when the ``next`` of the others is due.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Select, case, func, select

from nguon.store.recall_lists import Charge, charged
from nguon.store.recall_sites_tables import recall_site
from nguon.store.recalls_tables import recall_case, recall_request


def cases(
    connection: Connection,
    charge: Charge,
    states: Collection[str],
    public: Collection[str],
    now: int,
) -> RowMapping:
    """Cases in these states in somebody's charge, as they are listed."""
    query = _waiting(recall_case.c.due, now).where(*charged(charge, states, public))
    return connection.execute(query).mappings().one()


def answers(
    connection: Connection,
    charge: Charge,
    cases_in: Collection[str],
    sites_in: Collection[str],
    now: int,
) -> RowMapping:
    """Sites in these states of cases in these states in somebody's charge."""
    site = recall_site
    query = _waiting(site.c.due, now).join(recall_case, recall_case.c.id == site.c.recall)
    query = query.where(site.c.state.in_(sites_in), *charged(charge, cases_in, ()))
    return connection.execute(query).mappings().one()


def own_sites(
    connection: Connection,
    organisation: int,
    cases_in: Collection[str],
    sites_in: Collection[str],
    now: int,
) -> RowMapping:
    """An organisation's sites in these states of cases in these states."""
    site = recall_site
    query = _waiting(site.c.due, now).join(recall_case, recall_case.c.id == site.c.recall)
    query = query.where(
        site.c.organisation == organisation,
        site.c.state.in_(sites_in),
        recall_case.c.state.in_(cases_in),
    )
    return connection.execute(query).mappings().one()


def own_requests(
    connection: Connection, organisation: int, cases_in: Collection[str], now: int
) -> RowMapping:
    """What an organisation was asked in cases in these states and did not answer."""
    asked = recall_request
    query = _waiting(asked.c.due, now).join(recall_case, recall_case.c.id == asked.c.recall)
    query = query.where(
        asked.c.organisation == organisation,
        asked.c.answered.is_(None),
        recall_case.c.state.in_(cases_in),
    )
    return connection.execute(query).mappings().one()


def _waiting(due: Column[Any], now: int) -> Select[Any]:
    table: Any = due.table
    told = [
        func.count().label("count"),
        func.count(case((due < now, 1))).label("late"),
        func.min(case((due >= now, due))).label("next"),
    ]
    return select(*told).select_from(table)
