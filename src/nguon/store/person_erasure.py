# SPDX-License-Identifier: Apache-2.0
"""The statements that erase what registers keep besides the entries: versions and boundaries."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from nguon.store.access_tables import erasure
from nguon.store.history_tables import register_version
from nguon.store.land_tables import plot_boundary, plot_cell
from nguon.store.registry import batches


def rewrite_versions(connection: Connection, register: str, key: str, content: str) -> None:
    """Leave of all versions of an entry nothing but this content."""
    own = (register_version.c.register == register) & (register_version.c.key == key)
    connection.execute(update(register_version).where(own).values(content=content))


def drop_boundaries(connection: Connection, places: Sequence[str]) -> None:
    """Remove the boundaries of places, all versions."""
    for some in batches(places):
        for table in (plot_boundary, plot_cell):
            connection.execute(delete(table).where(table.c.place.in_(some)))


def note(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write down that an order was carried out."""
    connection.execute(insert(erasure), [dict(values)])
