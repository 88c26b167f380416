# SPDX-License-Identifier: Apache-2.0
"""Random histories of a few goods, with everything that records can say wrongly or late."""

from collections.abc import Sequence
from random import Random

import msgspec
import numpy as np

from nguon.epcis.items import ItemRef, Role
from nguon.gs1 import memberships
from nguon.store.packing import pack_items
from nguon.store.recorded import Recorded
from nguon.store.values import Action, EventType, LineageEvent
from nguon.trace.index.making import made
from nguon.trace.index.merging import merged
from nguon.trace.index.view import View

_G = "01/0952123454321"
PRODUCTS = [f"{_G}{n}" for n in range(3)]
PIECES = [f"{_G}{n % 3}/21/S{n}" for n in range(6)] + [f"{_G}0/10/L0/21/S9"]
LOTS = [f"{_G}{n % 3}/10/L{n}" for n in range(4)]
BOXES = [f"00/39521234500000{n:04d}" for n in range(4)]
_PROCESSES = ["253/9521234543213P1", "253/9521234543213P2"]
_PLACE = ItemRef("414/9521000000012", Role.READ_POINT)
_ACTIONS = (Action.ADD, Action.ADD, Action.OBSERVE, Action.DELETE, Action.DELETE)


class World:
    """Events of pieces, lots and boxes, in an order of capture that is not that of time."""

    def __init__(self, random: Random, count: int) -> None:
        self._random = random
        self.things = PIECES + LOTS + BOXES + (PRODUCTS if random.random() < 0.3 else [])
        self._days = random.choice([5, 12, 40])
        self.events: list[LineageEvent] = []
        for _ in range(count):
            self._happen()
        random.shuffle(self.events)
        self.events = [
            msgspec.structs.replace(event, seq=seq) for seq, event in enumerate(self.events, 1)
        ]

    def view(self, upto: int) -> View:
        """The index over some segments, some of them put together."""
        random, parts, at = self._random, [], 0
        while at < len(self.events):
            end = min(len(self.events), at + random.randrange(1, 12))
            rows = [recorded(event) for event in self.events[at:end]]
            parts.append(made(rows, at, end))
            at = end
        while len(parts) > 1 and random.random() < 0.8:
            first = random.randrange(len(parts) - 1)
            last = min(len(parts), first + random.randrange(2, 4))
            parts[first:last] = [merged(parts[first:last])]
        return View(parts, upto, np.empty(0, np.int64))

    def _happen(self) -> None:
        random, what = self._random, self._random.random()
        if what < 0.3:
            self._make()
        elif what < 0.75:
            kind = random.choice([EventType.AGGREGATION] * 4 + [EventType.ASSOCIATION])
            parents = self._some(Role.PARENT, BOXES + self.things, 1)
            parents = parents if random.random() < 0.95 else []
            children = self._some(Role.CHILD, self.things, random.choice([0, 1, 1, 2, 3]))
            self._add(kind, random.choice(_ACTIONS), parents + children)
        elif what < 0.9 or not self.events:
            self._add(EventType.OBJECT, Action.OBSERVE, self._some(Role.EPC, self.things, 2))
        else:
            self._correct(random.choice(self.events))

    def _make(self) -> None:
        random = self._random
        items = self._some(Role.INPUT, self.things, random.randrange(3))
        items += self._some(Role.OUTPUT, self.things, random.randrange(3))
        number = [ItemRef(random.choice(_PROCESSES), Role.TRANSFORMATION_ID)]
        self._add(
            EventType.TRANSFORMATION, Action.NONE, items, number if random.random() < 0.3 else []
        )

    def _correct(self, wrong: LineageEvent) -> None:
        """By its eventID or its content, mostly by its own submitter; by eventID not always
        with the content of the event.
        """
        random = self._random
        own, named = random.random() < 0.8, random.random() < 0.7
        items = wrong.items
        if named and random.random() < 0.5:
            items = tuple(self._some(Role.EPC, self.things, 1)) if random.random() < 0.5 else ()
        self.events.append(
            msgspec.structs.replace(
                wrong,
                id=self._number(),
                correction=True,
                submitter=wrong.submitter if own else 3,
                event_id=wrong.event_id if named else None,
                items=items if named and wrong.event_id else wrong.items,
            )
        )

    def _some(self, role: Role, things: Sequence[str], count: int) -> list[ItemRef]:
        random = self._random
        return [
            ItemRef(key, role, str(random.randrange(9)), "KGM")
            if key in LOTS and random.random() < 0.7
            else ItemRef(key, role)
            for key in dict.fromkeys(random.sample(things, count))
        ]

    def _add(
        self, kind: EventType, action: Action, items: list[ItemRef], more: Sequence[ItemRef] = ()
    ) -> None:
        number = self._number()
        self.events.append(
            LineageEvent(
                id=number,
                seq=0,
                time=self._random.randrange(self._days),
                type=kind,
                action=action,
                submitter=self._random.choice([1, 2]),
                correction=False,
                items=(*items, *self._members(items), *more, _PLACE),
                event_id=f"e{number}" if self._random.random() < 0.7 else None,
                cbv_hash=b"h%d" % number,
            )
        )

    def _members(self, items: Sequence[ItemRef]) -> list[ItemRef]:
        """The lots and products of things; some pieces are said to be of another lot."""
        found: dict[tuple[str, int], ItemRef] = {}
        for at, item in enumerate(items):
            wholes = list(memberships(item.key))
            if "/21/" in item.key and self._random.random() < 0.4:
                product = item.key[: len(PRODUCTS[0])]
                wholes += [lot for lot in LOTS if lot.startswith(product)][:1]
            for whole in wholes:
                place = at if "/10/" in whole else -1
                found.setdefault((whole, place), ItemRef(whole, Role.MEMBER, None, None, at))
        return list(found.values())

    def _number(self) -> int:
        return 1000 + len(self.events) * 7 % 997 + len(self.events) * 1000


def recorded(event: LineageEvent) -> Recorded:
    """An event as its rows have it."""
    return Recorded(
        event.seq,
        event.id,
        event.time,
        int(event.type),
        int(event.action),
        event.submitter,
        int(event.correction),
        pack_items(event.items),
        event.event_id,
        event.cbv_hash,
    )
