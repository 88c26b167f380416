# SPDX-License-Identifier: Apache-2.0
"""How much of a recall each side may read."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.recall import sides
from nguon.recall.model import PUBLIC, Recall, Side, Site, State, Taken
from nguon.recall.reading import Row, site_of
from nguon.recall.sides import Opened
from nguon.registry import workflow
from nguon.store import recalls as rows

_LEADERS = frozenset({Side.OFFICER, Side.MAKER})


def inside(case: Opened, by: Principal) -> bool:
    """Whether somebody reads what an investigation found."""
    return bool(case.sides & _LEADERS) or by.kind is KeyKind.OPERATOR


def shown(case: Opened, by: Principal) -> Recall:
    """A case as the reader's sides may know it."""
    found = case.recall
    if not inside(case, by):
        found = msgspec.structs.replace(found, signal=None, dispute=None, seen=0)
        if found.state not in PUBLIC:
            found = msgspec.structs.replace(found, keys=())
    return found if sides.leads(case.sides, by) else msgspec.structs.replace(found, decided_by=None)


def reduced(found: Recall, by: Principal) -> Recall:
    """A case in a list, without who decided and, for who does not lead it, how it came about."""
    if by.kind is not KeyKind.MEMBER:
        return found
    found = msgspec.structs.replace(found, decided_by=None)
    if by.organisation == found.maker == found.opened_by:
        return found
    return msgspec.structs.replace(found, signal=None, dispute=None, seen=0)


def may_list(by: Principal, row: Row) -> bool:
    """A maker hears of what officers look into once something is decided."""
    if row["opened_by"] == row["maker"] == by.organisation:
        return True
    return State(row["state"]) in PUBLIC


def in_charge(
    connection: Connection, by: Principal, states: Collection[str], limit: int
) -> list[Any]:
    """The cases in an officer's charge, and those with sites there; the operator sees all."""
    mandate = workflow.mandate_of(by)
    found = rows.queue(
        connection, states, provinces=mandate.provinces, sectors=mandate.sectors, limit=limit
    )
    if mandate.provinces:
        public = sorted(set(states) & set(PUBLIC))
        known = {row["id"] for row in found}
        there = rows.local(connection, mandate.provinces, public, limit=limit)
        sectors = mandate.sectors
        found += [
            row
            for row in there
            if row["id"] not in known and (sectors is None or row["sector"] in sectors)
        ]
    return [row for row in found if row["maker"] != by.organisation]


def within(case: Opened, by: Principal) -> dict[str, Any]:
    """Which sites somebody may list."""
    if inside(case, by):
        return {}
    if Side.LOCAL in case.sides:
        return {"provinces": sorted(workflow.mandate_of(by).provinces or ())}
    return {"organisation": by.organisation}


def site_shown(row: Row, case: Opened, by: Principal) -> Site:
    """A maker reads states and numbers of all sites, and where they are of those he knows."""
    found = site_of(row)
    own = found.organisation is not None and found.organisation == by.organisation
    if own or row["open_to_maker"] or Side.MAKER not in case.sides:
        return found
    blank = dict.fromkeys(("organisation", "party", "place", "words"))
    return msgspec.structs.replace(found, **blank)


def bare(one: Taken) -> Taken:
    """Without who acted: an officer speaks for the body."""
    return msgspec.structs.replace(one, actor=None)
