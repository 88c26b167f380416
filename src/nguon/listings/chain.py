# SPDX-License-Identifier: Apache-2.0
"""Whether the chain of custody of a piece is closed, and who is in it; pure.

“Not in the chain” accuses somebody: it is said of one piece with a serial number alone, and
only where its records leave no gap in which it could have come to the seller. Everything else
is not known.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from nguon.codes.life import State
from nguon.listings.model import Judged, no, unknown, yes

ON_THE_WAY = frozenset(
    {
        *("shipping", "departing", "transporting", "loading", "consigning"),
        *("staging_outbound", "collecting"),
    }
)
"""Business steps after which somebody else may have it."""
_PASSING = frozenset({"in_transit", "in_transit_unavailable"})


class Handled(NamedTuple):
    """One record about a piece, as far as its chain is concerned."""

    at: tuple[int, int]
    """Event time, then place in the log."""
    submitter: int
    step: str = ""
    disposition: str = ""
    packs: bool = False
    """It put the piece into a container."""
    unpacks: bool = False
    withdrawn: bool = False
    unread: bool = False
    """What it says is erased, or cannot be read."""


class Chain(NamedTuple):
    """All that is recorded of where a thing was."""

    serialised: bool
    custodians: frozenset[int]
    """Who had it, or was named for it by one who had."""
    maker: int | None
    """Who registered its product: in the chain whether he recorded anything or not."""
    records: tuple[Handled, ...]
    life: State


def gap(chain: Chain) -> str | None:
    """Why a chain is not closed; None where it is.

    It is where the piece was activated, everybody named for it recorded having it, nobody
    else recorded anything, and the last of them has it still: unpacked, unsold, not on its way.
    """
    counted = sorted(one for one in chain.records if not one.withdrawn)
    if not chain.serialised:
        return "not-serialised"
    if not counted or chain.life is not State.ACTIVE:
        return f"life-{chain.life}" if counted else "not-recorded"
    if any(one.unread for one in chain.records):
        return "erased"
    told = {one.submitter for one in counted}
    if told - chain.custodians:
        return "contested"
    if chain.custodians - told - {chain.maker}:
        return "not-received"
    if _packed(counted):
        return "packed"
    last = counted[-1]
    if last.step in ON_THE_WAY or last.disposition in _PASSING:
        return "on-the-way"
    return None


def judged(chain: Chain | None, sellers: Collection[int]) -> Judged:
    """Whether one of these, which are one seller, is in the chain."""
    if not sellers:
        return unknown("seller-not-known")
    if chain is None or not chain.custodians:
        return unknown("not-recorded")
    if not chain.custodians.isdisjoint(sellers):
        return yes("in-chain")
    open_because = gap(chain)
    return no("closed-chain") if open_because is None else unknown(open_because)


def _packed(records: Sequence[Handled]) -> bool:
    packed = False
    for one in records:
        packed = one.packs or (packed and not one.unpacks)
    return packed
