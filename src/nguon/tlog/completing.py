# SPDX-License-Identifier: Apache-2.0
"""The map of all things' entries, built behind the log: its heads logged, its proofs given.

Off the way of captures, in a thread of its own; how far it is behind it says itself. Each
shard has a map of its own, in a file beside the shard's folder that may be deleted.
"""

import logging
import threading
import time
from collections.abc import Iterator

import msgspec

from nguon.archive.maps import BATCH as WHOLE
from nguon.archive.maps import HEAD_LINE, MapFile
from nguon.base.errors import NguonError
from nguon.base.gently import gently
from nguon.evidence.commitments import item_mark, item_secret
from nguon.store.values import EntryKind
from nguon.tlog.ending import BATCH, LAST, map_path
from nguon.tlog.errors import LogError
from nguon.tlog.model import Shard, Signed
from nguon.tlog.service import LOOK, Tlog
from nguon.tlog.shards import grows
from nguon.transparency.checkpoints import read_checkpoint
from nguon.transparency.completeness import Listed, MapHead
from nguon.transparency.maps.proofs import MapProof
from nguon.transparency.notes import text_of

_LOG = logging.getLogger(__name__)

SECONDS = 60.0
"""Between two heads in the log, at least; ten minutes are promised at most."""
_ALL = 2**62


class _StoppedError(Exception):
    """The process ends; what is not taken yet is taken next time."""


class Completeness(msgspec.Struct, frozen=True):
    """That these are all entries of an item among the first ``head.size`` of a shard."""

    item: str
    secret: bytes
    shard: Shard
    index: int
    """Of the entry that is ``head``."""
    head: MapHead
    proof: MapProof
    list: tuple[Listed, ...]
    note: bytes
    """The newest checkpoint in which the head is: witnessed, or else as we signed it."""


class Lag(msgspec.Struct, frozen=True):
    """How far the newest head in the log is behind it."""

    entries: int
    seconds: float
    """Since the oldest entry that it does not cover was recorded."""


