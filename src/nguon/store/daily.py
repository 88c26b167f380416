# SPDX-License-Identifier: Apache-2.0
"""Statements of the start page: what an organisation is, and what waits for it."""

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select

from nguon.store import entry_tables as forms
from nguon.store import history_tables as history
from nguon.store import registry_tables as registers

_organisation, _place = registers.organisation, registers.place
_MOST_CASES = 500


def has_members(connection: Connection, organisation: int) -> bool:
    """Whether an organisation has any."""
    column = _organisation.c
    query = select(column.id).where(column.member_of == organisation).limit(1)
    return connection.execute(query).first() is not None


def sites(connection: Connection, organisation: int) -> frozenset[str]:
    """The kinds of an organisation's own places."""
    query = select(_place.c.kind).where(_place.c.holder == organisation).distinct()
    return frozenset(connection.execute(query).scalars())


def answers_wanted(connection: Connection, organisation: int, most: int) -> tuple[int, int]:
    """Hand-overs offered to an organisation, and its own that differ; up to so many each."""
    column = forms.handover.c
    offered = select(column.id).where(column.receiver == organisation, column.state == "offered")
    differing = select(column.id).where(
        or_(column.giver == organisation, column.receiver == organisation),
        column.state.in_(("part", "disputed")),
    )
    return (
        len(connection.execute(offered.limit(most)).all()),
        len(connection.execute(differing.limit(most)).all()),
    )


def last_cases(
    connection: Connection, organisation: int, since: int
) -> Sequence[tuple[str, str, str]]:
    """Register, key and state of what was last laid before a body, for each entry once."""
    column = history.register_case.c
    query = (
        select(column.register, column.key, column.state)
        .where(column.organisation == organisation, column.opened >= since)
        .order_by(column.opened)
        .limit(_MOST_CASES)
    )
    found = {(row.register, row.key): row.state for row in connection.execute(query)}
    return [(register, key, state) for (register, key), state in found.items()]
