# SPDX-License-Identifier: Apache-2.0
"""Reads what questions need of many things at once: their records, their containers', their acts.

A few statements for each level of containers, however many things are asked about.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from nguon.gs1 import memberships
from nguon.store import Store, registry
from nguon.store.registry_tables import product as product_table
from nguon.store.values import EventType, LineageEvent
from nguon.tables.mass import kilograms
from nguon.trace.asking.facts import Fact, fact, holders, main_place, product_of
from nguon.trace.shapes import Shape, in_force
from nguon.trace.steps import is_lot, is_piece, is_product

MOST = 400_000
"""Records read for one question."""
_DEEPEST = 6
"""Boxes in cartons on pallets in containers on ships."""


class Gathered(NamedTuple):
    """What was read: ``things`` are those asked about, the pieces of lots among them and what
    contained them; ``lot_of`` tells the lots of pieces; ``cut`` where there was more.
    """

    facts: list[Fact]
    things: frozenset[str]
    pieces: frozenset[str]
    lot_of: Mapping[str, str]
    events: list[LineageEvent]
    cut: bool
    organisations: Mapping[str, int]
    """The organisations behind the keys of parties and places that the records name."""
    parties: dict[str, str]
    """By place the party that has it: as recorded, else as the register says."""
    weights: Mapping[str, Decimal]
    """The kilograms of one piece of a product that goes through a making, by the register."""


def gather(
    store: Store,
    keys: Collection[str],
    *,
    upto_seq: int | None = None,
    most: int | None = None,
    named: bool = False,
) -> Gathered:
    """The records of these things, of the pieces of the lots among them (of the lots and pieces
    of products), and of what contained any of them, as known at a position of the log.

    At most about ``most`` records are read (None: `MOST`), and boxes within boxes six deep.
    ``named``: the keys are those of places and parties, and all is meant that their records are
    about.
    """
    reader = _Reader(store, upto_seq, MOST if most is None else most)
    wholes = {key for key in keys if is_lot(key) or is_product(key)}
    reader.read(wholes, members=True)
    if named:
        reader.read(keys, members=False)
    told = reader.shapes()
    members = {key for one in told for whole in wholes for key in one.pieces.get(whole, ())}
    members |= _of_products(told, {key for key in wholes if is_product(key)})
    if named:
        members |= {key for one in told for key in one.handled | one.taken.keys()}
    lots = {key for key in members if is_lot(key)} - wholes
    reader.read(lots, members=True)
    pieces = {piece for one in reader.shapes() for piece in _pieces_of(one, lots)}
    things = {*members, *pieces, *(() if named else keys)}
    wanted = {key for key in things if is_piece(key)}
    asked = frozenset(key for key in things if not is_product(key))
    for _ in range(_DEEPEST):
        wanted = (wanted | reader.containers()) - reader.asked
        if not wanted:
            break
        reader.read(wanted, members=False)
    reader.cut = reader.cut or not reader.containers() <= reader.asked
    reader.read(reader.processes(), members=False)
    found = in_force(reader.events.values())
    acts = store.lineage.acts_of(one.id for one in found)
    shapes = {one.id: reader.shape(one) for one in found}
    facts = [fact(shapes[one.id], acts[one.id]) for one in found if one.id in acts]
    organisations = store.named_organisations(set(_named(facts)))
    return Gathered(
        facts,
        asked | reader.asked,
        asked,
        _lots_of(shapes.values(), asked),
        found,
        reader.cut,
        organisations,
        _parties(store, facts, organisations),
        _weights(store, facts),
    )


def _weights(store: Store, facts: Iterable[Fact]) -> dict[str, Decimal]:
    products = {
        product
        for one in facts
        if one.shape.event.type is EventType.TRANSFORMATION
        for item in (*one.shape.inputs, *one.shape.outputs)
        if (product := product_of(item.key)) is not None
    }
    return weights_of(store, products)


def weights_of(store: Store, products: Collection[str]) -> dict[str, Decimal]:
    """The kilograms of one piece of each of these products, as far as the register says them."""
    if not products:
        return {}
    with store.reading() as connection:
        rows = registry.rows(connection, product_table, "key", sorted(products))
    found = {row["key"]: kilograms(row["net_content"], row["net_unit"]) for row in rows}
    return {product: weight for product, weight in found.items() if weight is not None}


def _named(facts: Iterable[Fact]) -> Iterator[str]:
    for one in facts:
        for key in (one.gave.party, one.gave.owner, one.got.party, one.got.owner):
            if key is not None:
                yield key
        for place in (one.place, one.gave.place, one.got.place):
            if place is not None:
                yield main_place(place)


def _parties(
    store: Store, facts: Sequence[Fact], organisations: Mapping[str, int]
) -> dict[str, str]:
    told = holders(facts)
    keys: dict[int, str] = {}
    for key in sorted(organisations, reverse=True):
        if key.startswith("417/"):
            keys[organisations[key]] = key
    places = {key: number for key, number in organisations.items() if not key.startswith("417/")}
    lacking = sorted({number for key, number in places.items() if key not in told} - keys.keys())
    if lacking:
        with store.reading() as connection:
            found = registry.glns_of(connection, lacking)
        keys |= {number: f"417/{gln}" for number, gln in found.items()}
    return {key: keys[number] for key, number in places.items() if number in keys} | told


def _of_products(told: Iterable[Shape], products: set[str]) -> set[str]:
    """The lots and pieces of products: an event says a product once, of the first thing of it."""
    if not products:
        return set()
    goods = {key for one in told for key in one.goods}
    return {key for key in goods if not products.isdisjoint(memberships(key))}


def _pieces_of(one: Shape, lots: Collection[str]) -> set[str]:
    found: set[str] = set()
    for lot in lots & one.pieces.keys():
        found |= {piece for piece in one.pieces[lot] if is_piece(piece)}
    return found


def _lots_of(shapes: Iterable[Shape], things: Collection[str]) -> dict[str, str]:
    """The lot of each piece, as its key or any record says it."""
    found: dict[str, str] = {}
    for one in shapes:
        for piece, wholes in one.wholes.items():
            lots = [whole for whole in wholes if is_lot(whole)]
            if lots and piece in things and is_piece(piece):
                first = min(lots)
                found[piece] = min(first, found.get(piece, first))
    for thing in things:
        if thing not in found and is_piece(thing):
            lot = next((key for key in memberships(thing) if is_lot(key)), None)
            if lot is not None:
                found[thing] = lot
    return found


class _Reader:
    def __init__(self, store: Store, upto_seq: int | None, most: int) -> None:
        self._store = store
        self._upto = store.events.head()[0] if upto_seq is None else upto_seq
        self._left = most
        self._shapes: dict[int, Shape] = {}
        self.events: dict[int, LineageEvent] = {}
        self.asked: set[str] = set()
        self.cut = False

    def read(self, keys: Collection[str], *, members: bool) -> None:
        if not keys:
            return
        self.asked |= {*keys}
        found = self._store.lineage.events_of(
            sorted(keys),
            skip_members=frozenset() if members else frozenset(keys),
            upto_seq=self._upto,
            most=max(self._left, 0),
        )
        before = len(self.events)
        for events in found.values():
            self.events.update({one.id: one for one in events})
        self._left -= len(self.events) - before
        self.cut = self.cut or found.cut

    def shape(self, one: LineageEvent) -> Shape:
        return self._shapes.setdefault(one.id, Shape(one))

    def shapes(self) -> list[Shape]:
        return [self.shape(one) for one in self.events.values()]

    def processes(self) -> set[str]:
        """The makings that are told in several records: all of them are needed to judge one."""
        return {key for one in self.shapes() for key in one.processes}

    def containers(self) -> set[str]:
        """What any of the things was put into, as far as the records read tell."""
        return {
            one.parent
            for one in self.shapes()
            if one.event.type is EventType.AGGREGATION
            and one.parent is not None
            and not one.children.isdisjoint(self.asked)
        }
