# SPDX-License-Identifier: Apache-2.0
"""A lineage as a drawing: where each box stands and which lines join them (no words, no markup).

Columns are steps along the way of the goods, left to right; things of one kind
that hang on the same neighbours are drawn as one stack with its count.
"""

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from nguon.trace.model import Lineage, LinkKind, Mode

COLUMN, ROW = 208, 64
BOX_WIDTH, BOX_HEIGHT = 168, 44
MARGIN = 12


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
    stacks = _stacks(lineage)
    stack_of = {key: index for index, keys in enumerate(stacks) for key in keys}
    joins: dict[tuple[int, int], LinkKind] = {}
    for link in lineage.links:
        ends = stack_of.get(link.source), stack_of.get(link.target)
        if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
            joins.setdefault((ends[0], ends[1]), link.kind)
    columns = _columns(len(stacks), joins)
    rows = _rows(columns, joins)
    modes = {node.key: node.mode for node in lineage.nodes}
    boxes = tuple(
        Box(
            keys=keys,
            mode=modes[keys[0]],
            x=MARGIN + columns[index] * COLUMN,
            y=MARGIN + rows[index] * ROW,
            start=lineage.start in keys,
        )
        for index, keys in enumerate(stacks)
    )
    return Drawing(
        width=2 * MARGIN + max(columns, default=0) * COLUMN + BOX_WIDTH,
        height=2 * MARGIN + max(rows, default=0) * ROW + BOX_HEIGHT,
        boxes=boxes,
        lines=tuple(
            Line(_curve(boxes[source], boxes[target]), kind)
            for (source, target), kind in sorted(joins.items())
        ),
    )


def _stacks(lineage: Lineage) -> list[tuple[str, ...]]:
    """Things alike (same mode, kind of key and neighbours) together, in order of depth."""
    around: dict[str, set[tuple[str, str, LinkKind]]] = defaultdict(set)
    for link in lineage.links:
        around[link.source].add(("to", link.target, link.kind))
        around[link.target].add(("from", link.source, link.kind))
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for node in lineage.nodes:
        alone = node.key if node.key == lineage.start else None
        sort = node.key.split("/", 1)[0]
        groups[(alone, node.mode, sort, frozenset(around[node.key]))].append(node.key)
    return [tuple(keys) for keys in groups.values()]


def _columns(count: int, joins: Mapping[tuple[int, int], LinkKind]) -> list[int]:
    """Longest way from an origin; a cycle in bad data is cut where it is met again."""
    sources: dict[int, list[int]] = defaultdict(list)
    for source, target in joins:
        sources[target].append(source)
    columns: list[int | None] = [None] * count
    for index in range(count):
        stack, under_way = [index], set[int]()
        while stack:
            here = stack[-1]
            under_way.add(here)
            waiting = [s for s in sources[here] if columns[s] is None and s not in under_way]
            if waiting:
                stack.extend(waiting[:1])
                continue
            before = [column for s in sources[here] if (column := columns[s]) is not None]
            columns[here] = max(before, default=-1) + 1
            under_way.discard(stack.pop())
    return [column or 0 for column in columns]


def _rows(columns: list[int], joins: Mapping[tuple[int, int], LinkKind]) -> list[int]:
    """Within a column, ordered by the mean row of what leads there (barycentre)."""
    sources: dict[int, list[int]] = defaultdict(list)
    for source, target in joins:
        sources[target].append(source)
    rows = [0] * len(columns)
    for column in range(max(columns, default=0) + 1):
        here = [index for index, at in enumerate(columns) if at == column]
        here.sort(key=lambda index: (_mean([rows[s] for s in sources[index]]), index))
        for row, index in enumerate(here):
            rows[index] = row
    return rows


def _mean(values: list[int]) -> float:
    return sum(values) / len(values) if values else 0.0


def _curve(source: Box, target: Box) -> str:
    x1, y1 = source.x + BOX_WIDTH, source.y + BOX_HEIGHT // 2
    x2, y2 = target.x, target.y + BOX_HEIGHT // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
