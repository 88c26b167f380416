# SPDX-License-Identifier: Apache-2.0
"""Following a log: each checkpoint verified, proved to continue the copy, copied, compared.

A smaller checkpoint, another one of the same size, one that does not continue what was seen:
each is kept as evidence together with ours. After a fork there is nothing left to follow.
"""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from nguon.archive.folder import Folder
from nguon.archive.maps import MapFile
from nguon.base.errors import NguonError
from nguon.mirror.copying import Proved, copy, root_at
from nguon.mirror.errors import AlarmError, ForkError, UnreachableError
from nguon.mirror.fetching import Source
from nguon.mirror.keeping import Home, Said, Status, Waiting, known_alarm, moment, said, with_alarm
from nguon.mirror.mapping import MapWatch
from nguon.mirror.succession import Expected, Successor, check_beginning, successor_of
from nguon.transparency.checkpoints import Checkpoint, open_checkpoint, read_checkpoint
from nguon.transparency.errors import NoteError, PolicyError
from nguon.transparency.hashing import EMPTY_ROOT
from nguon.transparency.judging import believe
from nguon.transparency.notes import joined, known, read_note, text_of
from nguon.transparency.policies import Policy
from nguon.transparency.reading import TileHashes

PATIENCE = 900
"""Seconds without a head of the map, or without a quorum, after which there is an alarm: the ten
minutes that logs promise, and five more."""
FRESH = 1800
"""Seconds that the newest cosignature may be old: a log that nothing comes to is cosigned too."""


class Limits(msgspec.Struct, frozen=True):
    """Seconds after which something is an alarm."""

    patience: int = PATIENCE
    fresh: int = FRESH


def seconds_now() -> int:
    """Seconds since 1970."""
    return int(time.time())


LIMITS = Limits()


