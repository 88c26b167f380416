# SPDX-License-Identifier: Apache-2.0
"""What records tie a thing to: the lot of a piece, stopped places, what a container holds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import Connection

from nguon.base.time import Microseconds
from nguon.epcis.items import Role
from nguon.gs1 import key_hash
from nguon.stoplist import rules
from nguon.stoplist.rules import Reached
from nguon.store import Store, contents
from nguon.store import listings as records
from nguon.store import stoplist as rows
from nguon.store.listings import Recorded

_UNIT = "00/"
_DEPTH = 6
_MOST = 20_000
"""Things looked for inside containers."""


def lots_of(
    store: Store, connection: Connection, pieces: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The lots that records say these pieces are of.

    Where the registered maker of the product says it, only what he says counts: nobody else
    can put a piece into a lot of his. Records declared in error say nothing.
    """
    found: dict[str, dict[str, set[int]]] = {key: {} for key in pieces}
    for one in records.records(connection, store.log.dialect, pieces, bodies=False):
        if not one.withdrawn:
            for piece, lot in _members(one):
                if piece in found:
                    found[piece].setdefault(lot, set()).add(one.submitter)
    products = {rules.product_of(key) for key, lots in found.items() if lots}
    makers = records.makers(connection, products) if products else {}
    return {
        key: _believed(lots, makers.get(rules.product_of(key)))
        for key, lots in found.items()
        if lots
    }


def _members(one: Recorded) -> Iterable[tuple[str, str]]:
    for item in one.items:
        if item.role is Role.MEMBER and item.of is not None and "/10/" in item.key:
            yield one.items[item.of].key, item.key


def _believed(lots: Mapping[str, set[int]], maker: int | None) -> tuple[str, ...]:
    his = [lot for lot, who in lots.items() if maker in who]
    return tuple(his or lots)


def places_of(
    connection: Connection,
    reached: Mapping[str, Reached],
    places: Sequence[tuple[str, Microseconds]],
) -> dict[str, dict[str, Microseconds]]:
    """The stopped places that each thing was at or left after they were stopped, and when last."""
    things = {
        key_hash(one): one for some in reached.values() for one in some.keys if not _wide(one)
    }
    if not things:
        return {}
    stopped = {key_hash(key): key for key, _ in places}
    since = min(moment for _, moment in places)
    at: dict[str, dict[str, Microseconds]] = {}
    for thing, place, moment in rows.at_places(connection, things, stopped, since):
        met = at.setdefault(things[thing], {})
        met[stopped[place]] = max(moment, met.get(stopped[place], moment))
    return {
        key: {place: moment for one in some.keys for place, moment in at.get(one, {}).items()}
        for key, some in reached.items()
        if any(one in at for one in some.keys)
    }


def _wide(key: str) -> bool:
    """Whether a key is that of a whole product, whose records say nothing of one thing."""
    return key.startswith("01/") and key.count("/") == 1


def inside(store: Store, containers: Collection[str]) -> dict[str, tuple[str, ...]]:
    """What is inside these containers now, as records have it, through containers inside them."""
    packed: dict[str, set[str]] = {}
    wanted = {key for key in containers if key.startswith(_UNIT)}
    with store.reading() as connection:
        for _ in range(_DEPTH):
            if not wanted or sum(map(len, packed.values())) > _MOST:
                break
            packed |= contents.packed(connection, wanted)
            nearest = {child for key in wanted for child in packed[key]}
            wanted = {key for key in nearest if key.startswith(_UNIT)} - packed.keys()
    found = {key: _through(key, packed) for key in containers}
    return {key: tuple(sorted(some)) for key, some in found.items() if some}


def _through(container: str, packed: Mapping[str, AbstractSet[str]]) -> set[str]:
    """All that lies in a container at any depth; containers that hold each other end."""
    found: set[str] = set()
    wanted = {container}
    while wanted:
        found |= wanted
        wanted = {child for key in wanted for child in packed.get(key, ())} - found
    return found - {container}
