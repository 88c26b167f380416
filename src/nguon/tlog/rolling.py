# SPDX-License-Identifier: Apache-2.0
"""The next shard begun when a period ends, by the process that keeps the log, and its key before.

The period of a shard is the one in which its first entry was recorded: the database says it, so
that a clock that goes back ends nothing, and a server that starts late ends a shard once. A
cut that was interrupted is done again at the next look.
"""

import logging
import threading

from nguon.base.errors import NguonError
from nguon.store.clock import Clock, system_clock
from nguon.tlog.errors import UnknownShardError
from nguon.tlog.model import Shard
from nguon.tlog.periods import Period
from nguon.tlog.service import Tlog

_LOG = logging.getLogger(__name__)

LOOK = 10.0
"""Seconds between two looks at the clock."""
AHEAD = 30 * 86_400 * 1_000_000
"""Microseconds before a period's end from which on the next shard's key is there: whoever
checks has so long to learn it."""


class Roller:
    """Ends the shard that grows when its period is over; `start` follows the clock in a thread."""

    def __init__(
        self, tlog: Tlog, period: Period, *, clock: Clock = system_clock, look: float = LOOK
    ) -> None:
        self._tlog, self._period = tlog, period
        self._clock, self._look = clock, look
        self._begun: tuple[int, int] = (0, 0)
        """A shard's number, and when its first entry was recorded."""
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Follow in a thread, where there are periods."""
        if self._period is not Period.NONE:
            self._thread = threading.Thread(target=self._run, name="shards", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop between two looks."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def once(self) -> Shard | None:
        """The shard that was begun because the period of the one before is over; mostly None.

        Nothing happens where another process keeps the log, where nothing may be signed, and
        while a shard has no entry.

        Raises:
            LogError: somebody else ended the shard meanwhile, or a file failed.
            ProofError: the files are not what was signed.
            ArchiveError: the shard's map cannot be built.
        """
        tlog, period = self._tlog, self._period
        if period is Period.NONE or not tlog.keeps or tlog.refusal() is not None:
            return None
        try:
            shard = tlog.current()
        except UnknownShardError:
            return None
        begun, now = self._first(shard), self._clock()
        if not begun:
            return None
        over = period.began(now) > period.began(begun)
        if over or period.ends(now) - now <= AHEAD:
            tlog.prepare(shard)
        return tlog.cut(shard) if over else None

    def _first(self, shard: Shard) -> int:
        """When the first entry of a shard was recorded; 0 while it has none."""
        if self._begun[0] != shard.number:
            found = self._tlog.store.log.entries(shard.first, shard.first + 1)
            if not found:
                return 0
            self._begun = shard.number, found[0].record_time
        return self._begun[1]

    def _run(self) -> None:
        while not self._stopping.wait(self._look):
            try:
                made = self.once()
            except NguonError as error:
                _LOG.warning("the next shard waits: %s", error)
            except Exception:  # noqa: BLE001 - the next look tries again
                _LOG.exception("the next shard waits")
            else:
                if made is not None:
                    _LOG.info("shard %s begins with entry %d", made.name, made.first)
