# SPDX-License-Identifier: Apache-2.0
"""Two threads: one hands mails over, one sends to web addresses, several at a time.

A slow web address has one of the places and keeps only its own messages waiting.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from nguon.messages import delivering
from nguon.messages.delivering import Post
from nguon.messages.model import Channel
from nguon.store import Store

_LOG = logging.getLogger(__name__)
_IDLE = 2.0
_TROUBLE = 10.0
_PLACES = 8


class Courier:
    """The threads of a process; several processes share the work."""

    def __init__(self, store: Store, post: Post) -> None:
        self._store = store
        self._post = post
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._running: dict[Future[None], str] = {}

    def start(self) -> None:
        """Starts the threads."""
        for name, work in (("mails", self._mails), ("hooks", self._hooks)):
            thread = threading.Thread(target=work, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Stops after the mails and the attempts at hand."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _mails(self) -> None:
        self._run(lambda: 0.0 if delivering.mail(self._store, self._post) else _IDLE)

    def _hooks(self) -> None:
        with ThreadPoolExecutor(_PLACES, thread_name_prefix="hooks") as threads:
            self._run(lambda: self._turn(threads))

    def _turn(self, threads: ThreadPoolExecutor) -> float:
        """Fill the free places; waits until one is free again, or there may be something new."""
        self._running = {one: to for one, to in self._running.items() if not one.done()}
        busy = tuple(self._running.values())
        free = _PLACES - len(busy)
        rows = delivering.taken(self._store, Channel.WEBHOOK, free, busy) if free else ()
        for row in rows:
            sending = threads.submit(delivering.hook, self._store, self._post, row)
            self._running[sending] = row["address"]
        if not self._running:
            return _IDLE
        wait(self._running, timeout=_IDLE, return_when=FIRST_COMPLETED)
        return 0.0

    def _run(self, turn: Callable[[], float]) -> None:
        rest = 0.0
        while not self._stopping.wait(rest):
            try:
                rest = turn()
            except Exception as error:  # noqa: BLE001 - sent later, the server goes on
                _LOG.warning("messages were not sent: %s", error, exc_info=True)
                rest = _TROUBLE
