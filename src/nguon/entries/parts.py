# SPDX-License-Identifier: Apache-2.0
"""The parts that the events of entries share: goods, parties, papers, times."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from nguon import gs1
from nguon.base.quantity import PIECE, Quantity
from nguon.base.time import HANOI
from nguon.entries.book import Book
from nguon.entries.model import Entry, Line
from nguon.epcis import model as epcis


def common(entry: Entry) -> dict[str, Any]:
    """When it happened, in the time of Viet Nam."""
    at = entry.at.astimezone(HANOI)
    return {"event_time": at, "event_time_zone_offset": "+07:00"}


def where(key: str, read_point: str | None = None) -> dict[str, Any]:
    """The place, and the finer or official one where it was read."""
    return {
        "read_point": epcis.Place(id=gs1.digital_link(read_point or key)),
        "biz_location": epcis.Place(id=gs1.digital_link(key)),
    }


def quantities(lines: Iterable[Line]) -> list[epcis.QuantityElement]:
    """The lines that are so much of a lot."""
    return [_element(line.item, line.quantity) for line in lines if line.quantity is not None]


def pieces(lines: Iterable[Line]) -> list[str]:
    """The lines that are single things."""
    return [gs1.digital_link(line.item) for line in lines if line.quantity is None]


def _element(item: str, quantity: Quantity) -> epcis.QuantityElement:
    return epcis.QuantityElement(
        epc_class=gs1.digital_link(item),
        quantity=_number(quantity),
        uom=None if quantity.unit == PIECE else quantity.unit,
    )


def _number(quantity: Quantity) -> int | float:
    whole = int(quantity.amount)
    return whole if whole == quantity.amount else float(quantity.amount)


def between(
    book: Book, giver: int, receiver: int, origin: str | None, destination: str | None
) -> dict[str, Any]:
    """Who hands over to whom, from where to where."""
    out, into = book.party(giver), book.party(receiver)
    sources = [epcis.Source(type=kind, source=out) for kind in _PARTIES]
    destinations = [epcis.Destination(type=kind, destination=into) for kind in _PARTIES]
    if origin is not None:
        sources.append(epcis.Source(type="location", source=gs1.digital_link(origin)))
    if destination is not None:
        place = gs1.digital_link(destination)
        destinations.append(epcis.Destination(type="location", destination=place))
    return {"source_list": sources, "destination_list": destinations}


_PARTIES = ("owning_party", "possessing_party")


def papers(found: Sequence[tuple[str, str | None]]) -> dict[str, Any]:
    """The papers that go with it: (kind, URI), those that there are."""
    return {
        "biz_transaction_list": [
            epcis.BizTransaction(type=kind, biz_transaction=uri) for kind, uri in found if uri
        ]
    }


def lot_data(lot: str, country: str | None, **dates: date | None) -> dict[str, Any]:
    """What is said of a lot where it is made; ``dates`` by their names in the standard."""
    said: dict[str, Any] = {"cbvmda:lotNumber": lot}
    said |= {f"cbvmda:{name}": day.isoformat() for name, day in dates.items() if day}
    if country:
        said["cbvmda:countryOfOrigin"] = country
    return said
