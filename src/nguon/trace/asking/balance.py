# SPDX-License-Identifier: Apache-2.0
"""A party's stock as a running ledger: what came, was made, used, lost and left, entry by entry."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

import msgspec

from nguon.base.audience import Audience, Disclosure
from nguon.store import Store
from nguon.trace.asking.entries import Account, Entry, EntryKind, Flag, Total, entries, totals
from nguon.trace.asking.errors import NoAccountError
from nguon.trace.asking.gathering import Gathered, gather
from nguon.trace.asking.seeing import levels
from nguon.trace.asking.where import Trouble
from nguon.trace.asking.world import World, reckoned
from nguon.trace.asking.yields import processes

__all__ = ["Account", "Entry", "EntryKind", "Flag", "Ledger", "Total", "ledger"]


class Ledger(msgspec.Struct, frozen=True):
    """The entries in the order of time, and what all of them up to the end come to by lot.

    ``withheld`` counts entries that are not this reader's to see; lots that have such have no
    total. ``truncated`` says that more records exist than were read.
    """

    entries: tuple[Entry, ...]
    totals: tuple[Total, ...]
    withheld: int = 0
    truncated: bool = False


def ledger(
    store: Store,
    audience: Audience,
    account: Account,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    upto_seq: int | None = None,
    most: int | None = None,
) -> Ledger:
    """The running ledger of an account.

    It always runs from the first record: with ``since`` the entries before are not listed, but
    their stock is carried; with ``until`` it ends there (that moment included).

    Raises:
        NoAccountError: the account names nothing.
    """
    keys = [key for key in (account.lot, account.product) if key][:1]
    asked = keys or [key for key in (account.place, account.party) if key]
    if not asked:
        raise NoAccountError("trace.ledger-of-nothing")
    gathered = gather(store, asked, upto_seq=upto_seq, most=most, named=not keys)
    disclosed = levels(store, audience, gathered.events, asked[0], cut=gathered.cut)
    world = reckoned(gathered.facts, gathered.things, gathered.lot_of, gathered.parties)
    found = [
        entry
        for entry in entries(account, world.moves, _flags(gathered, world))
        if until is None or entry.at <= until
    ]
    seen = [entry for entry in found if disclosed[entry.event] is Disclosure.FULL]
    partly = {entry.lot for entry in found if disclosed[entry.event] is not Disclosure.FULL}
    return Ledger(
        tuple(_shown(entry, partly) for entry in seen if since is None or entry.at >= since),
        tuple(totals(entry for entry in seen if entry.lot not in partly)),
        withheld=len(found) - len(seen),
        truncated=gathered.cut,
    )


def _shown(entry: Entry, partly: set[str]) -> Entry:
    """Where not all entries of a lot are shown, its stock would tell of the others."""
    if entry.lot not in partly:
        return entry
    return msgspec.structs.replace(entry, stock=None)


def _flags(gathered: Gathered, world: World) -> Mapping[tuple[int, str], set[Flag]]:
    found: dict[tuple[int, str], set[Flag]] = defaultdict(set)
    for one in processes(gathered.facts, gathered.weights):
        flag = Flag.TOO_MUCH_OUT if one.too_much else Flag.TOO_LITTLE_OUT
        if one.too_much or one.too_little:
            for fact in one.facts:
                for key in fact.shape.made:
                    found[fact.number, key].add(flag)
    for trouble in world.stocks.findings:
        if trouble.trouble is Trouble.UNITS:
            found[trouble.fact.number, trouble.key].add(Flag.UNITS)
    return found
