# SPDX-License-Identifier: Apache-2.0
"""Which gaps records and reckoning show; pure."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from nguon.base.time import from_microseconds
from nguon.store.values import EventType
from nguon.trace.asking.allowances import overdue
from nguon.trace.asking.facts import Deed, Fact, main_place
from nguon.trace.asking.gap import Gap, GapKind
from nguon.trace.asking.where import Finding, HoldingState, Trouble, Where
from nguon.trace.asking.world import World
from nguon.trace.asking.yields import processes
from nguon.trace.stages import chain

_KINDS = {
    Trouble.NOT_SENT: GapKind.NEVER_SHIPPED,
    Trouble.NOT_RECEIVED: GapKind.NEVER_RECEIVED,
    Trouble.TOO_EARLY: GapKind.BEFORE_CAUSE,
    Trouble.AFTER_END: GapKind.AFTER_END,
    Trouble.NOT_THERE: GapKind.NOT_THERE,
    Trouble.NO_PLACE: GapKind.NO_PLACE,
    Trouble.UNITS: GapKind.UNITS,
}


class Known(NamedTuple):
    """What gaps are judged by: records, the world after them, what the registers know."""

    facts: Sequence[Fact]
    world: World
    organisations: Mapping[str, int]
    parties: Mapping[str, str]
    places: Collection[str]
    """Places that a register knows."""
    home: Collection[str]
    """Places and parties that are in a province of the country."""
    now: datetime
    weights: Mapping[str, Decimal]
    """The kilograms of one piece, by product."""
    start: str | None
    """The thing on whose way stages are judged."""
    from_origins: bool = True
    """Whether the records go back to the origins, so that earlier stages would be among them."""


def found(known: Known) -> Iterator[Gap]:
    """All gaps, in no order."""
    yield from _findings(known)
    yield from _never_received(known)
    yield from _out_of_balance(known)
    yield from _unknown(known)
    if known.start is not None:
        yield from _stages(known)


def _findings(known: Known) -> Iterator[Gap]:
    """One gap for all things of one record with the same trouble."""
    groups: dict[tuple[Trouble, int, int], list[Finding]] = defaultdict(list)
    for one in (*known.world.findings, *known.world.stocks.findings):
        other = 0 if one.other is None else one.other.number
        groups[one.trouble, one.fact.number, other].append(one)
    for together in groups.values():
        first = min(together, key=lambda one: one.key)
        yield _of_finding(first, len(together), known)


def _of_finding(one: Finding, things: int, known: Known) -> Gap:
    kind = _KINDS[one.trouble]
    params = {"things": str(things)}
    if one.amount is not None:
        params |= {"amount": _plain(one.amount), "unit": one.unit or ""}
    elif one.unit is not None:
        params["unit"] = one.unit
    shown = one.fact
    if one.trouble is Trouble.NOT_RECEIVED and one.other is not None:
        shown = one.other
    if kind is GapKind.NOT_THERE and (later := _came_later(one, known)):
        kind = GapKind.BEFORE_CAUSE
        params["later"] = from_microseconds(later.time).isoformat()
    if one.trouble is Trouble.TOO_EARLY and one.other is not None:
        params["later"] = from_microseconds(one.other.time).isoformat()
    return _gap(kind, one.key, shown, _asked(one, known), params, known)


def _asked(one: Finding, known: Known) -> str | None:
    """Who should have recorded it: the giver of what was not sent, else who has the place."""
    if one.trouble in (Trouble.NOT_SENT, Trouble.TOO_EARLY):
        return one.fact.gave.party
    return _party_at(one.fact, known)


def _party_at(one: Fact, known: Known) -> str | None:
    return None if one.place is None else known.parties.get(main_place(one.place))


def _came_later(one: Finding, known: Known) -> Fact | None:
    """The later record by which what was missing came to the same place or party."""
    party = one.fact.gave.party or _party_at(one.fact, known)
    for move in known.world.moves:
        came = move.source is None or move.source.state is HoldingState.MOVING
        if move.lot == one.key and came and move.fact.time > one.fact.time:
            where = move.target
            if where is not None and where.state is HoldingState.HELD and where.party == party:
                return move.fact
    return None


def _never_received(known: Known) -> Iterator[Gap]:
    groups: dict[tuple[int, Where], list[tuple[str, Decimal | None, str]]] = defaultdict(list)
    facts: dict[int, Fact] = {}
    world = known.world
    for key, where in world.places.items():
        outer = world.places.get(world.parent.get(key, ""))
        if where.state is HoldingState.MOVING and outer != where:
            facts[world.last[key].number] = world.last[key]
            groups[world.last[key].number, where].append((key, None, ""))
    for stock, slots in world.stocks.amounts.items():
        for slot, amount in slots.items():
            if slot.where.state is HoldingState.MOVING and slot.inside is None and amount > 0:
                one = world.stocks.last[stock, slot]
                facts[one.number] = one
                groups[one.number, slot.where].append((stock.lot, amount, stock.unit))
    for (number, where), lacking in groups.items():
        gap = _missed(facts[number], where, sorted(lacking, key=str), known)
        if gap is not None:
            yield gap


def _missed(
    one: Fact, where: Where, lacking: list[tuple[str, Decimal | None, str]], known: Known
) -> Gap | None:
    abroad = where.place is not None and where.place not in known.home
    days = overdue(from_microseconds(one.time), known.now, abroad=abroad)
    if days is None:
        return None
    key, amount, unit = lacking[0]
    params = {"things": str(len(lacking)), "days": str(days)}
    kind = GapKind.NEVER_RECEIVED
    if amount is not None:
        params |= {"amount": _plain(amount), "unit": unit}
        arrived = sum(
            (
                move.amount
                for move in known.world.moves
                if (move.lot, move.unit, move.source) == (key, unit, where)
            ),
            Decimal(0),
        )
        if arrived:
            kind = GapKind.SHORT
            params["received"] = _plain(arrived)
    return _gap(kind, key, one, where.party or where.sender, params, known)


def _out_of_balance(known: Known) -> Iterator[Gap]:
    for one in processes(known.facts, known.weights):
        if not (one.too_much or one.too_little):
            continue
        last = one.facts[-1]
        bound = one.most if one.too_much else one.least
        params = {
            "inputs": _plain(one.went),
            "outputs": _plain(one.came),
            "bound": _plain(bound or Decimal(0)),
            "side": "more" if one.too_much else "less",
            "source": one.source,
        }
        key = min(last.shape.made, default="")
        yield _gap(GapKind.OUT_OF_BALANCE, key, last, _party_at(last, known), params, known)


def _unknown(known: Known) -> Iterator[Gap]:
    """Parties and places that no register knows, at the first record that names them."""
    told: set[str] = set()
    for one in sorted(known.facts, key=lambda one: (one.time, one.number)):
        for party in (one.gave.party, one.got.party):
            if party is not None and party not in known.organisations and party not in told:
                told.add(party)
                yield _of_name(GapKind.UNKNOWN_PARTY, party, one)
        for place in (one.place, one.gave.place, one.got.place):
            key = None if place is None else main_place(place)
            if key is not None and key not in known.places and key not in told:
                told.add(key)
                yield _of_name(GapKind.UNKNOWN_PLACE, key, one)


def _of_name(kind: GapKind, name: str, one: Fact) -> Gap:
    key = min(one.shape.handled | one.shape.made, default="")
    sender = one.shape.event.submitter
    return Gap(kind, key, one.number, from_microseconds(one.time), None, sender, {"name": name})


def _stages(known: Known) -> Iterator[Gap]:
    """The stages expected of every product that no record shows before the furthest one shown.

    Of a way that begins in the middle only those after its first: where goods were divided, one
    part may show a stage and another lack it, so that what all parts lack is told alone.
    """
    stages = chain()
    shown: dict[str, Fact] = {}
    for one in sorted(known.facts, key=lambda one: (one.time, one.number)):
        for stage in _stages_of(one):
            shown.setdefault(stage, one)
    reached = [name for name in stages.order if name in shown]
    first = 0 if known.from_origins or not reached else stages.order.index(reached[0])
    for position, name in enumerate(stages.order[first:], first):
        if not reached or name in shown or name not in stages.core:
            continue
        after = [stage for stage in reached if stages.order.index(stage) > position]
        if after:
            nearest = shown[after[0]]
            yield _gap(
                GapKind.MISSING_STAGE, known.start or "", nearest, _party_at(nearest, known),
                {"stage": name, "next": after[0]}, known,
            )  # fmt: skip


def _stages_of(one: Fact) -> set[str]:
    found = {chain().stage.get(one.step, "")}
    event = one.shape.event
    if event.type is EventType.AGGREGATION and one.deed is Deed.HOLD:
        found.add("pack")
    by_deed = {Deed.MAKE: "make", Deed.SHIP: "ship", Deed.RECEIVE: "receive", Deed.SELL: "sell"}
    found.add(by_deed.get(one.deed, ""))
    return found - {""}


def _gap(
    kind: GapKind, key: str, one: Fact, party: str | None, params: dict[str, str], known: Known
) -> Gap:
    place = "" if one.place is None else main_place(one.place)
    asked = known.organisations.get(party or "")
    if party is None:
        asked = known.organisations.get(place, one.shape.event.submitter)
    told = {"from": one.gave.party or _NOT_SAID, "to": one.got.party or _NOT_SAID, **params}
    quantity = told.get("things", _NOT_SAID)
    if "amount" in told:
        quantity = f"{told['amount']} {told['unit']}"
    told.setdefault("quantity", quantity)
    return Gap(kind, key, one.number, from_microseconds(one.time), party, asked, told)


_NOT_SAID = "–"


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
