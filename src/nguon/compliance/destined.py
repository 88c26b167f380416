# SPDX-License-Identifier: Apache-2.0
"""The market that a lot was last shipped for, by the shipments that a reader sees in full."""

from nguon.base.audience import Audience
from nguon.compliance.model import Market
from nguon.entries.markets import market_of
from nguon.epcis.items import Role
from nguon.store import Store
from nguon.store.values import StoredEvent

_NEWEST = 50


def shipped_to(store: Store, audience: Audience, lot: str) -> Market | None:
    """The market of the lot's newest shipment, or of a pallet with it; None where none is named."""
    found = store.events.by_items(audience, [lot], limit=_NEWEST)
    named = {item.key for one in found for item in one.items if item.role is Role.PARENT}
    pallets = named - {lot}
    carried = store.events.by_items(audience, pallets, limit=_NEWEST) if pallets else []
    return _newest([*found, *carried])


def _newest(some: list[StoredEvent]) -> Market | None:
    for one in sorted(some, key=lambda one: one.event.event_time, reverse=True):
        named = (market_of(one.event) or "").lower()
        if named in set(Market):
            return Market(named)
    return None
