# SPDX-License-Identifier: Apache-2.0
"""The statements on what marketplaces ask: sellers, resales, subscriptions, watches, messages."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from nguon.epcis.items import ItemRef
from nguon.gs1 import key_hash
from nguon.store import registry_tables as registers
from nguon.store.bodies import unpack
from nguon.store.dialects import Dialect
from nguon.store.listings_tables import (
    listing_key,
    listing_outbox,
    listing_resale,
    listing_seller,
    listing_subscription,
    listing_watch,
)
from nguon.store.log import positions
from nguon.store.packing import unpack_items
from nguon.store.portions import batches
from nguon.store.remembered import naming
from nguon.store.schema import event
from nguon.store.stated import stated

Values = Mapping[str, Any]


class Recorded(NamedTuple):
    """A record about things, before anything is made of it."""

    id: int
    seq: int
    time: int
    submitter: int
    withdrawn: bool
    items: tuple[ItemRef, ...]
    raw: bytes | None
    """The event as it was received; None where it was not asked for, or erased."""


def records(
    connection: Connection, dialect: Dialect, things: Collection[str], *, bodies: bool
) -> list[Recorded]:
    """All records that name these things; four statements, whatever their number."""
    named = naming(connection, dialect, sorted(map(key_hash, things)))
    numbers = dialect.listed({row[1] for row in named})
    columns = [event.c.id, event.c.time, event.c.submitter, event.c.correction, event.c.event_id]
    columns += [event.c.cbv_hash, event.c.item_list, *([event.c.body] if bodies else ())]
    query = select(*columns).where(
        dialect.among_named(event.c.id, "numbers"), event.c.item_list.is_not(None)
    )
    found = connection.execute(query, {"numbers": numbers}).mappings().all() if named else []
    wrong = {_declared(row) for row in found if row["correction"]}
    places = positions(connection, dialect, [row["id"] for row in found])
    return [
        Recorded(
            row["id"],
            places[row["id"]][0],
            row["time"],
            row["submitter"],
            bool(row["correction"]) or _declared(row) in wrong,
            unpack_items(row["item_list"]),
            unpack(row["body"])[0] if bodies and row["body"] is not None else None,
        )
        for row in found
    ]


def _declared(row: RowMapping) -> tuple[int, Any]:
    """What an error declaration and the event that it withdraws have in common."""
    return row["submitter"], row["event_id"] or bytes(row["cbv_hash"])


def makers(connection: Connection, products: Collection[str]) -> dict[str, int]:
    """Who registered these products."""
    table, found = registers.product, dict[str, int]()
    for some in batches(sorted(products)):
        query = select(table.c.key, table.c.maker).where(table.c.key.in_(some))
        found |= {row.key: row.maker for row in connection.execute(query)}
    return found


def tax_codes(connection: Connection) -> list[tuple[int, str]]:
    """The organisations with a tax code, by number."""
    table = registers.organisation
    query = select(table.c.id, table.c.tax_code).where(table.c.tax_code.is_not(None))
    return [(row.id, row.tax_code) for row in connection.execute(query)]


def key_of(connection: Connection, market: int) -> RowMapping | None:
    """The sealed key of a marketplace."""
    query = select(listing_key).where(listing_key.c.market == market)
    return connection.execute(query).mappings().one_or_none()


def put_key(connection: Connection, values: Values) -> None:
    """Write a marketplace's key in the place of the one before."""
    connection.execute(delete(listing_key).where(listing_key.c.market == values["market"]))
    connection.execute(insert(listing_key), [dict(values)])


def sellers(connection: Connection, market: int, names: Collection[str]) -> dict[str, int]:
    """The organisations that a marketplace says these sellers are."""
    table, found = listing_seller, dict[str, int]()
    for some in batches(sorted(names)):
        query = select(table.c.seller, table.c.organisation)
        query = query.where(table.c.market == market, table.c.seller.in_(some))
        found |= {row.seller: row.organisation for row in connection.execute(query)}
    return found


def put_sellers(connection: Connection, market: int, values: Sequence[Values]) -> None:
    """Register sellers, each in the place of what was said of it before."""
    table = listing_seller
    for some in batches([one["seller"] for one in values]):
        own = delete(table).where(table.c.market == market, table.c.seller.in_(some))
        connection.execute(own)
    if values:
        connection.execute(insert(table), [{"market": market, **one} for one in values])
        stated(connection, table, [{"market": market, **one} for one in values])


def resales(connection: Connection, keys: Collection[str]) -> set[tuple[int, str]]:
    """Who declared that it resells one of these, and has not withdrawn it."""
    table, found = listing_resale, set[tuple[int, str]]()
    for some in batches(sorted(keys)):
        query = select(table.c.organisation, table.c.key)
        query = query.where(table.c.key.in_(some), table.c.withdrawn.is_(None))
        found |= {(row.organisation, row.key) for row in connection.execute(query)}
    return found


def put_resales(connection: Connection, values: Sequence[Values]) -> None:
    """Write declarations, each in the place of one before."""
    table = listing_resale
    for one in values:
        own = (table.c.organisation == one["organisation"]) & (table.c.key == one["key"])
        connection.execute(delete(table).where(own))
    connection.execute(insert(table), [dict(one) for one in values])
    stated(connection, table, values)


def withdraw_resale(connection: Connection, organisation: int, key: str, moment: int) -> bool:
    """End a declaration; False where none stands."""
    table = listing_resale
    own = (table.c.organisation == organisation) & (table.c.key == key)
    change = update(table).where(own, table.c.withdrawn.is_(None)).values(withdrawn=moment)
    done = connection.execute(change.returning(*table.c)).mappings().all()
    stated(connection, table, done)
    return bool(done)


