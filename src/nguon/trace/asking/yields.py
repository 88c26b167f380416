# SPDX-License-Identifier: Apache-2.0
"""Whether what came out of a process fits what went in; the bounds are those of the ladder."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from nguon.base.quantity import KILOGRAM, in_base_unit
from nguon.base.time import HANOI, from_microseconds
from nguon.epcis.items import ItemRef
from nguon.ladder import limits
from nguon.store.values import EventType
from nguon.trace.asking.facts import Fact


class Process(NamedTuple):
    """A making by mass, told in one record or in several with one transformation ID."""

    facts: tuple[Fact, ...]
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


def processes(facts: Iterable[Fact]) -> Iterator[Process]:
    """The makings whose inputs and outputs all say their mass and whose process has bounds."""
    for told in _together(facts):
        went = _mass(item for one in told for item in one.shape.inputs)
        came = _mass(item for one in told for item in one.shape.outputs)
        day = from_microseconds(told[-1].time).astimezone(HANOI).date()
        bounds = limits.yield_of(_step(told), day)
        if not went or came is None or bounds is None:
            continue
        most, least = (
            None if bound is None else went * bound for bound in (bounds.most, bounds.least)
        )
        yield Process(tuple(told), went, came, most, least, bounds.source)


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


def _mass(items: Iterable[ItemRef]) -> Decimal | None:
    """The kilograms of all of them together; None where one does not say."""
    total = Decimal(0)
    for item in items:
        based = None if item.amount is None else in_base_unit(item.amount)
        if based is None or based.unit != KILOGRAM:
            return None
        total += based.amount
    return total
