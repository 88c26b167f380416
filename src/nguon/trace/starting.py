# SPDX-License-Identifier: Apache-2.0
"""What a trace starts from: any text that names goods, a party, a place or a document."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from nguon import gs1
from nguon.base.audience import Audience, Disclosure
from nguon.base.time import to_microseconds
from nguon.epcis.items import Role
from nguon.store import Store
from nguon.store.values import StoredEvent, Window
from nguon.trace.named import StartKind, Subject, named
from nguon.trace.naming import is_lot

__all__ = ["MOST_RECORDS", "StartKind", "Starts", "starts"]

MOST_RECORDS = 5_000
"""Of a place, a party or a document the newest so many records are read."""
_GOODS = frozenset({Role.EPC, Role.PARENT, Role.CHILD, Role.INPUT, Role.OUTPUT})
_SINGLE = frozenset({StartKind.ITEM, StartKind.LOT, StartKind.UNIT})


class Starts(msgspec.Struct, frozen=True):
    """``key`` is what the text names; ``keys`` the things that a trace of it starts from.

    ``truncated``: there were more records of it, or places of a party, than are read for a
    question.
    """

    kind: StartKind
    key: str
    keys: tuple[str, ...]
    truncated: bool = False


def starts(
    store: Store,
    audience: Audience,
    text: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Starts:
    """The things that a text stands for.

    An item, a lot or a container stands for itself. Of a product, a party, a place, an area,
    a certificate (its holder's) or a document (a purchase order, a transformation) it is the
    goods of the records that name it, from ``since`` to ``until`` (both count), as far as the
    reader may see those in full; of a product its lots, and pieces that have none.

    Raises `StartUnknownError` for what names nothing here, `gs1.IdentifierError` for a GS1
    key that is none, `TypeError` for a time without zone.
    """
    subject = named(store, audience, text)
    if subject.kind in _SINGLE:
        return Starts(subject.kind, subject.key, (subject.key,))
    window = Window(
        None if since is None else to_microseconds(since),
        None if until is None else to_microseconds(until) + 1,
    )
    return _of(store, audience, subject, window)


def _of(store: Store, audience: Audience, subject: Subject, window: Window) -> Starts:
    read = store.events.by_items(audience, subject.names, limit=MOST_RECORDS, window=window)
    seen = [entry for entry in read if entry.disclosure is Disclosure.FULL]
    if subject.kind is StartKind.PRODUCT:
        keys = _of_product(seen, subject.key)
    else:
        keys = {item.key for entry in seen for item in entry.items if item.role in _GOODS}
        keys.difference_update(subject.names)
    truncated = subject.cut or len(read) == MOST_RECORDS
    return Starts(subject.kind, subject.key, tuple(sorted(keys)), truncated)


def _of_product(seen: Iterable[StoredEvent], product: str) -> set[str]:
    """Its lots, and those of its pieces that no record puts into a lot."""
    found: set[str] = set()
    lots: dict[str, set[str]] = {}
    for entry in seen:
        for item in entry.items:
            if item.role in _GOODS and product in gs1.memberships(item.key):
                found.add(item.key)
            if item.role is Role.MEMBER and item.of is not None and is_lot(item.key):
                lots.setdefault(entry.items[item.of].key, set()).add(item.key)
    return {lot for key in found for lot in lots.get(key, {key})}
