# SPDX-License-Identifier: Apache-2.0
"""Which keys somebody else has recorded events about already; asked before a key is registered."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, select, union_all

from nguon.gs1 import key_hash
from nguon.store.portions import portions
from nguon.store.schema import event, event_item

_LOOKED_AT = 500
"""Records looked at for one key, the earliest first."""
_AT_ONCE = 100


def recorded_by_others(
    connection: Connection, keys: Iterable[str], own: Collection[int]
) -> frozenset[str]:
    """Those of the keys that one of the first events about them names and another sent."""
    hashes = {key_hash(key): key for key in keys}
    asked = sorted(hashes)
    named = [number for some in portions(asked, _AT_ONCE) for number in _named(connection, some)]
    return frozenset(hashes[number] for number in named if _by_others(connection, number, own))


def _named(connection: Connection, hashes: Sequence[int]) -> list[int]:
    """Those that events name at all: nearly none of what is new."""
    item = event_item.c.item
    first = [select(item).where(item == number).limit(1).subquery() for number in hashes]
    return list(connection.scalars(union_all(*(select(one.c.item) for one in first))))


def _by_others(connection: Connection, number: int, own: Collection[int]) -> bool:
    first = (
        select(event_item.c.event)
        .where(event_item.c.item == number)
        .order_by(event_item.c.time)
        .limit(_LOOKED_AT)
        .subquery()
    )
    others = select(event.c.id).where(
        event.c.id.in_(select(first.c.event)), event.c.submitter.not_in(sorted(own))
    )
    return connection.execute(others.limit(1)).first() is not None
