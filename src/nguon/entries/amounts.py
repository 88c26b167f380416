# SPDX-License-Identifier: Apache-2.0
"""Amounts as people write them in a form: ``1,25 tấn``, ``420 kg``, ``420``; pure."""

from decimal import Decimal

from nguon.base.quantity import PIECE, Quantity
from nguon.entries.errors import EntryError
from nguon.entries.model import KILOGRAM
from nguon.tables import cells

_MOST = Decimal(10) ** 12
_PLACES = 6
_WORDS = {KILOGRAM: "kg", PIECE: "pcs", "LTR": "l"}


def read(text: str, unit: str) -> Quantity:
    """The quantity in a text; ``unit`` is meant where none is written, and no other sort taken.

    Raises:
        EntryError: another sort of unit, zero or less, too much or too fine.
        TableError: no number, a unit that is not known.
    """
    found = cells.measure(text, default=_WORDS.get(unit, "pcs")).quantity
    if found.unit != unit:
        raise EntryError("entries.unit-other", text=text)
    return checked(found, text)


def checked(found: Quantity, text: str) -> Quantity:
    """A quantity that goods may have: above zero, not endlessly fine, whole pieces.

    Raises:
        EntryError: another.
    """
    if not 0 < found.amount < _MOST:
        raise EntryError("entries.amount-range", text=text)
    if -int(found.amount.normalize().as_tuple().exponent) > _PLACES:
        raise EntryError("entries.amount-digits", text=text, places=_PLACES)
    if found.unit == PIECE and found.amount % 1:
        raise EntryError("entries.amount-whole", text=text)
    return found
