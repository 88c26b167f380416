# SPDX-License-Identifier: Apache-2.0
"""Preparation of many events: here for a few, in worker processes for a document of many."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor

from nguon.capture.prepare import Context, Prepared, prepare_all, prepare_packed, unpack_prepared

Judge = Callable[[Sequence[Prepared], bool], list[Prepared]]
"""Looks at prepared events again; whether the submitter's key is strict."""

_INLINE = 100
"""Documents of at most so many events are not worth the way to another process."""

_CHUNK = 250
"""Events handed to a worker at a time: about 25 ms of work."""


class Preparer:
    """Prepares events; the worker processes start with the first large document.

    ``judge`` is asked here, of all events of a call, what only the store knows of them.
    """

    def __init__(self, workers: int, secret: bytes, judge: Judge | None = None) -> None:
        self._workers = workers
        self._secret = secret
        self._judge = judge
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def prepare(self, raws: Sequence[bytes], context: Context) -> list[Prepared]:
        """Every event's record or faults, in order."""
        prepared = self._prepared(raws, context)
        return prepared if self._judge is None else self._judge(prepared, context.strict)

    def _prepared(self, raws: Sequence[bytes], context: Context) -> list[Prepared]:
        if self._workers == 0 or len(raws) <= _INLINE:
            return prepare_all(raws, context)
        futures = list(self._handed_out(raws, context))
        return [prepared for future in futures for prepared in unpack_prepared(future.result())]

    def close(self) -> None:
        """Ends the worker processes."""
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)
                self._pool = None

    def _handed_out(self, raws: Sequence[bytes], context: Context) -> Iterable[Future[bytes]]:
        pool = self._started()
        for chunk in _chunks(raws):
            yield pool.submit(prepare_packed, chunk, context, self._secret)

    def _started(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    self._workers,
                    mp_context=multiprocessing.get_context(_start_method()),
                    initializer=_follow_parent,
                )
            return self._pool


def _chunks(raws: Sequence[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(raws), _CHUNK):
        yield list(raws[start : start + _CHUNK])


def _start_method() -> str:
    """Never plain fork: the server has threads."""
    known = multiprocessing.get_all_start_methods()
    return "forkserver" if "forkserver" in known else "spawn"


def _follow_parent() -> None:
    """A worker ends with the server, also when the server is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
