# SPDX-License-Identifier: Apache-2.0
"""How much: an exact decimal and a UN/ECE Recommendation 20 unit code."""

from decimal import Decimal

import msgspec

PIECE = "H87"
"""UN/ECE code of one piece: the unit of a quantity sent without one."""


_DIGITS = 12


def plain(amount: Decimal) -> bool:
    """Whether a number can be written out: finite, with at most twelve digits on either side.

    A few characters can mean a billion digits (``1e999999999``).
    """
    if not amount.is_finite():
        return False
    exponent = amount.as_tuple().exponent
    return amount.adjusted() <= _DIGITS and isinstance(exponent, int) and exponent >= -_DIGITS


class Quantity(msgspec.Struct, frozen=True):
    """An amount with its unit (``KGM``, ``H87`` …)."""

    amount: Decimal
    unit: str = PIECE

    @property
    def text(self) -> str:
        """The amount in plain digits, without exponent."""
        return f"{self.amount:f}"
