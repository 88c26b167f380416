# SPDX-License-Identifier: Apache-2.0
"""Whether what came out of a process fits what went in; the bounds are those of the ladder."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from nguon.base.quantity import KILOGRAM, PIECE, Quantity, in_base_unit
from nguon.base.time import HANOI, from_microseconds
from nguon.epcis.items import ItemRef
from nguon.ladder import limits
from nguon.store.values import EventType
from nguon.trace.asking.facts import Fact, product_of
from nguon.trace.steps import is_piece


class Process(NamedTuple):
    """A making by mass, told in one record or in several with one transformation ID."""

    facts: tuple[Fact, ...]
    step: str
    went: Decimal
    came: Decimal
    most: Decimal | None
    least: Decimal | None
    source: str

    @property
    def too_much(self) -> bool:
        return self.most is not None and self.came > self.most

    @property
    def too_little(self) -> bool:
        return self.least is not None and self.came < self.least


def processes(facts: Iterable[Fact], weights: Mapping[str, Decimal]) -> Iterator[Process]:
    """The makings whose inputs and outputs all have a mass and whose process has bounds.

    ``weights`` are the kilograms of one piece, by product.
    """
    for told in _together(facts):
        went = _mass((item for one in told for item in one.shape.inputs), weights)
        came = _mass((item for one in told for item in one.shape.outputs), weights)
        day = from_microseconds(told[-1].time).astimezone(HANOI).date()
        step = _step(told)
        bounds = limits.yield_of(step, day)
        if not went or came is None or bounds is None:
            continue
        most, least = (
            None if bound is None else went * bound for bound in (bounds.most, bounds.least)
        )
        yield Process(tuple(told), step, went, came, most, least, bounds.source)


def _together(facts: Iterable[Fact]) -> list[list[Fact]]:
    groups: dict[str, list[Fact]] = defaultdict(list)
    for one in sorted(facts, key=lambda one: (one.time, one.number)):
        if one.shape.event.type is EventType.TRANSFORMATION:
            name = one.shape.processes[0] if one.shape.processes else f"\0{one.number}"
            groups[name].append(one)
    return list(groups.values())


def _step(told: list[Fact]) -> str:
    """The word of the process: of several the first that is more than creating a lot."""
    words = [one.step for one in told if one.step not in _GENERAL]
    return words[0] if words else told[-1].step


_GENERAL = frozenset({"creating_class_instance", "commissioning", "transforming", "other"})


def _mass(items: Iterable[ItemRef], weights: Mapping[str, Decimal]) -> Decimal | None:
    """The kilograms of all of them together; None where one has none."""
    total = Decimal(0)
    for item in items:
        mass = _kilograms(item, weights)
        if mass is None:
            return None
        total += mass
    return total


def _kilograms(item: ItemRef, weights: Mapping[str, Decimal]) -> Decimal | None:
    amount = item.amount or (Quantity(Decimal(1)) if is_piece(item.key) else None)
    based = None if amount is None else in_base_unit(amount)
    if based is None or based.unit == KILOGRAM:
        return None if based is None else based.amount
    weight = weights.get(product_of(item.key) or "") if based.unit == PIECE else None
    return None if weight is None else based.amount * weight
