# SPDX-License-Identifier: Apache-2.0
"""Quantities along the way: how much was made and used, and the share that may be affected.

Reckoned over the makings of an answer that the reader sees in full, in order of time;
what has one transformation ID is one making. A share is by proportion of the inputs: of
100 kg mixed from 25 kg in question and 75 kg of others a quarter. What *may* be affected is
everything that was made with any of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

import msgspec

from nguon.base.quantity import PIECE, in_base_unit
from nguon.epcis.items import ItemRef
from nguon.trace.model import Direction, LinkKind, Mode
from nguon.trace.naming import is_piece
from nguon.trace.visibility import Findings

_ONE, _NOTHING = Decimal(1), Decimal(0)
_DIGITS = Decimal("0.000001")


class Amount(msgspec.Struct, frozen=True):
    """Of one lot in one unit (``KGM``, ``LTR``, ``H87``, else as recorded).

    ``made`` in all; ``used``: put into the makings that the answer shows; ``affected``, forward:
    made with any of what was asked about. ``share`` by proportion: forward, of what was
    asked about in this lot; back, of this lot in what was asked about. None where records
    leave it open.
    """

    key: str
    unit: str
    made: Decimal | None
    used: Decimal | None
    affected: Decimal | None
    share: Decimal | None


class Heap(msgspec.Struct):
    """Things with their amounts, each by its unit, and whatever the unit (to compare within one
    making only); an amount is None where none was said.
    """

    amounts: dict[tuple[str, str], Decimal | None] = msgspec.field(default_factory=dict)
    totals: dict[str, Decimal | None] = msgspec.field(default_factory=dict)

    def add(self, items: Iterable[ItemRef]) -> None:
        for item in items:
            unit, amount = _measured(item)
            thing = item.key, unit
            self.amounts[thing] = _plus(self.amounts.get(thing, _NOTHING), amount)
            self.totals[item.key] = _plus(self.totals.get(item.key, _NOTHING), amount)

    def parts(self) -> dict[str, Decimal | None]:
        """The part of the whole that each thing is; None where units or amounts do not allow it."""
        total = _sum(self.amounts.values())
        if len({unit for _, unit in self.amounts}) != 1 or not total:
            return dict.fromkeys(self.totals)
        return {key: None if own is None else own / total for key, own in self.totals.items()}


class Making(msgspec.Struct):
    """One transformation, and which of its inputs and outputs the answer joins."""

    time: int
    taken: Heap
    given: Heap
    sources: set[str]
    targets: set[str]


def amounts(findings: Findings, told: AbstractSet[int]) -> tuple[Amount, ...]:
    """The amounts of the lots found, by key, from the records in ``told`` alone."""
    forward = findings.direction is Direction.FORWARD
    makings = _makings(findings, told)
    shares = _forward(makings, findings.asked) if forward else _back(makings, findings.asked)
    made = _totals(making.given for making in makings)
    used = _totals(making.taken for making in makings if making.targets)
    affected = _totals(making.given for making in makings if forward and making.sources)
    lots = {
        key
        for key, (_, mode) in findings.depths.items()
        if mode is not Mode.PROCESS and not is_piece(key)
    }
    return tuple(
        Amount(
            key,
            unit,
            made.get((key, unit)),
            used.get((key, unit)),
            affected.get((key, unit)),
            _rounded(shares.get(key)),
        )
        for key, unit in sorted({*made, *used})
        if key in lots
    )


def _makings(findings: Findings, told: AbstractSet[int]) -> list[Making]:
    """In the order of time; a continuous process at its first record."""
    makings = findings.known.makings(findings.depths)
    shapes = {number: shape for number, shape in makings.items() if number in told}
    joined = _joined(findings)
    found: dict[object, Making] = {}
    for number, shape in sorted(shapes.items(), key=lambda one: (one[1].event.time, one[0])):
        name = shape.processes[0] if shape.processes else number
        making = found.setdefault(name, Making(shape.event.time, Heap(), Heap(), set(), set()))
        making.taken.add(shape.inputs)
        making.given.add(shape.outputs)
        sources, targets = joined.get(number, (set(), set()))
        making.sources |= sources & shape.taken.keys()
        making.targets |= targets & shape.made
    return list(found.values())


def _joined(findings: Findings) -> Mapping[int, tuple[set[str], set[str]]]:
    found: dict[int, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for link in findings.links:
        if link.kind is LinkKind.TRANSFORMED and link.event is not None:
            found[link.event][0].add(link.source)
            found[link.event][1].add(link.target)
    return found


def _forward(makings: Sequence[Making], asked: Iterable[str]) -> dict[str, Decimal | None]:
    """The share of what was asked about in each thing, as far as it was made then."""
    shares: dict[str, Decimal | None] = dict.fromkeys(asked, _ONE)
    made: dict[str, Decimal | None] = {}
    affected: dict[str, Decimal | None] = {}
    for making in makings:
        part: Decimal | None = _NOTHING
        parts = making.taken.parts()
        for source in making.sources:
            part = _plus(part, _times(shares.get(source), parts.get(source)))
        for key, amount in making.given.totals.items():
            made[key] = _plus(made.get(key, _NOTHING), amount)
            affected[key] = _plus(affected.get(key, _NOTHING), _times(amount, part))
            if key not in asked and (making.sources or key in shares):
                shares[key] = _over(affected[key], made[key])
    return shares


def _back(makings: Sequence[Making], asked: Iterable[str]) -> dict[str, Decimal | None]:
    """The share of each thing in what was asked about."""
    shares: dict[str, Decimal | None] = dict.fromkeys(asked, _ONE)
    made: dict[str, Decimal | None] = {}
    for making in makings:
        for key, amount in making.given.totals.items():
            made[key] = _plus(made.get(key, _NOTHING), amount)
    for making in reversed(makings):
        weight: Decimal | None = _NOTHING
        for target in making.targets:
            of_target = _over(making.given.totals.get(target, _NOTHING), made[target])
            weight = _plus(weight, _times(shares.get(target), of_target))
        parts = making.taken.parts()
        for source in making.sources - set(asked):
            more = _times(weight, parts.get(source))
            shares[source] = _plus(shares.get(source, _NOTHING), more)
    return shares


def _measured(item: ItemRef) -> tuple[str, Decimal | None]:
    amount = item.amount
    if amount is None:
        return PIECE, _ONE if is_piece(item.key) else None
    base = in_base_unit(amount) or amount
    return base.unit, base.amount


def _totals(heaps: Iterable[Heap]) -> dict[tuple[str, str], Decimal | None]:
    found: dict[tuple[str, str], Decimal | None] = {}
    for heap in heaps:
        for thing, amount in heap.amounts.items():
            found[thing] = _plus(found.get(thing, _NOTHING), amount)
    return found


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    total: Decimal | None = _NOTHING
    for amount in amounts:
        total = _plus(total, amount)
    return total


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def _times(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one * other


def _over(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or not other else one / other


def _rounded(share: Decimal | None) -> Decimal | None:
    """To six digits; None for what quantities below nothing would make of it."""
    if share is None or not _NOTHING <= share <= _ONE:
        return None
    return share.quantize(_DIGITS).normalize()
