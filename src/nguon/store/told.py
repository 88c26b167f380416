# SPDX-License-Identifier: Apache-2.0
"""Whom and what an event names, as far as decisions on it go; an event never changes."""

from typing import NamedTuple, Protocol

from nguon.epcis.items import ItemRef
from nguon.store.custody import parties_of, things

_MOST = 300_000


class Entry(Protocol):
    """What of a record matters here."""

    @property
    def id(self) -> int: ...
    @property
    def submitter(self) -> int: ...
    @property
    def items(self) -> tuple[ItemRef, ...]: ...


class Told(NamedTuple):
    """The keys of parties and places, and of the things that the event is about."""

    parties: frozenset[str]
    things: frozenset[str]


class Tellings:
    """What events tell, by their numbers; the most used are remembered."""

    def __init__(self) -> None:
        self._kept: dict[int, Told] = {}
        self._size = 0

    def of(self, entry: Entry) -> Told:
        """What an event tells."""
        found = self._kept.get(entry.id)
        if found is None:
            found = Told(parties_of(entry.items), frozenset(things(entry.items)))
            self._size += len(entry.items)
            if self._size > _MOST:
                self._kept, self._size = {}, len(entry.items)
            self._kept[entry.id] = found
        return found
