# SPDX-License-Identifier: Apache-2.0
"""The log as one value: what it signed, who keeps it, and why it does not sign where it does not.

One process keeps the log: it holds the lock and follows the database. Others see
what it signed. Whichever process it is, while the database has fewer entries than
were signed nothing may be recorded by it.
"""

import logging
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nguon.archive.folder import Folder
from nguon.base.errors import NguonError
from nguon.store import Store
from nguon.store.errors import LogHeldError
from nguon.tlog import policy, shards
from nguon.tlog.ending import ending_of
from nguon.tlog.errors import (
    BehindError,
    LogBusyError,
    LogError,
    RefusedError,
    UnknownShardError,
)
from nguon.tlog.keys import Keys
from nguon.tlog.model import LogFiles, Shard, Signed
from nguon.tlog.promised import reached
from nguon.tlog.recovery import check_head
from nguon.tlog.sequencer import Sequencer
from nguon.tlog.state import Held, State
from nguon.transparency.errors import PolicyError
from nguon.transparency.keys import Key
from nguon.transparency.policies import NONE, Policy

_LOG = logging.getLogger(__name__)

LOOK = 0.25
"""Seconds between two looks at the database's head."""
REST = 0.5
"""Seconds between two signatures, at least: captures share the disk with them."""
_TROUBLE = 2.0


def _seconds() -> int:
    return int(time.time())


