# SPDX-License-Identifier: Apache-2.0
"""Layers of a drawing: in which column a box stands, and how high in it.

Pure: boxes are numbers, joins are pairs of them, pointing along the way of the goods.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

Join = tuple[int, int]
_SWEEPS = 2


def columns_of(count: int, joins: Iterable[Join]) -> list[int]:
    """Longest way from an origin, an origin itself right before what needs it first; a cycle in
    bad data is cut where it is met again.
    """
    sources, targets = _ends(joins)
    columns: list[int | None] = [None] * count
    for index in range(count):
        stack, under_way = [index], set[int]()
        while stack:
            here = stack[-1]
            under_way.add(here)
            before = sources.get(here, ())
            waiting = next((s for s in before if columns[s] is None and s not in under_way), None)
            if waiting is not None:
                stack.append(waiting)
                continue
            known = [column for s in before if (column := columns[s]) is not None]
            columns[here] = max(known, default=-1) + 1
            under_way.discard(stack.pop())
    placed = [column or 0 for column in columns]
    for origin in range(count):
        if origin not in sources and origin in targets:
            placed[origin] = max(0, min(placed[target] for target in targets[origin]) - 1)
    return placed


def heights_of(columns: Sequence[int], joins: AbstractSet[Join]) -> list[float]:
    """Rows from the top, halves allowed: columns centred, boxes near the mean of their neighbours.

    Boxes of one column are at least a row apart.
    """
    sources, targets = _ends(joins)
    layers: dict[int, list[int]] = defaultdict(list)
    for index, column in enumerate(columns):
        layers[column].append(index)
    tallest = max(map(len, layers.values()), default=0)
    heights = [0.0] * len(columns)
    _settle(layers.values(), heights, tallest)
    for _ in range(_SWEEPS):
        for order, beside in ((sorted(layers), sources), (sorted(layers, reverse=True), targets)):
            for column in order:
                layers[column].sort(key=lambda box: (_mean(box, beside, heights), box))
                _settle([layers[column]], heights, tallest)
    return heights


def _settle(layers: Iterable[list[int]], heights: list[float], tallest: int) -> None:
    for layer in layers:
        top = (tallest - len(layer)) / 2
        for place, box in enumerate(layer):
            heights[box] = top + place


def _mean(box: int, beside: Mapping[int, list[int]], heights: Sequence[float]) -> float:
    around = beside.get(box)
    return sum(heights[one] for one in around) / len(around) if around else heights[box]


def _ends(joins: Iterable[Join]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Each box's sources and targets."""
    sources: dict[int, list[int]] = defaultdict(list)
    targets: dict[int, list[int]] = defaultdict(list)
    for source, target in sorted(joins):
        sources[target].append(source)
        targets[source].append(target)
    return sources, targets