class Completer:
    """Follows what is signed, in the process that signs; others read what it built."""

    def __init__(self, tlog: Tlog, *, seconds: float = SECONDS) -> None:
        self._tlog = tlog
        self._seconds = seconds
        self._maps: dict[str, MapFile] = {}
        self._finished: set[str] = set()
        self._opening = threading.Lock()
        self._working = threading.Lock()
        self._signed = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Follow in a thread."""
        self._tlog.listeners.append(self._wake)
        self._thread = threading.Thread(target=self._run, name="map", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop between two batches, and close the files."""
        if self._thread is not None:
            self._tlog.listeners.remove(self._wake)
            self._stopping.set()
            self._signed.set()
            self._thread.join()
        with self._opening:
            for each in self._maps.values():
                each.close()
            self._maps.clear()

    def once(self) -> MapHead | None:
        """Take what is signed into the maps; put the head into the log where something changed.

        Gives the head that was put there. Raises `NguonError` where a file or the database
        failed; the next time goes on from there.
        """
        with self._working:
            shards = self._tlog.shards()
            for shard in shards[:-1]:
                self._finish(shard)
            if not shards:
                return None
            head = self._advance(shards[-1])
            if head is None or not self._wanted(shards[-1], head):
                return None
            return head if self._put(shards[-1], head) else None

    def lag(self) -> Lag:
        """How far the newest head is behind the entries that are signed."""
        shards = self._tlog.shards()
        signed = self._tlog.signed(shards[-1]) if shards else None
        if signed is None:
            return Lag(0, 0.0)
        found = self._uncovered(shards[-1], signed.size)
        if not found:
            return Lag(0, 0.0)
        seq = shards[-1].first + found[0]
        oldest = self._tlog.store.log.entries(seq, seq + 1)
        passed = time.time() - oldest[0].record_time / 1e6 if oldest else 0.0
        return Lag(found[1], max(0.0, passed))

    def proof(self, item_key: str) -> Completeness | None:
        """That the item's list in the shard that grows is whole.

        None before a head is in a signed checkpoint, and for what has no mark. Raises
        `LogError` ``tlog.map-misses`` where the index of the database knows an entry that
        the map does not have.
        """
        shards = self._tlog.shards()
        return self._proof(shards[-1], item_key) if shards else None

    def proofs(self, item_key: str) -> "list[Completeness]":
        """The same for each shard that has a head, oldest first; raises `LogError`."""
        found = (self._proof(shard, item_key) for shard in self._tlog.shards())
        return [each for each in found if each is not None]

    def _wake(self, _shard: Shard, _signed: Signed) -> None:
        self._signed.set()

    def _run(self) -> None:
        # Entries that another process signed last may be in no map yet.
        while not self._signed.wait(LOOK) and not self._begun():
            continue
        self._signed.set()
        while not self._stopping.is_set():
            self._signed.wait()
            self._signed.clear()
            if self._stopping.is_set():
                return
            try:
                self.once()
            except _StoppedError:
                return
            except NguonError as error:
                _LOG.warning("the map waits: %s", error)
            except Exception:  # noqa: BLE001  the next signature tries again
                _LOG.exception("the map waits")
            self._stopping.wait(self._seconds)

    def _begun(self) -> bool:
        """Whether this process keeps a log of which something is signed, as far as it can tell."""
        try:
            shards = self._tlog.shards() if self._tlog.keeps else ()
            return bool(shards) and self._tlog.signed(shards[-1]) is not None
        except NguonError as error:
            _LOG.warning("the map waits: %s", error)
            return False

    def _map(self, shard: Shard) -> MapFile:
        with self._opening:
            found = self._maps.get(shard.name)
            if found is None:
                path = map_path(self._tlog.files, shard)
                found = self._maps[shard.name] = MapFile(path, shard.origin, batch=BATCH)
            return found

    def _advance(self, shard: Shard) -> MapHead | None:
        """The head over all that is signed."""
        signed = self._tlog.signed(shard)
        if signed is None:
            return None
        head = self._taken(shard, signed.size)
        kept = self._map(shard)
        found = kept.logged(_size(self._note(shard, signed)))
        kept.forget(0 if found is None else found[1].size)
        return head

    def _finish(self, shard: Shard) -> None:
        """Take what is signed of a shard that ended; its last head is kept for good."""
        signed = self._tlog.signed(shard)
        if shard.name in self._finished or signed is None or shard.last is None:
            return
        at = shard.last + 1 - shard.first - LAST
        if signed.size == at + LAST:
            last = next(self._tlog.folder(shard).entries(at, at + 1))
            if last.startswith(HEAD_LINE) and self._map(shard).size <= at:
                self._taken(shard, at)
            self._finished.add(shard.name)
        self._advance(shard)

    def _taken(self, shard: Shard, size: int) -> MapHead:
        kept, folder = self._map(shard), self._tlog.folder(shard)
        start = kept.size
        entries = enumerate(self._until_stopped(folder.entries(start, size)), start)
        # More at once costs less of an entry; requests wait longer, so only where it lags.
        batch = WHOLE if size - start >= WHOLE else BATCH
        return kept.advance(entries, size, lambda name: folder.get(f"subjects/{name}"), batch=batch)

    def _until_stopped(self, entries: Iterator[bytes]) -> Iterator[bytes]:
        for entry in gently(entries):
            if self._stopping.is_set():
                raise _StoppedError
            yield entry

    def _put(self, shard: Shard, head: MapHead) -> bool:
        """False where the shard ended meanwhile, with a head of its own."""
        store = self._tlog.store
        with store.transaction() as connection:
            store.log.take(connection)
            if not grows(connection, shard):
                return False
            seq = store.log.add_entry(connection, EntryKind.MAP, bytes(head))
        self._map(shard).note_logged(seq - shard.first, head)
        return True

    def _wanted(self, shard: Shard, head: MapHead) -> bool:
        if self._uncovered(shard, head.size):
            return True
        # A file that was built again has no head of the past to prove from.
        found = self._map(shard).logged(_ALL)
        return found is not None and self._map(shard).head(found[1].size) != found[1]

    def _uncovered(self, shard: Shard, size: int) -> tuple[int, int] | None:
        """The first entry that no head in the log covers, and how many from there on.

        A head itself is not worth another one.
        """
        found = self._map(shard).logged(_ALL)
        covered = 0 if found is None else found[1].size
        for index, each in enumerate(self._tlog.folder(shard).entries(covered, size), covered):
            if not each.startswith(HEAD_LINE):
                return index, size - index
        return None

    def _note(self, shard: Shard, signed: Signed) -> bytes:
        return self._tlog.witnessed(shard) or signed.note

    def _proof(self, shard: Shard, item_key: str) -> Completeness | None:
        signed = self._tlog.signed(shard)
        if signed is None:
            return None
        kept = self._map(shard)
        for note in (self._note(shard, signed), signed.note):
            found = kept.logged(_size(note))
            if found is not None and kept.head(found[1].size) == found[1]:
                return self._proved(shard, item_key, found, note)
        return None

    def _proved(
        self, shard: Shard, item_key: str, logged: tuple[int, MapHead], note: bytes
    ) -> Completeness | None:
        index, head = logged
        if next(self._tlog.folder(shard).entries(index, index + 1)) != bytes(head):
            raise LogError("tlog.map-not-logged", index=index)
        secret = item_secret(item_key, self._tlog.store.secret)
        mark = item_mark(item_key, secret)
        kept = self._map(shard)
        listed = kept.list(mark, head.size)
        self._compare(shard, item_key, head.size, {each.index for each in listed})
        proof = kept.prove(mark, head.size)
        return Completeness(item_key, secret, shard, index, head, proof, tuple(listed), note)

    def _compare(self, shard: Shard, item_key: str, size: int, listed: set[int]) -> None:
        """The database's index was built by other code from the same events."""
        for seq in self._tlog.store.log.seqs_of_item(item_key):
            index = seq - shard.first
            if 0 <= index < size and index not in listed:
                raise LogError("tlog.map-misses", index=index, shard=shard.name)


def _size(note: bytes) -> int:
    return read_checkpoint(text_of(note)).size
