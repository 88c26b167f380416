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

    @property
    def text(self) -> str:
        """The amount in plain digits, without exponent."""
        return f"{self.amount:f}"
