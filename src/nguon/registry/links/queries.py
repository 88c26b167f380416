# SPDX-License-Identifier: Apache-2.0
"""What keys lead to: for the resolver, and for whoever looks after them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from nguon.identity.model import Principal
from nguon.registry.links import holding, records
from nguon.registry.links.model import Delegation, KeyLinks, Link
from nguon.store import Store
from nguon.store import links as rows

_MOST = 500
_INDICATOR_FIRST = ("00", "01", "8003", "8006")
"""Keys whose company prefix begins at their second digit."""


class Found(NamedTuple):
    """What the resolver knows of some keys."""

    links: dict[str, list[Link]]
    """Those that work on the day, in their order."""
    defaults: dict[str, str]


def working(store: Store, keys: Sequence[str], day: date) -> Found:
    """The links of these keys that everybody is led to on a day, and the defaults chosen."""
    with store.reading() as connection:
        found = rows.of_keys(connection, keys)
        chosen = rows.defaults_of(connection, keys) if found else []
    links: dict[str, list[Link]] = {}
    for one in map(records.link, found):
        if one.works(day):
            links.setdefault(one.key, []).append(one)
    return Found(links, {row["key"]: row["type"] for row in chosen})


def of_key(store: Store, principal: Principal, key: str) -> KeyLinks:
    """The links of a key, those of other days too; for whoever may change them.

    Raises `LinkForbiddenError`.
    """
    with store.reading() as connection:
        holding.require(connection, principal, key)
        return of(connection, key)


def of(connection: Connection, key: str) -> KeyLinks:
    """The links of a key that have not ended."""
    links = tuple(map(records.link, rows.of_keys(connection, [key])))
    chosen = rows.defaults_of(connection, [key])
    return KeyLinks(key, links, chosen[-1]["type"] if chosen else None)


def history(store: Store, principal: Principal, key: str) -> list[Link]:
    """All links a key ever had, the latest first; raises `LinkForbiddenError`."""
    with store.reading() as connection:
        holding.require(connection, principal, key)
        return list(map(records.link, rows.history(connection, key, limit=_MOST)))


def of_organisation(store: Store, number: int) -> list[Link]:
    """The links of everything an organisation holds, the latest first."""
    with store.reading() as connection:
        return list(map(records.link, rows.of_organisation(connection, number, limit=_MOST)))


def delegations(store: Store, *, ended: bool = False) -> list[Delegation]:
    """Who answers for which prefix; with ``ended`` also who did."""
    with store.reading() as connection:
        return list(map(records.delegation, rows.delegations(connection, ended=ended)))


def delegated(among: Iterable[Delegation], key: str) -> Delegation | None:
    """Who answers for a key: the longest prefix counts, a key's before a company's."""
    ai, _, rest = key.partition("/")
    digits = rest[1:] if ai in _INDICATOR_FIRST else rest
    fitting = [
        one for one in among if (key if "/" in one.prefix else digits).startswith(one.prefix)
    ]
    return max(fitting, key=lambda one: ("/" in one.prefix, len(one.prefix)), default=None)
