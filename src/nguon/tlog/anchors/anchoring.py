# SPDX-License-Identifier: Apache-2.0
"""Checkpoints anchored every so often by a thread that disturbs nobody; its trouble is told."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from nguon.archive.folder import Folder
from nguon.base.errors import NguonError
from nguon.tlog.anchors import keeping
from nguon.tlog.anchors.errors import AnchorError, UnreachableError
from nguon.tlog.anchors.model import Anchor, Anchored, stated
from nguon.tlog.model import Shard, Signed

_LOG = logging.getLogger(__name__)
_HOUR = 3600
_LOOK = 60.0
"""Seconds between two looks whether it is time."""
_AGAIN = 600.0
"""Seconds until the next try after a failure."""


class Source(Protocol):
    """What of the log is needed."""

    def shards(self) -> Sequence[Shard]:
        """All shards."""

    def folder(self, shard: Shard) -> Folder:
        """A shard's files."""

    def signed(self, shard: Shard) -> Signed | None:
        """What was signed last."""

    def witnessed(self, shard: Shard) -> bytes | None:
        """The note that satisfies the policy."""


class Stamp(msgspec.Struct, frozen=True):
    """A checkpoint that is anchored."""

    size: int
    anchored: Anchored


class Anchoring:
    """Anchors what was signed, once in ``hours``, where the log has grown since."""

    def __init__(self, source: Source, anchor: Anchor, hours: float = 24) -> None:
        self._source = source
        self._anchor = anchor
        self._seconds = hours * _HOUR
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._next = 0.0
        self.trouble: NguonError | None = None
        """Why the last try failed; None after one that did not."""

    def start(self) -> None:
        """Begin to look, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="anchors", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; a try under way is left to end by itself."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(1)

    def once(self, shard: Shard) -> Stamp | None:
        """Anchor a shard's last checkpoint now; None where there is none.

        One that is anchored already is given as it is. Raises `NguonError`.
        """
        note = self._note(shard)
        if note is None:
            return None
        folder = self._source.folder(shard)
        size = stated(note).checkpoint.size
        before = keeping.kept_at(folder, size)
        given = note if before is None else before.note
        token = before.token if before else None
        if token is None:
            token = self._anchor.stamp(given)
            keeping.keep_token(folder, keeping.keep_note(folder, given), token)
        return Stamp(size, self._anchor.check(token, given))

    def last(self, shard: Shard) -> Stamp | None:
        """The largest checkpoint of a shard that is anchored; raises `NguonError`."""
        found = keeping.last_stamped(self._source.folder(shard))
        if found is None or found.token is None:
            return None
        return Stamp(found.size, self._anchor.check(found.token, found.note))

    def due(self) -> list[Shard]:
        """The shards to anchor now: grown since the last time, which was long enough ago."""
        return [shard for shard in self._source.shards() if self._due(shard)]

    def look(self, clock: Callable[[], float] = time.monotonic) -> None:
        """One look: anchors what is due; trouble is kept to be told."""
        if clock() < self._next:
            return
        try:
            for shard in self.due():
                self.once(shard)
            self.trouble = None
        except NguonError as error:
            self._fail(error, clock)
        except Exception:  # noqa: BLE001 - told on the page, tried again; the server goes on
            _LOG.exception("anchors")
            self._fail(UnreachableError("anchors.unreachable", reason="?"), clock)

    def _fail(self, error: NguonError, clock: Callable[[], float]) -> None:
        _LOG.warning("anchors: %s", error)
        self.trouble = error
        self._next = clock() + _AGAIN

    def _due(self, shard: Shard) -> bool:
        signed = self._source.signed(shard)
        if signed is None or not signed.size:
            return False
        kept = keeping.last_stamped(self._source.folder(shard))
        if kept is None or kept.size >= signed.size:
            return kept is None
        try:
            last = self.last(shard)
        except AnchorError:
            # Under other certificates than now: what was shown then is shown anew.
            return True
        # The last checkpoint of a closed shard need not wait.
        closed = shard.last is not None
        return closed or last is None or time.time() - last.anchored.time >= self._seconds

    def _note(self, shard: Shard) -> bytes | None:
        signed = self._source.signed(shard)
        return self._source.witnessed(shard) or (None if signed is None else signed.note)

    def _run(self) -> None:
        while True:
            self.look()
            if self._stop.wait(_LOOK):
                return
