# SPDX-License-Identifier: Apache-2.0
"""The statements on mandates: granted once each, never changed; the latest row counts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from nguon.store.access_tables import mandate
from nguon.store.stated import stated


def latest(connection: Connection, subjects: Sequence[str]) -> dict[str, RowMapping]:
    """The mandate granted last to each of these; subjects without one are absent."""
    query = select(mandate).where(mandate.c.subject.in_(subjects)).order_by(mandate.c.granted)
    return {row["subject"]: row for row in connection.execute(query).mappings()}


def add(connection: Connection, values: dict[str, Any]) -> None:
    """Write a mandate."""
    connection.execute(insert(mandate), [values])
    stated(connection, mandate, [values])


def history(connection: Connection, subject: str) -> list[RowMapping]:
    """All mandates that a subject was granted, the latest first."""
    query = select(mandate).where(mandate.c.subject == subject)
    return list(connection.execute(query.order_by(mandate.c.granted.desc())).mappings())
