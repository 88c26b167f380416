# SPDX-License-Identifier: Apache-2.0
"""Grants, read: of one organisation, and those that stand between two."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from nguon.base.quantity import Quantity
from nguon.base.time import HANOI, from_microseconds
from nguon.parties.grants.errors import GrantUnknownError
from nguon.parties.grants.model import Grant, GrantState, GrantUse
from nguon.parties.keys.model import KeyScope
from nguon.store import Store
from nguon.store import grants as rows

MOST = 500
"""Grants of an organisation that are listed."""
MOST_USES = 200


def one(store: Store, organisation: int, number: str) -> Grant:
    """A grant that an organisation gave or took; raises `GrantUnknownError`."""
    with store.reading() as connection:
        return one_in(connection, organisation, number)


def one_in(connection: Connection, organisation: int, number: str, *, hold: bool = False) -> Grant:
    """Likewise, in a transaction; ``hold`` keeps others from changing it."""
    found = rows.find(connection, [number], hold=hold)
    if not found or organisation not in (found[0]["giver"], found[0]["taker"]):
        raise GrantUnknownError("grants.unknown")
    return grant(found[0])


def of(store: Store, organisation: int) -> list[Grant]:
    """The grants that an organisation gave or took, the newest first."""
    with store.reading() as connection:
        return [grant(row) for row in rows.of(connection, organisation, MOST)]


def at(store: Store, numbers: Collection[str]) -> dict[str, Grant]:
    """Grants by their ids, whoever's they are."""
    with store.reading() as connection:
        return {row["id"]: grant(row) for row in rows.find(connection, numbers)}


def standing(connection: Connection, givers: Collection[int], taker: int) -> list[Grant]:
    """The grants of these givers to a taker that were accepted and not revoked."""
    return [grant(row) for row in rows.between(connection, givers, taker)] if givers else []


def stands_between(store: Store, giver: int, taker: int, moment: datetime) -> bool:
    """Whether any grant stands from one organisation to another."""
    day = moment.astimezone(HANOI).date()
    with store.reading() as connection:
        found = standing(connection, [giver], taker)
    return any(one.state(day) is GrantState.STANDING and one.covers(day) for one in found)


def uses(store: Store, organisation: int, number: str) -> list[GrantUse]:
    """What was drawn from a grant, the latest first; raises `GrantUnknownError`."""
    with store.reading() as connection:
        one_in(connection, organisation, number)
        return [
            GrantUse(
                row["event"],
                row["organisation"],
                Decimal(row["amount"]),
                from_microseconds(row["happened"]),
                from_microseconds(row["drawn"]),
                _moment(row["returned"]),
            )
            for row in rows.uses(connection, number, MOST_USES)
        ]


def grant(row: Any) -> Grant:
    """The grant of a row."""
    bound = row["amount"] is not None
    return Grant(
        id=row["id"],
        giver=row["giver"],
        taker=row["taker"],
        scope=KeyScope(tuple(row["prefixes"].split()), tuple(row["places"].split())),
        season_from=date.fromisoformat(row["season_from"]),
        season_to=date.fromisoformat(row["season_to"]),
        quantity=Quantity(Decimal(row["amount"]), row["unit"]) if bound else None,
        used=Decimal(row["drawn"]),
        note=row["note"],
        given=from_microseconds(row["given"]),
        given_by=row["given_by"],
        kid=row["kid"],
        custodial=bool(row["custodial"]),
        payload=row["payload"],
        token=row["token"],
        answered=_moment(row["answered"]),
        accepted=None if row["accepted"] is None else bool(row["accepted"]),
        revoked=_moment(row["revoked"]),
        reason=row["reason"] or "",
    )


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_microseconds(value)
