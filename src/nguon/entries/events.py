# SPDX-License-Identifier: Apache-2.0
"""From a plain entry to its EPCIS 2.0 events; pure and repeatable.

The eventIDs follow from a seed (the form's idempotency key, or the entry's own
content) and the organisation that records, so that a form sent twice makes the
same events and changes nothing.
"""

import uuid
from collections.abc import Sequence
from hashlib import sha256

import msgspec

from nguon.entries import growing, moving, packing, selling
from nguon.entries.book import Book
from nguon.entries.model import Entry, Harvest, Pack, Receive, Sell, Ship, Withdraw, encode
from nguon.epcis import model as epcis
from nguon.epcis.encode import encode_event

_NAMESPACE = uuid.UUID("6f1c0a52-5a6e-5d0b-9a4b-3c1f1d6f2e77")


def events_of(entry: Entry, book: Book, seed: str | None = None) -> list[bytes]:
    """The events of an entry as JSON, in the order of their happening."""
    return [encode_event(event) for event in typed(entry, book, seed)]


def events_of_form(
    entries: Sequence[Entry], book: Book, idempotency: str
) -> list[tuple[int, bytes]]:
    """The events of all entries of a form, in order, each with the place of its entry."""
    return [
        (position, raw)
        for position, entry in enumerate(entries)
        for raw in events_of(entry, book, seed_of(idempotency, position))
    ]


def typed(entry: Entry, book: Book, seed: str | None = None) -> list[epcis.Event]:
    """The events of an entry as values, with their eventIDs."""
    chosen = seed or sha256(encode(entry)).hexdigest()
    return [
        msgspec.structs.replace(event, event_id=event_id(book.owner, chosen, position))
        for position, event in enumerate(_made(entry, book))
    ]


def event_id(owner: int, seed: str, position: int = 0) -> str:
    """The eventID of the event at a position of what an organisation sent under a seed."""
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{owner}/{seed}/{position}')}"


def seed_of(idempotency: str, position: int) -> str:
    """The seed of one entry of a form."""
    return f"{idempotency}/{position}"


def _made(entry: Entry, book: Book) -> list[epcis.Event]:
    match entry:
        case Harvest():
            return [growing.harvest(entry, book)]
        case Receive():
            return [moving.receive(entry, book)]
        case Ship():
            return [moving.ship(entry, book)]
        case Pack():
            return packing.pack(entry, book)
        case Sell():
            return [selling.sell(entry)]
        case Withdraw():
            return [selling.withdraw(entry)]
