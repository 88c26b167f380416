# SPDX-License-Identifier: Apache-2.0
"""The tables of plot boundaries: every version, and a grid by which neighbours are found.

``sent`` is what came in (GeoJSON geometry or list, digits as written),
``geometry`` GeoJSON in WGS 84; areas are hectares as decimal text; ``cell``
numbers squares of `CELL` degrees and holds current boundaries only. ``current`` is 0
for earlier versions, 1 for what holds, 2 for a change that waits for the body in charge.
"""

from sqlalchemy import REAL, Column, Double, Table, Text
from sqlalchemy.types import TypeEngine

from nguon.store.schema import INT16, INT64, metadata

CELL = 0.02

_DEGREES: TypeEngine[float] = Double().with_variant(REAL, "sqlite")

plot_boundary = Table(
    "plot_boundary",
    metadata,
    Column("place", Text, primary_key=True),
    Column("version", INT64, primary_key=True, autoincrement=False),
    Column("current", INT16, nullable=False),
    Column("sent", Text, nullable=False),
    Column("epsg", INT64, nullable=False),
    Column("geometry", Text, nullable=False),
    Column("area_ha", Text),
    Column("declared_ha", Text),
    *(Column(name, _DEGREES, nullable=False) for name in ("south", "north", "west", "east")),
    Column("source", Text, nullable=False),
    Column("accuracy", Text),
    Column("confirmed", Text),
    Column("organisation", INT64),
    Column("key_id", Text, nullable=False),
    Column("recorded", INT64, nullable=False),
)

plot_cell = Table(
    "plot_cell",
    metadata,
    Column("cell", INT64, primary_key=True, autoincrement=False),
    Column("place", Text, primary_key=True),
)
