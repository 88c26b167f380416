# SPDX-License-Identifier: Apache-2.0
"""The segments as one, at one place of the log: which events concern these things.

Events are numbered through all segments. What was erased since, recorded later or declared
in error is left out.
"""

from collections.abc import Sequence
from copy import copy
from typing import NamedTuple

import numpy as np

from nguon.epcis.items import Role
from nguon.trace.index.columns import CORRECTING, Segment
from nguon.trace.index.fixes import Fixes
from nguon.trace.index.marks import Array, Flags, Marks, Numbers, distinct
from nguon.trace.index.merging import spans

ALL = 1 << 62
_ENTRIES = 50
"""So many entries may be looked at for each event that may be read."""


class Entries(NamedTuple):
    """Entries of a relation: which of the things asked about, the event, what else it says."""

    who: Numbers
    event: Numbers
    value: Array
    """Roles as bits; of memberships the other thing."""
    time: Numbers
    info: Array
    parent: Marks
    number: Numbers

    def only(self, wanted: Flags | Numbers) -> "Entries":
        """Some of them."""
        return Entries(*(column[wanted] for column in self))


class TooMuchError(Exception):
    """More records than may be read: which of them count is for the store to say."""


NOTHING = Entries(*(np.empty(0, np.int64) for _ in Entries._fields))


class _Hits(NamedTuple):
    """Which of the things asked about a relation has, where their entries begin, how many."""

    hit: Numbers
    begins: Numbers
    lengths: Numbers


_VALUE = {"named": "roles", "whole": "piece", "piece": "whole"}


class View:
    """What is known at an entry of the log."""

    def __init__(self, segments: Sequence[Segment], upto: int, erased: Numbers) -> None:
        self._segments = [one for one in segments if one.events and one.after < upto]
        self._bases = np.cumsum([0, *(one.events for one in self._segments)])
        self._upto = upto
        self._erased = erased
        self._fixes = Fixes(self._segments, upto, erased)
        self.left = ALL

    def limited(self, most: int) -> "View":
        """The same for one walk, which may read fewer than so many records."""
        limited = copy(self)
        limited.left = most
        return limited

    def weigh(self, relation: str, marks: Marks) -> None:
        """Count the events about things, all of them; raises `TooMuchError`."""
        self._events(relation, marks)

    def entries(self, relation: str, marks: Marks) -> Entries:
        """The entries about things that are in force, those of each in the order of the log.

        Raises `TooMuchError`.
        """
        parts = [
            self._entries(number, relation, one, own)
            for number, (one, own) in enumerate(self._events(relation, marks))
            if len(one.hit)
        ]
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return NOTHING
        return Entries(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def items(self, events: Numbers, role: Role) -> tuple[Numbers, Marks]:
        """What events name in a role: which of the events, and what."""
        found = []
        for segment, at, own in self._by_segment(events):
            arrays = segment.arrays
            begin = arrays["item_at"][own]
            lengths = arrays["item_at"][own + 1] - begin
            flat = spans(begin, lengths)
            wanted = arrays["role"][flat] == role
            found.append((np.repeat(at, lengths)[wanted], arrays["item"][flat[wanted]]))
        return _joined(found)

    def goods(self, events: Numbers, roles: Sequence[Role]) -> Marks:
        """What events name in one of these roles, each once."""
        return distinct(np.concatenate([self.items(events, role)[1] for role in roles]))

    def texts(self, marks: Marks) -> list[str]:
        """The keys of marks; an empty one where it is not known, or is not one key's alone."""
        found = [""] * len(marks)
        doubtful = set[int]()
        for segment in self._segments:
            arrays = segment.arrays
            if not len(arrays["text_mark"]):
                continue
            at = np.searchsorted(arrays["text_mark"], marks)
            at[at == len(arrays["text_mark"])] = 0
            here = np.flatnonzero(arrays["text_mark"][at] == marks)
            begins, ends = arrays["text_at"][at[here]], arrays["text_at"][at[here] + 1]
            text = arrays["text"][spans(begins, ends - begins)].tobytes()
            cuts = np.append(0, np.cumsum(ends - begins)).tolist()
            for n, index in enumerate(here.tolist()):
                key = text[cuts[n] : cuts[n + 1]].decode()
                if not key or (found[index] and found[index] != key):
                    doubtful.add(index)
                found[index] = key
        for index in doubtful:
            found[index] = ""
        return found

    def _events(self, relation: str, marks: Marks) -> list[tuple["_Hits", Numbers]]:
        """Where the entries about things are in each segment, and their events; each event
        counts once as read.
        """
        hits = [_found(one, relation, marks) for one in self._segments]
        if sum(int(one.lengths.sum()) for one in hits) > _ENTRIES * self.left:
            raise TooMuchError
        found = []
        for segment, one in zip(self._segments, hits, strict=True):
            own = segment.arrays[f"{relation}_event"][spans(one.begins, one.lengths)]
            found.append((one, own.astype(np.int64)))
            self.left -= len(distinct(own)) if self.left < ALL else 0
        if self.left <= 0:
            raise TooMuchError
        return found

    def _entries(self, number: int, relation: str, found: "_Hits", own: Numbers) -> Entries:
        segment = self._segments[number]
        arrays = segment.arrays
        hit, begins, lengths = found
        flat = spans(begins, lengths)
        info = arrays["info"][own]
        entries = Entries(
            who=np.repeat(hit, lengths),
            event=own + self._bases[number],
            value=arrays[f"{relation}_{_VALUE[relation]}"][flat],
            time=arrays["time"][own],
            info=info,
            parent=arrays["parent"][own],
            number=arrays["number"][own],
        )
        alive = (info & CORRECTING) == 0
        if segment.upto > self._upto:
            alive &= arrays["seq"][own] <= self._upto
        if len(self._erased):
            alive &= ~np.isin(entries.number, self._erased)
        if self._fixes.any:
            alive &= ~self._fixes.void(segment, own)
        return entries if alive.all() else entries.only(alive)

    def _by_segment(self, events: Numbers) -> list[tuple[Segment, Numbers, Numbers]]:
        """Events by segment: it, which of the events, and their numbers in it."""
        if len(self._segments) == 1:
            return [(self._segments[0], np.arange(len(events)), events)]
        which = np.searchsorted(self._bases, events, "right") - 1
        found = []
        for number, segment in enumerate(self._segments):
            at = np.flatnonzero(which == number)
            if len(at):
                found.append((segment, at, events[at] - self._bases[number]))
        return found


def _found(segment: Segment, relation: str, marks: Marks) -> _Hits:
    things, at = segment.arrays[relation], segment.arrays[f"{relation}_at"]
    if not len(things):
        return _Hits(*(np.empty(0, np.int64) for _ in _Hits._fields))
    place = np.searchsorted(things, marks)
    place[place == len(things)] = 0
    hit = np.flatnonzero(things[place] == marks)
    begins = at[place[hit]]
    return _Hits(hit, begins, at[place[hit] + 1] - begins)


def _joined(parts: Sequence[tuple[Numbers, Marks]]) -> tuple[Numbers, Marks]:
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate([one for one, _ in parts]), np.concatenate([one for _, one in parts])
