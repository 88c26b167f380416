# SPDX-License-Identifier: Apache-2.0
"""What is known of many things at once: their records, hands, life, orders and disputes.

The number of statements does not grow with the number of things, but for those packed into
containers: three rounds at most.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from nguon import gs1
from nguon.base.errors import NguonError
from nguon.base.time import HANOI
from nguon.codes import standing
from nguon.codes.life import Done, State, deed_of, follow
from nguon.codes.standing import THINGS, Issued, is_serial
from nguon.disputes import queries as disputes
from nguon.disputes.model import CaseSummary
from nguon.epcis.codec import decode_raw_event
from nguon.epcis.items import Role
from nguon.epcis.model import Event
from nguon.epcis.vocabulary import canonical_term
from nguon.listings.chain import Chain, Handled
from nguon.listings.recalls import source_of
from nguon.store import Store
from nguon.store import compliance as orders
from nguon.store import listings as rows
from nguon.store.custody import Handling, product_of
from nguon.store.hands import Hands, asked_of, custodians_of, made_of
from nguon.store.listings import Recorded

_CONTAINERS = 3
"""Boxes on pallets in containers."""


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one thing."""

    key: str
    maker: int | None
    """Who registered its product."""
    registered: bool
    """Whether its product is."""
    issued: Issued | None
    """What our blocks say of a serial; None for what is no serial."""
    chain: Chain
    over: frozenset[str]
    """It, its lot and its product."""
    recalled: bool
    held: bool
    """An authority's order stands on it or its lot."""
    disputed: bool
    upheld: bool


class Facts(msgspec.Struct, frozen=True):
    """What is known of all of them; ``recalls``: whether anybody knows recalls."""

    things: Mapping[str, Thing]
    resales: frozenset[tuple[int, str]]
    recalls: bool


def gathered(store: Store, keys: Collection[str], moment: datetime) -> Facts:
    """What is known of these things now."""
    with store.reading() as connection:
        return _gathered(store, connection, keys, moment)


def _gathered(
    store: Store, connection: Connection, keys: Collection[str], moment: datetime
) -> Facts:
    dialect = store.log.dialect
    records = rows.records(connection, dialect, keys, bodies=True)
    by_key = _by_key(records, keys)
    over = {key: _over(key, by_key[key]) for key in keys}
    every = set[str]().union(*over.values())
    makers = rows.makers(connection, {one for one in every if one.count("/") == 1})
    custodians = _custodians(store, connection, records, keys)
    issued = standing.issued(store, connection, [key for key in keys if is_serial(key)])
    day = moment.astimezone(HANOI).date().isoformat()
    held = {row["key"] for row in orders.held(connection, sorted(every), day)}
    under_way = disputes.open_about(connection, every)
    upheld = disputes.decided_about(connection, every)
    source = source_of(store)
    recalled = source.recalled(store, every) if source is not None else set[str]()
    events = {one.id: _decoded(one) for one in records}
    things = {
        key: Thing(
            key=key,
            maker=(maker := makers.get(product_of(key) or "")),
            registered=maker is not None,
            issued=issued.get(key),
            chain=_chain(key, by_key[key], events, maker, custodians, issued),
            over=frozenset(over[key]),
            recalled=not over[key].isdisjoint(recalled),
            held=not over[key].isdisjoint(held),
            disputed=_any(over[key], under_way),
            upheld=_any(over[key], upheld),
        )
        for key in keys
    }
    resales = frozenset(rows.resales(connection, every))
    return Facts(things, resales, source is not None)


def _by_key(records: Iterable[Recorded], keys: Collection[str]) -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {key: [] for key in keys}
    for one in records:
        for key in {item.key for item in one.items} & found.keys():
            found[key].append(one)
    return found


def _over(key: str, records: Sequence[Recorded]) -> set[str]:
    """A thing, its product, and the lots that its records say it is of."""
    product = product_of(key)
    found = {key, *gs1.memberships(key)}
    if product is None or not is_serial(key):
        return found
    lot = f"{product}/10/"
    members = (item.key for one in records for item in one.items if item.role is Role.MEMBER)
    return found | {member for member in members if member.startswith(lot)}


def _any(keys: set[str], found: Mapping[str, CaseSummary]) -> bool:
    return not keys.isdisjoint(found)


def _custodians(
    store: Store, connection: Connection, records: Sequence[Recorded], keys: Collection[str]
) -> dict[str, frozenset[int]]:
    """Who is in the chain of each thing, by itself or by the container that it was packed into."""
    hands: dict[str, Hands] = {}
    wanted, found = set(keys), list(records)
    for _ in range(_CONTAINERS):
        made = made_of(wanted, (_handling(one) for one in found))
        hands |= made
        wanted = {parent for one in made.values() for _, parent in one.packed} - hands.keys()
        if not wanted:
            break
        found = rows.records(connection, store.log.dialect, wanted, bodies=False)
    holders = store.named_organisations(asked_of(hands))
    own = {key: frozenset(custodians_of(key, one, holders)) for key, one in hands.items()}
    for _ in range(_CONTAINERS):
        own = {key: _through(one, own[key], own) for key, one in hands.items()}
    return own


def _through(
    hands: Hands, own: frozenset[int], known: Mapping[str, frozenset[int]]
) -> frozenset[int]:
    """Its custodians, and those of the containers that one of them put it into."""
    inside = (known.get(parent, frozenset()) for by, parent in hands.packed if by in own)
    return own.union(*inside)


def _handling(one: Recorded) -> Handling:
    return Handling(one.seq, one.submitter, one.items, one.withdrawn)


def _decoded(one: Recorded) -> Event | None:
    try:
        return decode_raw_event(one.raw, rules=False) if one.raw is not None else None
    except NguonError:
        return None


def _chain(
    key: str,
    records: Sequence[Recorded],
    events: Mapping[int, Event | None],
    maker: int | None,
    custodians: Mapping[str, frozenset[int]],
    issued: Mapping[str, Issued],
) -> Chain:
    about = [one for one in records if any(_does(item.key, item.role, key) for item in one.items)]
    deeds = [done for one in about if (done := _deed(key, one, events[one.id])) is not None]
    known = issued.get(key)
    start = State.ISSUED if known is None or known.state is State.NOT_ISSUED else known.state
    handled = tuple(_handled(key, one, events[one.id]) for one in about)
    life = follow(start, deeds).state
    return Chain(is_serial(key), custodians.get(key, frozenset()), maker, handled, life)


def _does(named: str, role: Role, key: str) -> bool:
    return named == key and role in THINGS


def _deed(key: str, one: Recorded, event: Event | None) -> Done | None:
    role = next(item.role for item in one.items if _does(item.key, item.role, key))
    deed = None if event is None or one.withdrawn else deed_of(event, role)
    return None if deed is None else Done(deed, (one.time, one.seq))


def _handled(key: str, one: Recorded, event: Event | None) -> Handled:
    child = any(item.key == key and item.role is Role.CHILD for item in one.items)
    action = str(getattr(event, "action", "") or "")
    return Handled(
        at=(one.time, one.seq),
        submitter=one.submitter,
        step=canonical_term("bizStep", getattr(event, "biz_step", None) or ""),
        disposition=canonical_term("disposition", getattr(event, "disposition", None) or ""),
        packs=child and action != "DELETE",
        unpacks=child and action == "DELETE",
        unread=event is None,
        withdrawn=one.withdrawn,
    )
