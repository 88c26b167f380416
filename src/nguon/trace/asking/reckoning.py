# SPDX-License-Identifier: Apache-2.0
"""What the records of some things come to for one reader: gathered and reckoned once, whatever
is asked of them then.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from nguon.base.audience import Audience, Disclosure
from nguon.store import Store
from nguon.trace.asking.gathering import Gathered, gather
from nguon.trace.asking.seeing import levels
from nguon.trace.asking.world import World, reckoned


class Reckoning(NamedTuple):
    """The records gathered, how much of each the reader sees, and the world after them."""

    gathered: Gathered
    disclosed: Mapping[int, Disclosure]
    world: World


def reckoning(
    store: Store,
    audience: Audience,
    keys: Collection[str],
    asked: str,
    *,
    upto_seq: int | None = None,
    most: int | None = None,
) -> Reckoning:
    """Of these things, as `gather` reads them; noted for the records' owners as about ``asked``."""
    gathered = gather(store, keys, upto_seq=upto_seq, most=most)
    disclosed = levels(store, audience, gathered.events, asked, cut=gathered.cut)
    world = reckoned(gathered.facts, gathered.things, gathered.lot_of, gathered.parties)
    return Reckoning(gathered, disclosed, world)
