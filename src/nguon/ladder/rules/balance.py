# SPDX-License-Identifier: Apache-2.0
"""What came out of a transformation is not more than what went in allows."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from nguon.base.quantity import KILOGRAM, Quantity, in_base_unit
from nguon.ladder import limits
from nguon.ladder.model import Facts, Part
from nguon.ladder.rule import Answer, Rule


def check(facts: Facts) -> Answer | None:
    """Compared by mass, where every part has one; silent where one has none."""
    step = facts.step
    if step is None or not (step.transforms and step.whole):
        return None
    went = _mass(part for part in step.parts if part.role == "in")
    came = _mass(part for part in step.parts if part.role == "out")
    bounds = limits.yield_of(step.process, step.happened.date())
    if not went or came is None or bounds is None:
        return None
    most, least = bounds.most, bounds.least
    told = {
        "inputs": _plain(went),
        "outputs": _plain(came),
        "most": None if most is None else _plain(went * most),
        "least": None if least is None else _plain(went * least),
        "source": bounds.source,
    }
    if most is not None and came > went * most:
        return Answer(False, "ladder.too-much-out", told, contradicts=True)
    if least is not None and came < went * least:
        return Answer(False, "ladder.too-little-out", told)
    return None if most is None else Answer(True, "ladder.balanced", told)


def _mass(parts: Iterable[Part]) -> Decimal | None:
    """The kilograms of all of them together; None where one does not say."""
    total = Decimal(0)
    for part in parts:
        amount = None if part.quantity is None else _kilograms(part.quantity)
        if amount is None:
            return None
        total += amount
    return total


def _kilograms(quantity: Quantity) -> Decimal | None:
    found = in_base_unit(quantity)
    return found.amount if found is not None and found.unit == KILOGRAM else None


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


RULE = Rule(
    id="balance",
    version=1,
    valid_from=date(2026, 11, 1),
    source="Conservation of mass; loss by process as in the ladder's limits",
    check=check,
)
