# SPDX-License-Identifier: Apache-2.0
"""Every call that writes fails once, as an error and as a sudden death: afterwards the log is
sound or refuses, has one root for each size, and lost nothing.
"""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from nguon.archive import durable
from nguon.base.errors import NguonError
from nguon.store import Store, open_store
from nguon.store.values import EntryKind
from nguon.tlog.auditing import audit
from nguon.tlog.errors import LogError
from nguon.tlog.model import Shard, Signed
from nguon.tlog.service import Tlog
from nguon.transparency.growing import read_edge
from tests.tlog_made import made

CALLS = ("open", "write", "link", "replace", "fsync", "close", "syncfs")


class Death(BaseException):
    """The process ends here."""


class Failing:
    """Lets the ``at``-th writing call of the log's files fail; counts them."""

    def __init__(self, patched: pytest.MonkeyPatch, at: int, error: BaseException) -> None:
        self.calls = 0
        self._at = at
        self._error = error
        system = type("os", (), {name: staticmethod(self._wrapped(name)) for name in CALLS[:-1]})
        for name in ("O_WRONLY", "O_CREAT", "O_TRUNC", "O_RDONLY", "strerror", "getpid"):
            setattr(system, name, getattr(os, name))
        patched.setattr(durable, "os", system)
        syncing = durable._syncfs()
        patched.setattr(durable, "_syncfs", lambda: self._counted(syncing))

    def _wrapped(self, name: str) -> Callable[..., Any]:
        return self._counted(getattr(os, name))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            self.calls += 1
            if self.calls == self._at:
                raise self._error
            return call(*arguments)

        return counted


@contextmanager
def failing(at: int, error: BaseException) -> Iterator[Failing]:
    with pytest.MonkeyPatch.context() as patched:
        yield Failing(patched, at, error)


class Watched:
    """A log whose signatures are noted: never two roots for one size."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.roots: dict[int, bytes] = {}
        self.tlog = self._started()

    def _started(self) -> Tlog:
        tlog = made(self.store, self.folder)
        tlog.listeners.append(self._note)
        return tlog

    def _note(self, _shard: Shard, signed: Signed) -> None:
        assert self.roots.setdefault(signed.size, signed.root) == signed.root

    def again(self) -> None:
        """As a new process."""
        self.tlog.close()
        self.tlog = self._started()

    def add(self, start: int, more: int) -> None:
        """Put entries into the database."""
        with self.store.transaction() as connection:
            entries = [(EntryKind.MAP, b"%d" % number) for number in range(start, start + more)]
            self.store.log.add_entries(connection, entries)

    def check(self) -> None:
        """The next turn signs everything."""
        signed = self.tlog.turn()
        shard = self.tlog.current()
        assert signed.size == self.store.log.head().seq
        assert self.roots.setdefault(signed.size, signed.root) == signed.root
        assert self.tlog.folder(shard).checkpoint() == signed.note

    def check_whole(self) -> None:
        """Everything that was ever signed is there and sound."""
        shard = self.tlog.current()
        for size, root in self.roots.items():
            assert read_edge(size, self.tlog.folder(shard).read).root() == root
        assert [str(error) for error in audit(self.tlog, shard)] == []


@pytest.mark.parametrize("more", [3, 400])
@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), Death()])
def test_every_writing_call_fails_once(
    sqlite_url: str, tmp_path: Path, more: int, error: BaseException
) -> None:
    with open_store(sqlite_url) as store:
        log = Watched(store, tmp_path)
        log.add(0, 250)
        log.tlog.turn()
        for at in count(1):
            log.add(at * 1000, more)
            before = log.tlog.signed(log.tlog.current())
            with failing(at, error) as calls:
                try:
                    log.tlog.turn()
                except (NguonError, Death):
                    assert calls.calls >= at
                    assert before is not None
                    assert before.size in log.roots or before.size == 250
            if calls.calls < at:
                break
            if isinstance(error, Death):
                log.again()
            log.check()
        assert at > 12
        log.check_whole()
        log.tlog.close()


@pytest.mark.parametrize("late", [False, True])
def test_the_state_fails_before_or_after_it_moved(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, late: bool
) -> None:
    with open_store(sqlite_url) as store:
        log = Watched(store, tmp_path)
        log.check()
        log.add(0, 300)
        move = log.tlog.state.move

        def fails(number: int, before: tuple[int, bytes], signed: Signed) -> None:
            monkeypatch.undo()
            if late:
                move(number, before, signed)
            raise LogError("tlog.state-unreadable", path="x", reason="disk I/O error")

        monkeypatch.setattr(log.tlog.state, "move", fails)
        with pytest.raises(LogError, match=r"tlog.state-unreadable"):
            log.tlog.turn()
        signed = log.tlog.signed(log.tlog.current())
        assert signed is not None
        assert signed.size == (300 if late else 0)
        published = log.tlog.folder(log.tlog.current()).checkpoint() or b""
        assert published.split(b"\n")[1] == b"0"
        log.check()
        log.check_whole()
        log.tlog.close()
