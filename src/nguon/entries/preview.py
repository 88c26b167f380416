# SPDX-License-Identifier: Apache-2.0
"""What partner and public will read of some entries: told from the very events that would be
recorded, the public's from their reduction.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import msgspec

from nguon import gs1
from nguon.base.quantity import Quantity
from nguon.entries.book import Book
from nguon.entries.events import typed
from nguon.entries.model import Entry
from nguon.epcis import model as epcis
from nguon.epcis.items import ItemRef, Role, items_of
from nguon.identity.visibility import PUBLIC, redact
from nguon.registry import queries
from nguon.store import Store

_GOODS = (Role.EPC, Role.INPUT, Role.CHILD, Role.OUTPUT, Role.PARENT)


class Sight(msgspec.Struct, frozen=True):
    """What one sort of reader finds in the events of one step; empty where it is not shown."""

    step: str
    count: int
    products: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    """Lots that went in."""
    pallets: tuple[str, ...] = ()
    amounts: tuple[Quantity, ...] = ()
    places: tuple[str, ...] = ()
    givers: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


class Look(msgspec.Struct, frozen=True):
    """The same events for the two sorts of readers."""

    partner: tuple[Sight, ...]
    public: tuple[Sight, ...]


def look(store: Store, entries: Sequence[Entry], book: Book, names: "Names") -> Look:
    """What others will see of these entries."""
    events = [event for at, entry in enumerate(entries) for event in typed(entry, book, str(at))]
    near, far = names.near(store, events), names.far(store, events)
    return Look(
        tuple(_sights(events, near)), tuple(_sights([redact(event) for event in events], far))
    )


class Names(msgspec.Struct, frozen=True):
    """Names of keys for a reader in a language; ``audience`` is the near reader's."""

    audience: Any
    language: Any
    found: Mapping[str, str] = {}

    def near(self, store: Store, events: Iterable[epcis.Event]) -> "Names":
        """The names that a partner reads."""
        return self._filled(store, events, self.audience)

    def far(self, store: Store, events: Iterable[epcis.Event]) -> "Names":
        """The names that everybody reads."""
        return self._filled(store, events, PUBLIC)

    def of(self, key: str) -> str:
        """The name of a key; its last part where it has none."""
        if not _known(key):
            return unquote(key.rpartition("/")[2])
        return self.found.get(key) or gs1.parse(key).parts[-1][1]

    def _filled(self, store: Store, events: Iterable[epcis.Event], audience: Any) -> "Names":
        keys = {item.key for event in events for item in items_of(event)}
        products = queries.products(store, audience, {_product(key) for key in keys})
        places = queries.places(store, audience, {k for k in keys if k[:3] in ("414", "vn-")})
        parties = queries.named_organisations(store, {k for k in keys if k.startswith("417/")})
        people = queries.organisations(store, audience, set(parties.values()))
        found = {key: one.name.in_language(self.language) for key, one in products.items()}
        for key, place in places.items():
            unit = place.unit
            label = unit.label(self.language) if unit else None
            found[key] = ", ".join(filter(None, (place.name.in_language(self.language), label)))
        for key, number in parties.items():
            if number in people:
                found[key] = people[number].name.in_language(self.language)
        return msgspec.structs.replace(self, found=found)


def _known(key: str) -> bool:
    return not key.startswith("uri:")


def _product(key: str) -> str:
    return "/".join(key.split("/")[:2])


def _sights(events: Sequence[epcis.Event], names: Names) -> Iterator[Sight]:
    groups: dict[str, list[epcis.Event]] = defaultdict(list)
    for event in events:
        stacked = isinstance(event, epcis.AggregationEvent)
        groups["stacking" if stacked else str(getattr(event, "biz_step", ""))].append(event)
    for step, some in groups.items():
        items = [item for event in some for item in items_of(event)]
        yield Sight(
            step=step,
            count=len(some),
            products=_each(
                names.of(_product(item.key))
                for item in _goods(items)
                if item.role is not Role.INPUT
            ),
            lots=_each(_lot(item.key) for item in _goods(items) if item.role is not Role.INPUT),
            used=_each(_lot(item.key) for item in _goods(items) if item.role is Role.INPUT),
            pallets=_each(
                item.key[3:] for item in items if item.role in _GOODS and item.key[:3] == "00/"
            ),
            amounts=tuple(_sums(items)),
            places=_each(_places(items, names)),
            givers=_each(names.of(key) for key in _of(items, Role.SOURCE)),
            receivers=_each(names.of(key) for key in _of(items, Role.DESTINATION)),
            papers=_each(key.rpartition(":")[2] for key in _of(items, Role.DOCUMENT)),
        )


def _goods(items: Iterable[ItemRef]) -> Iterator[ItemRef]:
    return (item for item in items if item.role in _GOODS and item.key.startswith("01/"))


def _lot(key: str) -> str:
    return gs1.parse(key).parts[-1][1]


def _sums(items: Iterable[ItemRef]) -> Iterator[Quantity]:
    """What came out of the step, by unit; what went in is not counted twice."""
    out = [item for item in items if item.role in (Role.EPC, Role.OUTPUT)]
    for unit in dict.fromkeys(item.amount.unit for item in out if item.amount):
        amounts = [item.amount for item in out if item.amount and item.amount.unit == unit]
        yield Quantity(sum((one.amount for one in amounts), start=amounts[0].amount * 0), unit)


def _places(items: Iterable[ItemRef], names: Names) -> Iterator[str]:
    """The places where it happened, as the reader knows them."""
    for role in (Role.BIZ_LOCATION, Role.READ_POINT):
        for key in _of(items, role):
            yield names.of(key)


def _of(items: Iterable[ItemRef], role: Role) -> Iterator[str]:
    wanted = {Role.SOURCE, Role.DESTINATION}
    for item in items:
        if item.role is role and not (role in wanted and item.key.startswith("414/")):
            yield item.key


def _each(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
