# SPDX-License-Identifier: Apache-2.0
"""Whether a record of what went into a thing names a supplier whom its reader may not know."""

from collections.abc import Collection

from nguon.base.audience import Audience
from nguon.identity.policy import Shown, relation, shown
from nguon.registry.model import LAND, PRIVATE_KINDS, Organisation, Place


def hidden(
    audience: Audience,
    place: Place | None,
    party: Organisation | None,
    makers: Collection[int],
    *,
    partner: bool,
) -> bool:
    """Of a record at ``place`` by ``party``, where these organisations make the thing in hand.

    Fields and ponds are the origin, which is told; people are reduced anyway.
    """
    if (place is not None and place.kind in LAND) or party is None:
        return False
    if party.kind in PRIVATE_KINDS or party.id in makers:
        return False
    province = party.unit.province.code if party.unit else None
    owners = (party.id, party.member_of, *makers)
    near = relation(audience, owners, partner=partner, province=province)
    return shown(near, "supplier-name") is not Shown.FULL
