# SPDX-License-Identifier: Apache-2.0
"""The owner's record of who was shown his data: noted by reads, written in batches.

Noting never waits for the database: showings are added up by reader, subject,
kind and hour in a bounded buffer and written by one thread. What finds the
buffer full is counted, and the count is written and shown in its place.
"""

import logging
import threading
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nguon.base.audience import Audience
from nguon.base.time import from_microseconds, to_microseconds
from nguon.store import Store
from nguon.store import access as rows
from nguon.store.errors import StoreError

_LOG = logging.getLogger(__name__)
_HOUR = 3_600_000_000
_KEYS = 5
_SECONDS = 2.0

PURPOSE: ContextVar[str] = ContextVar("purpose", default="")
"""By which way of the program the present reader reads: the method and the route's pattern."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the owner reads: one reader, one kind of data, one hour."""

    subject: int
    reader_organisation: int
    reader: str
    reader_kind: str
    what: str
    purpose: str
    first: datetime
    last: datetime
    count: int
    keys: tuple[str, ...]


_Place = tuple[int, int, int, str, str, str]
"""Subject, hour, organisation and name of the reader, what, purpose."""


@dataclass(slots=True)
class _Sum:
    kind: str
    first: int
    last: int
    count: int = 0
    keys: dict[str, None] = field(default_factory=dict)


class Recorder:
    """Adds up showings and writes them; one for each open store."""

    def __init__(self, store: Store, *, most: int = 5000, seconds: float = _SECONDS) -> None:
        self._store = store
        self._most = most
        self._seconds = seconds
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._sums: dict[_Place, _Sum] = {}
        self._lost: dict[int, int] = {}
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, audience: Audience, what: str, shown: Iterable[tuple[int, str]]) -> None:
        """Take note that a reader was shown things of others: (whose, key) pairs."""
        reader, organisation = audience.reader, audience.organisation or 0
        purpose, now = PURPOSE.get(), to_microseconds(datetime.now(UTC))
        hour = now - now % _HOUR
        with self._lock:
            for subject, key in shown:
                place = (subject, hour, organisation, reader, what, purpose)
                entry = self._sums.get(place)
                if entry is None:
                    if len(self._sums) >= self._most or self._ending.is_set():
                        self._lost[hour] = self._lost.get(hour, 0) + 1
                        continue
                    entry = self._sums[place] = _Sum(audience.kind.value, now, now)
                entry.count += 1
                entry.last = now
                if len(entry.keys) < _KEYS:
                    entry.keys[key] = None
            if self._thread is None and self._sums and not self._ending.is_set():
                self._thread = threading.Thread(target=self._run, name="access", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Write what was noted; what cannot be written now is kept for the next time."""
        with self._writing:
            with self._lock:
                sums, lost = self._sums, self._lost
                self._sums, self._lost = {}, {}
            if not sums and not lost:
                return
            try:
                with self._store.transaction() as connection:
                    rows.add(connection, [_row(*entry) for entry in sorted(sums.items(), key=_at)])
                    rows.add_lost(connection, lost)
            except StoreError:
                _LOG.warning("records of access wait: the database cannot be written")
                self._take_back(sums, lost)
            else:
                if lost:
                    _LOG.warning("%d showings could not be recorded", sum(lost.values()))

    def close(self) -> None:
        """Write what is left, and say what could not be written."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()
        left = sum(entry.count for entry in self._sums.values()) + sum(self._lost.values())
        if left:
            _LOG.error("%d showings are not recorded: the database cannot be written", left)

    def _run(self) -> None:
        while not self._ending.wait(self._seconds):
            self.flush()

    def _take_back(self, sums: dict[_Place, _Sum], lost: dict[int, int]) -> None:
        with self._lock:
            for hour, count in lost.items():
                self._lost[hour] = self._lost.get(hour, 0) + count
            for place, entry in sums.items():
                newer = self._sums.get(place)
                if newer is None and len(self._sums) >= self._most:
                    self._lost[place[1]] = self._lost.get(place[1], 0) + entry.count
                    continue
                if newer is not None:
                    entry.last, entry.count = newer.last, entry.count + newer.count
                self._sums[place] = entry


def attach(store: Store) -> Recorder:
    """Keep records of access to a store until it closes."""
    recorder = Recorder(store)
    store.hooks.noted = recorder.note
    store.before_close.append(recorder.close)
    return recorder


def page(store: Store, subjects: Sequence[int], *, skip: int = 0, limit: int = 50) -> list[Access]:
    """Who was shown what of these organisations, the last showing first."""
    with store.reading() as connection:
        found = rows.page(connection, subjects, skip=skip, limit=limit)
    return [
        Access(
            row["subject"],
            row["reader_organisation"],
            row["reader"],
            row["reader_kind"],
            row["what"],
            row["purpose"],
            from_microseconds(row["first"]),
            from_microseconds(row["last"]),
            row["count"],
            tuple(dict.fromkeys(key for key in row["keys"].split("\n") if key))[:_KEYS],
        )
        for row in found
    ]


def lost(store: Store) -> int:
    """How many showings, of anybody's data, could not be recorded."""
    with store.reading() as connection:
        return rows.lost(connection)


def _at(entry: tuple[_Place, _Sum]) -> _Place:
    return entry[0]


def _row(place: _Place, entry: _Sum) -> dict[str, int | str]:
    subject, hour, organisation, reader, what, purpose = place
    return {
        "subject": subject,
        "hour": hour,
        "reader_organisation": organisation,
        "reader": reader,
        "what": what,
        "purpose": purpose,
        "reader_kind": entry.kind,
        "first": entry.first,
        "last": entry.last,
        "count": entry.count,
        "keys": "\n".join(entry.keys),
    }
