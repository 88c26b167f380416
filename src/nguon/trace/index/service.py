# SPDX-License-Identifier: Apache-2.0
"""The index of a store: what is on disk, and what was recorded since, read as it is asked for.

It is never a truth of its own. Where it is not there, not whole or too far behind, whoever
asks reads the store.
"""

import logging
from hashlib import sha256
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

import msgspec
import numpy as np

from nguon.store import Store
from nguon.store.recorded import recorded
from nguon.trace.index.columns import Segment
from nguon.trace.index.errors import TraceIndexError
from nguon.trace.index.folder import NOTHING, Contents, Folder
from nguon.trace.index.making import made
from nguon.trace.index.marks import Numbers
from nguon.trace.index.merging import merged
from nguon.trace.index.view import View

_LOG = logging.getLogger(__name__)

MOST_BEHIND = 20_000
"""Entries of the log that are read as they are asked for; further behind, the store answers."""
_PORTION = 5_000
_MOST_PARTS = 6


class State(msgspec.Struct, frozen=True):
    """How an index stands: entries of the log that it holds, and that it is behind."""

    upto: int
    behind: int
    events: int
    segments: int
    octets: int


class Index:
    """The index of one store, mapped by this process; safe for use from many threads."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.folder = Folder(folder, store.secret)
        self._store = store
        self._lock = Lock()
        self._version: tuple[int, int] | None = None
        self._upto = 0
        self._disk: list[Segment] = []
        self._sound: set[str] = set()
        self._tail: list[Segment] = []
        self._tail_upto = 0
        self._erased: set[int] = set()
        self._views: dict[int, View] = {}

    def view(self, upto: int) -> View | None:
        """What is known at an entry of the log that is there; None where the index cannot tell."""
        with self._lock:
            try:
                self._follow()
                head = self.head()
                if head - self._tail_upto > MOST_BEHIND:
                    return None
                self._read_on(head)
            except (TraceIndexError, OSError) as error:
                _LOG.warning("the index of lineage is not read: %s", error)
                self._forget()
                return None
            return self._viewed(upto)

    def prove(self) -> Contents:
        """Read what is on disk against its check sums: only then it is used.

        Raises `TraceIndexError`, `OSError`.
        """
        contents = self.contents()
        new = [one for one in contents.segments if one.name not in self._sound]
        self.folder.check(msgspec.structs.replace(contents, segments=tuple(new)))
        with self._lock:
            self._sound = {one.name for one in contents.segments}
            self._version = None
        return contents

    def believe(self, contents: Contents) -> None:
        """What was written here just now need not be read again."""
        with self._lock:
            self._sound |= {one.name for one in contents.segments}

    def contents(self) -> Contents:
        """What is on disk, and of this log. Raises `TraceIndexError`, `OSError`."""
        contents = self.folder.contents()
        if contents.upto and self.leaf(contents.upto) != contents.last:
            raise TraceIndexError("trace.index-foreign", file=str(self.folder.path))
        return contents

    def leaf(self, seq: int) -> str:
        """What stands for an entry of the log: another log has another."""
        return "".join(sha256(leaf).hexdigest() for _, leaf in self._store.log.leaves(seq, seq + 1))

    def head(self) -> int:
        """The last entry of the log."""
        return self._store.log.head().seq

    def state(self) -> State:
        """How it stands; raises `TraceIndexError`, `OSError`."""
        contents = self.folder.contents()
        return State(
            contents.upto,
            max(self.head() - contents.upto, 0),
            sum(one.events for one in contents.segments),
            len(contents.segments),
            self.folder.octets(contents),
        )

    def portion(self, after: int, upto: int) -> tuple[Segment, set[int]]:
        """What a stretch of the log tells, and which events it says are erased."""
        with self._store.reading() as connection:
            found = recorded(connection, self._store.log.dialect, after, upto)
        return made(found.events, after, upto), found.erased

    def _follow(self) -> None:
        """Map what another thread or process has built meanwhile."""
        while (version := self.folder.version()) != self._version:
            try:
                self._map(version)
                return
            except (TraceIndexError, OSError):
                # What the list named a moment ago may be put together with others by now.
                if self.folder.version() == version:
                    raise

    def _map(self, version: tuple[int, int] | None) -> None:
        contents = self.contents()
        if not all(one.name in self._sound for one in contents.segments):
            if self._version is not None:
                return
            contents = self.folder.empty
        self._disk = self.folder.segments(contents)
        self._upto = self._tail_upto = contents.upto
        self._tail, self._erased, self._views = [], set(), {}
        self._version = version

    def _read_on(self, head: int) -> None:
        while self._tail_upto < head:
            upto = min(head, self._tail_upto + _PORTION)
            segment, erased = self.portion(self._tail_upto, upto)
            self._erased |= erased
            self._tail.append(segment)
            self._tail_upto = upto
            self._views = {}
        if len(self._tail) > _MOST_PARTS:
            self._tail = [merged(self._tail, self._gone())]

    def _viewed(self, upto: int) -> View:
        found = self._views.get(upto)
        if found is None:
            if len(self._views) > 16:
                self._views = {}
            found = self._views[upto] = View([*self._disk, *self._tail], upto, self._gone())
        return found

    def _gone(self) -> Numbers:
        return np.array(sorted(self._erased), np.int64) if self._erased else NOTHING

    def _forget(self) -> None:
        self._disk, self._tail, self._views = [], [], {}
        self._version, self._upto, self._tail_upto = None, 0, 0
        self._sound = set()


_INDEXES: "WeakKeyDictionary[Store, Index]" = WeakKeyDictionary()


def attach(store: Store, folder: Path) -> Index:
    """Give a store the index in a folder; it is used once what is on disk was proved."""
    index = _INDEXES[store] = Index(store, folder)
    return index


def index_of(store: Store) -> Index | None:
    """The index of a store that has one."""
    return _INDEXES.get(store)
