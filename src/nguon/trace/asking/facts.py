# SPDX-License-Identifier: Apache-2.0
"""One record as questions need it: what was done, where, from whom to whom; pure."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from nguon.epcis.items import Role
from nguon.epcis.vocabulary import canonical_term
from nguon.gs1 import item_key
from nguon.store.acts import Act
from nguon.store.values import Action, EventType
from nguon.trace.shapes import Shape
from nguon.trace.stages import word


class Deed(StrEnum):
    """What a record does to the things that it is about."""

    MAKE = "make"
    USE = "use"
    SHIP = "ship"
    RECEIVE = "receive"
    SELL = "sell"
    DESTROY = "destroy"
    LOSE = "lose"
    VOID = "void"
    COUNT = "count"
    HOLD = "hold"
    LOOK = "look"


class Side(NamedTuple):
    """A party and a place, as the giver or the taker; ``owner`` where it is another party."""

    party: str | None = None
    place: str | None = None
    owner: str | None = None


NOBODY = Side()


class Fact(NamedTuple):
    """A record in force. ``place`` is the business location, else the read point."""

    shape: Shape
    deed: Deed
    step: str
    disposition: str
    place: str | None
    gave: Side
    got: Side

    @property
    def number(self) -> int:
        return self.shape.event.id

    @property
    def time(self) -> int:
        return self.shape.event.time


def fact(shape: Shape, act: Act) -> Fact:
    """A record with its act."""
    step = word(act.step)
    disposition = canonical_term("disposition", act.disposition or "").rpartition(":")[2]
    gave, got = _side(act.sources), _side(act.destinations)
    deed = _deed(shape, step, disposition)
    return Fact(shape, deed, step, disposition, place_of(shape), gave, got)


def place_of(shape: Shape) -> str | None:
    """Where a record happened: its business location, else its read point."""
    places = {item.role: item.key for item in shape.event.items}
    return places.get(Role.BIZ_LOCATION) or places.get(Role.READ_POINT)


_ORDER = {deed: rank for rank, deed in enumerate(
    (Deed.MAKE, Deed.VOID, Deed.HOLD, Deed.SHIP, Deed.RECEIVE, Deed.LOOK, Deed.COUNT,
     Deed.USE, Deed.SELL, Deed.LOSE, Deed.DESTROY)
)}  # fmt: skip


def ordered(facts: Iterable[Fact]) -> list[Fact]:
    """In the order of time. At one time things are made before they are packed, unpacked before
    they are packed anew, shipped before they are received; the order of capture never matters.
    The same content told by several is counted once.
    """
    found = sorted(facts, key=_place_in_time)
    once: dict[bytes, Fact] = {}
    for one in found:
        once.setdefault(one.shape.event.cbv_hash or str(one.number).encode(), one)
    return list(once.values())


def _place_in_time(one: Fact) -> tuple[int, int, int, bytes, str]:
    event = one.shape.event
    made = event.type is EventType.TRANSFORMATION
    opening = 0 if made or (event.action is Action.DELETE and one.shape.parent) else 1
    return event.time, _ORDER[one.deed], opening, event.cbv_hash, event.event_id or ""


def holders(facts: Iterable[Fact]) -> dict[str, str]:
    """By place the party that has it, as givers and takers are recorded there: the most frequent,
    of several the first by key. Goods leave from their giver's place and arrive at their taker's,
    where the record names no other.
    """
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for one in facts:
        left = one.place if one.deed is Deed.SHIP else None
        came = one.place if one.deed is Deed.RECEIVE else None
        for side, here in ((one.gave, left), (one.got, came)):
            place = side.place or here
            if side.party is not None and place is not None:
                told[main_place(place)][side.party] += 1
    return {
        place: min(counted, key=lambda party: (-counted[party], party))
        for place, counted in told.items()
    }


@lru_cache(maxsize=1 << 14)
def main_place(key: str) -> str:
    """The place without its extension (a line, a dock)."""
    return key.partition("/254/")[0] if key.startswith("414/") else key


def product_of(key: str) -> str | None:
    """The product of a piece or lot; None for what has none."""
    return "/".join(key.split("/", 2)[:2]) if key.startswith("01/") else None


def _deed(shape: Shape, step: str, disposition: str) -> Deed:
    event = shape.event
    if event.type is EventType.TRANSFORMATION:
        return Deed.MAKE
    said = _words()[0].get(step)
    if said is None or said is Deed.LOOK:
        said = _words()[1].get(disposition, said)
    if shape.event.type is EventType.OBJECT and event.action is Action.DELETE:
        return said if said in (Deed.SELL, Deed.USE, Deed.LOSE) else Deed.DESTROY
    if event.type is EventType.OBJECT and event.action is Action.ADD:
        return Deed.MAKE if said in (None, Deed.LOOK) else said
    return Deed.HOLD if said is None else said


@cache
def _words() -> tuple[Mapping[str, Deed], Mapping[str, Deed]]:
    data = tomllib.loads(files("nguon.trace.asking").joinpath("deeds.toml").read_text("utf-8"))
    steps, dispositions = (
        {name: Deed(deed) for deed, names in data[table].items() for name in names}
        for table in ("steps", "dispositions")
    )
    return steps, dispositions


def _side(entries: tuple[tuple[str, str], ...]) -> Side:
    if not entries:
        return NOBODY
    kinds: dict[str, str] = {}
    for kind, key in entries:
        kinds.setdefault(canonical_term("sourceDestinationType", kind), _key(key))
    owner = kinds.get("owning_party")
    party = kinds.get("possessing_party") or owner
    return Side(party, kinds.get("location"), owner if owner != party else None)


@lru_cache(maxsize=1 << 14)
def _key(text: str) -> str:
    return item_key(text)
