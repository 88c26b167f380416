# SPDX-License-Identifier: Apache-2.0
"""From all things of a level to the next: the rules of `nguon.trace.steps`, for many at once."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from nguon.epcis.items import Role
from nguon.gs1 import memberships
from nguon.trace.index.columns import CONTAINING
from nguon.trace.index.held import ATTACHED, CARRIER, LOT, PART, PROCESS, WHOLE, States
from nguon.trace.index.marks import (
    Array,
    Flags,
    Marks,
    Numbers,
    are_lots,
    are_pieces,
    are_products,
    mark,
)
from nguon.trace.index.stays import Stays, stays_of
from nguon.trace.index.view import Entries, View
from nguon.trace.model import FUTURE, PAST, Confidence, Direction, Following, LinkKind
from nguon.trace.steps import is_product

NO_EVENT = -1
_GOODS = (Role.EPC, Role.CHILD, Role.OUTPUT, Role.PARENT, Role.INPUT)


class Question(NamedTuple):
    """What a walk was asked; ``starts`` in order, ``products`` are those of whole products."""

    direction: Direction
    following: Following
    starts: Marks
    products: dict[int, str]

    @property
    def forward(self) -> bool:
        """Whether the way of the goods is followed."""
        return self.direction is Direction.FORWARD


class Level:
    """The ways on from the states of one level."""

    def __init__(self, view: View, asked: Question, states: States) -> None:
        self._view = view
        self._asked = asked
        self._kinds = asked.following.kinds
        self._least = asked.following.least
        part = (states.mode == ATTACHED) & states.onward
        mode = np.where(part, PART, states.mode)
        self._states = states._replace(mode=mode)
        self.keys, self._which = np.unique(states.key, return_inverse=True)
        self._started = np.isin(states.key, asked.starts) & (mode == WHOLE)
        gathered = np.zeros(len(self.keys), bool)
        whole = (mode == WHOLE) & (are_lots(states.key) | self._started)
        gathered[self._which[whole]] = True
        self.gathered = gathered

    def steps(self) -> list[States]:
        """All steps, some more than once."""
        named = self._view.entries("named", self.keys, self.gathered)
        if LinkKind.MEMBER not in self._kinds:
            self._view.weigh("whole", self.keys[self.gathered])
        found: list[States] = []
        if LinkKind.TRANSFORMED in self._kinds:
            found += self._transformations(named)
        if LinkKind.CONTAINED in self._kinds or LinkKind.ASSOCIATED in self._kinds:
            found += self._parents()
            found += self._children(named)
        if LinkKind.MEMBER in self._kinds and self._least <= Confidence.LOT:
            found += self._members(named)
            found += self._own_lots()
        return [one for one in found if len(one.key)]

    def _sure(self, marks: Marks) -> Flags:
        """Which things a link may name."""
        sure = np.ones(len(marks), bool)
        if self._least > Confidence.AMBIGUOUS:
            sure &= ~are_products(marks)
        if self._least > Confidence.LOT:
            sure &= ~are_lots(marks)
        return sure

    def _joined(self, states: Numbers, entries: Entries) -> tuple[Numbers, Numbers]:
        """Each of these states with each entry about its thing."""
        at, entry = _pairs(self._which[states], entries.who, len(self.keys))
        return states[at], entry

    def _transformations(self, named: Entries) -> Iterator[States]:
        forward, states = self._asked.forward, self._states
        taking, making = (Role.INPUT, Role.OUTPUT) if forward else (Role.OUTPUT, Role.INPUT)
        relevant = named.only((named.value & ((1 << taking) | _PROCESS_BIT)) != 0)
        at, entry = self._joined(np.flatnonzero(states.mode != ATTACHED), relevant)
        roles, time = relevant.value[entry], relevant.time[entry]
        mode = states.mode[at]
        joined = (mode == PROCESS) & ((roles & _PROCESS_BIT) != 0)
        plain = (roles & (1 << taking)) != 0
        plain &= (time >= states.start[at]) if forward else (time <= states.end[at])
        if forward:
            plain &= (time <= states.end[at]) | (mode == WHOLE) | (mode == PART)
        plain &= ~joined
        sure = self._sure(states.key[at])
        wanted = joined | (plain & sure)
        key, event = states.key[at[wanted]], relevant.event[entry[wanted]]
        yield self._through(key, event, relevant, entry[wanted], making)
        plain &= sure
        yield self._processes(relevant, np.unique(entry[plain]))

    def _through(
        self, key: Marks, event: Numbers, entries: Entries, entry: Numbers, role: Role
    ) -> States:
        """What an event made, or used, but for a thing that led there alone."""
        events, first, which = np.unique(event, return_index=True, return_inverse=True)
        least = np.full(len(events), np.iinfo(np.int64).max)
        most = np.full(len(events), np.iinfo(np.int64).min)
        np.minimum.at(least, which, key)
        np.maximum.at(most, which, key)
        at, made = self._view.items(events, role)
        alone = (least == most)[at] & (least[at] == made)
        wanted = self._sure(made) & ~alone
        at, made = at[wanted], made[wanted]
        time = entries.time[entry[first]][at]
        number = entries.number[entry[first]][at]
        return self._made(made, np.full(len(made), WHOLE), time, number)

    def _processes(self, entries: Entries, chosen: Numbers) -> States:
        event, first = np.unique(entries.event[chosen], return_index=True)
        at, process = self._view.items(event, Role.TRANSFORMATION_ID)
        rows = chosen[first][at]
        mode = np.full(len(process), PROCESS)
        return self._made(process, mode, entries.time[rows], entries.number[rows])

    def _made(self, key: Marks, mode: Array, time: Numbers, number: Numbers) -> States:
        end = np.full(len(key), FUTURE) if self._asked.forward else time
        return _states(key, mode, time, end, number)

    def _parents(self) -> Iterator[States]:
        states, forward = self._states, self._asked.forward
        carried = np.isin(states.mode, (WHOLE, PART, CARRIER)) & self._sure(states.key)
        rows = np.flatnonzero(carried)
        children = np.unique(states.key[rows])
        stays = self._of_kinds(stays_of(self._view, children))
        at, stay = _pairs(np.searchsorted(children, states.key[rows]), stays.who, len(children))
        at = rows[at]
        goods = states.mode[at] != CARRIER
        start, end = states.start[at], states.end[at]
        if forward:
            end = np.where(goods, FUTURE, end)
        else:
            start = np.where(goods, PAST, start)
        start = np.maximum(start, stays.start[stay])
        end = np.minimum(end, stays.end[stay])
        attached = stays.attached[stay]
        first = self._started[at]
        wanted = start <= end
        if not forward:
            wanted &= ~attached | first
        overlaps = (stays.start[stay] < states.stay_end[at]) & (
            states.stay_start[at] < stays.end[stay]
        )
        staying = states.stay_start[at] <= states.stay_end[at]
        wanted &= attached | ~staying | ~overlaps
        mode = np.where(attached & ~first, ATTACHED, CARRIER)
        yield _states(stays.parent[stay], mode, start, end, stays.event[stay]).only(wanted)

    def _children(self, named: Entries) -> Iterator[States]:
        states = self._states
        holding = np.flatnonzero((states.mode == WHOLE) | (states.mode == PART))
        own = ((named.value & (1 << Role.PARENT)) != 0) & ((named.info & CONTAINING) != 0)
        own &= named.parent == self.keys[named.who]
        packed = named.only(own)
        used = np.zeros(len(self.keys), bool)
        used[self._which[holding]] = True
        packed = packed.only(used[packed.who])
        _, inside = self._view.items(np.unique(packed.event), Role.CHILD)
        children = np.unique(inside[self._sure(inside)])
        stays = self._of_kinds(stays_of(self._view, children))
        place = np.searchsorted(self.keys, stays.parent)
        place[place == len(self.keys)] = 0
        here = np.flatnonzero(self.keys[place] == stays.parent)
        at, stay = _pairs(self._which[holding], place[here], len(self.keys))
        at, stay = holding[at], here[stay]
        start = np.maximum(states.start[at], stays.start[stay])
        end = np.minimum(states.end[at], stays.end[stay])
        child, attached = children[stays.who[stay]], stays.attached[stay]
        pieces = are_pieces(child)
        mode = np.where(attached, ATTACHED, np.where(pieces, WHOLE, PART))
        found = _states(child, mode, start, end, stays.event[stay])
        parts = ~attached & ~pieces
        found = found._replace(
            stay_start=np.where(parts, stays.start[stay], 1),
            stay_end=np.where(parts, stays.end[stay], 0),
            onward=attached & self._started[at] & (not self._asked.forward),
        )
        yield found.only(start <= end)

    def _of_kinds(self, stays: Stays) -> Stays:
        wanted = np.zeros(len(stays.who), bool)
        if LinkKind.ASSOCIATED in self._kinds:
            wanted |= stays.attached
        if LinkKind.CONTAINED in self._kinds:
            wanted |= ~stays.attached
        return stays.only(wanted)

    def _members(self, named: Entries) -> Iterator[States]:
        """Pieces of lots; of a product that was asked about also its lots."""
        states = self._states
        lots = np.flatnonzero((states.mode == WHOLE) & are_lots(states.key))
        marks = np.unique(states.key[lots])
        found = self._view.entries("whole", marks, np.ones(len(marks), bool))
        at, entry = _pairs(np.searchsorted(marks, states.key[lots]), found.who, len(marks))
        at, piece = lots[at], found.value[entry]
        other = piece != states.key[at]
        yield self._beside(at[other], piece[other])
        products = self._started & are_products(states.key)
        for row in np.flatnonzero(products).tolist():
            goods = self._goods(int(states.key[row]), named)
            yield self._beside(np.full(len(goods), row), goods)

    def _goods(self, product: int, named: Entries) -> Marks:
        key = self._asked.products[product]
        about = np.array([product], np.int64)
        of_pieces = self._view.entries("whole", about, np.ones(1, bool)).event
        own = named.event[self.keys[named.who] == product]
        goods = self._view.goods(np.unique(np.append(own, of_pieces)), _GOODS)
        texts = self._view.texts(goods)
        belongs = [key in memberships(text) for text in texts]
        return np.asarray(goods[np.array(belongs, bool) & (goods != product)])

    def _beside(self, at: Numbers, key: Marks) -> States:
        states = self._states
        number = np.full(len(key), NO_EVENT)
        mode = np.full(len(key), WHOLE)
        return _states(key, mode, states.start[at], states.end[at], number)

    def _own_lots(self) -> Iterator[States]:
        states, forward = self._states, self._asked.forward
        carried = np.isin(states.mode, (WHOLE, PART, CARRIER)) & are_pieces(states.key)
        rows = np.flatnonzero(carried)
        marks = np.unique(states.key[rows])
        found = self._view.entries("piece", marks)
        at, entry = _pairs(np.searchsorted(marks, states.key[rows]), found.who, len(marks))
        at = rows[at]
        start, end = states.start[at], states.end[at]
        if not forward:
            start = np.full(len(at), PAST)
        else:
            end = np.where(states.mode[at] == CARRIER, end, FUTURE)
        number = np.full(len(at), NO_EVENT)
        yield _states(found.value[entry], np.full(len(at), LOT), start, end, number)


_PROCESS_BIT = 1 << Role.TRANSFORMATION_ID


def started(keys: list[str]) -> States:
    """The states that a walk begins with."""
    marks = np.unique(np.array([mark(key) for key in keys], np.int64))
    count = len(marks)
    every = np.full(count, PAST), np.full(count, FUTURE)
    return _states(marks, np.full(count, WHOLE), *every, np.full(count, NO_EVENT))


def asked_products(keys: list[str]) -> dict[int, str]:
    """Those of the starts that are whole products, by mark."""
    return {mark(key): key for key in keys if is_product(key)}


def _states(key: Marks, mode: Array, start: Numbers, end: Numbers, event: Numbers) -> States:
    count = len(key)
    return States(
        key,
        mode.astype(np.uint8),
        start,
        end,
        np.ones(count, np.int64),
        np.zeros(count, np.int64),
        np.zeros(count, bool),
        event,
    )


def _pairs(left: Numbers, right: Numbers, groups: int) -> tuple[Numbers, Numbers]:
    """All pairs of places in the two with equal group numbers."""
    order = np.argsort(right, kind="stable")
    begins = np.searchsorted(right[order], np.arange(groups))
    counts = np.bincount(right, minlength=groups)
    lengths = counts[left]
    before = np.cumsum(lengths) - lengths
    place = np.repeat(begins[left] - before, lengths) + np.arange(int(lengths.sum()))
    return np.repeat(np.arange(len(left)), lengths), order[place]
