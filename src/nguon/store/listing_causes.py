# SPDX-License-Identifier: Apache-2.0
"""The statements on what changes answers: things of new records, subjects of new statements, and
the watches that they concern.
"""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, or_, select

from nguon.epcis.items import Role
from nguon.store.compliance_tables import legal_hold
from nguon.store.disputes_tables import dispute_about
from nguon.store.enrolment_tables import enrolment, household, register_standing
from nguon.store.listings_tables import listing_seller, listing_subscription, listing_watch
from nguon.store.packing import unpack_items
from nguon.store.portions import batches, portions
from nguon.store.schema import event, log
from nguon.store.statements_tables import log_about

_PREFIXES = 100
Place = tuple[str, str, str]
"""Subscription, seller and key of a watch."""


def watched(connection: Connection) -> Iterator[str]:
    """The keys that anybody watches."""
    return iter(connection.scalars(select(listing_watch.c.key).distinct()))


def things(connection: Connection, start: int, end: int, roles: Collection[Role]) -> Iterator[str]:
    """The keys of things in these roles in the records of entries ``start`` to ``end``
    (``end`` excluded).
    """
    query = (
        select(event.c.item_list)
        .join(log, log.c.event == event.c.id)
        .where(log.c.seq >= start, log.c.seq < end, event.c.item_list.is_not(None))
    )
    for row in connection.execute(query):
        yield from (item.key for item in unpack_items(row.item_list) if item.role in roles)


def subjects(connection: Connection, start: int, end: int) -> list[str]:
    """What the statements among these entries concern."""
    query = select(log_about.c.subject).where(log_about.c.seq >= start, log_about.c.seq < end)
    return list(connection.scalars(query))


def of_keys(connection: Connection, keys: Collection[str]) -> list[RowMapping]:
    """The watches of these things, with the marketplace that watches."""
    return _watches(connection, listing_watch.c.key, keys)


def of_parties(connection: Connection, organisations: Collection[int]) -> list[RowMapping]:
    """The watches of sellers that marketplaces registered as these organisations."""
    table, found = listing_seller, set[tuple[int, str]]()
    for some in batches(sorted(organisations)):
        query = select(table.c.market, table.c.seller).where(table.c.organisation.in_(some))
        found |= {(row.market, row.seller) for row in connection.execute(query)}
    rows = _watches(connection, listing_watch.c.seller, {seller for _, seller in found})
    return [row for row in rows if (row["market"], row["seller"]) in found]


def of_products(connection: Connection, products: Collection[str]) -> list[RowMapping]:
    """The watches of these products, their lots and their pieces."""
    columns, known, found = listing_watch.c, listing_subscription, list[RowMapping]()
    for some in portions(sorted(products), _PREFIXES):
        under = (columns.key.startswith(f"{one}/", autoescape=True) for one in some)
        query = (
            select(*columns, known.c.market)
            .join(known, known.c.id == columns.subscription)
            .where(or_(columns.key.in_(some), *under), known.c.ended.is_(None))
        )
        found += connection.execute(query).mappings()
    return found


def disputed(connection: Connection, disputes: Collection[str]) -> set[str]:
    """What these disputes are about."""
    found = set[str]()
    for some in batches(sorted(disputes)):
        query = select(dispute_about.c.key).where(dispute_about.c.dispute.in_(some))
        found |= set(connection.scalars(query))
    return found


def ordered(connection: Connection, orders: Collection[str]) -> set[str]:
    """What these legal holds are on."""
    found = set[str]()
    for some in batches(sorted(orders)):
        query = select(legal_hold.c.key).where(legal_hold.c.id.in_(some))
        found |= set(connection.scalars(query))
    return found


def orders_over(connection: Connection, first: str, last: str) -> set[str]:
    """On what legal holds were whose last day was one from ``first`` to the one before ``last``."""
    hold = legal_hold.c
    over = (hold.until >= first) & (hold.until < last)
    return set(connection.scalars(select(hold.key).where(hold.released.is_(None), over)))


def entities_over(
    connection: Connection, moments: tuple[int, int], days: tuple[str, str]
) -> set[int]:
    """Organisations whose enrolment ended, or for whom something that the register said began,
    after the first of two moments (or days) and up to the second.
    """
    (after, upto), (first, last) = moments, days
    ended = (enrolment.c.until > after) & (enrolment.c.until <= upto)
    found = set(connection.scalars(select(enrolment.c.organisation).where(ended)))
    if first < last:
        begun = (register_standing.c.since > first) & (register_standing.c.since <= last)
        query = select(register_standing.c.organisation).where(begun)
        found |= set(connection.scalars(query))
    return found


def households(connection: Connection, cooperatives: Collection[int]) -> set[int]:
    """The households that these cooperatives enrolled."""
    found = set[int]()
    for some in batches(sorted(cooperatives)):
        query = select(household.c.household).where(household.c.cooperative.in_(some))
        found |= set(connection.scalars(query))
    return found


def all_watches(connection: Connection, after: Place, limit: int) -> list[RowMapping]:
    """Watches after a place, in the order of their places."""
    table, known = listing_watch, listing_subscription
    of, by, thing = after
    later = (table.c.subscription > of) | (
        (table.c.subscription == of)
        & ((table.c.seller > by) | ((table.c.seller == by) & (table.c.key > thing)))
    )
    query = (
        select(*table.c, known.c.market)
        .join(known, known.c.id == table.c.subscription)
        .where(later, known.c.ended.is_(None))
        .order_by(table.c.subscription, table.c.seller, table.c.key)
        .limit(limit)
    )
    return list(connection.execute(query).mappings())


def held(connection: Connection, places: Sequence[Place]) -> dict[Place, str]:
    """The digests of watches as they are now; nobody else changes them while this lasts."""
    table, found = listing_watch, dict[Place, str]()
    wanted = set(places)
    for subscription in sorted({of for of, _, _ in places}):
        for some in batches(sorted({key for of, _, key in places if of == subscription})):
            query = (
                select(table)
                .where(table.c.subscription == subscription, table.c.key.in_(some))
                .order_by(table.c.seller, table.c.key)
                .with_for_update()
            )
            for row in connection.execute(query):
                found[row.subscription, row.seller, row.key] = row.digest
    return {place: digest for place, digest in found.items() if place in wanted}


def _watches(
    connection: Connection, column: ColumnElement[str], wanted: Collection[str]
) -> list[RowMapping]:
    known, found = listing_subscription, list[RowMapping]()
    for some in batches(sorted(wanted)):
        query = (
            select(*listing_watch.c, known.c.market)
            .join(known, known.c.id == listing_watch.c.subscription)
            .where(column.in_(some), known.c.ended.is_(None))
        )
        found += connection.execute(query).mappings()
    return found
