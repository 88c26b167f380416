# SPDX-License-Identifier: Apache-2.0
"""The stays of many things in containers at once, as `nguon.trace.containment` has them for one.

Ledgers where each ending follows its own beginning, each at a time of its own, are settled
together; the others one by one, by that module.
"""

from typing import NamedTuple

import numpy as np

from nguon.epcis.items import Role
from nguon.trace.index.columns import ATTACHING, CONTAINING, DELETING, EMPTYING
from nguon.trace.index.ledgers import Operations, reference
from nguon.trace.index.marks import NONE, Flags, Marks, Numbers, are_pieces, distinct
from nguon.trace.index.view import Entries, View
from nguon.trace.model import FUTURE, PAST

_CHILD, _PARENT = 1 << Role.CHILD, 1 << Role.PARENT


class Stays(NamedTuple):
    """Stays: whose (by place among those asked about), where, from when to when, the number of
    the event, whether attached.
    """

    who: Numbers
    parent: Marks
    start: Numbers
    end: Numbers
    event: Numbers
    attached: Flags

    def only(self, wanted: Flags | Numbers) -> "Stays":
        """Some of them."""
        return Stays(*(column[wanted] for column in self))


def stays_of(view: View, children: Marks) -> Stays:
    """All stays of these things (each once, in order)."""
    found = view.entries("named", children)
    own = found.only(((found.value & _CHILD) != 0) & ((found.info & CONTAINING) != 0))
    own = own.only((own.parent != NONE) | ((own.info & DELETING) != 0))
    ledger = _operations(own, children)
    emptied = _emptied(view, distinct(own.parent[own.parent != NONE]))
    ended, tied = _first_emptied(ledger, emptied)
    odd = _odd(ledger, tied)
    odd_groups = distinct(ledger.group[odd])
    plain = ~np.isin(ledger.group, odd_groups)
    settled = _settled(ledger.only(plain), ended[plain])
    if not len(odd_groups):
        return settled
    rest = reference(view, children, ledger.only(~plain), emptied)
    return Stays(*(np.concatenate(pair) for pair in zip(settled, Stays(*rest), strict=True)))


def _operations(own: Entries, children: Marks) -> Operations:
    """In and out, by ledger and time; what is said twice of one time once."""
    attached = (own.info & ATTACHING) != 0
    leaving = (own.info & DELETING) != 0
    exclusive = are_pieces(children)[own.who] & ~attached
    ledger_of = 2 * own.who + attached
    unnamed = np.isin(ledger_of, ledger_of[own.parent == NONE])
    shelf = np.where(exclusive | unnamed, NONE, own.parent)
    order = np.lexsort((own.number, leaving, own.parent, own.time, shelf, attached, own.who))
    who, shelf, attached = own.who[order], shelf[order], attached[order]
    new = np.ones(len(order), bool)
    new[1:] = (who[1:] != who[:-1]) | (shelf[1:] != shelf[:-1]) | (attached[1:] != attached[:-1])
    ledger = Operations(
        group=np.cumsum(new),
        who=who,
        parent=own.parent[order],
        time=own.time[order],
        leaving=leaving[order],
        attached=attached,
        exclusive=exclusive[order],
        number=own.number[order],
    )
    again = np.zeros(len(order), bool)
    again[1:] = _same(ledger, "group", "time", "parent", "leaving")
    return ledger.only(~again)


def _same(ledger: Operations, *columns: str) -> Flags:
    """Which operations equal the one before in these columns, from the second on."""
    same = np.ones(max(len(ledger.who) - 1, 0), bool)
    for name in columns:
        values = getattr(ledger, name)
        same &= values[1:] == values[:-1]
    return same


class _Emptied(NamedTuple):
    """When containers were emptied whole, by container and time."""

    parent: Marks
    attached: Flags
    time: Numbers
    number: Numbers


def _emptied(view: View, parents: Marks) -> _Emptied:
    found = view.entries("named", parents)
    own = ((found.value & _PARENT) != 0) & ((found.info & EMPTYING) != 0)
    found = found.only(own & (found.parent == parents[found.who]))
    order = np.lexsort((found.number, found.time, (found.info & ATTACHING) != 0, found.parent))
    found = found.only(order)
    return _Emptied(found.parent, (found.info & ATTACHING) != 0, found.time, found.number)


def _first_emptied(ledger: Operations, emptied: _Emptied) -> tuple[Numbers, Flags]:
    """When the container of each operation was emptied next, and whether at that very time."""
    ended = np.full(len(ledger.who), FUTURE)
    tied = np.zeros(len(ledger.who), bool)
    for attached in (False, True):
        theirs = emptied.attached == attached
        parents, times = emptied.parent[theirs], emptied.time[theirs]
        rows = np.flatnonzero(ledger.attached == attached)
        if not len(parents) or not len(rows):
            continue
        at = _search(parents, times, ledger.parent[rows], ledger.time[rows])
        inside = at < len(parents)
        same = np.zeros(len(rows), bool)
        same[inside] = parents[at[inside]] == ledger.parent[rows[inside]]
        ended[rows[same]] = times[at[same]]
        tied[rows] = same & (ended[rows] == ledger.time[rows])
    return ended, tied


def _search(parents: Marks, times: Numbers, parent: Marks, time: Numbers) -> Numbers:
    """The first place in order of container and time that is not before each of these."""
    moments = distinct(np.concatenate([times, time]))
    things = distinct(np.concatenate([parents, parent]))

    def place(what: Marks, when: Numbers) -> Numbers:
        return np.asarray(
            np.searchsorted(things, what) * len(moments) + np.searchsorted(moments, when)
        )

    return np.searchsorted(place(parents, times), place(parent, time))


def _odd(ledger: Operations, tied: Flags) -> Flags:
    """Operations whose ledger is to be settled by itself."""
    odd = tied | (ledger.leaving & (ledger.parent == NONE))
    following = _same(ledger, "group")
    together = following & (ledger.time[1:] == ledger.time[:-1])
    elsewhere = following & ledger.leaving[1:] & (ledger.parent[1:] != ledger.parent[:-1])
    odd[1:] |= together | elsewhere
    return np.asarray(odd)


def _settled(ledger: Operations, ended: Numbers) -> Stays:
    """The stays of plain ledgers: from an entry to what ends it."""
    count = len(ledger.who)
    following = np.append(_same(ledger, "group"), np.zeros(min(count, 1), bool))
    entering = ~ledger.leaving
    next_time = np.full(count, FUTURE)
    next_time[:-1][following[:-1]] = ledger.time[1:][following[:-1]]
    stays_on = np.zeros(count, bool)
    stays_on[:-1] = (
        following[:-1] & entering[:-1] & entering[1:] & (ledger.parent[1:] == ledger.parent[:-1])
    )
    stays_on &= ended >= next_time
    begins = entering.copy()
    begins[1:] &= ~stays_on[:-1]
    closes = entering & ~stays_on
    first = np.ones(count, bool)
    first[1:] = ~following[:-1]
    unseen = ledger.leaving & first
    start, close = np.flatnonzero(begins), np.flatnonzero(closes)
    known = Stays(
        ledger.who[start],
        ledger.parent[start],
        ledger.time[start],
        np.minimum(ended, next_time)[close],
        ledger.number[start],
        ledger.attached[start],
    )
    before = Stays(
        ledger.who[unseen],
        ledger.parent[unseen],
        np.full(np.count_nonzero(unseen), PAST),
        ledger.time[unseen],
        ledger.number[unseen],
        ledger.attached[unseen],
    )
    return Stays(*(np.concatenate(pair) for pair in zip(known, before, strict=True)))
