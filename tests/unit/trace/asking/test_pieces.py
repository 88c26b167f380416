# SPDX-License-Identifier: Apache-2.0
"""Single things and containers: where they are, and what records about them are missing."""

from nguon.store.values import Action
from nguon.trace.asking.where import HoldingState, Trouble, Where
from tests.unit.trace.asking.story import (
    FARM,
    MILL,
    SHOP,
    THIRD,
    Story,
    pallet,
    party,
    piece,
    place,
    world,
)

ONE, TWO, THREE = piece(1), piece(2), piece(3)
LORRY = "8004/9521000LORRY"


def _held(number: str) -> Where:
    return Where(HoldingState.HELD, party(number), place(number))


def _state(number: str, state: HoldingState) -> Where:
    return Where(state, party(number), place(number))


def _moving(source: str, target: str) -> Where:
    sides = party(target), place(target), party(source), place(source)
    return Where(HoldingState.MOVING, *sides)


def _troubles(story: Story) -> list[tuple[Trouble, str, int]]:
    found = world(story.facts).findings
    return sorted((one.trouble, one.key, one.fact.number) for one in found)


def test_a_carton_is_where_the_lorry_with_its_pallet_is() -> None:
    story = Story()
    story.make(1, FARM, ONE, TWO)
    story.pack(2, FARM, pallet(1), ONE)
    story.pack(3, FARM, LORRY, pallet(1))
    story.ship(4, FARM, SHOP, LORRY)
    places = world(story.facts).places
    assert {places[key] for key in (ONE, pallet(1), LORRY)} == {_moving(FARM, SHOP)}
    assert places[TWO] == _held(FARM)
    story.receive(5, SHOP, FARM, LORRY)
    assert world(story.facts).places[ONE] == _held(SHOP)
    assert _troubles(story) == []


def test_what_was_unpacked_stays_when_the_pallet_goes_on() -> None:
    story = Story()
    story.make(1, FARM, ONE, TWO, THREE)
    story.pack(2, FARM, pallet(1), ONE, TWO, THREE)
    story.unpack(3, FARM, pallet(1), ONE)
    story.ship(4, FARM, SHOP, pallet(1))
    places = world(story.facts).places
    assert places[ONE] == _held(FARM)
    assert places[TWO] == places[THREE] == _moving(FARM, SHOP)


def test_packed_elsewhere_it_left_the_pallet_before() -> None:
    story = Story()
    story.make(1, FARM, ONE, TWO)
    story.pack(2, FARM, pallet(1), ONE, TWO)
    story.pack(3, FARM, pallet(2), ONE)
    story.ship(4, FARM, SHOP, pallet(1))
    story.ship(5, FARM, MILL, pallet(2))
    places = world(story.facts).places
    assert (places[ONE], places[TWO]) == (_moving(FARM, MILL), _moving(FARM, SHOP))


def test_emptied_without_naming_the_contents() -> None:
    story = Story()
    story.make(1, FARM, ONE)
    story.pack(2, FARM, pallet(1), ONE)
    story.unpack(3, FARM, pallet(1))
    story.ship(4, FARM, SHOP, pallet(1))
    assert world(story.facts).places[ONE] == _held(FARM)


def test_sold_from_a_pallet_that_nobody_unpacked() -> None:
    story = Story()
    story.make(1, FARM, ONE, TWO)
    story.pack(2, FARM, pallet(1), ONE, TWO)
    story.ship(3, FARM, SHOP, pallet(1))
    story.receive(4, SHOP, FARM, pallet(1))
    story.do("retail_selling", 5, SHOP, ONE)
    story.ship(6, SHOP, THIRD, pallet(1))
    places = world(story.facts).places
    assert places[ONE] == _state(SHOP, HoldingState.SOLD)
    assert places[TWO] == _moving(SHOP, THIRD)


def test_the_end_of_a_containers_number_is_not_the_end_of_its_contents() -> None:
    story = Story()
    story.make(1, FARM, ONE)
    story.pack(2, FARM, pallet(1), ONE)
    story.do("decommissioning", 3, FARM, pallet(1), action=Action.DELETE)
    places = world(story.facts).places
    assert places[pallet(1)].state is HoldingState.DESTROYED
    assert places[ONE] == _held(FARM)


def test_destroyed_with_the_pallet() -> None:
    story = Story()
    story.make(1, FARM, ONE)
    story.pack(2, FARM, pallet(1), ONE)
    story.do("destroying", 3, FARM, pallet(1), action=Action.DELETE)
    assert world(story.facts).places[ONE].state is HoldingState.DESTROYED


def test_a_reading_on_the_way_moves_nothing() -> None:
    story = Story()
    story.make(1, FARM, ONE)
    story.ship(2, FARM, SHOP, ONE)
    story.do("sensor_reporting", 3, THIRD, ONE)
    assert world(story.facts).places[ONE] == _moving(FARM, SHOP)


def test_turned_up_without_a_receipt() -> None:
    story = Story()
    story.make(1, FARM, ONE)
    story.ship(2, FARM, SHOP, ONE)
    story.do("stocking", 3, SHOP, ONE)
    assert world(story.facts).places[ONE] == _held(SHOP)
    assert _troubles(story) == [(Trouble.NOT_RECEIVED, ONE, 3)]


def test_received_though_nobody_sent_it() -> None:
    story = Story()
    story.make(1, FARM, ONE)
    story.receive(2, SHOP, FARM, ONE)
    assert world(story.facts).places[ONE] == _held(SHOP)
    assert _troubles(story) == [(Trouble.NOT_SENT, ONE, 2)]


def test_received_before_it_was_sent() -> None:
    story = Story()
    story.make(1, FARM, ONE)
    story.receive(2, SHOP, FARM, ONE)
    story.ship(3, FARM, SHOP, ONE)
    assert world(story.facts).places[ONE] == _held(SHOP)
    assert _troubles(story) == [(Trouble.TOO_EARLY, ONE, 2)]


def test_recorded_after_its_end() -> None:
    story = Story()
    story.make(1, FARM, ONE)
    story.do("destroying", 2, FARM, ONE, action=Action.DELETE)
    story.ship(3, FARM, SHOP, ONE)
    assert world(story.facts).places[ONE] == _state(FARM, HoldingState.DESTROYED)
    assert _troubles(story) == [(Trouble.AFTER_END, ONE, 3)]


def test_nothing_says_where() -> None:
    story = Story()
    story.do("inspecting", 1, None, ONE)
    assert world(story.facts).places[ONE] == Where(HoldingState.UNKNOWN)
    assert _troubles(story) == [(Trouble.NO_PLACE, ONE, 1)]


def test_a_container_inside_itself_ends() -> None:
    story = Story()
    story.pack(1, FARM, pallet(1), pallet(2))
    story.pack(2, FARM, pallet(2), pallet(1))
    story.pack(3, FARM, pallet(1), pallet(1))
    story.ship(4, FARM, SHOP, pallet(1))
    places = world(story.facts).places
    assert {places[pallet(1)], places[pallet(2)]} == {_moving(FARM, SHOP)}
