# SPDX-License-Identifier: Apache-2.0
"""From scans to rows: single scans, and what they add up to by thing and by day.

Each scan counts for its thing, and for the product of which that is a lot or
piece; provinces are counted for products alone.
"""

import random
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from nguon.base.time import HANOI, from_microseconds
from nguon.gs1 import key_hash
from nguon.scans.devices import Devices
from nguon.scans.model import Seen, Visitor, Way
from nguon.scans.visitors import visitor

_SECOND = 1_000_000
_HOUR = 3600 * _SECOND
_NUMBERS = random.SystemRandom()

Row = dict[str, Any]


class Rows(NamedTuple):
    """What a batch writes."""

    scans: list[Row]
    sums: list[Row]
    days: list[Row]


def rows_of(batch: Iterable[Seen], devices: Devices, *, single: bool = True) -> Rows:
    """The rows of a batch; without single ones where none are kept.

    Raises `StoreError` as `Devices.mark` does.
    """
    counts = _Counts()
    scans: list[Row] = []
    for seen in batch:
        who = visitor(seen)
        if who is None:
            continue
        time = seen.time // 1000 // _SECOND * _SECOND
        counts.add(seen, who, time)
        if single:
            scans.append(_row(seen, who, time, devices))
    sums, days = counts.sums, counts.days
    return Rows(scans, [sums[item] for item in sorted(sums)], [days[at] for at in sorted(days)])


def product_of(key: str) -> str | None:
    """The product of a lot or piece, the key itself where it is one; None for other things."""
    head, _, rest = key.partition("/")
    return f"01/{rest.partition('/')[0]}" if head == "01" else None


class _Counts:
    def __init__(self) -> None:
        self.sums: dict[int, Row] = {}
        self.days: dict[tuple[int, str, str], Row] = {}

    def add(self, seen: Seen, who: Visitor, time: int) -> None:
        product = product_of(seen.key)
        if product is not None:
            self._one(product, seen.way, time, who.place or "")
        if product != seen.key:
            self._one(seen.key, seen.way, time, "")

    def _one(self, key: str, way: Way, time: int, place: str) -> None:
        item = key_hash(key)
        none = {"scans": 0, "views": 0}
        total = self.sums.setdefault(item, {"item": item, **none, "first": None, "last": None})
        at = (item, _day(time // _HOUR), place)
        day = self.days.setdefault(at, dict(zip(("item", "day", "place"), at, strict=True)) | none)
        counted = "views" if way is Way.PAGE else "scans"
        total[counted] += 1
        day[counted] += 1
        if way is not Way.PAGE:
            total["first"] = min(total["first"] or time, time)
            total["last"] = max(total["last"] or time, time)


def _row(seen: Seen, who: Visitor, time: int, devices: Devices) -> Row:
    item = key_hash(seen.key)
    return {
        "item": item,
        "time": time,
        "number": _NUMBERS.getrandbits(62),
        "key": seen.key,
        "way": int(seen.way),
        "client": int(who.client),
        "language": who.language,
        "place": who.place,
        "device": devices.mark(item, who.device, time) if who.device else None,
    }


@lru_cache(maxsize=64)
def _day(hour: int) -> str:
    return from_microseconds(hour * _HOUR).astimezone(HANOI).date().isoformat()
