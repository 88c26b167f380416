# SPDX-License-Identifier: Apache-2.0
"""What is remembered for decisions equals what all records say, after any history."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.base.audience import Audience, AudienceKind, Disclosure, EventFacts, Mandate
from nguon.epcis.items import ItemRef, Role
from nguon.store import Store
from nguon.store.custody import Handling, in_custody, things
from nguon.store.values import EventRecord, Submitter
from nguon.store.ways import _BY, _FROM, _IN, _ON, _joined, _lots, _names, _pieces, once
from tests.records import make_record

ORGANISATIONS = range(1, 5)
PROVINCES = {1: "01", 2: "33", 3: "66", 4: "79"}
_example = count(1)
_event = count(1)


@dataclass
class Told:
    """A record as the test knows it."""

    number: int
    submitter: int
    items: tuple[ItemRef, ...]
    event_id: str
    correction: bool = False
    erased: bool = False


@dataclass
class World:
    """A store that is written to, one that is read from, and what was told."""

    writing: Store
    reading: Store
    mark: int = field(default_factory=lambda: next(_example))
    told: list[Told] = field(default_factory=list)
    makers: dict[str, int] = field(default_factory=dict)

    def product(self) -> str:
        return f"01/{self.mark:013d}0"

    def key(self, name: str) -> str:
        lot, piece, box = (f"{self.product()}/10/", f"{self.product()}/21/", f"00/{self.mark:05d}")
        return {"L": lot, "P": piece, "C": box}[name[0]] + name[1:]

    def party(self, number: int) -> str:
        return f"417/{self.mark:06d}{number}"

    def holders(self, keys: Iterable[str]) -> Mapping[str, int]:
        known = {self.party(number): number for number in ORGANISATIONS} | self.makers
        return {key: known[key] for key in keys if key in known}

    def located(
        self, keys: Collection[str], organisations: Collection[int]
    ) -> tuple[Mapping[str, str], Mapping[int, str]]:
        at = {key: PROVINCES[number] for key, number in self.holders(keys).items()}
        return at, {number: PROVINCES[number] for number in organisations}

    def record(self, submitter: int, items: tuple[ItemRef, ...], same: Told | None = None) -> None:
        number = next(_event)
        made = make_record(number, content=number, correction=same is not None)
        event_id = made.event_id if same is None else same.event_id
        members = {name: getattr(made, name) for name in made.__struct_fields__}
        # Times run against the order of recording: what happened first may come last.
        members |= {"items": items, "event_id": event_id, "time": made.time - 7 * number}
        # Mostly one process writes; now and then the other, so that it misses something.
        by = self.reading if number % 4 == 0 else self.writing
        [receipt] = by.writer.submit([EventRecord(**members)], Submitter(submitter, "k")).result(20)
        told = Told(receipt.event, submitter, items, event_id or "", same is not None)
        self.told.append(told)

    def standing(self) -> list[Told]:
        return [one for one in self.told if not one.erased]


ROLES = st.sampled_from([Role.EPC, Role.INPUT, Role.OUTPUT, Role.CHILD, Role.PARENT])
THINGS = st.sampled_from(["L1", "L2", "P1", "P2", "P3", "C1", "C2"])
RECORD = st.tuples(
    st.just("record"),
    st.sampled_from(ORGANISATIONS),
    st.lists(st.tuples(THINGS, ROLES, st.sampled_from(["", "L1", "L2"])), min_size=1, max_size=4),
    st.lists(st.sampled_from(ORGANISATIONS), max_size=2),
)
STEP = st.one_of(
    RECORD,
    RECORD,
    RECORD,
    st.tuples(st.just("declare"), st.integers(0, 9)),
    st.tuples(st.just("erase"), st.integers(0, 9)),
    st.tuples(st.just("maker"), st.sampled_from(ORGANISATIONS)),
)


def _items(world: World, named: Sequence[tuple[str, Role, str]], parties: Sequence[int]) -> Any:
    found: list[ItemRef] = []
    for name, role, lot in named:
        found.append(ItemRef(world.key(name), role))
        if lot and name.startswith("P"):
            found.append(ItemRef(world.key(lot), Role.MEMBER, of=len(found) - 1))
    found += [ItemRef(world.party(one), Role.DESTINATION) for one in parties]
    return tuple(dict.fromkeys(found))


def _go(world: World, step: Any) -> None:
    match step:
        case ("record", submitter, named, parties):
            world.record(submitter, _items(world, named, parties))
        case ("maker", number):
            world.makers[world.product()] = number
        case (what, index):
            standing = [one for one in world.standing() if not one.correction]
            if standing:
                one = standing[index % len(standing)]
                if what == "declare":
                    world.record(one.submitter, one.items, one)
                else:
                    world.writing.erasure.erase([one.number], reason="test", by="test")
                    one.erased = True


def _by_custody(reader: Audience, facts: EventFacts) -> Disclosure:
    return Disclosure.FULL if facts.custody else Disclosure.PUBLIC


def _by_province(reader: Audience, facts: EventFacts) -> Disclosure:
    return Disclosure.FULL if facts.provinces else Disclosure.PUBLIC


def _whole(store: Store, reader: Audience, told: Sequence[Told]) -> set[int]:
    shown = store.events.by_ids(reader, [one.number for one in told])
    return {one.id for one in shown if one.disclosure is Disclosure.FULL}


def _reader(kind: AudienceKind, number: int, decide: Any) -> Audience:
    mandate = Mandate(frozenset({PROVINCES[number]}))
    return Audience(kind, number, decide, frozenset(), lambda e: e, lambda i: i, mandate)


def _slow_custody(world: World, reader: int) -> set[int]:
    standing = world.standing()
    withdrawn = {(one.submitter, one.event_id) for one in standing if one.correction}
    records = [
        Handling(seq, one.submitter, one.items, (one.submitter, one.event_id) in withdrawn)
        for seq, one in enumerate(standing)
    ]
    keys = {item.key for one in standing for item in one.items} | {world.product()}
    own = in_custody(reader, records, world.holders(keys))
    return {one.number for one in standing if not own.isdisjoint(things(one.items))}


def _slow_ways(world: World, province: str) -> set[int]:
    """Each thing followed by itself, over all records."""
    standing: list[Any] = world.standing()

    def here(one: Told) -> bool:
        at, seats = world.located([i.key for i in one.items], [one.submitter])
        return province in {*at.values(), *seats.values()}

    def leads(start: str) -> bool:
        ahead, seen = [(start, _ON), (start, _FROM)], set[tuple[str, str]]()
        while ahead:
            node = key, sense = ahead.pop()
            if node in seen or not once(key):
                continue
            seen.add(node)
            for one in standing:
                if all(item.key != key for item in one.items):
                    continue
                if here(one) and (sense == _ON or _names(one, key)):
                    return True
                ahead += [(piece, _ON) for piece in _pieces(one, key) if sense == _ON]
                ahead += [(lot, _FROM) for lot in _lots(one, key) if sense == _FROM]
                for other, turn in _joined(one, key):
                    if turn == _IN and sense != _BY:
                        ahead.append((other, sense))
                    elif turn in (_BY, sense):
                        ahead.append((other, turn))
        return False

    return {one.number for one in standing if here(one) or any(map(leads, things(one.items)))}


@pytest.fixture
def both(store: Store, reopened: Callable[[], Store]) -> tuple[Store, Store]:
    """A store that is written to, and the same as another process has it open."""
    return store, reopened()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, min_size=1, max_size=12), rest=st.integers(1, 4))
def test_a_reader_sees_what_all_records_open_to_him(
    both: tuple[Store, Store], steps: list[Any], rest: int
) -> None:
    world = World(*both)
    for opened in (world.writing, world.reading):
        opened.hooks.named, opened.hooks.located = world.holders, world.located
    for number, step in enumerate(steps, 1):
        _go(world, step)
        if number % rest and number < len(steps):
            continue
        for opened in (world.writing, world.reading):
            for one in ORGANISATIONS:
                member = _reader(AudienceKind.OWNER, one, _by_custody)
                assert _whole(opened, member, world.told) == _slow_custody(world, one)
                officer = _reader(AudienceKind.INSPECTOR, one, _by_province)
                assert _whole(opened, officer, world.told) == _slow_ways(world, PROVINCES[one])
