# SPDX-License-Identifier: Apache-2.0
"""A lineage as a drawing: where each box stands and which lines join them (no words, no markup).

Columns are steps along the way of the goods, left to right; things of one kind
and product that hang on the same neighbours are drawn as one stack with its count.
"""

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from nguon.trace.labels import label
from nguon.trace.layout import Join, columns_of, heights_of
from nguon.trace.model import Direction, Lineage, Link, LinkKind, Mode

BOX_WIDTH, BOX_HEIGHT = 184, 48
COLUMN, ROW = BOX_WIDTH + 56, BOX_HEIGHT + 20
MARGIN = 4
EDGE = 5
"""How far the second box of a stack looks out, below and to the right."""


class Box(msgspec.Struct, frozen=True):
    """A thing, or a stack of ``count`` alike; ``x`` and ``y`` are its upper left corner."""

    keys: tuple[str, ...]
    mode: Mode
    x: int
    y: int
    start: bool

    @property
    def count(self) -> int:
        return len(self.keys)


class Line(msgspec.Struct, frozen=True):
    """A join of two boxes as an SVG path; ``kind`` chooses its stroke."""

    path: str
    kind: LinkKind


class Drawing(msgspec.Struct, frozen=True):
    """Boxes and lines in a space of ``width`` by ``height`` pixels."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw(lineage: Lineage) -> Drawing:
    """Lay a lineage out: columns by longest way from an origin, rows by their neighbours' mean."""
    stacks = stacks_of(lineage)
    joins = joins_of(lineage, stacks)
    columns = columns_of(len(stacks), joins)
    heights = heights_of(columns, joins.keys())
    modes = {node.key: node.mode for node in lineage.nodes}
    boxes = tuple(
        Box(
            keys=keys,
            mode=modes[keys[0]],
            x=MARGIN + columns[index] * COLUMN,
            y=MARGIN + int(heights[index] * ROW),
            start=lineage.start in keys,
        )
        for index, keys in enumerate(stacks)
    )
    return Drawing(
        width=max((box.x for box in boxes), default=0) + BOX_WIDTH + EDGE + MARGIN,
        height=max((box.y for box in boxes), default=0) + BOX_HEIGHT + EDGE + MARGIN,
        boxes=boxes,
        lines=tuple(
            Line(curve(boxes[source], boxes[target]), kind)
            for (source, target), kind in sorted(joins.items())
        ),
    )


def joins_of(lineage: Lineage, stacks: list[tuple[str, ...]]) -> dict[Join, LinkKind]:
    """Which stacks hang together, and why."""
    stack_of = {key: index for index, keys in enumerate(stacks) for key in keys}
    depths = {node.key: node.depth for node in lineage.nodes}
    joins: dict[Join, LinkKind] = {}
    for link in lineage.links:
        source, target = _ends(link, lineage.direction, depths)
        ends = stack_of.get(source), stack_of.get(target)
        if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
            joins.setdefault((ends[0], ends[1]), link.kind)
    return joins


def _ends(link: Link, direction: Direction, depths: Mapping[str, int]) -> tuple[str, str]:
    """A link as drawn. What belongs to a lot does not move, so that line follows the question:
    whatever was found earlier stands nearer to the start.
    """
    source, target = link.source, link.target
    if link.kind is not LinkKind.MEMBER:
        return source, target
    onward = depths.get(target, 0) > depths.get(source, 0)
    return (source, target) if onward is (direction is Direction.FORWARD) else (target, source)


def stacks_of(lineage: Lineage) -> list[tuple[str, ...]]:
    """Things alike (same mode, kind, product and neighbours) together, in order of depth."""
    around: dict[str, set[tuple[str, str, LinkKind]]] = defaultdict(set)
    for link in lineage.links:
        around[link.source].add(("to", link.target, link.kind))
        around[link.target].add(("from", link.source, link.kind))
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for node in lineage.nodes:
        alone = node.key if node.key == lineage.start else None
        name = label(node.key)
        sort = (alone, node.mode, name.kind, name.product, frozenset(around[node.key]))
        groups[sort].append(node.key)
    return [tuple(keys) for keys in groups.values()]


def curve(source: Box, target: Box) -> str:
    """The line from one box to another as an SVG path."""
    x1, y1 = source.x + BOX_WIDTH + (EDGE if source.count > 1 else 0), source.y + BOX_HEIGHT // 2
    x2, y2 = target.x, target.y + BOX_HEIGHT // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
