# SPDX-License-Identifier: Apache-2.0
"""The thread that works big traces off, one at a time, and clears away those of yesterday.

A job is leased while it is worked on, and the lease is renewed as the search goes on. What a
process left behind when it ended is taken up by another when the lease is over, once; after that
it is said to have failed.
"""

import logging
import secrets
import threading
from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import RowMapping

from nguon.store import Store, trace_jobs
from nguon.store.clock import system_clock
from nguon.trace.closure import Closure, Sought, search
from nguon.trace.jobs import Job, JobState, Summary, job_of, parts_of
from nguon.trace.model import Confidence, Direction, Following, Limits, Shared
from nguon.trace.progress import Progress, Tell

_LOG = logging.getLogger(__name__)
_IDLE, _TROUBLE = 0.5, 5.0
_LEASE = 120 * 1_000_000
_RENEWALS = 20
"""So many times in the time of a lease it is renewed, and the progress told."""
_ATTEMPTS = 2
_STARTS = 500
"""Starts that are followed together."""
_RECORDS = 4_000_000


class Working:
    """The thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trace-jobs", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stops after the step at hand."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        rest = 0.0
        while not self._stopping.wait(rest):
            try:
                rest = 0.0 if work(self._store, self._stopping) else _IDLE
            except Exception as error:  # noqa: BLE001 - told later, the server goes on
                _LOG.warning("big traces wait: %s", error, exc_info=True)
                rest = _TROUBLE


class _GoneError(Exception):
    """The job is no longer this worker's: ended by who asked for it, or the server stops."""


class _Holding:
    """A job while it is worked on: its lease, and what is told of its progress."""

    def __init__(
        self, store: Store, row: RowMapping, holder: str, stopping: threading.Event
    ) -> None:
        self._store = store
        self._row = row
        self._holder = holder
        self._stopping = stopping
        self._next = 0
        self.done = 0
        self.total = 0

    def tell(self, progress: Progress) -> None:
        """Renew the lease, where it is time to; raises `_GoneError`."""
        if self._stopping.is_set() or system_clock() >= self._next:
            self.renew(progress)

    def renew(self, progress: Progress) -> None:
        """Renew the lease, or give it back where the server stops; raises `_GoneError`."""
        now, ending = system_clock(), self._stopping.is_set()
        self._next = now + _LEASE // _RENEWALS
        values: dict[str, int | str] = {"leased": 0 if ending else now + _LEASE}
        values |= {"done": self.done, "total": self.total, "things": progress.things}
        values["summary"] = _told(Summary(deepest=progress.depth))
        if not self.keep(values) or ending:
            raise _GoneError

    def keep(self, values: dict[str, int | str]) -> bool:
        """Say something of the job; False where it is no longer this worker's."""
        with self._store.transaction() as connection:
            return trace_jobs.keep(connection, self._row["id"], self._holder, values)


def work(store: Store, stopping: threading.Event | None = None) -> bool:
    """Work one job off; False where there is none."""
    now, holder = system_clock(), secrets.token_hex(8)
    with store.reading() as connection:
        if not trace_jobs.due(connection, now):
            return False
    with store.transaction() as connection:
        trace_jobs.tidy(connection, now)
        row = trace_jobs.claim(connection, holder, now, now + _LEASE)
    if row is None:
        return False
    if row["attempts"] > _ATTEMPTS:
        _end(store, row, holder, JobState.FAILED, Summary(trouble="trace-jobs.lost"))
        return True
    try:
        _follow(store, row, holder, stopping or threading.Event())
    except _GoneError:
        return True
    except Exception as error:  # noqa: BLE001 - the job says so, the next one goes on
        _LOG.warning("a big trace failed: %s", error, exc_info=True)
        _end(store, row, holder, JobState.FAILED, Summary(trouble="trace-jobs.failed"))
    return True


def _follow(store: Store, row: RowMapping, holder: str, stopping: threading.Event) -> None:
    job, found = job_of(row), list[Closure]()
    steps, holding = list(_steps(job)), _Holding(store, row, holder, stopping)
    holding.total = len(steps)
    for holding.done, (direction, keys) in enumerate(steps):
        holding.renew(_together(found))
        before = sum(len(one.keys) for one in found)

        def tell(progress: Progress, before: int = before) -> None:
            holding.tell(progress._replace(things=before + progress.things))

        found.append(_closure(store, job, direction, keys, tell))
    holding.done = len(steps)
    holding.renew(_together(found))
    parts, things, summary = parts_of(found)
    with store.transaction() as connection:
        ended = {
            "state": JobState.DONE.value,
            "done": len(steps),
            "total": len(steps),
            "things": things,
            "summary": _told(summary),
            "finished": system_clock(),
        }
        if trace_jobs.keep(connection, job.id, holder, ended):
            trace_jobs.put(connection, job.id, parts)


def _steps(job: Job) -> Iterator[tuple[Direction, tuple[str, ...]]]:
    keys = job.wanted.keys
    for direction in job.wanted.directions:
        for start in range(0, len(keys), _STARTS):
            yield direction, keys[start : start + _STARTS]


def _together(found: Sequence[Closure]) -> Progress:
    """How far the steps that are done have come."""
    deepest = max((depth for one in found for depth in one.depths), default=0)
    return Progress(deepest, sum(len(one.keys) for one in found))


def _closure(
    store: Store, job: Job, direction: Direction, keys: tuple[str, ...], tell: Tell
) -> Closure:
    wanted = job.wanted
    shared = Shared(wanted.hours) if wanted.hours else None
    following = Following(least=Confidence(wanted.least), shared=shared)
    limits = Limits(nodes=wanted.things, records=_RECORDS)
    sought = Sought(keys, direction, following, limits, wanted.upto_seq)
    return search(store, sought, tell)


def _told(summary: Summary) -> str:
    return msgspec.json.encode(summary).decode()


def _end(store: Store, row: RowMapping, holder: str, state: JobState, summary: Summary) -> None:
    with store.transaction() as connection:
        ended = {"state": state.value, "summary": _told(summary), "finished": system_clock()}
        trace_jobs.keep(connection, row["id"], holder, ended)
