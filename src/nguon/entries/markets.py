# SPDX-License-Identifier: Apache-2.0
"""The market that a shipment is meant for, as its event says it.

EPCIS has no field for it. It stands under our own namespace, beside the
standard's members: ``"nguon:market": "CN"``, an ISO country code or ``EU``.
"""

from typing import Any

NAMESPACE = "urn:nguon:epcis:"
"""What the prefix ``nguon`` of our members stands for in a document's context."""
MARKETS = ("VN", "CN", "EU", "US", "JP", "KR")
MEMBER = "nguon:market"
_NAMES = (MEMBER, f"{NAMESPACE}market")


def told(market: str | None) -> dict[str, Any]:
    """The member of a shipment's event; none where the market is not one of those known."""
    code = (market or "").upper()
    return {MEMBER: code} if code in MARKETS else {}


def market_of(event: Any) -> str | None:
    """The market that an event names."""
    members = getattr(event, "extensions", {})
    found = next((members[name] for name in _NAMES if name in members), None)
    return found if isinstance(found, str) and found in MARKETS else None
