# SPDX-License-Identifier: Apache-2.0
"""Whose licences cover numbers; asked before a number is registered. Nothing is decided here."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, and_, func, select

from nguon.store.codes_tables import licence, licence_step
from nguon.store.portions import portions


def standing(connection: Connection, values: Sequence[str], status: str) -> list[RowMapping]:
    """The licences of these prefixes and numbers of which this was said last."""
    last = (
        select(licence_step.c.licence, func.max(licence_step.c.number).label("number"))
        .join(licence, licence.c.id == licence_step.c.licence)
        .group_by(licence_step.c.licence)
    )
    columns = licence.c["kind", "value", "organisation", "valid_to"]
    found: list[RowMapping] = []
    for some in portions(values):
        newest = last.where(licence.c.value.in_(some)).subquery()
        said = and_(
            licence_step.c.licence == newest.c.licence, licence_step.c.number == newest.c.number
        )
        query = (
            select(*columns)
            .join(licence_step, licence_step.c.licence == licence.c.id)
            .join(newest, said)
            .where(licence_step.c.status == status)
        )
        found += connection.execute(query).mappings()
    return found
