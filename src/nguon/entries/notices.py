# SPDX-License-Identifier: Apache-2.0
"""What whoever records should know though nothing is wrong with the entries."""

from collections.abc import Sequence

from nguon.base.audience import Audience
from nguon.entries.facts import leaving, used
from nguon.entries.hand import lot_of
from nguon.entries.model import Entry, number_in
from nguon.entries.pieces import is_piece
from nguon.entries.stock import held
from nguon.entries.taking import some
from nguon.stoplist import queries, rules
from nguon.stoplist.model import Stop
from nguon.store import Store


def not_lowered(
    store: Store, audience: Audience, owner: int, entries: Sequence[Entry]
) -> list[str]:
    """The numbers of lots that pieces are taken from whose weight nobody knows."""
    single = [line.item for entry in entries for line in used(entry) if is_piece(line.item)]
    if not single:
        return []
    stock = held(store, audience, owner, single)
    lots = dict.fromkeys(stock.pieces.lots.get(item, "") for item in single)
    return [
        lot_of(lot)
        for lot in lots
        if some(stock.get(lot)) and stock.pieces.share(lot, stock[lot]) is None
    ]


def stopped(store: Store, entries: Sequence[Entry]) -> list[tuple[str, Stop]]:
    """What is stopped though these entries may go on with it: the numbers of the goods, each with
    the gravest stop that stood when the entry happened.
    """
    found = queries.with_contents(store, leaving(entries))
    told: dict[str, Stop] = {}
    for entry in entries if found else ():
        for item in leaving([entry]):
            worst = rules.gravest(one for one in found.get(item, ()) if entry.at >= one.since)
            if worst is not None:
                told[number_in(item)] = worst
    return sorted(told.items())
