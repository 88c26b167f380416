# SPDX-License-Identifier: Apache-2.0
"""What everybody may know of recalls."""

from collections.abc import Sequence

from sqlalchemy import Connection

from nguon.base.time import from_microseconds
from nguon.recall.errors import UnknownRecallError
from nguon.recall.model import PUBLIC, Level, Manner, PublicRecall, State
from nguon.recall.parts import Part, place, written
from nguon.recall.reading import Row, moment
from nguon.store import Store
from nguon.store import recall_lists as lists
from nguon.store import recalls as rows

_MOST = 200
_MOST_LOTS = 200


def public(store: Store, *, after: str = "", limit: int = _MOST) -> Part[PublicRecall]:
    """The recalls that everybody may know of, the latest first.

    Raises:
        RecallFaultsError: ``after`` is not of this list.
    """
    start = place(after, 1)
    with store.reading() as connection:
        found = lists.decided(connection, sorted(PUBLIC), after=start, limit=limit + 1)
        shown = _public(connection, found[:limit])
    if len(found) <= limit:
        return Part(shown)
    last = found[limit - 1]
    return Part(shown, written(-last["decided"], last["id"]))


def public_recall(store: Store, number: str) -> PublicRecall:
    """A recall as everybody may know it; raises `UnknownRecallError`."""
    with store.reading() as connection:
        row = rows.find(connection, number)
        if row is None or State(row["state"]) not in PUBLIC:
            raise UnknownRecallError("recall.unknown")
        return _public(connection, [row])[0]


def _public(connection: Connection, found: Sequence[Row]) -> list[PublicRecall]:
    ids = [row["id"] for row in found]
    lots, products = rows.lots(connection, ids), rows.products(connection, ids)
    return [
        PublicRecall(
            id=row["id"],
            state=State(row["state"]),
            manner=Manner(row["manner"]),
            level=Level(row["level"]),
            decided=from_microseconds(row["decided"]),
            closed=moment(row["closed"]),
            maker=row["maker"],
            products=tuple(products.get(row["id"], ())),
            lots=tuple(key for key, free in lots.get(row["id"], ()) if not free)[:_MOST_LOTS],
            released=tuple(key for key, free in lots.get(row["id"], ()) if free)[:_MOST_LOTS],
            words_vi=row["words_vi"],
            words_en=row["words_en"],
            decided_by=row["decider"],
        )
        for row in found
    ]
