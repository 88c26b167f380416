# SPDX-License-Identifier: Apache-2.0
"""Quantities by product: added up, taken off, compared, and as they are kept."""

from decimal import Decimal
from fractions import Fraction

import msgspec

from nguon.base.errors import Fault
from nguon.base.quantity import Quantity, plain
from nguon.recall.model import Quantities

_MOST = 200
_Kept = list[tuple[str | None, str, str]]


def summed(*parts: Quantities) -> Quantities:
    """All of them together, by product and unit, in their order; nothing of nothing."""
    found: dict[tuple[str | None, str], Decimal] = {}
    for product, one in (each for part in parts for each in part):
        found[product, one.unit] = found.get((product, one.unit), Decimal(0)) + one.amount
    return _made(found)


def greatest(one: Quantities, other: Quantities) -> Quantities:
    """The greater of both, by product and unit."""
    found = _by(one)
    for key, amount in _by(other).items():
        found[key] = max(found.get(key, amount), amount)
    return _made(found)


def less(whole: Quantities, part: Quantities) -> Quantities:
    """What is left of a whole; never less than nothing."""
    taken = _by(part)
    return _made(
        {key: max(amount - taken.get(key, 0), Decimal(0)) for key, amount in _by(whole).items()}
    )


def beyond(part: Quantities, whole: Quantities) -> bool:
    """Whether more of anything is said than there is."""
    there = _by(whole)
    return any(amount > there.get(key, 0) for key, amount in _by(part).items())


def over(part: Quantities, whole: Quantities) -> Quantities:
    """What is said beyond what there is, by product and unit."""
    return less(part, whole)


def capped(part: Quantities, whole: Quantities) -> Quantities:
    """As much of a part as there is of the whole, by product and unit."""
    return less(part, over(part, whole))


def share(part: Quantities, whole: Quantities) -> float | None:
    """What a part is of a whole, in percent: the mean over units; None of nothing.

    Units are not reckoned into each other: pieces with pieces, kilograms with kilograms; nor
    does more of one product stand for less of another. 100 is said of the whole alone, 0 of
    nothing alone.
    """
    there, taken = _units(whole), _units(capped(part, whole))
    shares = [
        Fraction(taken.get(unit, Decimal(0))) / Fraction(amount)
        for unit, amount in there.items()
        if amount
    ]
    return None if not shares else percent(sum(shares, Fraction(0)) / len(shares))


def percent(part: Fraction) -> float:
    """A part of one, in percent with one decimal; 0 and 100 of nothing but none and all."""
    if part in (0, 1):
        return 100.0 if part else 0.0
    return min(max(round(float(part * 100), 1), 0.1), 99.9)


def packed(quantities: Quantities) -> str:
    """As it is kept."""
    told: _Kept = [(product, one.text, one.unit) for product, one in summed(quantities)]
    return msgspec.json.encode(told).decode()


def unpacked(text: str) -> Quantities:
    """What was kept."""
    told = msgspec.json.decode(text, type=_Kept)
    return tuple((product, Quantity(Decimal(amount), unit)) for product, amount, unit in told)


def faults_in(quantities: Quantities, field: str) -> list[Fault]:
    """What is wrong with what somebody says."""
    if len(quantities) > _MOST:
        return [Fault(f"/{field}", "recall.quantities-many", {"most": _MOST})]
    return [
        Fault(f"/{field}/{row}", "recall.quantity-wrong", {})
        for row, (_, one) in enumerate(quantities)
        if not plain(one.amount) or one.amount < 0 or not 1 <= len(one.unit) <= 3
    ]


def _by(quantities: Quantities) -> dict[tuple[str | None, str], Decimal]:
    return {(product, one.unit): one.amount for product, one in summed(quantities)}


def _units(quantities: Quantities) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for _, one in quantities:
        found[one.unit] = found.get(one.unit, Decimal(0)) + one.amount
    return found


def _made(found: dict[tuple[str | None, str], Decimal]) -> Quantities:
    return tuple((key[0], Quantity(amount, key[1])) for key, amount in found.items() if amount)
