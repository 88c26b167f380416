# SPDX-License-Identifier: Apache-2.0
"""Statements of plot boundaries: the current ones by place, those near a box, a new version."""

from collections.abc import Iterable, Mapping, Sequence
from math import floor
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from nguon.store.land_tables import CELL, plot_boundary, plot_cell
from nguon.store.portions import portions
from nguon.store.registry_tables import place

Box = tuple[float, float, float, float]
"""South, north, west, east."""

_EARLIER, _CURRENT, _WAITS = 0, 1, 2
_COLUMNS_OF_CELLS = 100_000
_BESIDE = (plot_boundary.c.place, plot_boundary.c.geometry, place.c.kind, place.c.name_vi)


def current(connection: Connection, places: Sequence[str]) -> dict[str, RowMapping]:
    """The current boundaries of places, by their keys."""
    own = plot_boundary.c
    found: dict[str, RowMapping] = {}
    for some in portions(places):
        query = select(plot_boundary).where(own.place.in_(some), own.current == 1)
        found |= {row["place"]: row for row in connection.execute(query).mappings()}
    return found


def versions(connection: Connection, key: str) -> list[RowMapping]:
    """Every boundary that a place has had, the newest first."""
    own = plot_boundary.c
    query = select(plot_boundary).where(own.place == key).order_by(own.version.desc())
    return list(connection.execute(query).mappings())


def near(
    connection: Connection, box: Box, *, besides: Iterable[str], limit: int
) -> list[RowMapping]:
    """The current boundaries whose boxes touch a box, by place."""
    own, (south, north, west, east) = plot_boundary.c, box
    places = select(plot_cell.c.place).where(plot_cell.c.cell.in_(cells(box)))
    query = (
        select(*_BESIDE)
        .join(place, place.c.key == own.place)
        .where(own.place.in_(places), own.current == 1, own.place.not_in(list(besides)))
        .where(own.south <= north, own.north >= south, own.west <= east, own.east >= west)
        .order_by(own.place)
        .limit(limit)
    )
    return list(connection.execute(query).mappings())


def in_cells(connection: Connection, squares: Sequence[int]) -> list[RowMapping]:
    """The current boundaries that lie in any of the squares, by place."""
    own, found = plot_boundary.c, dict[str, RowMapping]()
    for some in portions(squares):
        places = select(plot_cell.c.place).where(plot_cell.c.cell.in_(some))
        query = (
            select(*_BESIDE)
            .join(place, place.c.key == own.place)
            .where(own.place.in_(places), own.current == 1)
        )
        found |= {row["place"]: row for row in connection.execute(query).mappings()}
    return [found[key] for key in sorted(found)]


def waiting(connection: Connection, places: Sequence[str]) -> dict[str, RowMapping]:
    """The boundaries that wait for a decision, by their places."""
    own = plot_boundary.c
    found: dict[str, RowMapping] = {}
    for some in portions(places):
        query = select(plot_boundary).where(own.place.in_(some), own.current == _WAITS)
        found |= {row["place"]: row for row in connection.execute(query).mappings()}
    return found


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep boundaries as the current ones of their places, each place once."""
    _leave(connection, [row["place"] for row in rows], _EARLIER, _CURRENT, _WAITS)
    _insert(connection, rows, _CURRENT)
    _cover(connection, rows)


def propose(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep boundaries that wait, each in the place of what waited before; the current stay."""
    _leave(connection, [row["place"] for row in rows], _EARLIER, _WAITS)
    _insert(connection, rows, _WAITS)


def settle(connection: Connection, key: str, *, accepted: bool) -> None:
    """Let the boundary that waits hold from now on, or lay it aside."""
    row = waiting(connection, [key]).get(key)
    if row is None:
        return
    if not accepted:
        _leave(connection, [key], _EARLIER, _WAITS)
        return
    _leave(connection, [key], _EARLIER, _CURRENT)
    _leave(connection, [key], _CURRENT, _WAITS)
    _cover(connection, [row])


def _leave(connection: Connection, places: Sequence[str], state: int, *before: int) -> None:
    own = plot_boundary.c
    for some in portions(places):
        those = update(plot_boundary).where(own.place.in_(some), own.current.in_(before))
        connection.execute(those.values(current=state))


def _insert(connection: Connection, rows: Sequence[Mapping[str, Any]], state: int) -> None:
    places = [row["place"] for row in rows]
    own = plot_boundary.c
    last: dict[str, int] = {}
    for some in portions(places):
        asked = select(own.place, func.max(own.version)).where(own.place.in_(some))
        last |= {row.place: row[1] for row in connection.execute(asked.group_by(own.place))}
    whole = [{**row, "version": last.get(row["place"], 0) + 1, "current": state} for row in rows]
    if whole:
        connection.execute(insert(plot_boundary), whole)


def _cover(connection: Connection, rows: Sequence[Mapping[Any, Any]]) -> None:
    """The squares of current boundaries."""
    places = [row["place"] for row in rows]
    for some in portions(places):
        connection.execute(delete(plot_cell).where(plot_cell.c.place.in_(some)))
    covered = [
        {"cell": cell, "place": row["place"]}
        for row in rows
        for cell in cells((row["south"], row["north"], row["west"], row["east"]))
    ]
    if covered:
        connection.execute(insert(plot_cell), covered)


def cells(box: Box) -> list[int]:
    """The squares of the grid that a box touches."""
    south, north, west, east = (floor(edge / CELL) for edge in box)
    return [
        row * _COLUMNS_OF_CELLS + column
        for row in range(south, north + 1)
        for column in range(west, east + 1)
    ]
