# SPDX-License-Identifier: Apache-2.0
"""What steps of recalls said to sites, and the one statement that the log has of each step.

A row is a leaf under a salt of its own, so that whoever is shown the way to the root learns
nothing of the rows beside his.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, and_, select

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.mac import mac
from nguon.store.recall_sites_tables import recall_placed, recall_told
from nguon.store.recalls_tables import recall_scope, recall_thing
from nguon.store.sequencing import note
from nguon.store.statements import Statement, commitment

Row = Mapping[Any, Any]
KIND = "recall.told"


class Leaf(msgspec.Struct, frozen=True):
    """A row as it is hashed: its canonical JSON, and the salt under which it is committed to."""

    body: bytes
    salt: bytes

    @property
    def entry(self) -> bytes:
        """What the tree has of it."""
        return commitment(self.body, self.salt).encode()


def leaf(row: Row, secret: bytes) -> Leaf:
    """A row's leaf; ``secret`` is the store's."""
    told = {str(name): value for name, value in row.items() if value is not None}
    place = canonical([KIND, row["recall"], row["number"], row["site"]])
    return Leaf(canonical(told), mac(secret, place))


def state(
    connection: Connection, recall: str, number: int, *, root: bytes, count: int, at: str
) -> None:
    """Have the root over a step's rows put into the log."""
    key = f"{recall}/{number}"
    body = {"at": at, "count": count, "key": key, "root": url_text(root), "what": KIND}
    about = (f"{KIND}/{key}", f"recall/{recall}")
    note(connection, Statement(KIND, canonical(body), about=about))


def of_step(connection: Connection, recall: str, number: int) -> Sequence[RowMapping]:
    """The rows of a step by site."""
    table = recall_told
    query = select(table).where(table.c.recall == recall, table.c.number == number)
    return connection.execute(query.order_by(table.c.site)).mappings().all()


def of_site(connection: Connection, recall: str, site: int) -> Sequence[RowMapping]:
    """What a site was told, in order."""
    table = recall_told
    query = select(table).where(table.c.recall == recall, table.c.site == site)
    return connection.execute(query.order_by(table.c.number)).mappings().all()


def keys(
    connection: Connection, recall: str, site: int, at: int, *, released: bool
) -> Sequence[str]:
    """The things that a site was told of at a moment, or that were cleared of its then, by key."""
    placed, thing = recall_placed, recall_thing
    query = select(placed.c.key).where(placed.c.recall == recall, placed.c.site == site)
    if released:
        same = and_(thing.c.recall == placed.c.recall, thing.c.key == placed.c.key)
        query = query.join(thing, same).where(thing.c.released == at)
    else:
        version = select(recall_scope.c.version)
        version = version.where(recall_scope.c.recall == recall, recall_scope.c.at == at)
        query = query.where(placed.c.version.in_(version))
    return connection.scalars(query.order_by(placed.c.key)).all()
