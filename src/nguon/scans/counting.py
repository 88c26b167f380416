# SPDX-License-Identifier: Apache-2.0
"""From scans to rows: single scans, and what they add up to by thing and by day.

Each scan counts for its thing (`nguon.scans.placing`), and for the product of which
that is a lot or piece; provinces are counted for products alone. What one device asks for
several times in the same second is one scan.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from nguon.base.gently import gently
from nguon.base.time import HANOI, from_microseconds
from nguon.gs1 import key_hash
from nguon.scans.devices import Devices
from nguon.scans.model import Seen, Visitor, Way
from nguon.scans.visitors import asked, visitor
from nguon.store.scans import Day, Sum

_SECOND = 1_000_000
_HOUR = 3600 * _SECOND
_NUMBERS = random.Random()  # noqa: S311 - they only tell rows of the same second apart

Row = tuple[Any, ...]


Places = Callable[[Iterable[str]], Mapping[str, str]]
"""By key the name that its scans count for; keys that do not count are absent."""


class Rows(NamedTuple):
    """What a batch writes, each in the order of its table's columns."""

    scans: list[Row]
    sums: list[Sum]
    days: list[Day]


class _Scan(NamedTuple):
    key: str
    way: Way
    time: int
    """Whole seconds, in microseconds."""


def rows_of(
    batch: Iterable[Seen], devices: Devices, places: Places, *, single: bool = True
) -> Rows:
    """The rows of a batch; without single ones where none are kept.

    Raises `StoreError` as `Devices.mark` does, and what ``places`` raises.
    """
    distinct = _distinct(batch)
    named = places({scan.key for scan, _ in distinct})
    found = [
        (scan._replace(key=named[scan.key]), who) for scan, who in distinct if scan.key in named
    ]
    scans = [_row(scan, who, devices) for scan, who in gently(found)] if single else []
    return Rows(scans, *_counts(found))


def product_of(key: str) -> str | None:
    """The product of a lot or piece, the key itself where it is one; None for other things."""
    head, _, rest = key.partition("/")
    return f"01/{rest.partition('/')[0]}" if head == "01" else None


def _distinct(batch: Iterable[Seen]) -> list[tuple[_Scan, Visitor]]:
    """The scans that count."""
    found: dict[Any, tuple[_Scan, Visitor] | None] = {}
    for seen in gently(batch):
        second = seen.time // 1_000_000_000
        request = asked(seen)
        same = (seen.key, seen.way, second, request)
        if same not in found:
            who = visitor(request)
            scan = _Scan(seen.key, seen.way, second * _SECOND)
            found[same] = None if who is None else (scan, who)
    return [one for one in found.values() if one is not None]


def _counts(
    found: Iterable[tuple[_Scan, Visitor]],
) -> tuple[list[Sum], list[Day]]:
    groups: dict[tuple[str, str, str, bool], list[int]] = {}
    for scan, who in gently(found):
        group = (scan.key, _day(scan.time // _HOUR), who.place or "", scan.way is Way.PAGE)
        times = groups.get(group)
        if times is None:
            groups[group] = [1, scan.time, scan.time]
        else:
            times[0] += 1
            times[1] = min(times[1], scan.time)
            times[2] = max(times[2], scan.time)
    sums: dict[int, Sum] = {}
    days: dict[tuple[int, str, str], Day] = {}
    for (key, day, place, page), (number, first, last) in gently(groups.items()):
        new = (0, number, None, None) if page else (number, 0, first, last)
        for counted, where in _levels(key, place):
            item = key_hash(counted)
            sums[item] = _together(sums.get(item), (item, *new))
            at = (item, day, where)
            before = days.get(at, (*at, 0, 0))
            days[at] = (*at, before[3] + new[0], before[4] + new[1])
    return [sums[item] for item in sorted(sums)], [days[at] for at in sorted(days)]


def _together(before: Sum | None, new: Sum) -> Sum:
    if before is None:
        return new
    firsts = [at for at in (before[3], new[3]) if at is not None]
    lasts = [at for at in (before[4], new[4]) if at is not None]
    ends = (min(firsts, default=None), max(lasts, default=None))
    return (new[0], before[1] + new[1], before[2] + new[2], *ends)


def _levels(key: str, place: str) -> list[tuple[str, str]]:
    """What a scan counts for, and in which province."""
    product = product_of(key)
    whole = [] if product is None else [(product, place)]
    return whole if product == key else [*whole, (key, "")]


def _row(scan: _Scan, who: Visitor, devices: Devices) -> Row:
    item = key_hash(scan.key)
    mark = devices.mark(item, who.device, scan.time) if who.device else None
    number = _NUMBERS.getrandbits(62)
    told = (who.language, who.place, mark)
    return (item, scan.time, number, scan.key, int(scan.way), int(who.client), *told)


@lru_cache(maxsize=64)
def _day(hour: int) -> str:
    return from_microseconds(hour * _HOUR).astimezone(HANOI).date().isoformat()
