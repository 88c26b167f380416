# SPDX-License-Identifier: Apache-2.0
"""A nation's chain of goods, loaded straight into the tables: farms, packing, pallets, shops.

Batches of a product, each from 36 farm lots by way of six ingredients, in packs, cases and a
pallet that is shipped, received and unpacked; and one farm lot that went into 100,000 packs.
Rows of the tables that lineage reads are as captures write them; other tables stay empty.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import count
from typing import NamedTuple

from bench.goods import gln, gtin, sscc
from nguon.epcis.items import ItemRef, Role
from nguon.gs1 import memberships
from nguon.store.packing import pack_items
from nguon.store.values import Action, EventType

PACKS, CASE, PALLET, MADE = 100_000, 20, 50, 100
"""Packs of the one lot; packs in a case, cases on a pallet, packs of one record of making."""
BAD_LOT = f"01/{gtin(900)}/10/BAD"
_HOUR = 3_600_000_000
_START = 1_767_225_600_000_000
_FARMS, _INGREDIENTS = 6, 6


class Made(NamedTuple):
    """An event as its rows have it."""

    time: int
    type: EventType
    action: Action
    items: tuple[ItemRef, ...]


def _event(
    hours: float, kind: EventType, action: Action, things: Iterable[tuple[str, Role]], place: int
) -> Made:
    items = [ItemRef(key, role) for key, role in things]
    belonging: dict[str, ItemRef] = {}
    for at, item in enumerate(tuple(items)):
        for whole in memberships(item.key):
            belonging.setdefault(whole, ItemRef(whole, Role.MEMBER, None, None, at))
    items.append(ItemRef(f"414/{gln(place % 997)}", Role.BIZ_LOCATION))
    time = _START + int(hours * _HOUR)
    return Made(time, kind, action, (*items, *belonging.values()))


def _moved(hours: float, place: int, *things: str) -> Made:
    found = [(key, Role.EPC) for key in things]
    return _event(hours, EventType.OBJECT, Action.OBSERVE, found, place)


def _making(hours: float, place: int, inputs: Iterable[str], outputs: Iterable[str]) -> Made:
    things = [(key, Role.INPUT) for key in inputs] + [(key, Role.OUTPUT) for key in outputs]
    return _event(hours, EventType.TRANSFORMATION, Action.NONE, things, place)


def _packing(hours: float, place: int, parent: str, children: Iterable[str]) -> Made:
    things = [(parent, Role.PARENT), *((key, Role.CHILD) for key in children)]
    return _event(hours, EventType.AGGREGATION, Action.ADD, things, place)


def _emptied(hours: float, place: int, parent: str) -> Made:
    return _event(hours, EventType.AGGREGATION, Action.DELETE, [(parent, Role.PARENT)], place)


def batch(number: int) -> Iterator[Made]:
    """A batch of a product, from the farms to the shops: 53 events."""
    begin, product = number % 8000, f"01/{gtin(number % 800)}"
    made = []
    for one in range(_INGREDIENTS):
        lots = [f"01/{gtin(800 + one)}/10/F{number}-{one}{farm}" for farm in range(_FARMS)]
        for lot in lots:
            yield _moved(begin, number + one, lot)
        made.append(f"01/{gtin(810 + one)}/10/I{number}-{one}")
        yield _making(begin + 5, number + one, lots, made[-1:])
    packs = [f"{product}/21/{number}-{one}" for one in range(12)]
    yield _making(begin + 10, number, made, packs)
    cases = [f"00/{sscc(20_000_000 + 4 * number + one)}" for one in range(3)]
    for one, case in enumerate(cases):
        yield _packing(begin + 12, number, case, packs[4 * one : 4 * one + 4])
    pallet = f"00/{sscc(20_000_003 + 4 * number)}"
    yield _packing(begin + 13, number, pallet, cases)
    yield _moved(begin + 20, number, pallet)
    yield _moved(begin + 40, number + 5, pallet)
    yield _emptied(begin + 41, number + 5, pallet)
    for one, case in enumerate(cases):
        yield _moved(begin + 50 + one, number + 7 + one, case)


def recalled() -> Iterator[Made]:
    """What became of the one lot: lots, packs, cases, pallets."""
    begin = 4000
    yield _moved(begin, 1, BAD_LOT)
    lots = [f"01/{gtin(901)}/10/P{one}" for one in range(10)]
    yield _making(begin + 2, 1, [BAD_LOT], lots)
    packs = [f"01/{gtin(902)}/21/B{one}" for one in range(PACKS)]
    for at in range(0, PACKS, MADE):
        yield _making(begin + 5, 2, [lots[at // MADE % 10]], packs[at : at + MADE])
    cases = [f"00/{sscc(10_000_000 + one)}" for one in range(PACKS // CASE)]
    for one, case in enumerate(cases):
        yield _packing(begin + 6, 2, case, packs[one * CASE : (one + 1) * CASE])
    for one in range(0, len(cases), PALLET):
        pallet = f"00/{sscc(15_000_000 + one)}"
        yield _packing(begin + 7, 2, pallet, cases[one : one + PALLET])
        yield _moved(begin + 8, 2, pallet)
        yield _moved(begin + 20, 3 + one, pallet)
        yield _emptied(begin + 21, 3 + one, pallet)
    for one, case in enumerate(cases):
        yield _moved(begin + 30, one, case)


def pack_of(number: int) -> str:
    """A pack of a batch: from about 50 things."""
    return f"01/{gtin(number % 800)}/21/{number}-7"


def chain(total: int) -> Iterator[Made]:
    """So many events, the one lot's amid the batches."""
    left = total
    batches = count()
    for part in (_some(batches, total // 2), recalled(), _some(batches, total)):
        for made in part:
            if not left:
                return
            left -= 1
            yield made


def _some(batches: Iterator[int], most: int) -> Iterator[Made]:
    given = 0
    while given < most:
        for made in batch(next(batches)):
            given += 1
            yield made


def rows(number: int, made: Made) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """The rows of `event` and `log`, with content of the usual size."""
    digest = sha256(b"%d" % number).digest()
    event = (
        number, made.time, 1 + number % 50, 7, int(made.type), int(made.action), 0, 0, digest,
        digest, "bench", f"urn:uuid:{number:032x}", pack_items(made.items), digest * 3,
    )  # fmt: skip
    return event, (number, number, made.time, 1, digest * 8, digest[:16])
