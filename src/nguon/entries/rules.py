# SPDX-License-Identifier: Apache-2.0
"""What entries may say: own places and households, goods in hand, no more out than in; pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from nguon.base.quantity import PIECE, Quantity
from nguon.codes import lots
from nguon.entries.errors import FieldFault
from nguon.entries.facts import Facts, made, product_of, used
from nguon.entries.handover import echoes
from nguon.entries.model import (
    KILOGRAM,
    Entry,
    Harvest,
    Pack,
    Receive,
    Sell,
    Ship,
    number_in,
)
from nguon.entries.taking import taken
from nguon.stoplist.model import Stop


def faults(entries: Sequence[Entry], facts: Facts) -> list[FieldFault]:
    """Everything wrong with the entries of one form, each with its entry and line."""
    found = [fault for at, entry in enumerate(entries) for fault in _of_entry(at, entry, facts)]
    stopped = _stopped(entries, facts) if facts.stopped else ()
    return [*found, *_new_lots(entries, facts), *_in_hand(entries, facts), *stopped]


def _stopped(entries: Sequence[Entry], facts: Facts) -> Iterator[FieldFault]:
    """What may not be sold, used or sent on: back to its maker it may go."""
    for at, entry in enumerate(entries):
        if not isinstance(entry, Sell | Ship | Pack):
            continue
        receiver = entry.receiver if isinstance(entry, Ship) else None
        for position, line in enumerate(used(entry)):
            stops = [
                (one, facts.makers.get(product_of(line.item, one)))
                for one in facts.stopped.get(line.item, ())
                if entry.at >= one.since
            ]
            code = _refusal([one for one in stops if one[1] is None or one[1] != receiver], facts)
            if code is not None:
                params = {"item": number_in(line.item)}
                yield FieldFault("quantity", code, params, entry=at, line=position)


def _refusal(stops: Sequence[tuple[Stop, int | None]], facts: Facts) -> str | None:
    """Why goods with these stops, each with the maker, stay: orders bind everybody, a maker's
    own recall or hold binds him.
    """
    if any(stop.mandatory for stop, _ in stops):
        return "entries.stopped"
    own = any(maker == facts.owner for _, maker in stops)
    return "entries.stopped-own" if own else None


def _of_entry(at: int, entry: Entry, facts: Facts) -> Iterator[FieldFault]:
    if isinstance(entry, Harvest):
        yield from _harvest(at, entry, facts)
        return
    if facts.holders.get(entry.place) != facts.owner:
        yield FieldFault("place", "entries.not-your-place", entry=at)
    if isinstance(entry, Pack):
        yield from _balance(at, entry)
    if isinstance(entry, Receive) and entry.handover is not None:
        offer = facts.offers.get(entry.handover)
        if offer is None or offer.giver != entry.giver:
            yield FieldFault("handover", "entries.handover-answered", entry=at)
        elif entry.nonce is not None and not echoes(offer, entry.nonce):
            yield FieldFault("nonce", "entries.nonce-wrong", entry=at)


def _harvest(at: int, entry: Harvest, facts: Facts) -> Iterator[FieldFault]:
    if not facts.own(entry.grower):
        yield FieldFault("grower", "entries.not-your-household", entry=at)
    if not facts.own(facts.holders.get(entry.area)):
        yield FieldFault("area", "entries.not-your-place", entry=at)
    if entry.plot is not None and facts.holders.get(entry.plot) not in (entry.grower, facts.owner):
        yield FieldFault("plot", "entries.not-their-plot", entry=at)


def weight(entry: Pack) -> tuple[Decimal, Decimal] | None:
    """Kilograms in and out; None where a weight is not known."""
    into = [_kilograms(line.quantity, None) for line in entry.inputs]
    out = [_kilograms(output.quantity, output.content) for output in entry.outputs]
    if not into or any(amount is None for amount in (*into, *out)):
        return None
    return sum(filter(None, into), Decimal()), sum(filter(None, out), Decimal())


def _kilograms(quantity: Quantity | None, content: Quantity | None) -> Decimal | None:
    if quantity is None:
        return None
    if quantity.unit == KILOGRAM:
        return quantity.amount
    if quantity.unit == PIECE and content is not None and content.unit == KILOGRAM:
        return quantity.amount * content.amount
    return None


def _balance(at: int, entry: Pack) -> Iterator[FieldFault]:
    weights = weight(entry)
    if weights is not None and weights[1] > weights[0]:
        into, out = weights
        params = {"into": into, "out": out, "over": out - into}
        yield FieldFault("outputs", "entries.more-out", params, entry=at)
    made_of: dict[str, Decimal] = defaultdict(Decimal)
    for output in entry.outputs:
        made_of[output.item] += output.quantity.amount
    for pallet in entry.pallets:
        for line in pallet.contents:
            if line.quantity is not None:
                made_of[line.item] -= line.quantity.amount
    empty = any(not pallet.contents for pallet in entry.pallets)
    if empty or any(left < 0 for left in made_of.values()):
        yield FieldFault("pallets", "entries.pallets-over", entry=at)


def _new_lots(entries: Sequence[Entry], facts: Facts) -> Iterator[FieldFault]:
    seen: set[str] = set()
    for at, entry in enumerate(entries):
        for line, item in enumerate(made(entry)):
            lot = entry.lot if isinstance(entry, Harvest) else _lot_of(entry, line)
            params = {"lot": lot}
            if not lots.usable(lot):
                params["offered"] = lots.offered(lot)
                yield FieldFault("lot", lots.why(lot), params, entry=at, line=line)
            elif item in facts.known or item in seen:
                yield FieldFault("lot", "entries.lot-taken", params, entry=at, line=line)
            seen.add(item)


def _lot_of(entry: Entry, line: int) -> str:
    return entry.outputs[line].lot if isinstance(entry, Pack) else ""


def _in_hand(entries: Sequence[Entry], facts: Facts) -> Iterator[FieldFault]:
    left = {key: dict(amounts) for key, amounts in facts.held.items()}
    for at, entry in enumerate(entries):
        for position, line in enumerate(used(entry)):
            fault = taken(line, left, facts.held.pieces)
            if fault is not None:
                yield FieldFault("quantity", fault[0], fault[1], entry=at, line=position)
