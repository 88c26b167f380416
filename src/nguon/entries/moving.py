# SPDX-License-Identifier: Apache-2.0
"""Goods that go from one party to another, as events: shipping and receiving."""

from nguon.entries import markets, nonces, parts
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
        **parts.papers([("recadv", paper), ("inv", _invoice(book, entry.invoice, entry.giver))]),
        **parts.between(book, entry.giver, receiver, entry.origin, entry.place),
        extensions=nonces.of_receipt(entry.handover, entry.nonce),
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
        **parts.papers(
            [
                ("desadv", paper),
                ("bol", vehicle),
                ("inv", _invoice(book, entry.invoice, giver)),
            ]
        ),
        **parts.between(book, giver, entry.receiver, entry.place, entry.destination),
        extensions=markets.told(entry.market) | nonces.of_shipment(entry.handover, entry.nonce),
    )


def _invoice(book: Book, number: str | None, giver: int) -> str | None:
    """The giver wrote it: both sides name it alike, which ties the sale to both."""
    return book.document(number, giver) if number else None
