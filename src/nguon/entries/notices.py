# SPDX-License-Identifier: Apache-2.0
"""What whoever records should know though nothing is wrong with the entries."""

from collections.abc import Sequence

from nguon.base.audience import Audience
from nguon.entries.facts import used
from nguon.entries.hand import lot_of
from nguon.entries.model import Entry
from nguon.entries.pieces import is_piece
from nguon.entries.stock import held
from nguon.entries.taking import some
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
