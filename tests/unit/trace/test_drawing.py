# SPDX-License-Identifier: Apache-2.0
"""The layout of a lineage: nothing lost, nothing on top of another, goods from left to right."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.audience import Disclosure
from nguon.trace.drawing import BOX_HEIGHT, BOX_WIDTH, COLUMN, EDGE, Box, Drawing, draw
from nguon.trace.layout import columns_of, heights_of
from nguon.trace.model import Direction, Lineage, Link, LinkKind, Mode, Node

FLOUR, OIL, NOODLE = "01/09521234543213", "01/09521234543220", "01/09521234543237"


def _node(key: str, depth: int = 1, mode: Mode = Mode.WHOLE) -> Node:
    return Node(key, mode, depth, None, None, Disclosure.FULL)


def _lineage(
    start: str,
    links: Iterable[Link],
    nodes: Iterable[Node],
    direction: Direction = Direction.BACK,
) -> Lineage:
    return Lineage(start, direction, 1, tuple(nodes), tuple(links), truncated=False)


def _made(source: str, target: str) -> Link:
    return Link(source, target, LinkKind.TRANSFORMED)


def _boxes(drawing: Drawing) -> dict[str, Box]:
    return {key: box for box in drawing.boxes for key in box.keys}


def test_goods_go_from_left_to_right() -> None:
    flour, dough, noodle = f"{FLOUR}/10/A", f"{OIL}/10/B", f"{NOODLE}/10/C"
    drawing = draw(
        _lineage(
            noodle,
            [_made(flour, dough), _made(dough, noodle)],
            [_node(noodle, 0), _node(dough, 1), _node(flour, 2)],
        )
    )
    boxes = _boxes(drawing)
    assert [boxes[key].x // COLUMN for key in (flour, dough, noodle)] == [0, 1, 2]
    assert len({box.y for box in drawing.boxes}) == 1
    assert [box.keys for box in drawing.boxes if box.start] == [(noodle,)]
    assert len(drawing.lines) == 2


def test_things_alike_are_one_stack_with_its_count() -> None:
    noodle = f"{NOODLE}/10/C"
    flours = [f"{FLOUR}/10/{number}" for number in range(5)]
    oils = [f"{OIL}/10/{number}" for number in range(2)]
    drawing = draw(
        _lineage(
            noodle,
            [_made(key, noodle) for key in flours + oils],
            [_node(noodle, 0), *map(_node, flours), *map(_node, oils)],
        )
    )
    assert sorted(box.count for box in drawing.boxes) == [1, 2, 5]
    assert {box.keys for box in drawing.boxes} == {(noodle,), tuple(flours), tuple(oils)}
    assert len(drawing.lines) == 2


def test_a_lot_and_a_piece_are_no_stack() -> None:
    """They share the first digits of their keys and all neighbours."""
    noodle, lot, piece = f"{NOODLE}/10/C", f"{FLOUR}/10/A", f"{FLOUR}/21/1"
    drawing = draw(
        _lineage(
            noodle,
            [_made(lot, noodle), _made(piece, noodle)],
            [_node(noodle, 0), _node(lot), _node(piece)],
        )
    )
    assert sorted(box.keys for box in drawing.boxes) == sorted([(noodle,), (lot,), (piece,)])


def test_the_start_stands_alone() -> None:
    one, other, lot = f"{FLOUR}/21/1", f"{FLOUR}/21/2", f"{NOODLE}/10/C"
    drawing = draw(
        _lineage(
            one,
            [_made(one, lot), _made(other, lot)],
            [_node(one, 0), _node(other), _node(lot)],
            Direction.FORWARD,
        )
    )
    assert {box.keys for box in drawing.boxes} == {(one,), (other,), (lot,)}


def test_a_lot_stands_between_its_piece_and_where_the_question_leads() -> None:
    lot, piece = f"{FLOUR}/10/A", f"{FLOUR}/10/A/21/1"
    belongs = [Link(piece, lot, LinkKind.MEMBER)]
    back = _boxes(draw(_lineage(piece, belongs, [_node(piece, 0), _node(lot, 1, Mode.LOT)])))
    assert back[lot].x < back[piece].x
    nodes = [_node(lot, 0), _node(piece, 1)]
    forward = _boxes(draw(_lineage(lot, belongs, nodes, Direction.FORWARD)))
    assert forward[lot].x < forward[piece].x


def test_an_origin_stands_right_before_what_needs_it_first() -> None:
    assert columns_of(4, [(0, 1), (1, 2), (3, 2)]) == [0, 1, 2, 1]


def test_a_cycle_is_cut() -> None:
    one, two, three = (f"{FLOUR}/10/{number}" for number in range(3))
    drawing = draw(
        _lineage(
            one,
            [_made(one, two), _made(two, three), _made(three, one), _made(one, one)],
            [_node(one, 0), _node(two, 1), _node(three, 2)],
        )
    )
    assert len(drawing.boxes) == 3
    assert len(drawing.lines) == 3
    assert len({box.x for box in drawing.boxes}) == 3


def test_a_link_to_something_not_shown_is_not_drawn() -> None:
    one = f"{FLOUR}/10/0"
    drawing = draw(_lineage(one, [_made(f"{FLOUR}/10/9", one)], [_node(one, 0)]))
    assert (len(drawing.boxes), drawing.lines) == (1, ())


@st.composite
def _lineages(draws: st.DrawFn) -> Lineage:
    count = draws(st.integers(1, 12))
    keys = [
        draws(st.sampled_from([f"{FLOUR}/10/{n}", f"{FLOUR}/21/{n}", f"00/{n:018d}", f"uri:x:{n}"]))
        for n in range(count)
    ]
    some = st.sampled_from(keys)
    links = draws(st.lists(st.builds(Link, some, some, st.sampled_from(LinkKind)), max_size=30))
    modes = st.sampled_from(Mode)
    nodes = [_node(key, draws(st.integers(0, 5)), draws(modes)) for key in keys]
    return _lineage(draws(some), links, nodes, draws(st.sampled_from(Direction)))


@settings(max_examples=150)
@given(_lineages())
def test_everything_is_drawn_once_and_nothing_overlaps(lineage: Lineage) -> None:
    drawing = draw(lineage)
    drawn = [key for box in drawing.boxes for key in box.keys]
    assert sorted(drawn) == sorted(node.key for node in lineage.nodes)
    assert sum(box.start for box in drawing.boxes) == 1
    for index, box in enumerate(drawing.boxes):
        assert 0 <= box.x <= drawing.width - BOX_WIDTH - EDGE
        assert 0 <= box.y <= drawing.height - BOX_HEIGHT - EDGE
        for other in drawing.boxes[index + 1 :]:
            beside = abs(box.x - other.x) >= BOX_WIDTH + EDGE
            below = abs(box.y - other.y) >= BOX_HEIGHT + EDGE
            assert beside or below
    joined = {frozenset((link.source, link.target)) for link in lineage.links}
    assert len(drawing.lines) <= 2 * len(joined)


@given(st.integers(1, 30), st.data())
def test_without_cycles_each_join_leads_right(count: int, data: st.DataObject) -> None:
    box = st.integers(0, count - 1)
    pairs = data.draw(st.sets(st.tuples(box, box), max_size=60))
    joins = {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}
    columns = columns_of(count, joins)
    assert all(columns[source] < columns[target] for source, target in joins)
    heights = heights_of(columns, joins)
    for column in set(columns):
        here = sorted(heights[box] for box in range(count) if columns[box] == column)
        assert all(lower - upper >= 1 for upper, lower in pairwise(here))
        assert here[0] >= 0
