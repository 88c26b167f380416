# SPDX-License-Identifier: Apache-2.0
"""From all things of a level to the next: the rules of `nguon.trace.steps`, for many at once."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from nguon.epcis.items import Role
from nguon.gs1 import memberships
from nguon.trace.index.belonging import members, own_lots
from nguon.trace.index.columns import CONTAINING
from nguon.trace.index.held import ATTACHED, CARRIER, PART, PROCESS, WHOLE, States, states_of
from nguon.trace.index.marks import (
    Array,
    Flags,
    Marks,
    Numbers,
    are_lots,
    are_pieces,
    are_products,
    distinct,
    mark,
)
from nguon.trace.index.pairing import pairs
from nguon.trace.index.stays import Stays, stays_of
from nguon.trace.index.ties import (
    ASSOCIATED,
    CONTAINED,
    NO_EVENT,
    Ties,
    making,
    process,
    sureness,
    turned,
)
from nguon.trace.index.view import Entries, View
from nguon.trace.model import FUTURE, PAST, Confidence, Direction, Following, LinkKind
from nguon.trace.steps import is_piece, is_product

_EMPTY = mark("uri:")
"""Stands for an identifier that is an empty text."""


class Question(NamedTuple):
    """What a walk was asked; ``starts`` in order, ``products`` are those of whole products,
    ``lots`` the lots that the keys of starts name (which, and the lot); whether links are told.
    """

    direction: Direction
    following: Following
    starts: Marks
    products: dict[int, str]
    lots: tuple[Marks, Marks]
    tied: bool = False

    @property
    def forward(self) -> bool:
        """Whether the way of the goods is followed."""
        return self.direction is Direction.FORWARD


class Level:
    """The ways on from the states of one level."""

    def __init__(self, view: View, asked: Question, states: States) -> None:
        self.view = view
        self.asked = asked
        self.ties: list[Ties] = []
        self._kinds = asked.following.kinds
        self._least = asked.following.least
        part = (states.mode == ATTACHED) & states.onward
        mode = np.where(part, PART, states.mode)
        self.states = states._replace(mode=mode)
        self.keys, self.which = np.unique(states.key, return_inverse=True)
        self.started = np.isin(states.key, asked.starts) & (mode == WHOLE)
        gathered = np.zeros(len(self.keys), bool)
        whole = (mode == WHOLE) & (are_lots(states.key) | self.started)
        gathered[self.which[whole]] = True
        self.gathered = gathered

    def steps(self) -> list[States]:
        """All steps, some more than once."""
        named = self.view.entries("named", self.keys)
        belonging = LinkKind.MEMBER in self._kinds and self._least <= Confidence.LOT
        if not belonging:
            self.view.weigh("whole", self.keys[self.gathered])
        found: list[States] = []
        if LinkKind.TRANSFORMED in self._kinds:
            found += self._transformations(named)
        if LinkKind.CONTAINED in self._kinds or LinkKind.ASSOCIATED in self._kinds:
            found += self._parents()
            found += self._children(named)
        if belonging:
            found += members(self, named)
            found += own_lots(self)
        return [one for one in found if len(one.key)]

    def tie(self, ties: Ties) -> None:
        """Note links, where they are told."""
        if self.asked.tied:
            self.ties.append(ties)

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
        at, entry = pairs(self.which[states], entries.who, len(self.keys))
        return states[at], entry

    def _transformations(self, named: Entries) -> Iterator[States]:
        forward, states = self.asked.forward, self.states
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
        if self.asked.tied:
            self._tie_through(at[wanted], relevant.only(entry[wanted]), joined[wanted], making)
        yield self._through(key, event, relevant, entry[wanted], making)
        plain &= sure
        yield self._processes(relevant, distinct(entry[plain]))

    def _through(
        self, key: Marks, event: Numbers, entries: Entries, entry: Numbers, role: Role
    ) -> States:
        """What an event made, or used, but for a thing that led there alone."""
        events, first, which = np.unique(event, return_index=True, return_inverse=True)
        least = np.full(len(events), np.iinfo(np.int64).max)
        most = np.full(len(events), np.iinfo(np.int64).min)
        np.minimum.at(least, which, key)
        np.maximum.at(most, which, key)
        at, made = self.view.items(events, role)
        alone = (least == most)[at] & (least[at] == made)
        wanted = self._sure(made) & ~alone
        at, made = at[wanted], made[wanted]
        time = entries.time[entry[first]][at]
        number = entries.number[entry[first]][at]
        return self._made(made, np.full(len(made), WHOLE), time, number)

    def _tie_through(self, rows: Numbers, entries: Entries, joined: Flags, role: Role) -> None:
        """From each thing to each that its event made, or used."""
        every = np.rec.fromarrays([self.states.key[rows], entries.event, joined])
        _, chosen = np.unique(every, return_index=True)
        key, joined = self.states.key[rows[chosen]], joined[chosen]
        at, made = self.view.items(entries.event[chosen], role)
        wanted = self._sure(made) & (made != key[at])
        at, made = at[wanted], made[wanted]
        sure = np.minimum(sureness(made), np.where(joined[at], Confidence.EXACT, sureness(key[at])))
        time, number = entries.time[chosen][at], entries.number[chosen][at]
        ties = making(key[at], made, number, time, sure)
        self.tie(turned(ties, forward=self.asked.forward))

    def _processes(self, entries: Entries, chosen: Numbers) -> States:
        at, number = self.view.items(entries.event[chosen], Role.TRANSFORMATION_ID)
        at, number = chosen[at[number != _EMPTY]], number[number != _EMPTY]
        ties = process(self.keys[entries.who[at]], number, entries.number[at])
        self.tie(turned(ties, forward=self.asked.forward))
        return self._made(
            number, np.full(len(number), PROCESS), entries.time[at], entries.number[at]
        )

    def _made(self, key: Marks, mode: Array, time: Numbers, number: Numbers) -> States:
        end = np.full(len(key), FUTURE) if self.asked.forward else time
        return states_of(key, mode, time, end, number)

    def _parents(self) -> Iterator[States]:
        states, forward = self.states, self.asked.forward
        carried = np.isin(states.mode, (WHOLE, PART, CARRIER)) & self._sure(states.key)
        rows = np.flatnonzero(carried)
        children = distinct(states.key[rows])
        stays = self._of_kinds(stays_of(self.view, children))
        at, stay = pairs(np.searchsorted(children, states.key[rows]), stays.who, len(children))
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
        first = self.started[at]
        wanted = start <= end
        if not forward:
            wanted &= ~attached | first
        overlaps = (stays.start[stay] < states.stay_end[at]) & (
            states.stay_start[at] < stays.end[stay]
        )
        staying = states.stay_start[at] <= states.stay_end[at]
        wanted &= attached | ~staying | ~overlaps
        mode = np.where(attached & ~first, ATTACHED, CARRIER)
        self.tie(_inside(children, stays.only(distinct(stay[wanted])), outward=True))
        yield states_of(stays.parent[stay], mode, start, end, stays.event[stay]).only(wanted)

    def _children(self, named: Entries) -> Iterator[States]:
        states = self.states
        holding = np.flatnonzero((states.mode == WHOLE) | (states.mode == PART))
        own = ((named.value & (1 << Role.PARENT)) != 0) & ((named.info & CONTAINING) != 0)
        own &= named.parent == self.keys[named.who]
        packed = named.only(own)
        used = np.zeros(len(self.keys), bool)
        used[self.which[holding]] = True
        packed = packed.only(used[packed.who])
        _, inside = self.view.items(distinct(packed.event), Role.CHILD)
        children = distinct(inside[self._sure(inside)])
        stays = self._of_kinds(stays_of(self.view, children))
        place = np.searchsorted(self.keys, stays.parent)
        place[place == len(self.keys)] = 0
        here = np.flatnonzero(self.keys[place] == stays.parent)
        at, stay = pairs(self.which[holding], place[here], len(self.keys))
        at, stay = holding[at], here[stay]
        start = np.maximum(states.start[at], stays.start[stay])
        end = np.minimum(states.end[at], stays.end[stay])
        child, attached = children[stays.who[stay]], stays.attached[stay]
        pieces = are_pieces(child)
        mode = np.where(attached, ATTACHED, np.where(pieces, WHOLE, PART))
        found = states_of(child, mode, start, end, stays.event[stay])
        parts = ~attached & ~pieces
        found = found._replace(
            stay_start=np.where(parts, stays.start[stay], 1),
            stay_end=np.where(parts, stays.end[stay], 0),
            onward=attached & self.started[at] & (not self.asked.forward),
        )
        self.tie(_inside(children, stays.only(distinct(stay[start <= end])), outward=False))
        yield found.only(start <= end)

    def _of_kinds(self, stays: Stays) -> Stays:
        wanted = np.zeros(len(stays.who), bool)
        if LinkKind.ASSOCIATED in self._kinds:
            wanted |= stays.attached
        if LinkKind.CONTAINED in self._kinds:
            wanted |= ~stays.attached
        return stays.only(wanted)


_PROCESS_BIT = 1 << Role.TRANSFORMATION_ID


def asked_lots(keys: list[str]) -> tuple[Marks, Marks]:
    """The lots that the keys of pieces among the starts name themselves."""
    found = [(mark(key), mark(lot)) for key in keys if is_piece(key) for lot in memberships(key)]
    own = np.array(found, np.int64).reshape(-1, 2)
    own = own[are_lots(own[:, 1])]
    return own[:, 0], own[:, 1]


def started(keys: list[str]) -> States:
    """The states that a walk begins with."""
    marks = distinct(np.array([mark(key) for key in keys], np.int64))
    count = len(marks)
    every = np.full(count, PAST), np.full(count, FUTURE)
    return states_of(marks, np.full(count, WHOLE), *every, np.full(count, NO_EVENT))


def asked_products(keys: list[str]) -> dict[int, str]:
    """Those of the starts that are whole products, by mark."""
    return {mark(key): key for key in keys if is_product(key)}


def _inside(children: Marks, stays: Stays, *, outward: bool) -> Ties:
    """Things and what they were in, or attached to: found from inside or from outside."""
    child, parent = children[stays.who], stays.parent
    kind = np.where(stays.attached, ASSOCIATED, CONTAINED)
    there = parent if outward else child
    return Ties(there, child, parent, kind, stays.event, stays.start, stays.end, sureness(child))
