# SPDX-License-Identifier: Apache-2.0
"""A lineage as lanes: each thing in the lane of the stage where it came to be, the goods flowing
from lane to lane; what is too much to draw one by one stands as a stack with its count. Pure.
"""

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from nguon.trace.drawing import (
    BOX_HEIGHT,
    BOX_WIDTH,
    COLUMN,
    EDGE,
    MARGIN,
    ROW,
    Box,
    Drawing,
    Line,
    curve,
    joins_of,
    stacks_of,
)
from nguon.trace.labels import label
from nguon.trace.layout import Join, columns_of, heights_of
from nguon.trace.model import Lineage, LinkKind
from nguon.trace.stages import chain

DRAWN = 300
"""More boxes than this are drawn as stacks of what is of one lane, kind, product and mode."""
HEAD = 32
"""Room above the boxes for the names of the lanes."""
UNKNOWN = "unknown"


class Band(msgspec.Struct, frozen=True):
    """A lane as drawn: from ``x``, so many pixels wide, with so many things."""

    name: str
    x: int
    width: int
    count: int


class Lanes(msgspec.Struct, frozen=True):
    """The lanes that have something, and what stands in them; ``collapsed`` where there was too
    much to draw one by one.
    """

    bands: tuple[Band, ...]
    drawing: Drawing
    collapsed: bool


class _Lane(msgspec.Struct, frozen=True):
    name: str
    places: frozenset[str]
    stages: frozenset[str]
    steps: frozenset[str] = frozenset()


def lane_of(step: str, place_kind: str | None) -> str:
    """The lane of a record: by its step where that alone tells, by the kind of its place, else by
    the stage of its step.
    """
    stage = chain().stage.get(step, "")
    for lane in _lanes():
        if step in lane.steps:
            return lane.name
    for lane in _lanes():
        if place_kind in lane.places:
            return lane.name
    return next((lane.name for lane in _lanes() if stage in lane.stages), UNKNOWN)


def order() -> tuple[str, ...]:
    """The names of all lanes along the chain."""
    return tuple(lane.name for lane in _lanes())


def drawn(lineage: Lineage, lanes: Mapping[str, str]) -> Lanes:
    """Lay a lineage out in lanes; ``lanes`` by key, things without one are `UNKNOWN`."""
    stacks = [part for stack in stacks_of(lineage) for part in _in_lanes(stack, lanes)]
    collapsed = len(stacks) > DRAWN
    if collapsed:
        stacks = _collapsed(lineage, lanes)
    joins = joins_of(lineage, stacks)
    names = [lanes.get(stack[0], UNKNOWN) for stack in stacks]
    columns, bands = _columns(stacks, names, joins)
    heights = heights_of(columns, joins.keys())
    modes = {node.key: node.mode for node in lineage.nodes}
    starts = {lineage.start, *lineage.starts}
    boxes = tuple(
        Box(
            keys=keys,
            mode=modes[keys[0]],
            x=MARGIN + columns[index] * COLUMN,
            y=MARGIN + HEAD + int(heights[index] * ROW),
            start=not starts.isdisjoint(keys),
        )
        for index, keys in enumerate(stacks)
    )
    return Lanes(bands, _drawing(boxes, joins), collapsed)


def _drawing(boxes: tuple[Box, ...], joins: Mapping[Join, LinkKind]) -> Drawing:
    return Drawing(
        width=max((box.x for box in boxes), default=0) + BOX_WIDTH + EDGE + MARGIN,
        height=max((box.y for box in boxes), default=0) + BOX_HEIGHT + EDGE + MARGIN,
        boxes=boxes,
        lines=tuple(
            Line(curve(boxes[source], boxes[target]), kind)
            for (source, target), kind in sorted(joins.items())
        ),
    )


def _columns(
    stacks: Sequence[tuple[str, ...]], names: Sequence[str], joins: Mapping[Join, LinkKind]
) -> tuple[list[int], tuple[Band, ...]]:
    """The column of each stack: its lane's first, further right by what comes before it there."""
    inside = [pair for pair in joins if names[pair[0]] == names[pair[1]]]
    steps = columns_of(len(stacks), inside)
    columns, bands, first = [0] * len(stacks), list[Band](), 0
    for name in order():
        here = [index for index, lane in enumerate(names) if lane == name]
        if not here:
            continue
        wide = 1 + max(steps[index] for index in here)
        for index in here:
            columns[index] = first + steps[index]
        count = sum(len(stacks[index]) for index in here)
        bands.append(Band(name, MARGIN + first * COLUMN, wide * COLUMN, count))
        first += wide
    return columns, tuple(bands)


def _in_lanes(stack: tuple[str, ...], lanes: Mapping[str, str]) -> list[tuple[str, ...]]:
    """A stack apart by lanes."""
    parts: dict[str, list[str]] = defaultdict(list)
    for key in stack:
        parts[lanes.get(key, UNKNOWN)].append(key)
    return [tuple(keys) for keys in parts.values()]


def _collapsed(lineage: Lineage, lanes: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Everything of one lane, kind, product and mode together; the things asked about apart."""
    starts = {lineage.start, *lineage.starts}
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for node in lineage.nodes:
        name = label(node.key)
        alone = node.key in starts
        group = (alone, lanes.get(node.key, UNKNOWN), name.kind, name.product, node.mode)
        groups[group].append(node.key)
    return [tuple(keys) for keys in groups.values()]


@cache
def _lanes() -> tuple[_Lane, ...]:
    text = files("nguon.trace").joinpath("lanes.toml").read_text("utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["lane"], list[_Lane]))
