# SPDX-License-Identifier: Apache-2.0
"""How much: an exact decimal and a UN/ECE Recommendation 20 unit code."""

from decimal import Decimal

import msgspec

PIECE = "H87"
"""UN/ECE code of one piece: the unit of a quantity sent without one."""


class Quantity(msgspec.Struct, frozen=True):
    """An amount with its unit (``KGM``, ``H87`` …)."""

    amount: Decimal
    unit: str = PIECE

    @classmethod
    def from_wire(cls, amount: float, unit: str | None) -> "Quantity":
        """From a JSON number: the shortest decimal that denotes it (RFC 8785 section 3.2.2.3)."""
        exact = Decimal(amount) if isinstance(amount, int) else Decimal(repr(amount))
        return cls(exact, unit or PIECE)
