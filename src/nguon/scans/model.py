# SPDX-License-Identifier: Apache-2.0
"""What is known of a scan: which thing, when, by which way, and the little told of the visitor."""

from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple

import msgspec


class Way(IntEnum):
    """How somebody came to a thing."""

    LINK = 1
    """The code's own address was opened, as a camera does."""
    TYPED = 2
    """A code was scanned, photographed or typed on our own pages."""
    PAGE = 3
    """The thing's page was opened: after a scan, or from a link that somebody shared."""


class Client(IntEnum):
    """The sort of program that asked; robots are not recorded."""

    ROBOT = 0
    PHONE = 1
    COMPUTER = 2
    OTHER = 3


class Seen(NamedTuple):
    """A scan as the request leaves it behind: nothing has been looked at yet."""

    number: int
    """Numbers are given in order: gaps are scans that found the buffer full."""
    key: str
    way: Way
    time: int
    """Nanoseconds since 1970, UTC."""
    method: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    client: tuple[str, int] | None


class Visitor(NamedTuple):
    """What a request tells of who asks, and allows to keep."""

    client: Client
    language: str | None
    place: str | None
    """A province's code, where the visitor chose to tell it."""
    device: bytes | None
    """Words that tell devices apart, to be hashed at once; None where that is not allowed."""


class Count(msgspec.Struct, frozen=True):
    """How often a thing was scanned, and its page opened."""

    scans: int
    views: int
    first: datetime | None
    """Of the scans."""
    last: datetime | None


class DayCount(msgspec.Struct, frozen=True):
    """The counts of a day in Viet Nam; ``place`` is a province's code, empty where not told."""

    day: date
    place: str
    scans: int
    views: int
