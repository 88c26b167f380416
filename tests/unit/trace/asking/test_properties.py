# SPDX-License-Identifier: Apache-2.0
"""What holds for any records: nothing appears or vanishes, and the order of capture is nothing."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.store.values import Action
from nguon.trace.asking.entries import Account, entries, totals
from nguon.trace.asking.facts import Fact
from nguon.trace.asking.where import HoldingState
from nguon.trace.asking.world import World
from nguon.trace.shapes import Shape
from tests.unit.trace.asking.story import (
    FARM,
    LOT,
    MILL,
    SHOP,
    Story,
    pallet,
    party,
    piece,
    world,
)

PLACES = st.sampled_from([FARM, MILL, SHOP])
AMOUNT = st.integers(0, 50).map(str)
DAY = st.integers(1, 12)
PIECE = st.integers(1, 4).map(piece)
BOX = st.integers(1, 2).map(pallet)
STEPS = st.sampled_from(
    ["retail_selling", "destroying", "stock_taking", "storing", "inspecting", "void_shipping"]
)
Telling = Callable[[Story], Fact]


def _telling(*parts: object) -> Telling:
    name, *rest = parts
    return lambda story: getattr(story, str(name))(*rest)


LOTS = st.one_of(
    st.builds(lambda d, a, q: _telling("make", d, a, (LOT, q)), DAY, PLACES, AMOUNT),
    st.builds(lambda d, a, b, q: _telling("ship", d, a, b, (LOT, q)), DAY, PLACES, PLACES, AMOUNT),
    st.builds(
        lambda d, a, b, q: _telling("receive", d, a, b, (LOT, q)), DAY, PLACES, PLACES, AMOUNT
    ),
    st.builds(lambda s, d, a, q: _telling("do", s, d, a, (LOT, q)), STEPS, DAY, PLACES, AMOUNT),
    st.builds(lambda d, a, b, q: _telling("pack", d, a, b, (LOT, q)), DAY, PLACES, BOX, AMOUNT),
    st.builds(lambda d, a, b, q: _telling("unpack", d, a, b, (LOT, q)), DAY, PLACES, BOX, AMOUNT),
)
THINGS = st.one_of(PIECE, BOX)
SINGLE = st.one_of(
    st.builds(lambda d, a, k: _telling("make", d, a, k), DAY, PLACES, PIECE),
    st.builds(lambda d, a, b, k: _telling("ship", d, a, b, k), DAY, PLACES, PLACES, THINGS),
    st.builds(lambda d, a, b, k: _telling("receive", d, a, b, k), DAY, PLACES, PLACES, THINGS),
    st.builds(lambda s, d, a, k: _telling("do", s, d, a, k), STEPS, DAY, PLACES, THINGS),
    st.builds(lambda d, a, b, k: _telling("pack", d, a, b, k), DAY, PLACES, BOX, THINGS),
    st.builds(lambda d, a, b: _telling("unpack", d, a, b), DAY, PLACES, BOX),
)
HISTORY = st.lists(st.one_of(LOTS, SINGLE), max_size=14)


def _told(history: list[Telling]) -> Story:
    story = Story()
    for telling in history:
        telling(story)
    return story


def _stock(found: World) -> Counter[object]:
    """Where everything is, without the records' numbers."""
    there: Counter[object] = Counter()
    for stock, slots in found.stocks.amounts.items():
        for slot, amount in slots.items():
            there[stock, slot] += amount  # type: ignore[assignment]
    for key, where in found.places.items():
        there[key, where] += 1
    return there


@settings(max_examples=40, deadline=None, derandomize=True)
@given(HISTORY)
def test_every_unit_of_a_lot_is_made_or_brought_in_and_is_somewhere(history: list[Telling]) -> None:
    found = world(_told(history).facts)
    came = sum((m.amount for m in found.moves if m.lot == LOT and m.source is None), Decimal(0))
    there = sum(
        (
            amount
            for stock, slots in found.stocks.amounts.items()
            if stock.lot == LOT
            for amount in slots.values()
        ),
        Decimal(0),
    )
    assert there == came


@settings(max_examples=40, deadline=None, derandomize=True)
@given(HISTORY)
def test_the_ledger_of_each_party_balances(history: list[Telling]) -> None:
    """What came less what left is what the world has of it there: sold, used, lost, destroyed."""
    found = world(_told(history).facts)
    for number in (FARM, MILL, SHOP):
        told = list(entries(Account(party=party(number), lot=LOT), found.moves, {}))
        held = sum(
            (
                amount
                for stock, slots in found.stocks.amounts.items()
                for slot, amount in slots.items()
                if stock.lot == LOT
                and slot.where.state is HoldingState.HELD
                and slot.where.party == party(number)
            ),
            Decimal(0),
        )
        assert sum((entry.change.amount for entry in told), Decimal(0)) == held
        for total in totals(told):
            assert total.stock == held


@settings(max_examples=40, deadline=None, derandomize=True)
@given(HISTORY, st.randoms(use_true_random=False))
def test_the_order_of_capture_never_matters(history: list[Telling], random: object) -> None:
    facts = [_with_content(one) for one in _told(history).facts]
    shuffled = list(facts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = [_numbered(one, number) for number, one in enumerate(shuffled, 1)]
    assert _stock(world(facts)) == _stock(world(again))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(HISTORY)
def test_what_is_inside_is_where_the_container_is(history: list[Telling]) -> None:
    found = world(_told(history).facts)
    ended = (HoldingState.DESTROYED, HoldingState.USED)
    for key, outer in found.parent.items():
        if found.places[key].state not in ended and found.places[outer].state not in ended:
            assert found.places[key] == found.places[outer]


def test_the_histories_reach_every_state() -> None:
    """The strategy's own check: a story of each kind, by hand."""
    story = Story()
    story.make(1, FARM, (LOT, "10"), piece(1))
    story.do("retail_selling", 2, FARM, (LOT, "2"))
    story.do("destroying", 3, FARM, (LOT, "2"), action=Action.DELETE)
    story.do("stock_taking", 4, FARM, (LOT, "5"))
    story.ship(5, FARM, SHOP, (LOT, "1"))
    states = {slot.where.state for slots in world(story.facts).stocks.amounts.values()
              for slot in slots}  # fmt: skip
    assert states == {*HoldingState} - {HoldingState.USED}


def _with_content(one: Fact) -> Fact:
    """The record with a hash of what it says, as every stored record has."""
    event = one.shape.event
    said = repr((event.time, event.type, event.action, event.items, one.step, one.gave, one.got))
    return _replaced(one, cbv_hash=said.encode())


def _numbered(one: Fact, number: int) -> Fact:
    return _replaced(one, id=number, seq=number, event_id=f"e{number}")


def _replaced(one: Fact, **changes: object) -> Fact:
    return one._replace(shape=Shape(msgspec.structs.replace(one.shape.event, **changes)))
