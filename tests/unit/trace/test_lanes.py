# SPDX-License-Identifier: Apache-2.0
"""Lanes: each thing in the lane where it came to be, along the chain; too much stands in stacks."""

import time

import pytest

from nguon.base.audience import Disclosure
from nguon.trace import lanes
from nguon.trace.model import Direction, Lineage, Link, LinkKind, Mode, Node

LOT = "01/09521101000016/10"
BOX = "01/09521101000023"


def _node(key: str, depth: int = 1) -> Node:
    return Node(key, Mode.WHOLE, depth, None, None, Disclosure.FULL)


def _lineage(nodes: list[Node], links: list[Link]) -> Lineage:
    start = nodes[0].key
    return Lineage(start, Direction.FORWARD, 1, tuple(nodes), tuple(links), truncated=False)


@pytest.mark.parametrize(
    ("step", "place", "lane"),
    [
        ("harvesting", None, "farm"),
        ("commissioning", "pond", "farm"),
        ("collecting", None, "collector"),
        ("packing", None, "factory"),
        ("commissioning", "packing_house", "factory"),
        ("shipping", None, "carrier"),
        ("shipping", "vehicle", "carrier"),
        ("receiving", "warehouse", "distribution"),
        ("receiving", "shop", "retail"),
        ("retail_selling", None, "retail"),
        ("exporting", "warehouse", "border"),
        ("receiving", "port", "border"),
        ("something_else", None, "unknown"),
    ],
)
def test_the_lane_of_a_record(step: str, place: str | None, lane: str) -> None:
    assert lanes.lane_of(step, place) == lane


def test_goods_flow_from_lane_to_lane() -> None:
    farm, first, second = f"{LOT}/H1", f"{BOX}/10/A", f"{BOX}/10/B"
    found = lanes.drawn(
        _lineage(
            [_node(farm, 0), _node(first), _node(second, 2)],
            [
                Link(farm, first, LinkKind.TRANSFORMED),
                Link(first, second, LinkKind.TRANSFORMED),
            ],
        ),
        {farm: "farm", first: "factory", second: "factory"},
    )
    assert [(band.name, band.count) for band in found.bands] == [("farm", 1), ("factory", 2)]
    at = {box.keys[0]: box.x for box in found.drawing.boxes}
    assert at[farm] < at[first] < at[second]
    assert [box.start for box in found.drawing.boxes if box.keys == (farm,)] == [True]
    assert not found.collapsed


def test_a_thousand_things_are_drawn_as_stacks_and_soon() -> None:
    things = [_node(f"{LOT}/H1", 0), *(_node(f"{BOX}/21/{n:05}") for n in range(1_240))]
    links = [
        Link(f"{LOT}/H1" if n % 2 else f"{BOX}/21/{n // 2:05}", one.key, LinkKind.TRANSFORMED)
        for n, one in enumerate(things[1:])
    ]
    by_key = {one.key: "factory" for one in things[1:]} | {things[0].key: "farm"}
    lanes.drawn(_lineage(things[:3], []), by_key)
    taken = []
    for _ in range(3):
        begun = time.process_time()
        found = lanes.drawn(_lineage(things, links), by_key)
        taken.append(time.process_time() - begun)
    assert found.collapsed
    assert sorted(box.count for box in found.drawing.boxes) == [1, 1_240]
    assert sum(band.count for band in found.bands) == len(things)
    assert min(taken) < 0.5  # a tenth of it on a quiet machine
