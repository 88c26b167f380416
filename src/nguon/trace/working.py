# SPDX-License-Identifier: Apache-2.0
"""The thread that works big traces off, one at a time, and clears away those of yesterday.

A job is leased while it is worked on. What a process left behind when it ended is taken up by
another when the lease is over, once; after that it is said to have failed.
"""

import logging
import secrets
import threading
from collections.abc import Iterator

import msgspec
from sqlalchemy import RowMapping

from nguon.store import Store, trace_jobs
from nguon.store.clock import system_clock
from nguon.trace.closure import Closure, closure
from nguon.trace.jobs import Job, JobState, Summary, job_of, parts_of
from nguon.trace.model import Confidence, Direction, Following, Limits, Shared

_LOG = logging.getLogger(__name__)
_IDLE, _TROUBLE = 0.5, 5.0
_LEASE = 600 * 1_000_000
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
    except Exception as error:  # noqa: BLE001 - the job says so, the next one goes on
        _LOG.warning("a big trace failed: %s", error, exc_info=True)
        _end(store, row, holder, JobState.FAILED, Summary(trouble="trace-jobs.failed"))
    return True


def _follow(store: Store, row: RowMapping, holder: str, stopping: threading.Event) -> None:
    job, found = job_of(row), list[Closure]()
    steps = list(_steps(job))
    for done, (direction, keys) in enumerate(steps):
        lease = {"done": done, "total": len(steps), "leased": system_clock() + _LEASE}
        if stopping.is_set():
            lease["leased"] = 0
        if not _keep(store, row, holder, lease) or stopping.is_set():
            return
        found.append(_closure(store, job, direction, keys))
    parts, things, summary = parts_of(found)
    with store.transaction() as connection:
        ended = {
            "state": JobState.DONE.value,
            "done": len(steps),
            "total": len(steps),
            "things": things,
            "summary": msgspec.json.encode(summary).decode(),
            "finished": system_clock(),
        }
        if trace_jobs.keep(connection, job.id, holder, ended):
            trace_jobs.put(connection, job.id, parts)


def _steps(job: Job) -> Iterator[tuple[Direction, tuple[str, ...]]]:
    keys = job.wanted.keys
    for direction in job.wanted.directions:
        for start in range(0, len(keys), _STARTS):
            yield direction, keys[start : start + _STARTS]


def _closure(store: Store, job: Job, direction: Direction, keys: tuple[str, ...]) -> Closure:
    wanted = job.wanted
    return closure(
        store,
        keys,
        direction,
        following=Following(
            least=Confidence(wanted.least), shared=Shared(wanted.hours) if wanted.hours else None
        ),
        limits=Limits(nodes=wanted.things, records=_RECORDS),
        upto_seq=wanted.upto_seq,
    )


def _keep(store: Store, row: RowMapping, holder: str, values: dict[str, int]) -> bool:
    with store.transaction() as connection:
        return trace_jobs.keep(connection, row["id"], holder, values)


def _end(store: Store, row: RowMapping, holder: str, state: JobState, summary: Summary) -> None:
    with store.transaction() as connection:
        told = msgspec.json.encode(summary).decode()
        ended = {"state": state.value, "summary": told, "finished": system_clock()}
        trace_jobs.keep(connection, row["id"], holder, ended)
