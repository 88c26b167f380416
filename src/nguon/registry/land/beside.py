# SPDX-License-Identifier: Apache-2.0
"""Which plots of a file lie on kept ones or on each other, found together."""

from collections.abc import Sequence

from shapely import STRtree, box

from nguon.base.audience import Audience
from nguon.registry.land import kept
from nguon.registry.land.model import Fault, Neighbour, Parts
from nguon.registry.land.rules import lying_on
from nguon.store import Store
from nguon.store import land as rows

_Sited = tuple[str | None, Parts]


def beside(store: Store, audience: Audience, plots: Sequence[_Sited]) -> list[list[Fault]]:
    """For each plot (its place and shape) the overlaps with others; kept ones read together."""
    shaped = [(key, parts) for key, parts in plots if parts]
    squares = {cell for _, parts in shaped for cell in rows.cells(kept.box_of(parts))}
    with store.reading() as connection:
        found = rows.in_cells(connection, sorted(squares))
    open_to = kept.readable(store, audience, [row["place"] for row in found])
    renewed = {key for key, _ in shaped}
    others = [
        (row["place"], kept.neighbour(row, named=row["place"] in open_to))
        for row in found
        if row["place"] not in renewed
    ]
    others += [(key, Neighbour(key, parts)) for key, parts in shaped if key is not None]
    boxes = [_box(neighbour.parts) for _, neighbour in others]
    tree = STRtree(boxes)
    return [_around(key, parts, others, tree) if parts else [] for key, parts in plots]


def _around(
    key: str | None, parts: Parts, others: Sequence[tuple[str, Neighbour]], tree: STRtree
) -> list[Fault]:
    near = sorted(int(at) for at in tree.query(_box(parts), predicate="intersects"))
    neighbours = [others[at][1] for at in near if others[at][0] != key]
    return list(lying_on(parts, neighbours))


def _box(parts: Parts) -> object:
    south, north, west, east = kept.box_of(parts)
    return box(west, south, east, north)
