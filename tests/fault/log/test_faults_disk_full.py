# SPDX-License-Identifier: Apache-2.0
"""A full disk under each part of the log: it says so, records go on, it catches up."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon.base.errors import NguonError
from nguon.store import Store
from nguon.store.values import EntryKind
from nguon.tlog.auditing import audit
from nguon.tlog.model import LogFiles
from nguon.tlog.service import Tlog
from tests.records import PACKER, make_record
from tests.tlog_made import BASE_URL, NOW, record

pytestmark = pytest.mark.fault


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no small file system can be mounted here: it was not filled")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Leave no octet free."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler


def add(store: Store, more: int) -> None:
    with store.transaction() as connection:
        store.log.add_entries(connection, [(EntryKind.MAP, b"%d" % n) for n in range(more)])


def files_on(place: Path, small: Path, part: str) -> LogFiles:
    """The files of a log, one part of them on the small disk."""
    names = {"folder": "log", "state": "state.sqlite", "keys": "log.key", "policy": "log.policy"}
    found = {each: (small if each == part else place) / name for each, name in names.items()}
    return LogFiles(**found)


@pytest.mark.parametrize("part", ["folder", "state"])
def test_a_disk_is_full(store: Store, tmp_path: Path, small: Path, part: str) -> None:
    files = files_on(tmp_path / "kept", small, part)
    tlog = Tlog(store, files, BASE_URL, clock=lambda: NOW)
    record(store, 0, 3)
    before = tlog.turn()
    filler = fill(small)
    add(store, 3000)
    code = {"folder": "archive.unwritable", "state": "tlog.state-unreadable"}[part]
    for _ in range(2):
        with pytest.raises(NguonError) as caught:
            tlog.turn()
        assert caught.value.code == code
        assert tlog.refusal() is caught.value
    assert tlog.signed(tlog.current()) == before
    assert tlog.folder(tlog.current()).checkpoint() == before.note
    [kept] = store.writer.submit([make_record(70_000)], PACKER).result(30)
    filler.unlink()
    signed = tlog.turn()
    assert tlog.refusal() is None
    assert signed.size == kept.seq == store.log.head().seq == 3004
    assert [str(error) for error in audit(tlog, tlog.current())] == []
    tlog.close()


def test_the_log_cannot_begin_without_room_for_its_key(
    store: Store, tmp_path: Path, small: Path
) -> None:
    tlog = Tlog(store, files_on(tmp_path / "kept", small, "keys"), BASE_URL, clock=lambda: NOW)
    filler = fill(small)
    with pytest.raises(NguonError, match=r"tlog.state-unreadable .*No space left"):
        tlog.turn()
    refusal = tlog.refusal()
    assert refusal is not None
    assert refusal.code == "tlog.state-unreadable"
    record(store, 0, 3)
    filler.unlink()
    assert tlog.turn().size == 3
    assert [path.name for path in small.iterdir()] == ["log.key"]
    tlog.close()