class Mirror:
    """One log's mirror; used by one thread of one process."""

    def __init__(
        self,
        folder: Path,
        policy: Policy,
        source: Source,
        *,
        tell: Callable[[Said], None] = lambda _: None,
        clock: Callable[[], int] = seconds_now,
        limits: Limits = LIMITS,
        expected: Expected | None = None,
    ) -> None:
        self.home = Home(folder)
        self.folder = Folder(self.home.log)
        self.source = source
        self._policy, self._expected, self._limits = policy, expected, limits
        self._tell, self._clock = tell, clock
        self._maps: MapFile | None = None
        self._watch: MapWatch | None = None
        self._status = self.home.status()

    def close(self) -> None:
        """Close the map's file."""
        if self._maps is not None:
            self._maps.close()

    def kept(self) -> Checkpoint | None:
        """The checkpoint of the copy; raises `NoteError`, `UnreadableError`."""
        note = self.folder.checkpoint()
        return None if note is None else read_checkpoint(text_of(note))

    @property
    def status(self) -> Status:
        """As it was kept last."""
        return self._status

    def successor(self) -> Successor | None:
        """The next shard, where the copy's last entry names one; None after a fork."""
        kept = None if self._status.stopped else self.kept()
        return None if kept is None else successor_of(self.folder, kept)

    def turn(self) -> Status:
        """Look at the log once; gives the status, which is kept too.

        What the log does wrong is an alarm in it. Raises nothing but `OSError`.
        """
        if self._status.stopped:
            return self._status
        now = self._clock()
        self._change(url=self.source.url, trouble=None)
        try:
            self._follow(now)
            if self._status.trouble is None:
                self._change(looked=moment(now))
        except ForkError as error:
            self.alarm(error)
            self._change(stopped=True)
        except UnreachableError as error:
            self._change(trouble=said(error, now))
        except NguonError as error:
            self.alarm(error)
        self.home.keep_status(self._status)
        return self._status

    def _follow(self, now: int) -> None:
        octets = self.source.checkpoint()
        try:
            seen = open_checkpoint(octets, known(self._policy.keys)).checkpoint
        except NoteError:
            self.home.keep_evidence(now, octets)
            raise
        kept = self.kept() or Checkpoint(self._origin(seen), 0, EMPTY_ROOT)
        try:
            proof = self._continued(kept, seen)
        except AlarmError:
            self.home.keep_evidence(now, self.folder.checkpoint() or octets, octets)
            raise
        if self._quorum(octets, seen, now):
            if proof is not None:
                copy(proof, self.folder, kept, seen)
                self._check_beginning(kept)
            self._publish(octets, seen)
        self._compare(now)

    def _origin(self, seen: Checkpoint) -> str:
        """Of a log of which nothing is kept."""
        return seen.origin if self._expected is None else self._expected.origin

    def _check_beginning(self, kept: Checkpoint) -> None:
        if self._expected is not None and not kept.size:
            check_beginning(next(self.folder.entries(0, 1)), self._expected)

    def _continued(self, kept: Checkpoint, seen: Checkpoint) -> Proved | None:
        """The proved tiles of a newer checkpoint; None for the one that is kept."""
        if seen.origin != kept.origin:
            raise AlarmError("mirror.origin", kept=kept.origin, given=seen.origin)
        if seen.size > kept.size:
            proof = Proved(self.source, seen)
            proof.check_continues(kept)
            return proof
        ours = kept.root
        if seen.size < kept.size:
            ours = root_at(seen.size, TileHashes(kept.size, self.folder.read))
        if ours != seen.root:
            raise ForkError("mirror.fork", size=seen.size, newer=kept.size)
        if seen.size < kept.size:
            raise AlarmError("mirror.smaller", kept=kept.size, given=seen.size)
        return None

    def _quorum(self, octets: bytes, seen: Checkpoint, now: int) -> bool:
        """Whether the witnesses that the policy asks for cosigned; they may need a while."""
        try:
            found = believe(octets, self._policy)
        except PolicyError as error:
            since = self._status.unwitnessed or Waiting(seen.size, now)
            self._change(unwitnessed=since, trouble=said(error, now))
            if now - since.since > self._limits.patience:
                self.alarm(AlarmError("mirror.unwitnessed", size=since.what))
            return False
        self._change(unwitnessed=None)
        newest = max(found.witnesses.values(), default=now)
        if now - newest > self._limits.fresh and self.successor() is None:
            self.alarm(AlarmError("mirror.stale", size=seen.size, time=moment(newest)))
        return True

    def _publish(self, octets: bytes, seen: Checkpoint) -> None:
        old = self.folder.checkpoint()
        if old is not None and text_of(old) == text_of(octets):
            more = joined(read_note(old), read_note(octets).signatures)
            octets = bytes(more)
        if octets != old:
            self.folder.publish(octets)
        self._change(origin=seen.origin, size=seen.size)

    def _compare(self, now: int) -> None:
        """The map against its heads, as far as the copy goes."""
        kept = self.kept()
        if kept is None:
            return
        watch = self._watching(kept.origin)
        watch.turn(kept.size)
        for alarm in watch.alarms:
            self.alarm(alarm)
        watch.alarms.clear()
        oldest, waiting = watch.uncovered(kept.size), self._status.uncovered
        if oldest is None:
            waiting = None
        elif waiting is None or waiting.what < watch.covered:
            waiting = Waiting(oldest, now)
        elif now - waiting.since > self._limits.patience:
            self.alarm(AlarmError("mirror.map-late", index=oldest))
        self._change(uncovered=waiting, map_size=watch.covered)

    def _watching(self, origin: str) -> MapWatch:
        if self._watch is None:
            self._maps = MapFile(self.home.map, origin)
            self._watch = MapWatch(self._maps, self.folder, self.source)
        return self._watch

    def alarm(self, error: NguonError) -> None:
        """Tell of it once, and keep it in the status."""
        alarm = said(error, self._clock())
        if known_alarm(self._status, alarm):
            return
        self._status = with_alarm(self._status, alarm)
        self.home.keep_status(self._status)
        self._tell(alarm)

    def _change(self, **values: object) -> None:
        self._status = msgspec.structs.replace(self._status, **values)
