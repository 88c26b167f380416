# SPDX-License-Identifier: Apache-2.0
"""Whose hands a thing went through, as far as records show it; pure.

Recording an event about a thing is not enough: anybody could claim another's
goods so, alone or with an accomplice. A thing is in the custody of the registered
maker of its product, or of whoever first recorded it where no maker is known, and
of whom one of its custodians names (as a party or by a place that it holds) in
an event about it, unless he declared that event in error. An organisation has it
in its chain of custody when it also recorded an event about it (or about a piece
of it) itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from nguon.epcis.items import ItemRef, Role

PARTIES = frozenset({Role.SOURCE, Role.DESTINATION, Role.READ_POINT, Role.BIZ_LOCATION})
"""Roles that name somebody."""
_HANDLED = frozenset({Role.EPC, Role.PARENT, Role.CHILD, Role.INPUT, Role.OUTPUT})


class Handling(NamedTuple):
    """What custody is judged by: a record's place in the log, its sender, its items."""

    seq: int
    submitter: int
    items: tuple[ItemRef, ...]
    withdrawn: bool = False
    """Its sender declared it in error, or it is such a declaration: it hands nothing on."""


def things(items: Iterable[ItemRef]) -> set[str]:
    """The pieces and lots that an event is directly about; whole products give nobody custody."""
    return {item.key for item in items if item.role in _HANDLED and is_thing(item.key)}


@lru_cache(maxsize=1 << 16)
def is_thing(key: str) -> bool:
    """Whether a key is a piece, a lot or a container, not a whole product."""
    return not (key.startswith(("01/", "8010/")) and key.count("/") == 1)


def parties_of(items: Iterable[ItemRef]) -> frozenset[str]:
    """The keys of the parties and places that an event names."""
    return frozenset(item.key for item in items if item.role in PARTIES)


def touched(items: Iterable[ItemRef]) -> set[str]:
    """What an event is about, and the lots of its pieces."""
    lots = {item.key for item in items if item.role is Role.MEMBER and "/10/" in item.key}
    return things(items) | lots


def party_keys(records: Iterable[Handling]) -> set[str]:
    """The keys of parties, places and products named, whose holders `in_custody` needs."""
    items = [item for record in records for item in record.items]
    products = {product for item in items if (product := product_of(item.key)) is not None}
    return products | {item.key for item in items if item.role in PARTIES}


def product_of(thing: str) -> str | None:
    """The product that a piece or lot belongs to, whose maker has it first."""
    if not thing.startswith("01/"):
        return None
    return "/".join(thing.split("/", 2)[:2])


def in_custody(
    organisation: int, records: Iterable[Handling], holders: Mapping[str, int]
) -> set[str]:
    """The things that went through an organisation's hands.

    ``records`` are all records about them; ``holders`` the organisations behind
    party, place and product keys.
    """
    known = list(records)
    own = {
        thing
        for record in known
        if record.submitter == organisation
        for thing in touched(record.items)
    }
    if not own:
        return set()
    # Who had a thing depends on the records about that thing alone.
    found = custodians([one for one in known if not own.isdisjoint(touched(one.items))], holders)
    return {thing for thing in own if organisation in found[thing]}


def custodians(
    records: Iterable[Handling], holders: Mapping[str, int]
) -> Mapping[str, AbstractSet[int]]:
    """Who had each thing in hand, or was named for it by one who had."""
    handlings: list[tuple[set[str], int, set[int]]] = []
    found: dict[str, set[int]] = {}
    for record in sorted(records, key=lambda one: one.seq):
        about = touched(record.items)
        for thing in about:
            maker = holders.get(product_of(thing) or "", record.submitter)
            found.setdefault(thing, {maker})
        parties = () if record.withdrawn else parties_of(record.items)
        named = {holders[key] for key in parties if key in holders}
        handlings.append((about, record.submitter, named))
    while sum(_handed_on(*handling, found) for handling in handlings):
        pass
    return found


def containers(
    records: Iterable[Handling], found: Mapping[str, AbstractSet[int]]
) -> Iterator[tuple[str, str]]:
    """What a custodian put into which container: who gets the container gets it."""
    for record in records:
        if record.withdrawn:
            continue
        parents = [item.key for item in record.items if item.role is Role.PARENT]
        for item in record.items:
            if item.role is Role.CHILD and record.submitter in found.get(item.key, ()):
                yield from ((item.key, parent) for parent in parents)


def _handed_on(
    about: set[str], submitter: int, named: set[int], found: Mapping[str, set[int]]
) -> bool:
    """Add those whom a custodian names to a thing's custodians; whether that changed any."""
    changed = False
    for thing in about:
        known = found[thing]
        if submitter in known and not named <= known:
            known |= named
            changed = True
    return changed
