# SPDX-License-Identifier: Apache-2.0
"""Where goods of recalls may go back to, and from which sites."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, or_, select

from nguon.store.portions import rows_by
from nguon.store.recall_sites_tables import recall_site
from nguon.store.recalls_tables import recall_case, recall_maker


class Returns(msgspec.Struct, frozen=True):
    """Of a recall: whose goods it is about, what sites were told to do, and which of some
    organisations and places were told.
    """

    makers: frozenset[int]
    instructions: str
    organisations: frozenset[int]
    places: frozenset[str]


def returns(
    connection: Connection,
    recalls: Sequence[str],
    *,
    organisations: Collection[int],
    places: Collection[str],
) -> Mapping[str, Returns]:
    """What holds for these recalls, and which of the organisations and places were told."""
    cases = rows_by(connection, select(recall_case), recall_case.c.id, recalls)
    makers = {row["id"]: {row["maker"]} - {None} for row in cases}
    for row in rows_by(connection, select(recall_maker), recall_maker.c.recall, recalls):
        makers.setdefault(row["recall"], set()).add(row["organisation"])
    site = recall_site.c
    query = select(site.recall, site.organisation, site.place).distinct()
    query = query.where(or_(site.organisation.in_(organisations), site.place.in_(places)))
    told = rows_by(connection, query, site.recall, recalls)
    return {
        row["id"]: Returns(
            frozenset(makers[row["id"]]),
            row["instructions"] or "",
            _told(told, row["id"], "organisation"),
            _told(told, row["id"], "place"),
        )
        for row in cases
    }


def _told(told: Sequence[RowMapping], recall: str, column: str) -> frozenset[Any]:
    return frozenset(one[column] for one in told if one["recall"] == recall) - {None}
