# SPDX-License-Identifier: Apache-2.0
"""A party's stock as a running ledger: what came, was made, used, lost and left, entry by entry."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, localcontext

import msgspec

from nguon.base.audience import Audience, Disclosure
from nguon.base.quantity import KILOGRAM, PIECE, Quantity
from nguon.store import Store
from nguon.trace.asking.entries import Account, Entry, EntryKind, Flag, Total, entries, totals
from nguon.trace.asking.errors import NoAccountError
from nguon.trace.asking.gathering import gather, weights_of
from nguon.trace.asking.makings import Making, making
from nguon.trace.asking.seeing import levels
from nguon.trace.asking.where import Trouble
from nguon.trace.asking.world import EXACT, World, reckoned
from nguon.trace.asking.yields import Process, processes

__all__ = ["Account", "Entry", "EntryKind", "Flag", "Ledger", "Making", "Total", "ledger"]


class Ledger(msgspec.Struct, frozen=True):
    """The entries in the order of time, and what all of them up to the end come to by lot.

    ``makings`` are those behind the entries whose inputs and outputs all have a mass and whose
    process has bounds. ``withheld`` counts entries that are not this reader's to see; lots that
    have such have no total. ``truncated`` says that more records exist than were read.
    ``weights`` are the kilograms of one piece, by product, as far as the register says them;
    ``as_of`` is the log position of the records.
    """

    entries: tuple[Entry, ...]
    totals: tuple[Total, ...]
    withheld: int = 0
    truncated: bool = False
    makings: tuple[Making, ...] = ()
    weights: Mapping[str, Decimal] = {}
    as_of: int = 0

    def kilograms(self, amount: Quantity, product: str | None) -> Decimal | None:
        """The mass of so many pieces; None for what is no pieces or has no known weight."""
        weight = self.weights.get(product or "") if amount.unit == PIECE else None
        if amount.unit == KILOGRAM:
            return amount.amount
        return None if weight is None else amount.amount * weight


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
    as_of = store.events.head()[0] if upto_seq is None else upto_seq
    gathered = gather(store, asked, upto_seq=as_of, most=most, named=not keys)
    disclosed = levels(store, audience, gathered.events, asked[0], cut=gathered.cut)
    world = reckoned(gathered.facts, gathered.things, gathered.lot_of, gathered.parties)
    with localcontext(prec=EXACT):
        made = list(processes(gathered.facts, gathered.weights))
        found = [
            entry
            for entry in entries(account, world.moves, _flags(made, world))
            if until is None or entry.at <= until
        ]
        seen = [entry for entry in found if disclosed[entry.event] is Disclosure.FULL]
        partly = {entry.lot for entry in found if disclosed[entry.event] is not Disclosure.FULL}
        told = [_shown(entry, partly) for entry in seen if since is None or entry.at >= since]
        return Ledger(
            tuple(told),
            tuple(totals(entry for entry in seen if entry.lot not in partly)),
            withheld=len(found) - len(seen),
            truncated=gathered.cut,
            makings=tuple(making(one, gathered.weights) for one in _behind(made, told, disclosed)),
            weights=weights_of(store, {entry.product for entry in told if entry.product}),
            as_of=as_of,
        )


def _behind(
    made: Sequence[Process], told: Sequence[Entry], disclosed: Mapping[int, Disclosure]
) -> Iterator[Process]:
    """The makings behind these entries that the reader sees whole."""
    listed = {entry.event for entry in told}
    for one in made:
        numbers = {fact.number for fact in one.facts}
        whole = all(disclosed[number] is Disclosure.FULL for number in numbers)
        if whole and not listed.isdisjoint(numbers):
            yield one


def _shown(entry: Entry, partly: set[str]) -> Entry:
    """Where not all entries of a lot are shown, its stock would tell of the others."""
    if entry.lot not in partly:
        return entry
    return msgspec.structs.replace(entry, stock=None)


def _flags(made: Sequence[Process], world: World) -> Mapping[tuple[int, str], set[Flag]]:
    found: dict[tuple[int, str], set[Flag]] = defaultdict(set)
    for one in made:
        flag = Flag.TOO_MUCH_OUT if one.too_much else Flag.TOO_LITTLE_OUT
        if one.too_much or one.too_little:
            for fact in one.facts:
                for key in fact.shape.made:
                    found[fact.number, key].add(flag)
    for trouble in world.stocks.findings:
        if trouble.trouble is Trouble.UNITS:
            found[trouble.fact.number, trouble.key].add(Flag.UNITS)
    return found
