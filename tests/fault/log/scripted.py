# SPDX-License-Identifier: Apache-2.0
"""Processes that a fault is put into: each line of input, ``url folder told story``, starts one.

It waits until it is traced (a line of output has its number, a line of input lets it
go), then tells a story of a log and writes into the file ``told`` what it was promised:
``entries FIRST LAST SHA256`` of what was acknowledged, ``note HEX`` of all that was ever
signed, seen by anybody or not, ``refused CODE``. The last line of output is how it ended.
"""

import ctypes
import os
import sys
import traceback
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from nguon.base.errors import NguonError
from nguon.store import Store, open_store
from nguon.store.clock import system_clock
from nguon.store.values import EntryKind
from nguon.tlog import rotating, sequencer
from nguon.tlog.periods import Period
from nguon.tlog.rolling import Roller
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import sign_checkpoint
from tests.records import PACKER, make_record
from tests.tlog_made import NOW, made

_PR_SET_PTRACER = 0x59616D61


class Story:
    """What happens to one log."""

    def __init__(self, url: str, folder: Path, told: Path) -> None:
        self._told = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._store: Store = open_store(url)
        self._tlog: Tlog = made(self._store, folder)
        self._tell_signing()

    def grow(self) -> None:
        """The log begins and grows: inside a tile, by many tiles, by a few entries."""
        for step, more in enumerate((3, 2000, 5)):
            self._record(step, more)
            self._turn()
        self._tlog.close()

    def rotate(self) -> None:
        """The key changes while entries come."""
        self._record(0, 5)
        self._turn()
        self._attempt(lambda: rotating.rotate(self._tlog, self._tlog.current(), NOW))
        self._record(1, 5)
        self._turn()
        self._attempt(lambda: rotating.retire(self._tlog, self._tlog.current()))
        self._turn()
        self._tlog.close()

    def cut(self) -> None:
        """A shard ends with entries that are not signed yet; the next one grows."""
        self._record(0, 300)
        self._turn()
        self._record(1, 5)
        self._attempt(self._cut)
        self._record(2, 5)
        self._turn()
        self._turn()
        self._tlog.close()

    def roll(self) -> None:
        """A period ends: the next shard's key is made before, then the shard ends by itself."""
        now = system_clock()
        clock = iter([Period.YEAR.ends(now) - 1, Period.YEAR.ends(now)])
        roller = Roller(self._tlog, Period.YEAR, clock=lambda: next(clock))
        self._record(0, 300)
        self._turn()
        self._attempt(roller.once)
        self._record(1, 5)
        self._attempt(roller.once)
        self._record(2, 5)
        self._turn()
        self._turn()
        self._tlog.close()

    def _cut(self) -> None:
        self._tlog.current()
        self._tlog.cut()

    def _record(self, step: int, more: int) -> None:
        log, first = self._store.log, self._store.log.head().seq + 1
        if more > 10:
            with self._store.transaction() as connection:
                entries = [(EntryKind.MAP, b"%d %d" % (step, number)) for number in range(more)]
                log.add_entries(connection, entries)
        else:
            numbers = range(step * 10_000, step * 10_000 + more * 10, 10)
            records = [make_record(number) for number in numbers]
            self._store.writer.submit(records, PACKER).result(30)
        last = log.head().seq
        leaves = b"".join(leaf for _, leaf in log.leaves(first, last + 1))
        self._tell("entries", first, last, sha256(leaves).hexdigest())

    def _turn(self) -> None:
        self._attempt(self._tlog.turn)

    def _attempt(self, action: Callable[[], Any]) -> None:
        try:
            action()
        except NguonError as error:
            self._tell("refused", error.code)

    def _tell(self, *words: object) -> None:
        os.write(self._told, " ".join(map(str, words)).encode() + b"\n")

    def _tell_signing(self) -> None:
        sign = sign_checkpoint

        def signed(*given: Any) -> Any:
            note = sign(*given)
            self._tell("note", bytes(note).hex())
            return note

        vars(sequencer)["sign_checkpoint"] = signed


def child(words: list[str], gate: int) -> None:
    url, folder, told, story = words
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
    os.read(gate, 1)
    getattr(Story(url, Path(folder), Path(told)), story)()


def main() -> None:
    while line := sys.stdin.readline():
        gate, key = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                child(line.split(), gate)
            except BaseException:  # noqa: BLE001 - a copy of us must not go on
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(pid, flush=True)  # noqa: T201 - for the test that started us
        sys.stdin.readline()
        os.write(key, b".")
        ended = os.waitpid(pid, 0)[1]
        os.close(gate)
        os.close(key)
        print(os.waitstatus_to_exitcode(ended), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
