# SPDX-License-Identifier: Apache-2.0
"""Records of goods told in a few words, and the world they come to; times are days of 2026."""

from collections.abc import Iterable, Sequence

from nguon.epcis.items import ItemRef, Role
from nguon.gs1 import memberships
from nguon.store.acts import Act
from nguon.store.values import Action, EventType, LineageEvent
from nguon.trace.asking.facts import Fact, fact
from nguon.trace.asking.facts import holders as holders_of
from nguon.trace.asking.world import World, reckoned
from nguon.trace.shapes import Shape
from nguon.trace.steps import is_lot

DAY = 86_400_000_000
START = 1_767_225_600_000_000
"""2026-01-01T00:00Z, from which days are counted."""
GTIN = "01/09521000000019"
LOT = f"{GTIN}/10/L1"
FARM, MILL, SHOP, THIRD = "9521000001008", "9521000002005", "9521000003002", "9521000004009"
"""Four parties; each has one place of the same number."""

Thing = str | tuple[str, str] | tuple[str, str, str]
"""A key; with an amount of pieces; with an amount and its unit."""


def party(number: str) -> str:
    return f"417/{number}"


def place(number: str) -> str:
    return f"414/{number}"


def piece(number: int) -> str:
    return f"{GTIN}/21/{number}"


def pallet(number: int) -> str:
    return f"00/09521000000000{number:04d}"


class Story:
    """Facts in the order told, each with the next number."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def make(self, day: int, at: str, *things: Thing, lot: str | None = None) -> Fact:
        return self.do("commissioning", day, at, *things, action=Action.ADD, lot=lot)

    def ship(self, day: int, at: str, to: str, *things: Thing, by: int = 1) -> Fact:
        return self.do("shipping", day, at, *things, between=(at, to), by=by)

    def receive(self, day: int, at: str, source: str, *things: Thing, by: int = 2) -> Fact:
        return self.do("receiving", day, at, *things, between=(source, at), by=by)

    def do(
        self,
        step: str,
        day: int,
        at: str | None,
        *things: Thing,
        action: Action = Action.OBSERVE,
        between: tuple[str, str] | None = None,
        disposition: str | None = None,
        lot: str | None = None,
        by: int = 1,
    ) -> Fact:
        items = _members([_item(thing, Role.EPC) for thing in things], lot)
        act = Act(step, disposition, *([_side(one) for one in between or ()] or [(), ()]))
        return self._add((EventType.OBJECT, action), day, at, items, act, by)

    def turn(self, day: int, at: str, went: Sequence[Thing], came: Sequence[Thing],
             step: str = "mixing", process: str | None = None) -> Fact:  # fmt: skip
        items = [_item(thing, Role.INPUT) for thing in went]
        items += [_item(thing, Role.OUTPUT) for thing in came]
        if process is not None:
            items.append(ItemRef(process, Role.TRANSFORMATION_ID))
        return self._add((EventType.TRANSFORMATION, Action.NONE), day, at, items, Act(step))

    def pack(self, day: int, at: str, parent: str, *children: Thing) -> Fact:
        return self._hold(Action.ADD, day, at, parent, children, "packing")

    def unpack(self, day: int, at: str, parent: str, *children: Thing) -> Fact:
        return self._hold(Action.DELETE, day, at, parent, children, "unpacking")

    def _hold(
        self, action: Action, day: int, at: str, parent: str, children: Iterable[Thing], step: str
    ) -> Fact:
        items = [ItemRef(parent, Role.PARENT), *(_item(child, Role.CHILD) for child in children)]
        return self._add((EventType.AGGREGATION, action), day, at, items, Act(step))

    def _add(
        self,
        kind: tuple[EventType, Action],
        day: int,
        at: str | None,
        items: Sequence[ItemRef],
        act: Act,
        by: int = 1,
    ) -> Fact:
        number = len(self.facts) + 1
        here = [] if at is None else [ItemRef(place(at), Role.BIZ_LOCATION)]
        event = LineageEvent(
            number, number, START + day * DAY, *kind, by, False, (*items, *here), f"e{number}"
        )
        told = fact(Shape(event), act)
        self.facts.append(told)
        return told


def world(facts: Sequence[Fact]) -> World:
    """What all things of some records come to."""
    things = {
        item.key
        for one in facts
        for item in one.shape.event.items
        if item.role in (Role.EPC, Role.PARENT, Role.CHILD, Role.INPUT, Role.OUTPUT)
    }
    lot_of = {
        key: whole
        for one in facts
        for key, wholes in one.shape.wholes.items()
        for whole in wholes
        if is_lot(whole)
    }
    parties = {place(number): party(number) for number in (FARM, MILL, SHOP, THIRD)}
    return reckoned(facts, things | set(lot_of.values()), lot_of, holders_of(facts) | parties)


def _side(number: str) -> tuple[tuple[str, str], ...]:
    base = "https://id.gs1.org/"
    return (("possessing_party", base + party(number)), ("location", base + place(number)))


def _item(thing: Thing, role: Role) -> ItemRef:
    if isinstance(thing, str):
        return ItemRef(thing, role)
    key, amount, *unit = thing
    return ItemRef(key, role, amount, unit[0] if unit else "H87")


def _members(items: list[ItemRef], lot: str | None) -> list[ItemRef]:
    """Pieces with their product, and with the lot that a record's master data names."""
    members = [
        ItemRef(key, Role.MEMBER, of=index)
        for index, item in enumerate(items)
        for key in (*memberships(item.key), *([lot] if lot else ()))
    ]
    return [*items, *members]
