# SPDX-License-Identifier: Apache-2.0
"""Every system call that touches the log's files fails once, by itself or with its process.

Afterwards an undisturbed process signs everything, the audit finds nothing, all that was
ever signed is of one tree, and every entry that was acknowledged is in it.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from nguon.store import Store, open_store
from nguon.tlog.auditing import audit
from nguon.tlog.model import Shard
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import read_checkpoint
from nguon.transparency.hashing import leaf_hashes, root_of
from nguon.transparency.notes import text_of
from tests.fault.log.traced import READING, WRITING, Call, Traced, sampled, traced
from tests.tlog_made import made

pytestmark = pytest.mark.fault

FAULTS = {
    "EIO": (WRITING, "error=EIO"),
    "ENOSPC": (WRITING, "error=ENOSPC"),
    "killed": (WRITING, "signal=SIGKILL"),
    "reads": (READING, "error=EIO"),
}


class Told:
    """What a process was promised until it ended."""

    def __init__(self, path: Path) -> None:
        lines = path.read_text().splitlines() if path.is_file() else []
        words = [line.split() for line in lines]
        self.entries = [(int(w[1]), int(w[2]), w[3]) for w in words if w[0] == "entries"]
        self.notes = [bytes.fromhex(w[1]) for w in words if w[0] == "note"]
        self.refused = [" ".join(w[1:]) for w in words if w[0] == "refused"]


def check_promises(store: Store, shards: tuple[Shard, ...], told: Told) -> None:
    """All notes are of one tree for each shard; what was acknowledged is there, unchanged."""
    origins = {shard.origin: shard for shard in shards}
    for note in told.notes:
        seen = read_checkpoint(text_of(note))
        shard = origins[seen.origin]
        rows = [leaf for _, leaf in store.log.leaves(shard.first, shard.first + seen.size)]
        assert len(rows) == seen.size
        assert root_of(leaf_hashes(rows)) == seen.root
    for first, last, digest in told.entries:
        rows = [leaf for _, leaf in store.log.leaves(first, last + 1)]
        assert sha256(b"".join(rows)).hexdigest() == digest
        shard = next(each for each in reversed(shards) if each.first <= last)
        assert shard.last is None or last <= shard.last or first <= shard.last


def check_sound(tlog: Tlog) -> None:
    """Everything is signed, shown, and sound."""
    head = tlog.store.log.head().seq
    assert tlog.store.log.gaps() == []
    for shard in tlog.shards():
        signed = tlog.signed(shard)
        assert signed is not None
        assert signed.size == shard.end(head) - shard.first
        assert tlog.folder(shard).checkpoint() == signed.note
        assert [str(error) for error in audit(tlog, shard)] == []
        assert not list((tlog.folder(shard).path / ".new").glob("*"))


def check_after(url: str, folder: Path, told: Told) -> None:
    with open_store(url) as store:
        tlog = made(store, folder)
        tlog.turn()
        check_promises(store, tlog.shards(), told)
        check_sound(tlog)
        tlog.close()


class Runs:
    """One story, as often as there are faults, each time in a place of its own."""

    def __init__(self, strace: Traced, work: Path, fresh: Callable[[Path], str]) -> None:
        self.strace, self._work, self._fresh = strace, work, fresh

    def run(self, story: str, calls: str, fault: str | None) -> tuple[int, Told, bool]:
        place = self._work / "place"
        place.mkdir()
        url, kept, told = self._fresh(place), place / "kept", place / "told"
        words = [url, str(kept), str(told), story]
        ended = self.strace.run(words, calls, fault)
        found = Told(told)
        check_after(url, kept, found)
        self.calls = self.strace.calls(kept)
        hit = self.strace.hit(kept)
        shutil.rmtree(place)
        return ended, found, hit

    def all(self, story: str, kind: str, most: int) -> Iterator[tuple[Call, int, Told, bool]]:
        """A run for each call, or for so many of them."""
        calls, fault = FAULTS[kind]
        assert self.run(story, calls, None)[1].refused == []
        for call in sampled(self.calls, most):
            where = f"{call.name}:{fault}:when={call.at}"
            yield call, *self.run(story, calls, where)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Path]:
    """In memory where there is such a place: what matters is that a call fails, not its disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="nguon-", dir=memory) as made_there:
        yield Path(made_there)


@pytest.fixture
def runs(work: Path, sqlite_template: Path) -> Iterator[Runs]:
    def fresh(place: Path) -> str:
        shutil.copy(sqlite_template, place / "nguon.db")
        return f"sqlite:///{place / 'nguon.db'}"

    with traced(work) as strace:
        yield Runs(strace, work, fresh)


SAMPLES = [
    ("grow", "EIO", 24),
    ("grow", "ENOSPC", 10),
    ("grow", "killed", 20),
    ("grow", "reads", 12),
    ("rotate", "EIO", 5),
    ("rotate", "killed", 5),
    ("cut", "EIO", 5),
    ("cut", "killed", 5),
    ("roll", "killed", 4),
]
"""Story, fault, and how many calls fail where not every one does."""


@pytest.mark.parametrize(("story", "kind", "most"), SAMPLES)
def test_every_call_fails_once(runs: Runs, story: str, kind: str, most: int) -> None:
    met = 0
    for call, ended, told, hit in runs.all(story, kind, most):
        if kind == "killed":
            assert ended == -signal.SIGKILL, call
            met += 1
        else:
            assert ended == 0, (call, told.refused, runs.strace.said())
            met += hit
    assert met >= most * 0.9
