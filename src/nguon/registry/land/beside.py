# SPDX-License-Identifier: Apache-2.0
"""Which plots of a file lie on kept ones or on each other, found together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nguon.base.audience import Audience
from nguon.registry.land import kept
from nguon.registry.land.model import Fault, Neighbour, Parts
from nguon.registry.land.rules import lying_on
from nguon.store import Store
from nguon.store import land as rows

if TYPE_CHECKING:
    from shapely import STRtree

_Sited = tuple[str | None, bool, Parts]
"""Key of the place, whether it is an area that holds plots, shape."""
_Other = tuple[str, bool, Neighbour]


def beside(store: Store, audience: Audience, plots: Sequence[_Sited]) -> list[list[Fault]]:
    """For each plot the overlaps with others of its level; kept ones read together."""
    shaped = [plot for plot in plots if plot[2]]
    squares = {cell for _, _, parts in shaped for cell in rows.cells(kept.box_of(parts))}
    with store.reading() as connection:
        found = rows.in_cells(connection, sorted(squares))
    open_to = kept.readable(store, audience, [row["place"] for row in found])
    renewed = {key for key, _, _ in shaped}
    others: list[_Other] = [
        (
            row["place"],
            kept.is_area(row["kind"]),
            kept.neighbour(row, named=row["place"] in open_to),
        )
        for row in found
        if row["place"] not in renewed
    ]
    others += [(key, area, Neighbour(key, parts)) for key, area, parts in shaped if key]
    from shapely import STRtree

    tree = STRtree([_box(neighbour.parts) for _, _, neighbour in others])
    return [_around(plot, others, tree) if plot[2] else [] for plot in plots]


def _around(plot: _Sited, others: Sequence[_Other], tree: "STRtree") -> list[Fault]:
    own, area, parts = plot
    near = sorted(int(at) for at in tree.query(_box(parts), predicate="intersects"))
    neighbours = [others[at][2] for at in near if others[at][0] != own and others[at][1] == area]
    return list(lying_on(parts, neighbours))


def _box(parts: Parts) -> object:
    south, north, west, east = kept.box_of(parts)
    from shapely import box

    return box(west, south, east, north)
