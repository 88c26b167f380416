# SPDX-License-Identifier: Apache-2.0
"""What a stop covers and under which keys it is looked up; pure."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from nguon import gs1
from nguon.base.time import Microseconds, to_microseconds
from nguon.gs1 import key_hash
from nguon.stoplist.errors import StopError
from nguon.stoplist.model import NewStop, Stop, StopKind

_LONGEST = 300


def checked(new: NewStop) -> NewStop:
    """The stop.

    Raises:
        StopError: no key, or a run whose ends are not serials of one product and length.
    """
    if not 0 < len(new.key) <= _LONGEST:
        raise StopError("stoplist.no-key", key=new.key[:60])
    if new.kind is StopKind.RANGE:
        first, last = serial_of(new.key), serial_of(new.last or "")
        same = product_of(new.key) == product_of(new.last or "")
        if not (first and last and same and len(first) == len(last) and first <= last):
            raise StopError("stoplist.range", first=new.key[:60], last=(new.last or "")[:60])
    elif new.last is not None:
        raise StopError("stoplist.range", first=new.key[:60], last=new.last[:60])
    return new


def item_of(new: NewStop) -> int:
    """The hash under which a stop is found: of a run, that of its product."""
    return key_hash(product_of(new.key) if new.kind is StopKind.RANGE else new.key)


def product_of(key: str) -> str:
    """The product that a key of a piece or a lot belongs to; nothing for other keys."""
    return key[:17] if key[:3] == "01/" and len(key) > 17 else ""


def serial_of(key: str) -> str:
    """The serial of the key of a piece; nothing for other keys."""
    return key[21:] if key[:3] == "01/" and key[17:21] == "/21/" else ""


class Reached(NamedTuple):
    """What leads to the stops of a thing."""

    keys: tuple[str, ...]
    """Its own, its lots', its product's."""
    places: Mapping[str, Microseconds] = MappingProxyType({})
    """Stopped places that it was at, and when it was last."""


def reach(key: str, lots: Iterable[str] = ()) -> Reached:
    """The keys whose stops stop a thing: its own, of its lots, of its product."""
    return Reached(tuple(dict.fromkeys((key, *lots, *gs1.memberships(key)))))


def covers(one: Stop, key: str, reached: Reached) -> bool:
    """Whether a stop found under one of the keys that were reached stops a thing."""
    if one.kind is StopKind.PLACE:
        met = reached.places.get(one.key)
        return one.key == key or (met is not None and met >= to_microseconds(one.since))
    if one.kind is not StopKind.RANGE:
        return one.key in reached.keys
    serial, first, last = serial_of(key), serial_of(one.key), serial_of(one.last or "")
    same = product_of(one.key) == product_of(key)
    return same and len(serial) == len(first) and first <= serial <= last


def gravest(stops: Iterable[Stop]) -> Stop | None:
    """The stop that is told where several stop a thing: ordered by law, gravest, oldest."""
    return min(stops, key=_weight, default=None)


def _weight(one: Stop) -> tuple[bool, bool, int, int, float, str]:
    recall = one.source.startswith("recall:")
    kind = tuple(StopKind).index(one.kind)
    return not recall, not one.mandatory, one.level or 9, kind, one.since.timestamp(), one.id