class Tlog:
    """The log of a store; safe for use from many threads.

    ``listeners`` are called after each signature, in the sequencer's thread, and must not
    wait for anything.
    """

    def __init__(
        self, store: Store, files: LogFiles, base_url: str, *, clock: Callable[[], int] = _seconds
    ) -> None:
        self.store = store
        self.files = files
        self.base_url = base_url
        self.keys = Keys(files.keys)
        self.state = State(files.state)
        self.listeners: list[Callable[[Shard, Signed], None]] = []
        self._clock = clock
        self._held = Held(files.state)
        self._folders: dict[str, Folder] = {}
        self._shards: tuple[Shard, ...] = ()
        self._sure = 0
        """Entries up to this number lie in shards that are known."""
        self._seen = -1
        self._sequencer = Sequencer(store, self.state, self.keys, self.folder)
        self._turning = threading.Lock()
        self._trouble: NguonError | None = None
        self._told: NguonError | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def shards(self) -> tuple[Shard, ...]:
        """Every shard, oldest first; none before the log was begun."""
        if not self._shards:
            self._shards = shards.read(self.store)
        return self._shards

    def current(self) -> Shard:
        """The shard that grows; raises `UnknownShardError` before the log was begun."""
        found = self.shards()
        if not found:
            raise UnknownShardError("tlog.not-begun")
        return found[-1]

    def shard_of(self, seq: int) -> Shard:
        """The shard of an entry by its number in the database; raises `UnknownShardError`.

        Another process may have begun the next one a moment ago: what it signs is known
        before anybody can add to it. It is looked for once for all that was written together.
        """
        found = self.shards()
        if found and seq > max(found[-1].first, self._sure):
            found = self._renewed(max(seq, self.store.writer.last))
        at = bisect_right(found, seq, key=lambda shard: shard.first) - 1
        if at < 0:
            raise UnknownShardError("tlog.not-begun")
        return found[at]

    def named(self, name: str) -> Shard:
        """The shard of this name; raises `UnknownShardError`."""
        for shard in self.shards():
            if shard.name == name:
                return shard
        raise UnknownShardError("tlog.no-shard", shard=name)

    def folder(self, shard: Shard) -> Folder:
        """The files of a shard."""
        found = self._folders.get(shard.name)
        if found is None:
            found = self._folders[shard.name] = Folder(self.files.folder / shard.name)
        return found

    def signed(self, shard: Shard) -> Signed | None:
        """What was signed of a shard last, by whichever process; None where nothing was."""
        return self.state.signed(shard.number) if self.state.there() else None

    def witnessed(self, shard: Shard) -> bytes | None:
        """The newest note that satisfies the policy; our own where it asks for no witness.

        While the policy's file cannot be read, the one that was kept last.
        """
        try:
            asked = self.policy()
            alone = asked is None or asked.quorum == NONE
        except (LogError, PolicyError):
            alone = False
        if alone:
            found = self.signed(shard)
            return None if found is None else found.note
        return self.state.witnessed(shard.number) if self.state.there() else None

    def keep_witnessed(self, shard: Shard, note: bytes) -> None:
        """Keep a note that satisfies the policy, and show its cosignatures to everybody."""
        self.state.keep_witnessed(shard.number, note)

    def policy(self) -> Policy | None:
        """The witnesses we ask and the keys of all our shards; None before the log was begun.

        The key of the next shard is among them as soon as there is one. Raises `LogError` or
        `PolicyError` for a file that cannot be read.
        """
        return policy.read(self.files.policy, self.all_keys())

    def all_keys(self) -> tuple[Key, ...]:
        """The keys of all shards, oldest first, and of the next one where it is there already."""
        found = self.shards()
        coming = [shards.next_after(found[-1], self.base_url)] if found else []
        return tuple(key for shard in (*found, *coming) for key in self.log_keys(shard))

    def prepare(self, shard: Shard) -> Key:
        """The first key of the shard after this one, made before anybody needs it.

        Raises `LogError` where the file cannot be written.
        """
        return self.keys.add(shards.next_after(shard, self.base_url), self._clock())

    def log_keys(self, shard: Shard) -> tuple[Key, ...]:
        """The keys that sign for a shard, two while they change; none where they are lost."""
        return self.keys.public(shard)

    @property
    def keeps(self) -> bool:
        """Whether this process keeps the log."""
        return self._held.ours

    def refusal(self) -> NguonError | None:
        """Why nothing is signed at present; None where all is well, or another process signs."""
        return self._told or self._trouble

    def refuse(self, reason: NguonError) -> None:
        """Sign nothing more until the process is started anew: somebody knows better."""
        self._told = reason
        _LOG.error("the log does not sign any more: %s", reason)

    def beyond(self, origin: str, size: int, who: str) -> None:
        """A witness has cosigned so many entries, not all of them ours: sign nothing more."""
        self.refuse(RefusedError("witness.beyond", origin=origin, size=size, who=who))

    def start(self) -> None:
        """Looks once, so that nothing is recorded that must not be; then follows in a thread."""
        self.guard()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Signs what is there, where nothing hinders it, and lets another process go on."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        with self._turning:
            self._held.leave()
            self.state.close()

    def turn(self) -> Signed:
        """Integrate everything that is recorded, and sign it; gives what is signed of the
        current shard.

        Raises:
            LogBusyError: another process keeps the log.
            RefusedError: nothing may be signed.
            NguonError: a file or the database failed; the next turn begins anew.
        """
        with self._turning:
            try:
                self._turn()
            except LogBusyError:
                raise
            except BaseException as error:
                self._sequencer.forget()
                if isinstance(error, NguonError):
                    self._trouble = error
                raise
            self._trouble = None
        return self.state.last(self.current().number)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the log without signing, so that no other process does; and let the database be
        added to. Raises `LogBusyError`.
        """
        with self._turning:
            self._held.take()
            self.store.hold_log(None)
            try:
                yield
            finally:
                self._sequencer.forget()
                self._shards = ()
                self._held.leave()

    def guard(self) -> None:
        """Look once whether the database has all that was signed; else nothing can be recorded."""
        self._look()

    def cut(self, shard: Shard | None = None) -> Shard:
        """End the shard that grows, this one if one is given, and begin the next one.

        Raises:
            LogError: another process did so meanwhile.
            ProofError: the files are not what was signed.
            ArchiveError: its map cannot be built.
        """
        old = shard or shards.read(self.store)[-1]
        new = shards.next_after(old, self.base_url)
        with ending_of(self.store, self.files, self.folder(old), old) as ending:
            signed = self.signed(old)
            ending.catch_up(0 if signed is None else signed.size)
            made = shards.cut(self.store, self.state, self.keys, ending, new, self._clock())
        self._shards = shards.read(self.store)
        return made

    def _turn(self) -> None:
        if self._told is not None:
            raise self._told
        self._held.take()
        head = self.store.log.head().seq
        self._shards = shards.read(self.store)
        if not self._shards:
            self._shards = shards.begin(
                self.store, self.state, self.keys, self.base_url, self._clock()
            )
        behind = self._behind(self._reached(), head)
        if behind is not None:
            raise behind
        self._sequencer.turn(self._shards, head, self._clock, self._signing)
        self._seen = head

    def _signing(self, shard: Shard, signed: Signed) -> None:
        for listener in self.listeners:
            try:
                listener(shard, signed)
            except Exception:  # noqa: BLE001 - it is signed, whoever hears of it
                _LOG.exception("a listener of the log")

    def _reached(self) -> list[tuple[Shard, int]]:
        """How much of each shard was signed, by the state or the files."""
        return [
            (shard, reached(self.state, self.keys, self.folder(shard), shard))
            for shard in self.state.shards()
        ]

    def _behind(self, signed: list[tuple[Shard, int]], head: int) -> BehindError | None:
        """Whether the database lacks what was signed; then, and only then, nothing may be
        recorded.
        """
        try:
            for shard, size in signed:
                check_head(shard, size, head)
        except BehindError as error:
            self.store.hold_log(LogHeldError(error.code, **error.params))
            return error
        self.store.hold_log(None)
        return None

    def _renewed(self, written: int = 0) -> tuple[Shard, ...]:
        """The shards, read again where one was begun that is not known here yet; so all are known
        in which entries up to ``written`` lie.
        """
        found = self.shards()
        try:
            if found and len(self.state.shards()) > len(found):
                self._shards = found = shards.read(self.store)
            self._sure = max(self._sure, written)
        except LogError as error:
            _LOG.warning("shards that were begun elsewhere are not seen: %s", error)
        return found

    def _look(self) -> bool:
        """Whether there is something to do."""
        self._renewed()
        # In this order: another process may record and sign between the two.
        signed = self._reached()
        head = self.store.log.head().seq
        behind = self._behind(signed, head)
        if behind is not None or not self._held.ours:
            self._trouble = behind
        return head != self._seen or self._trouble is not None

    def _run(self) -> None:
        rest = 0.0
        while not self._stopping.wait(rest):
            rest = self._once()
        if self._held.ours:
            self._once()

    def _once(self) -> float:
        """One look, and a turn where there is a reason; gives the seconds to rest."""
        try:
            if not self._look():
                return LOOK
            self.turn()
        except LogBusyError:
            return LOOK
        except NguonError as error:
            _LOG.warning("the log waits: %s", error)
            return _TROUBLE
        except Exception:  # noqa: BLE001 - the server goes on, the next turn begins anew
            _LOG.exception("the log waits")
            return _TROUBLE
        return REST
