# SPDX-License-Identifier: Apache-2.0
"""The forms of the shop: a sale, goods taken off sale."""

from datetime import datetime
from typing import NamedTuple

from nguon.entries.fields import Fields
from nguon.entries.forms.common import Counter, Reading, place_of, scanned_line
from nguon.entries.model import Line, Reason, Sell, Withdraw


def sell(fields: Fields, counter: Counter) -> Reading:
    """A sale at the shop, by one code."""
    goods = _at_shop(fields, counter)
    if goods is None:
        return Reading()
    return Reading((Sell(at=goods.at, place=goods.place, lines=goods.lines),), ("code",))


def withdraw(fields: Fields, counter: Counter) -> Reading:
    """Goods taken off sale, by one code."""
    reason = fields.chosen("reason", [(one.value, one) for one in Reason], "entries.reason-missing")
    goods = _at_shop(fields, counter)
    if goods is None or reason is None:
        return Reading()
    entry = Withdraw(
        at=goods.at,
        place=goods.place,
        lines=goods.lines,
        reason=reason,
        note=fields.text("note") or None,
    )
    return Reading((entry,), ("code",))


class _Goods(NamedTuple):
    at: datetime
    place: str
    lines: tuple[Line, ...]


def _at_shop(fields: Fields, counter: Counter) -> _Goods | None:
    at, place = fields.moment(), place_of(fields, counter.desk.places)
    if not fields.text("code"):
        fields.fault("code", "entries.code-missing")
        return None
    line = scanned_line(fields, counter)
    return _Goods(at, place.key, (line,)) if at and place and line else None
