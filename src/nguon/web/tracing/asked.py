# SPDX-License-Identifier: Apache-2.0
"""What a page of the desk is asked, as its address says it, and the addresses that lead on."""

from collections.abc import Mapping
from datetime import datetime, time
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from nguon.base.time import HANOI
from nguon.tables import cells
from nguon.tables.errors import TableError
from nguon.trace.model import Confidence, Direction, Following, Shared

_Choice = TypeVar("_Choice", bound=StrEnum)

MOST, MORE = 2_000, 20_000
"""Things that a page shows unless asked for more, and at the most; beyond is a job's."""
PAGE_ROWS = 100
_HOURS = 24 * 14


class View(StrEnum):
    """How an answer is shown."""

    LIST = "list"
    LANES = "lanes"
    DRAWING = "drawing"
    MAP = "map"
    TIME = "time"


class Way(StrEnum):
    """Which way to follow."""

    BACK = "back"
    FORWARD = "forward"
    BOTH = "both"

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions of a trace."""
        return tuple(Direction) if self is Way.BOTH else (Direction(self.value),)


SORTS = ("steps", "name", "first", "last")


class Asked(msgspec.Struct, frozen=True):
    """A question with everything that was chosen; texts are as typed.

    ``at`` is the day at whose end things are told as they were known; ``hours`` how long things
    may have met at a place; ``lane``, ``kind`` and ``product`` narrow the list; ``thing`` is
    the one shown beside it.
    """

    base: str = "/w/trace"
    item: str = ""
    direction: Way = Way.BACK
    at: str = ""
    least: int = Confidence.LOT
    hours: int = 0
    most: int = MOST
    view: View = View.LIST
    page: int = 1
    sort: str = SORTS[0]
    lane: str = ""
    kind: str = ""
    product: str = ""
    thing: str = ""

    @property
    def following(self) -> Following:
        """Which links are followed."""
        shared = Shared(self.hours) if self.hours else None
        return Following(least=Confidence(self.least), shared=shared)

    @property
    def moment(self) -> datetime | None:
        """The last moment that counts; raises `TableError` for what is no day."""
        if not self.at:
            return None
        return datetime.combine(cells.day(self.at), time(23, 59, 59, 999_999), HANOI)

    @property
    def narrowed(self) -> bool:
        """Whether a part of the list is asked for."""
        return bool(self.lane or self.kind or self.product)

    def link(self, **changes: Any) -> str:
        """The address of this question with changes."""
        return self.address(self.base, **changes)

    def address(self, path: str, **changes: Any) -> str:
        """The same question put to another address."""
        wanted = msgspec.structs.replace(self, **changes)
        said = {
            name: str(getattr(wanted, name))
            for name, usual in _USUAL.items()
            if name in _ALWAYS or getattr(wanted, name) != usual
        }
        return f"{path}?{urlencode(said, quote_via=quote, safe='/')}"

    def onward(self, key: str) -> str:
        """The same question about another thing."""
        return self.link(item=key, page=1, lane="", kind="", product="", thing="", view=View.LIST)


_USUAL = {
    name: default
    for name, default in zip(Asked.__struct_fields__, Asked.__struct_defaults__, strict=True)
    if name != "base"
}
_ALWAYS = frozenset({"item", "direction"})


def read(base: str, query: Mapping[str, str]) -> Asked:
    """What an address asks; what cannot be chosen is as if it had not been."""
    return Asked(
        base=base,
        item=query.get("item", "").strip(),
        direction=_one(Way, query.get("direction"), Way.BACK),
        at=query.get("at", "").strip(),
        least=_number(query.get("least"), Confidence.LOT, 1, 4),
        hours=_number(query.get("hours"), 0, 0, _HOURS),
        most=_number(query.get("most"), MOST, 1, MORE),
        view=_one(View, query.get("view"), View.LIST),
        page=_number(query.get("page"), 1, 1, MORE),
        sort=query.get("sort", "") if query.get("sort") in SORTS else SORTS[0],
        lane=query.get("lane", ""),
        kind=query.get("kind", ""),
        product=query.get("product", ""),
        thing=query.get("thing", "").strip(),
    )


def day_fault(asked: Asked) -> TableError | None:
    """What is wrong with the day, if anything."""
    try:
        _ = asked.moment
    except TableError as error:
        return error
    return None


def _one(kind: type[_Choice], sent: str | None, usual: _Choice) -> _Choice:
    return kind(sent) if sent in set(kind) else usual


def _number(sent: str | None, usual: int, least: int, most: int) -> int:
    if not sent or not (sent.isascii() and sent.isdigit() and len(sent) < 9):
        return int(usual)
    return min(max(int(sent), least), most)
