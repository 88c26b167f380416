# SPDX-License-Identifier: Apache-2.0
"""From lots to their pieces, and from pieces to their lots: a level at a time."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from nguon.epcis.items import Role
from nguon.gs1 import memberships
from nguon.trace.index.held import CARRIER, LOT, PART, WHOLE, States, states_of
from nguon.trace.index.marks import (
    Flags,
    Marks,
    Numbers,
    are_lots,
    are_pieces,
    are_products,
    distinct,
)
from nguon.trace.index.pairing import pairs
from nguon.trace.index.ties import NO_EVENT, Ties, belonging
from nguon.trace.index.view import Entries, View
from nguon.trace.model import FUTURE, PAST

_GOODS = (Role.EPC, Role.CHILD, Role.OUTPUT, Role.PARENT, Role.INPUT)


class Asked(Protocol):
    """What these steps need to know of the question."""

    @property
    def forward(self) -> bool: ...
    @property
    def products(self) -> dict[int, str]: ...
    @property
    def lots(self) -> tuple[Marks, Marks]: ...


class Level(Protocol):
    """What these steps need to know of a level."""

    @property
    def view(self) -> View: ...
    @property
    def asked(self) -> Asked: ...
    @property
    def states(self) -> States: ...
    @property
    def keys(self) -> Marks: ...
    @property
    def started(self) -> Flags: ...
    def tie(self, ties: Ties) -> None: ...


def members(level: Level, named: Entries) -> Iterator[States]:
    """Pieces of lots; of a product that was asked about also its lots."""
    states = level.states
    lots = np.flatnonzero((states.mode == WHOLE) & are_lots(states.key))
    marks = distinct(states.key[lots])
    found = level.view.entries("whole", marks)
    at, entry = pairs(np.searchsorted(marks, states.key[lots]), found.who, len(marks))
    at, piece = lots[at], found.value[entry]
    other = piece != states.key[at]
    yield _beside(level, at[other], piece[other])
    products = level.started & are_products(states.key)
    for row in np.flatnonzero(products).tolist():
        goods = _goods(level, int(states.key[row]), named)
        yield _beside(level, np.full(len(goods), row), goods)


def _goods(level: Level, product: int, named: Entries) -> Marks:
    key = level.asked.products[product]
    about = np.array([product], np.int64)
    of_pieces = level.view.entries("whole", about).event
    own = named.event[level.keys[named.who] == product]
    goods = level.view.goods(distinct(np.append(own, of_pieces)), _GOODS)
    belongs = [key in memberships(text) for text in level.view.texts(goods)]
    return np.asarray(goods[np.array(belongs, bool) & (goods != product)])


def _beside(level: Level, at: Numbers, key: Marks) -> States:
    states = level.states
    number = np.full(len(key), NO_EVENT)
    level.tie(belonging(key, states.key[at], key))
    mode = np.full(len(key), WHOLE)
    return states_of(key, mode, states.start[at], states.end[at], number)


def own_lots(level: Level) -> Iterator[States]:
    """The lots of pieces, as records and their own keys name them."""
    states = level.states
    carried = np.isin(states.mode, (WHOLE, PART, CARRIER)) & are_pieces(states.key)
    rows = np.flatnonzero(carried)
    marks = distinct(states.key[rows])
    found = level.view.entries("piece", marks)
    named, lots = level.asked.lots
    here = np.isin(named, marks)
    who = np.append(found.who, np.searchsorted(marks, named[here]))
    lot = np.append(found.value, lots[here])
    at, entry = pairs(np.searchsorted(marks, states.key[rows]), who, len(marks))
    at, lot = rows[at], lot[entry]
    level.tie(belonging(states.key[at], lot, lot))
    start, end = states.start[at], states.end[at]
    if not level.asked.forward:
        start = np.full(len(at), PAST)
    else:
        end = np.where(states.mode[at] == CARRIER, end, FUTURE)
    number = np.full(len(at), NO_EVENT)
    yield states_of(lot, np.full(len(at), LOT), start, end, number)
