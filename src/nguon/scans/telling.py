# SPDX-License-Identifier: Apache-2.0
"""What the holder of goods reads of their scans: counts by day, of products by province too.

Nothing of visitors. A province with few scans on a day could be somebody: its
scans stand with those of which no place is told.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from nguon.identity.model import Principal
from nguon.registry.links import holding
from nguon.registry.links.errors import LinkForbiddenError
from nguon.scans import queries
from nguon.scans.errors import ScanError, ScanForbiddenError
from nguon.scans.model import Count, DayCount
from nguon.store import Store

SMALLEST = 5
MOST_DAYS = 400


class Told(msgspec.Struct, frozen=True):
    """The counts of a thing: of all time, and by day and province within the days asked for.

    ``unknown`` of a product's scans named lots or pieces that nobody recorded or issued.
    """

    item: str
    total: Count
    days: list[DayCount]
    unknown: int


def told(store: Store, principal: Principal, key: str, first: date, last: date) -> Told:
    """The counts of a thing, for its holder.

    Raises:
        ScanForbiddenError: the goods are another's, or nobody is known to hold them.
        ScanError: ``scans.days``.
    """
    if not first <= last <= first + timedelta(days=MOST_DAYS):
        raise ScanError("scans.days", first=first, last=last, most=MOST_DAYS)
    if not may_read(store, principal, key):
        raise ScanForbiddenError("scans.not-yours", key=key)
    return Told(
        key,
        queries.count(store, key),
        merged(queries.days(store, key, first, last)),
        queries.unknown(store, key),
    )


def may_read(store: Store, principal: Principal, key: str) -> bool:
    """Whether somebody may read the counts of a thing: its holder, or who speaks for it."""
    try:
        with store.reading() as connection:
            holding.require(connection, principal, key)
    except LinkForbiddenError:
        return False
    return True


def merged(days: Iterable[DayCount]) -> list[DayCount]:
    """Small counts of provinces go to the line without a place."""
    kept: dict[tuple[date, str], DayCount] = {}
    for one in days:
        place = one.place if one.scans + one.views >= SMALLEST else ""
        before = kept.get((one.day, place), DayCount(one.day, place, 0, 0))
        kept[one.day, place] = DayCount(
            one.day, place, before.scans + one.scans, before.views + one.views
        )
    return [kept[at] for at in sorted(kept)]
