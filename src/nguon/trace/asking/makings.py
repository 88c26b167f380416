# SPDX-License-Identifier: Apache-2.0
"""Makings in a ledger: what went in and came out by mass, and what their process allows; pure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import msgspec

from nguon.base.quantity import PIECE
from nguon.base.time import from_microseconds
from nguon.trace.asking.entries import Flag
from nguon.trace.asking.facts import product_of
from nguon.trace.asking.yields import Process
from nguon.trace.steps import is_piece

Range = tuple[int | None, int | None]


class Making(msgspec.Struct, frozen=True):
    """A making, in kilograms: ``went`` in, ``came`` out, between ``least`` and ``most`` may come
    (None: no bound). ``pieces`` are the same bounds as whole pieces, where all that came out is
    counted in pieces of one product. ``source`` says where the bounds are from.
    """

    at: datetime
    events: tuple[int, ...]
    step: str
    made: tuple[str, ...]
    went: Decimal
    came: Decimal
    least: Decimal | None
    most: Decimal | None
    pieces: Range | None
    source: str
    flag: Flag | None


def making(one: Process, weights: Mapping[str, Decimal]) -> Making:
    """A process as the ledger tells it; ``weights`` are the kilograms of one piece, by product."""
    flag = Flag.TOO_MUCH_OUT if one.too_much else Flag.TOO_LITTLE_OUT if one.too_little else None
    made = {key for fact in one.facts for key in fact.shape.made}
    return Making(
        at=from_microseconds(one.facts[-1].time),
        events=tuple(fact.number for fact in one.facts),
        step=one.step,
        made=tuple(sorted(made)),
        went=one.went,
        came=one.came,
        least=one.least,
        most=one.most,
        pieces=_pieces(one, weights),
        source=one.source,
        flag=flag,
    )


def _pieces(one: Process, weights: Mapping[str, Decimal]) -> Range | None:
    outputs = [item for fact in one.facts for item in fact.shape.outputs]
    products = {product_of(item.key) for item in outputs}
    counted = all(
        is_piece(item.key) if item.amount is None else item.amount.unit == PIECE for item in outputs
    )
    weight = weights.get(next(iter(products)) or "") if len(products) == 1 else None
    if not counted or not weight:
        return None
    least, most = one.least, one.most
    return (
        None if least is None else int((least / weight).to_integral_value(ROUND_CEILING)),
        None if most is None else int((most / weight).to_integral_value(ROUND_FLOOR)),
    )
