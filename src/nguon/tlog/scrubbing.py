# SPDX-License-Identifier: Apache-2.0
"""Reads everything that is stored again, slowly and for ever, and compares; repairs nothing.

A round goes through the log's entries with their records, the index rows, the files of each
shard, and the maps. Where it is and what it found stands in a file beside the log's state:
after a restart it goes on from there. One process does it: it holds a lock beside the file.
What is found is looked at twice, so that what was just being written is no finding.
"""

import logging
import threading
import time

from nguon.store import Store
from nguon.store import scrub_reads as reads
from nguon.tlog.errors import LogBusyError, UnknownShardError
from nguon.tlog.model import LogFiles, Shard
from nguon.tlog.scrub import entries, index, maps
from nguon.tlog.scrub.entries import Recompute
from nguon.tlog.scrub.files import Files, InTiles
from nguon.tlog.scrub.findings import Finding, Report, Round, read, write
from nguon.tlog.service import Tlog
from nguon.tlog.state import Held

_LOG = logging.getLogger(__name__)

NAME = "scrub.json"
"""The report, in the folder of the log's state."""
YIELDING = 19
"""So many times as long as it works it rests: a twentieth of one core is its part."""
BETWEEN = 60.0
"""Seconds of rest between two rounds."""
_OTHERS = 30.0
_TROUBLE = 60.0
_KEEP = 10.0
"""Seconds between two writings of the report, where nothing is found."""
_AGAIN = 0.2
"""Seconds before what was found is looked at again."""
_TILES = 16
"""Tiles of the lowest level that are compared at a time."""


def report_of(files: LogFiles) -> Report:
    """Where the scrub is and what it found, whichever process does it."""
    return read(files.state.with_name(NAME))


class Scrubber:
    """Compares what is stored with what it must follow from."""

    def __init__(self, tlog: Tlog, recompute: Recompute) -> None:
        self._tlog = tlog
        self._store: Store = tlog.store
        self._recompute = recompute
        self._path = tlog.files.state.with_name(NAME)
        self._held = Held(self._path)
        self._report: Report | None = None
        self._kept = 0.0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Go round in a thread."""
        self._thread = threading.Thread(target=self._run, name="scrub", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the portion at hand; where it is is kept."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        if self._held.ours and self._report is not None:
            self._keep(self._report)
        self._held.leave()

    def report(self) -> Report:
        """Where it is and what it found."""
        return report_of(self._tlog.files) if self._report is None else self._report

    def turn(self) -> Round | None:
        """Compare one portion; gives the round if it ended with that.

        Raises `LogBusyError` where another process does it.
        """
        report = self._ours()
        if not report.part:
            report.part, report.at, report.begun = "entries", [], report.begun or time.time()
        part = report.part
        new = report.add(self._twice(report))
        for one in new:
            _LOG.warning("scrub: %s %s entry %d event %d", one.code, one.place, one.seq, one.event)
        done = None
        if not report.at:
            report.part = self._next(part)
            if not report.part:
                done = report.end(time.time())
                _LOG.info("scrub: round %d took %.0f s", done.number, done.seconds)
        if new or done or time.monotonic() - self._kept > _KEEP:
            self._keep(report)
        return done

    def whole(self, since: int = 0) -> Round:
        """A whole round now, without rests; of the log only entries from ``since`` on."""
        report = self._ours()
        report.end(time.time())
        report.part, report.at = "entries", [since - 1] if since > 1 else []
        while (done := self.turn()) is None:
            pass
        return done

    def _ours(self) -> Report:
        self._held.take()
        if self._report is None:
            self._report = read(self._path)
        return self._report

    def _keep(self, report: Report) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write(self._path, report)
        self._kept = time.monotonic()

    def _twice(self, report: Report) -> list[Finding]:
        findings, at, things = self._step(report)
        if findings:
            self._stopping.wait(_AGAIN)
            again = set(self._step(report)[0])
            findings = [one for one in findings if one in again]
        report.at = at
        report.count(report.part.partition(" ")[0], things)
        return findings

    def _next(self, part: str) -> str:
        names = [shard.name for shard in self._tlog.shards()]
        files = [f"{kind} {name}" for kind in ("tiles", "map") for name in names]
        parts = ["entries", *index.TABLES, *files, ""]
        return parts[parts.index(part) + 1] if part in parts else ""

    def _step(self, report: Report) -> tuple[list[Finding], list[object], int]:
        part, _, name = report.part.partition(" ")
        if part == "entries":
            return self._entries(report)
        if part in index.TABLES:
            return self._rows(report)
        try:
            shard = self._tlog.named(name)
        except UnknownShardError:
            return [], [], 0
        return self._tiles(report, shard) if part == "tiles" else self._map(report, shard)

    def _entries(self, report: Report) -> tuple[list[Finding], list[object], int]:
        after = int(report.at[0]) if report.at else 0
        with self._store.reading() as connection:
            head, last = self._store.log.head().seq, reads.last_entry(connection)
        end = min(after + entries.PORTION, head) + 1
        found = entries.check(self._store, self._recompute, self._promised, after + 1, end)
        if end > head and last > head:
            found.append(Finding("scrub.head", "log_head.seq", last))
        return found, [end - 1] if end <= head else [], end - after - 1

    def _rows(self, report: Report) -> tuple[list[Finding], list[object], int]:
        doubted = frozenset(one.event for one in report.findings if one.event)
        after = [bytes.fromhex(v) if isinstance(v, str) else v for v in report.at]
        found, last, things = index.check(self._store, report.part, after, doubted)
        return found, [v.hex() if isinstance(v, bytes) else v for v in last], things

    def _tiles(self, report: Report, shard: Shard) -> tuple[list[Finding], list[object], int]:
        files = self._files(shard)
        if files is None:
            return [], [], 0
        doubted = {one.place for one in report.findings if one.code == "scrub.tile"}
        found: list[Finding] = []
        start = int(report.at[0]) if report.at else 0
        end = min(start + _TILES, files.tiles)
        for at in range(start, end):
            new = files.check(at, frozenset(doubted))
            doubted |= {one.place for one in new}
            found += new
        return found, [end] if end < files.tiles else [], max(end - start, 0)

    def _map(self, report: Report, shard: Shard) -> tuple[list[Finding], list[object], int]:
        path = self._tlog.files.folder / f"{shard.name}.map.sqlite"
        found, last, things = maps.check(path, shard.name, str(report.at[0]) if report.at else "")
        return found, [last] if last else [], things

    def _files(self, shard: Shard) -> Files | None:
        signed = self._tlog.signed(shard)
        if signed is None:
            return None
        return Files(self._store, shard, self._tlog.folder(shard), signed)

    def _promised(self, first: int, end: int) -> dict[int, InTiles]:
        found: dict[int, InTiles] = {}
        for shard in self._tlog.shards():
            if shard.first < end and (shard.last is None or shard.last >= first):
                files = self._files(shard)
                stop = end if shard.last is None else min(end, shard.last + 1)
                found |= {} if files is None else files.promised(first, stop)
        return found

    def _run(self) -> None:
        rest = _OTHERS
        while not self._stopping.wait(rest):
            rest = self._once()

    def _once(self) -> float:
        begun = time.monotonic()
        try:
            done = self.turn()
        except LogBusyError:
            self._report = None
            return _OTHERS
        except Exception as error:  # noqa: BLE001 - the server goes on, the scrub later too
            _LOG.warning("scrub waits: %s", error, exc_info=True)
            return _TROUBLE
        return BETWEEN if done else (time.monotonic() - begun) * YIELDING
