# SPDX-License-Identifier: Apache-2.0
"""Goods that go from one party to another, as events: shipping and receiving."""

from nguon.entries import markets, parts
from nguon.entries.book import Book
from nguon.entries.model import Receive, Ship
from nguon.epcis import model as epcis


def receive(entry: Receive, book: Book) -> epcis.Event:
    """The goods are seen at the place where they came in."""
    receiver = book.holders.get(entry.place, book.owner)
    paper = book.document(entry.document) if entry.document else None
    return epcis.ObjectEvent(
        type="ObjectEvent",
        action="OBSERVE",
        epc_list=parts.pieces(entry.lines),
        quantity_list=parts.quantities(entry.lines),
        biz_step="receiving",
        disposition="in_progress",
        **parts.common(entry),
        **parts.where(entry.place),
        **parts.papers([("recadv", paper)]),
        **parts.between(book, entry.giver, receiver, entry.origin, entry.place),
    )


def ship(entry: Ship, book: Book) -> epcis.Event:
    """The goods leave; the vehicle stands among the papers of the journey, the market by itself."""
    giver = book.holders.get(entry.place, book.owner)
    paper = book.document(entry.document) if entry.document else None
    vehicle = book.document(entry.vehicle) if entry.vehicle else None
    return epcis.ObjectEvent(
        type="ObjectEvent",
        action="OBSERVE",
        epc_list=parts.pieces(entry.lines),
        quantity_list=parts.quantities(entry.lines),
        biz_step="shipping",
        disposition="in_transit",
        **parts.common(entry),
        **parts.where(entry.place),
        **parts.papers([("desadv", paper), ("bol", vehicle)]),
        **parts.between(book, giver, entry.receiver, entry.place, entry.destination),
        extensions=markets.told(entry.market),
    )
