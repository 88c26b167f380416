# SPDX-License-Identifier: Apache-2.0
"""The mass of a net content as people and registers write it; pure."""

from decimal import Decimal

from nguon.base.quantity import KILOGRAM
from nguon.tables import cells
from nguon.tables.errors import TableError
from nguon.tables.units import unit as unit_of_word


def kilograms(amount: str | None, unit: str | None) -> Decimal | None:
    """The kilograms of a net content (``2``, ``kg``); None for volumes, counts and nonsense."""
    try:
        factor = unit_of_word(unit or "", "amount")
        number = cells.number(amount or "").value
    except TableError:
        return None
    return number * factor.factor if factor.code == KILOGRAM and number > 0 else None
