# SPDX-License-Identifier: Apache-2.0
"""What is known of the things of an answer of the index: times and numbers of their events from
its arrays, events themselves from the store, as they are asked for.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

import numpy as np

from nguon.epcis.items import Role
from nguon.store import Store
from nguon.store.values import LineageEvent
from nguon.trace.index.columns import CONTAINING, DELETING, MAKING
from nguon.trace.index.marks import Array, Flags, Marks, Numbers, distinct
from nguon.trace.index.view import View
from nguon.trace.model import FUTURE, PAST
from nguon.trace.shapes import Shape
from nguon.trace.states import Handed, Known

_GOODS = sum(1 << role for role in (Role.EPC, Role.PARENT, Role.CHILD, Role.INPUT, Role.OUTPUT))


class Rows(NamedTuple):
    """The events of things, by thing and time: whose, number, when, what each does, and the roles
    of the thing in it as bits.
    """

    who: Numbers
    number: Numbers
    time: Numbers
    info: Array
    roles: Array

    def only(self, wanted: Flags | Numbers) -> "Rows":
        """Some of them."""
        return Rows(*(column[wanted] for column in self))


def rows_of(view: View, marks: Marks, gathered: Flags) -> Rows:
    """The events in force of things (each once, in order); of those ``gathered`` also those of
    their pieces.
    """
    own = view.entries("named", marks)
    wholes = np.flatnonzero(gathered)
    theirs = view.entries("whole", marks[wholes])
    who = np.append(own.who, wholes[theirs.who])
    number, time = np.append(own.number, theirs.number), np.append(own.time, theirs.time)
    info = np.append(own.info, theirs.info)
    roles = np.append(own.value.astype(np.int64), np.zeros(len(theirs.who), np.int64))
    order = np.lexsort((number, time, who))
    found = Rows(who, number, time, info, roles).only(order)
    new = np.ones(len(order), bool)
    new[1:] = (found.who[1:] != found.who[:-1]) | (found.number[1:] != found.number[:-1])
    first = np.flatnonzero(new)
    together = np.bitwise_or.reduceat(found.roles, first) if len(first) else found.roles
    return found.only(first)._replace(roles=together)


class IndexedKnown(Known):
    """The events of the ``keys`` of an answer, which stand in the order of ``rows``."""

    def __init__(self, store: Store, as_of: int, keys: Sequence[str], rows: Rows) -> None:
        super().__init__()
        self._store = store
        self._as_of = as_of
        self._rows = rows
        self._keys = keys
        self._begin = np.searchsorted(rows.who, np.arange(len(keys) + 1))
        self._shapes: dict[int, Shape] = {}

    def of(self, key: str) -> Sequence[Shape]:
        if key not in self.by_key:
            self.learn(self._keys)
        return super().of(key)

    def learn(self, keys: Iterable[str]) -> None:
        """Read the events of things, all together."""
        wanted = [key for key in keys if key not in self.by_key]
        self._read({number for key in wanted for number in self.numbers(key)})
        for key in wanted:
            held = [self._shapes[one] for one in self.numbers(key) if one in self._shapes]
            held.sort(key=_order)
            self.by_key[key] = held

    def span(self, key: str) -> tuple[int | None, int | None]:
        return self._spans.get(key, (None, None))

    def numbers(self, key: str) -> Sequence[int]:
        at = self._at.get(key)
        if at is None:
            return ()
        found: list[int] = self._rows.number[self._begin[at] : self._begin[at + 1]].tolist()
        return found

    def all_numbers(self, keys: Iterable[str]) -> Collection[int]:  # noqa: ARG002 - all its own
        found: list[int] = distinct(self._rows.number).tolist()
        return found

    def records(self, keys: Iterable[str]) -> Mapping[int, LineageEvent]:  # noqa: ARG002
        self._read(set(self._rows.number.tolist()))
        return {number: shape.event for number, shape in self._shapes.items()}

    def submitters(self, numbers: AbstractSet[int]) -> set[int]:
        return self._store.lineage.submitters(numbers)

    def makings(self, keys: Iterable[str]) -> dict[int, Shape]:  # noqa: ARG002
        rows = self._rows
        return self.shapes(distinct(rows.number[(rows.info & MAKING) != 0]).tolist())

    def shapes(self, numbers: Iterable[int]) -> dict[int, Shape]:
        """Some events by number."""
        wanted = list(numbers)
        self._read(set(wanted))
        return {number: self._shapes[number] for number in wanted if number in self._shapes}

    def doubtful(
        self,
        keys: Iterable[str],
        told: AbstractSet[int],
        handed: Handed,
    ) -> list[str]:
        rows = self._rows.only(_among(self._rows.number, told))
        arrived, sent = _among(rows.number, handed.received), _among(rows.number, handed.shipped)
        made = (rows.roles & (1 << Role.OUTPUT)) != 0
        packed = ((rows.roles & (1 << Role.CHILD)) != 0) & ((rows.info & CONTAINING) != 0)
        used = ((rows.roles & (1 << Role.INPUT)) != 0) | (packed & ((rows.info & DELETING) == 0))
        goods = (rows.roles & _GOODS) != 0
        wrong = self._first(rows, goods) < self._first(rows, made, FUTURE, never=PAST)
        wrong |= self._first(rows, used) < self._last(rows, arrived)
        wrong |= self._first(rows, arrived) < self._last(rows, sent)
        suspect = {self._keys[n] for n in np.flatnonzero(wrong).tolist()}
        found = [key for key in keys if key in suspect]
        self.learn(found)
        return found

    def _first(
        self, rows: Rows, wanted: Flags, start: int = FUTURE, never: int = FUTURE
    ) -> Numbers:
        """The first time of each thing among some rows, ``never`` where it has none."""
        found = np.full(len(self._keys), start)
        np.minimum.at(found, rows.who[wanted], rows.time[wanted])
        found[found == start] = never
        return found

    def _last(self, rows: Rows, wanted: Flags) -> Numbers:
        found = np.full(len(self._keys), PAST)
        np.maximum.at(found, rows.who[wanted], rows.time[wanted])
        return found

    @cached_property
    def _at(self) -> dict[str, int]:
        return {key: n for n, key in enumerate(self._keys)}

    @cached_property
    def _spans(self) -> dict[str, tuple[int | None, int | None]]:
        rows = self._rows
        held = np.flatnonzero(self._begin[1:] > self._begin[:-1])
        first, last = self._begin[held], self._begin[held + 1] - 1
        spans = zip(rows.time[first].tolist(), rows.time[last].tolist(), strict=True)
        return dict(zip(map(self._keys.__getitem__, held.tolist()), spans, strict=True))

    def _read(self, numbers: AbstractSet[int]) -> None:
        lacking = numbers - self._shapes.keys()
        if lacking:
            read = self._store.lineage.events(lacking, upto_seq=self._as_of)
            self._shapes.update((number, Shape(event)) for number, event in read.items())


def _among(numbers: Numbers, some: AbstractSet[int]) -> Flags:
    return np.isin(numbers, np.fromiter(some, np.int64, len(some)))


def _order(shape: Shape) -> tuple[int, int]:
    return shape.event.time, shape.event.seq
