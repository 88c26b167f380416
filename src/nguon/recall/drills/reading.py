# SPDX-License-Identifier: Apache-2.0
"""Drills out of their rows, for who may read them."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.time import from_microseconds
from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.messages.reading import time_of
from nguon.recall import amounts
from nguon.recall.drills.errors import UnknownDrillError
from nguon.recall.drills.model import Drill, Kind, Result, Site
from nguon.store import drills as rows

Row = Mapping[Any, Any]


def of_organiser(connection: Connection, by: Principal, number: str) -> Drill:
    """A drill of the reader's organisation; the operator reads all. Raises `UnknownDrillError`."""
    row = rows.find(connection, number)
    if row is None or (row["organisation"] != by.organisation and by.kind is not KeyKind.OPERATOR):
        raise UnknownDrillError("drills.unknown")
    return drill_of(row)


def drill_of(row: Row) -> Drill:
    """A drill."""
    return Drill(
        id=row["id"],
        kind=Kind(row["kind"]),
        organisation=row["organisation"],
        title=row["title"],
        start=row["start"],
        notices=bool(row["notices"]),
        started=from_microseconds(row["started"]),
        traced=from_microseconds(row["traced"]),
        due=time_of(row["due"]),
        ended=time_of(row["ended"]),
        as_of=row["as_of"],
        result=msgspec.json.decode(row["result"], type=Result),
    )


def site_of(row: Row) -> Site:
    """A site of a drill, as it is."""
    return Site(
        number=row["number"],
        organisation=row["organisation"],
        party=row["party"],
        place=row["place"],
        shown=bool(row["shown"]),
        told=amounts.unpacked(row["told"]),
        sold=amounts.unpacked(row["sold"]),
        answered=time_of(row["answered"]),
        found=() if row["found"] is None else amounts.unpacked(row["found"]),
        words=row["words"],
        by_hand=bool(row["by_hand"]),
    )


def hidden(one: Site) -> Site:
    """A site as an organiser may read it who may not know whose it is."""
    if one.shown:
        return one
    return msgspec.structs.replace(one, organisation=None, party=None, place=None, words=None)
