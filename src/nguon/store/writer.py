# SPDX-License-Identifier: Apache-2.0
"""The writer: one thread that commits whatever is waiting, as one group.

A submission is atomic; its future is done when it is durable and sequenced.
One submission's failure never fails another.
"""

import logging
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from nguon.store.batch import Batch, Submission
from nguon.store.clock import Clock
from nguon.store.database import Database, unavailable
from nguon.store.deriving import derive
from nguon.store.dialects import Failure, driver_error
from nguon.store.errors import (
    RefusedRowError,
    StoreBusyError,
    StoreClosedError,
    StoreError,
    StoreLostError,
    StoreUnavailableError,
)
from nguon.store.numbers import Numbers
from nguon.store.signatures import Attached
from nguon.store.values import EventRecord, JobUpdate, Receipt, Submitter

_log = logging.getLogger(__name__)

_MOST_RECORDS = 4000
"""A group is committed when it has so many records, whoever else waits."""
_MOST_WAITING = 50_000
"""Records that may wait: about half a gigabyte. A submission that finds none waiting is taken."""
_ATTEMPTS = 12


class Writer:
    """Takes submissions from any thread."""

    def __init__(
        self,
        database: Database,
        secret: bytes,
        clock: Clock,
        *,
        most_waiting: int = _MOST_WAITING,
    ) -> None:
        self._database = database
        self._secret = secret
        self._clock = clock
        self._numbers = Numbers(database)
        self._queue: queue.SimpleQueue[Submission | None] = queue.SimpleQueue()
        self._most_waiting = most_waiting
        self._waiting = 0
        self._carried: Submission | None = None
        self._connection: Connection | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._ending = False
        self._last = 0

    @property
    def last(self) -> int:
        """The highest number of an entry that this process wrote; 0 before the first."""
        return self._last

    def submit(
        self,
        records: Sequence[EventRecord],
        submitter: Submitter,
        *,
        job: JobUpdate | None = None,
        proceed: bool = False,
        attached: Attached | None = None,
    ) -> Future[list[Receipt]]:
        """Have records written; the future gives a receipt for each, in order. Never waits.

        Where a record clashes nothing of the submission is written and its other
        new records are ``WITHHELD``, unless ``proceed``. A job's update is
        written in the same transaction; not at all for a refused submission. So
        is what is ``attached``; where that refuses, the future fails with its error.
        The future fails with `StoreError` when the database cannot write: then
        submitting again is safe.

        Raises:
            StoreBusyError: too much is waiting.
            StoreClosedError: the store is closed.
            LogHeldError: nothing may be added to the log.
        """
        waiting: Future[list[Receipt]] = Future()
        whole = [derive(record, self._secret) for record in records]
        submission = Submission(whole, submitter, job, proceed, waiting, attached)
        with self._lock:
            if self._closed.is_set():
                raise StoreClosedError("store.closed")
            if self._database.log_held is not None:
                raise self._database.log_held
            if self._waiting and self._waiting + len(whole) > self._most_waiting:
                raise StoreBusyError("store.busy")
            self._waiting += max(len(whole), 1)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
        self._queue.put(submission)
        if self._closed.is_set():
            self.close()
        return waiting

    def close(self) -> None:
        """Write what is waiting, then stop; what is put in meanwhile fails."""
        with self._lock:
            first = not self._closed.is_set()
            self._closed.set()
        if self._thread is None:
            return
        if first:
            self._queue.put(None)
        self._thread.join()
        self._refuse_late()

    def _run(self) -> None:
        while (group := self._next()) is not None:
            self._settle(group)
            with self._lock:
                self._waiting -= sum(max(len(done.records), 1) for done in group)
        self._let_go()

    def _next(self) -> list[Submission] | None:
        """What is waiting, at least one; nothing when the writer is closed."""
        first = self._carried
        if first is None and not self._ending:
            first = self._queue.get()
        self._carried = None
        if first is None:
            return None
        group, size = [first], len(first.records)
        while True:
            try:
                another = self._queue.get_nowait()
            except queue.Empty:
                return group
            if another is None:
                self._ending = True
                return group
            size += len(another.records)
            if size > _MOST_RECORDS:
                self._carried = another
                return group
            group.append(another)

    def _refuse_late(self) -> None:
        """Fail what was put in after the end."""
        while True:
            try:
                late = self._queue.get_nowait()
            except queue.Empty:
                return
            if late is not None and late.future.set_running_or_notify_cancel():
                late.future.set_exception(StoreClosedError("store.closed"))

    def _settle(self, group: list[Submission]) -> None:
        group = [s for s in group if s.future.running() or s.future.set_running_or_notify_cancel()]
        if not group:
            return
        try:
            receipts = self._persist(group)
        except StoreError as error:
            if len(group) == 1 or isinstance(error, StoreLostError):
                for submission in group:
                    submission.future.set_exception(error)
                return
            for submission in group:
                self._settle([submission])
        else:
            self._last = max(self._last, *(one.seq for done in receipts for one in done), 0)
            for submission, done in zip(group, receipts, strict=True):
                submission.future.set_result(done)

    def _persist(self, group: list[Submission]) -> list[list[Receipt]]:
        """Write a group, again where another writer was faster or the connection was lost."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._write(group)
            except Exception as error:
                self._let_go()
                failure = self._meaning(error)
                if failure is Failure.AGAIN and attempt < _ATTEMPTS - 1:
                    continue
                if failure is Failure.LOST and attempt == 0:
                    continue
                raise _failed(error, failure) from error
        raise AssertionError

    def _write(self, group: list[Submission]) -> list[list[Receipt]]:
        self._numbers.reserve(sum(len(submission.records) for submission in group))
        if self._connection is None:
            self._connection = self._database.writing()
        connection = self._connection
        batch = Batch(group, self._numbers)
        with self._database.sequenced(connection):
            return batch.write(connection, self._database.dialect, self._secret, self._clock())

    def _meaning(self, error: Exception) -> Failure:
        if isinstance(error, StoreUnavailableError):
            return Failure.LOST if isinstance(error, StoreLostError) else Failure.UNAVAILABLE
        return self._database.dialect.failure(error)

    def _let_go(self) -> None:
        if self._connection is None:
            return
        try:
            self._connection.close()
        except SQLAlchemyError:
            self._connection.invalidate()
        self._connection = None


def _failed(error: BaseException, failure: Failure) -> StoreError:
    if isinstance(error, StoreError):
        return error
    if failure in (Failure.LOST, Failure.UNAVAILABLE):
        return unavailable(error, failure)
    _log.error("a submission cannot be written", exc_info=error)
    return RefusedRowError("store.refused", reason=str(driver_error(error)).strip())
