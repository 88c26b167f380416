# SPDX-License-Identifier: Apache-2.0
"""What the sheets are made from: the records of a trace that their reader sees in full."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from nguon.base.time import HANOI, from_microseconds
from nguon.registry.model import Place
from nguon.trace.asking.facts import Fact, main_place


class Naming(Protocol):
    """How things, places and parties are called."""

    def product(self, key: str) -> str | None:
        """The product of a thing."""

    def party(self, key: str | None) -> str:
        """A party."""

    def place(self, key: str | None) -> str:
        """A place."""


class Material(msgspec.Struct, frozen=True):
    """Records in the order of time with the events as sent, by number; ``lot_of`` of pieces."""

    facts: Sequence[Fact]
    events: Mapping[int, Any]
    places: Mapping[str, Place]
    lot_of: Mapping[str, str]
    names: Naming

    def spot(self, key: str | None) -> Place | None:
        """The register's entry of a place."""
        return None if key is None else self.places.get(main_place(key))

    def location(self, key: str | None) -> str:
        """A location description: name, address, commune and province."""
        place = self.spot(key)
        if key is None or place is None:
            return self.names.place(key)
        where = "" if place.unit is None else place.unit.label("en")
        said = (self.names.place(key), place.address or "", where, "VN" if where else "")
        return "; ".join(dict.fromkeys(part for part in said if part))

    def lot_data(self, one: Fact) -> Mapping[str, Any]:
        """The data of the lots that a record makes."""
        found: Mapping[str, Any] = getattr(self.events.get(one.number), "ilmd", {})
        return found

    def papers(self, one: Fact) -> str:
        """The documents of a record: type and number."""
        listed = getattr(self.events.get(one.number), "biz_transaction_list", [])
        return "; ".join(
            f"{_tail(paper.type)} {_tail(paper.biz_transaction)}".strip() for paper in listed
        )


def lot_and_product(key: str) -> tuple[str, str]:
    """The GTIN and the lot number of a traceability lot code."""
    parts = dict(zip(key.split("/")[::2], key.split("/")[1::2], strict=False))
    gtin = parts.get("01", "")
    return (gtin, parts.get("10", parts.get("21", ""))) if gtin else ("", key)


def at(one: Fact) -> datetime:
    """When a record happened, on the clock of Viet Nam."""
    return from_microseconds(one.time).astimezone(HANOI)


def values(data: Any, names: frozenset[str]) -> Iterator[str]:
    """The texts under these local names anywhere in the data of a record."""
    waiting = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            for name, value in one.items():
                said = str(name).replace("/", ":").rpartition(":")[2]
                if said in names and isinstance(value, str | int | float):
                    yield str(value)
                else:
                    waiting.append(value)
        elif isinstance(one, list | tuple):
            waiting += one


def _tail(text: str | None) -> str:
    said = (text or "").rstrip("/").replace("/", ":").rpartition(":")[2]
    return said.removeprefix("BTT-")
