# SPDX-License-Identifier: Apache-2.0
"""How much: an exact decimal and a UN/ECE Recommendation 20 unit code."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

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


KILOGRAM = "KGM"
_BASE_UNITS: Mapping[str, tuple[str, Decimal]] = MappingProxyType(
    {
        "KGM": (KILOGRAM, Decimal(1)),
        "GRM": (KILOGRAM, Decimal("0.001")),
        "MGM": (KILOGRAM, Decimal("0.000001")),
        "DTN": (KILOGRAM, Decimal(100)),
        "TNE": (KILOGRAM, Decimal(1000)),
        "LBR": (KILOGRAM, Decimal("0.45359237")),
        "ONZ": (KILOGRAM, Decimal("0.028349523125")),
        "LTR": ("LTR", Decimal(1)),
        "MLT": ("LTR", Decimal("0.001")),
        "HLT": ("LTR", Decimal(100)),
        "MTQ": ("LTR", Decimal(1000)),
        PIECE: (PIECE, Decimal(1)),
        "EA": (PIECE, Decimal(1)),
        "C62": (PIECE, Decimal(1)),
    }
)
"""Units of mass, volume and count with their factor (UN/ECE Recommendation 20, Annex I)."""


def in_base_unit(quantity: Quantity) -> Quantity | None:
    """The same quantity in kilograms, litres or pieces; None for a unit that is none of these."""
    known = _BASE_UNITS.get(quantity.unit)
    return None if known is None else Quantity(quantity.amount * known[1], known[0])
