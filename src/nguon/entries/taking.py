# SPDX-License-Identifier: Apache-2.0
"""Goods are taken off what is left: lots by amount, single pieces with the lots they are of."""

from decimal import Decimal

from nguon.base.quantity import PIECE
from nguon.entries.ledger import Amounts
from nguon.entries.model import Line
from nguon.entries.pieces import Pieces
from nguon.gs1 import memberships, parse

Fault = tuple[str, dict[str, object]]


def taken(line: Line, left: dict[str, Amounts], pieces: Pieces) -> Fault | None:
    """Take a line off what is left; what is wrong where there is not so much."""
    if line.quantity is None:
        return _piece(line.item, left, pieces)
    unit, asked = line.quantity.unit, line.quantity.amount
    there = left.setdefault(line.item, {})
    have = there.get(unit, Decimal())
    if have <= 0:
        return "entries.not-in-hand", {"item": line.item}
    there[unit] = have - asked
    if asked <= have:
        return None
    params = {"item": line.item, "have": have, "asked": asked, "unit": unit}
    return "entries.more-than-in-hand", {**params, "over": asked - have}


def _piece(item: str, left: dict[str, Amounts], pieces: Pieces) -> Fault | None:
    own = left.setdefault(item, {})
    lot = pieces.lots.get(item)
    there = {} if lot is None else left.get(lot, {})
    here = any(some(left.get(key)) for key in (item, *memberships(item), lot or item))
    if own.get(PIECE, 1) <= 0 or not here:
        return "entries.not-in-hand", {"item": item}
    share = pieces.share(lot, there) if lot and there else None
    if share is not None:
        have = there.get(share.unit, Decimal())
        if have < share.amount:
            return "entries.lot-gone", {"item": item, "lot": parse(lot or item).parts[-1][1]}
        there[share.unit] = have - share.amount
    own[PIECE] = own.get(PIECE, Decimal(1)) - 1
    return None


def some(amounts: Amounts | None) -> bool:
    """Whether there is any."""
    return any(amount > 0 for amount in (amounts or {}).values())
