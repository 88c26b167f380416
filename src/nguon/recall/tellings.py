# SPDX-License-Identifier: Apache-2.0
"""What a step of the case says to which sites: kept by site, and stated in the log as one root."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.base64url import url_text
from nguon.base.time import rfc3339, to_microseconds
from nguon.recall import amounts, moving
from nguon.recall.model import Quantities, Recall, Site
from nguon.recall.reading import site_number
from nguon.store import Store
from nguon.store import recall_told as rows
from nguon.store.recall_sites_tables import recall_told
from nguon.transparency.hashing import leaf_hashes, root_of


class What(StrEnum):
    """What a site is told: that goods are recalled; that more of them are; other words or another
    term; that it is late; that others were told so; that goods are cleared; that it is over.
    ``BY_HAND``: it has no account, and is told by a contact, which is a step of its own.
    """

    NOTICE = "notice"
    AGAIN = "again"
    CHANGED = "changed"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    RELEASED = "released"
    CLOSED = "closed"
    BY_HAND = "by-hand"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What one site is told; ``site`` as it is after the step."""

    what: What
    site: Site
    keys: Collection[str] = ()
    quantity: Quantities = ()


def digest_of(keys: Iterable[str]) -> str:
    """SHA-256 of keys in order, one a line, base64url."""
    return url_text(sha256("\n".join(sorted(keys)).encode()).digest())


def keep(
    store: Store, connection: Connection, recall: Recall, now: datetime, lines: Sequence[Line]
) -> None:
    """Write what the case's newest step said; ``recall`` is the case after it, each site once."""
    made = sorted((_row(recall, now, one) for one in lines), key=lambda row: row["site"])
    if not made:
        return
    columns = [column.name for column in recall_told.columns]
    store.fill(connection, recall_told, [tuple(row[name] for name in columns) for row in made])
    hashes = leaf_hashes(rows.leaf(row, store.secret).entry for row in made)
    root = root_of(hashes)
    rows.state(connection, recall.id, recall.seen, root=root, count=len(made), at=rfc3339(now))


def _row(recall: Recall, now: datetime, line: Line) -> Mapping[str, Any]:
    site = line.site
    told = site.organisation is not None or line.what is What.ESCALATED
    return {
        "recall": recall.id,
        "number": recall.seen,
        "site": site_number(site.id)[1],
        "what": (line.what if told else What.BY_HAND).value,
        "at": to_microseconds(now),
        "organisation": site.organisation,
        "party": site.party,
        "place": site.place,
        "things": len(line.keys),
        "digest": digest_of(line.keys) if line.keys else None,
        "quantity": amounts.packed(line.quantity) if line.quantity else None,
        "due": moving.stamp(site.due),
    }