def resales_of(connection: Connection, organisation: int, *, limit: int) -> list[RowMapping]:
    """What an organisation declared, the latest first."""
    table = listing_resale
    query = select(table).where(table.c.organisation == organisation)
    order = query.order_by(table.c.declared.desc(), table.c.key)
    return list(connection.execute(order.limit(limit)).mappings())


def add_subscription(connection: Connection, values: Values) -> None:
    """Write where a marketplace wants to be told."""
    connection.execute(insert(listing_subscription), [dict(values)])


def subscriptions(connection: Connection, market: int) -> list[RowMapping]:
    """A marketplace's subscriptions, ended ones too, the latest first."""
    table = listing_subscription
    query = select(table).where(table.c.market == market)
    return list(connection.execute(query.order_by(table.c.created.desc())).mappings())


def subscription(connection: Connection, number: str) -> RowMapping | None:
    """The subscription with this id."""
    query = select(listing_subscription).where(listing_subscription.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def end_subscription(connection: Connection, number: str, moment: int, by: str) -> None:
    """End a subscription; what waits for it is not sent any more."""
    table, waiting = listing_subscription, listing_outbox
    standing = update(table).where(table.c.id == number, table.c.ended.is_(None))
    connection.execute(standing.values(ended=moment, ended_by=by))
    connection.execute(delete(listing_watch).where(listing_watch.c.subscription == number))
    own = update(waiting).where(waiting.c.subscription == number, waiting.c.due.is_not(None))
    connection.execute(own.values(due=None, trouble="ended"))


def watched(connection: Connection, subscription: str) -> int:
    """How many listings a subscription watches."""
    query = select(func.count()).select_from(listing_watch)
    found = connection.scalar(query.where(listing_watch.c.subscription == subscription))
    return found or 0


def put_watches(connection: Connection, values: Sequence[Values]) -> None:
    """Watch listings; what was told of one before stays."""
    for some in batches([(one["subscription"], one["seller"], one["key"]) for one in values]):
        place = tuple_(listing_watch.c.subscription, listing_watch.c.seller, listing_watch.c.key)
        connection.execute(delete(listing_watch).where(place.in_(some)))
    if values:
        connection.execute(insert(listing_watch), [dict(one) for one in values])


def unwatch(connection: Connection, subscription: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Watch some listings no longer."""
    for some in batches(pairs):
        place = tuple_(listing_watch.c.seller, listing_watch.c.key)
        own = listing_watch.c.subscription == subscription
        connection.execute(delete(listing_watch).where(own, place.in_(some)))


def due_watches(connection: Connection, before: int, limit: int) -> list[RowMapping]:
    """What was not looked at since a time, with the marketplace that watches; the oldest first."""
    table, known = listing_watch, listing_subscription
    query = (
        select(*table.c, known.c.market)
        .join(known, known.c.id == table.c.subscription)
        .where(table.c.looked < before, known.c.ended.is_(None))
        .order_by(table.c.looked)
        .limit(limit)
    )
    return list(connection.execute(query).mappings())


def looked(connection: Connection, rows: Sequence[Values]) -> None:
    """Note that watches were looked at, and what is told of them now."""
    table = listing_watch
    own = and_(
        table.c.subscription == bindparam("of"),
        table.c.seller == bindparam("by"),
        table.c.key == bindparam("thing"),
    )
    change = (
        update(table)
        .where(own)
        .values(digest=bindparam("now"), told=bindparam("saying"), looked=bindparam("at"))
    )
    if rows:
        connection.execute(change, [dict(row) for row in rows])


def add_messages(connection: Connection, values: Sequence[Values]) -> None:
    """Put messages into the outbox."""
    if values:
        connection.execute(insert(listing_outbox), [dict(one) for one in values])


def due_messages(connection: Connection, moment: int, limit: int) -> list[RowMapping]:
    """Messages to be sent now with their address, the first due first, one a subscription."""
    table, known = listing_outbox, listing_subscription
    waiting = table.alias()
    first = (
        select(func.min(waiting.c.made))
        .where(waiting.c.subscription == table.c.subscription, waiting.c.due.is_not(None))
        .correlate(table)
        .scalar_subquery()
    )
    query = (
        select(*table.c, known.c.url, known.c.market)
        .join(known, known.c.id == table.c.subscription)
        .where(table.c.due <= moment, known.c.ended.is_(None), table.c.made == first)
        .order_by(table.c.due, table.c.id)
        .limit(limit)
    )
    return list(connection.execute(query).mappings())


def claim(connection: Connection, number: str, seen: int, until: int) -> bool:
    """Take a message for oneself until a time; False where another process was first."""
    table = listing_outbox
    own = update(table).where(table.c.id == number, table.c.due == seen)
    return connection.execute(own.values(due=until)).rowcount == 1


def settle(connection: Connection, number: str, values: Values) -> None:
    """Note what came of sending a message."""
    own = update(listing_outbox).where(listing_outbox.c.id == number)
    connection.execute(own.values(**values))


def messages(connection: Connection, subscription: str, *, limit: int) -> list[RowMapping]:
    """The newest messages to a subscription."""
    table = listing_outbox
    query = select(table).where(table.c.subscription == subscription)
    return list(connection.execute(query.order_by(table.c.made.desc()).limit(limit)).mappings())
