# SPDX-License-Identifier: Apache-2.0
"""Files of a log: written once, read whole or not at all, partial ones let go."""

import errno
import os
from pathlib import Path

import pytest

from nguon.archive import durable
from nguon.archive.errors import ArchiveError, ConflictError, UnreadableError
from nguon.archive.folder import Folder
from nguon.transparency.bundles import write_bundle
from nguon.transparency.errors import ProofError
from nguon.transparency.tiles import ENTRIES, Tile

FULL = Tile(0, 1234067)
PART = Tile(0, 1234067, 3)
HASHES = bytes(range(256)) * 32


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "1")


def files(folder: Folder) -> dict[str, bytes]:
    return {
        path.relative_to(folder.path).as_posix(): path.read_bytes()
        for path in folder.path.rglob("*")
        if path.is_file()
    }


def test_a_tile_lies_where_the_format_says(folder: Folder) -> None:
    folder.write(FULL, HASHES)
    folder.sync()
    assert files(folder) == {"tile/0/x001/x234/067": HASHES}
    assert folder.read(FULL) == HASHES


def test_the_same_again_is_fine_and_other_content_is_refused(folder: Folder) -> None:
    folder.write(FULL, HASHES)
    folder.write(FULL, HASHES)
    with pytest.raises(ConflictError, match=r"archive.conflict \(path='tile/0/x001/x234/067'\)"):
        folder.write(FULL, HASHES[::-1])
    assert files(folder) == {"tile/0/x001/x234/067": HASHES}


def test_what_is_not_signed_may_be_written_anew(folder: Folder) -> None:
    folder.write(FULL, HASHES[:100])
    folder.write(FULL, HASHES, anew=True)
    assert files(folder) == {"tile/0/x001/x234/067": HASHES}


def test_the_full_tile_stands_in_for_a_partial_one(folder: Folder) -> None:
    folder.write(PART, HASHES[:96])
    folder.write(FULL, HASHES)
    folder.forget(FULL)
    assert files(folder) == {"tile/0/x001/x234/067": HASHES}
    assert folder.read(PART) == HASHES[:96]


def test_a_full_bundle_is_cut_to_the_entries_asked_for(folder: Folder) -> None:
    entries = [bytes([index]) * index for index in range(256)]
    folder.write(Tile(ENTRIES, 0), write_bundle(entries))
    assert folder.read(Tile(ENTRIES, 0, 3)) == write_bundle(entries[:3])
    assert list(folder.entries(2, 5)) == entries[2:5]
    folder.write(Tile(ENTRIES, 1, 1), write_bundle([b"next"]))
    assert list(folder.entries(254, 257)) == [*entries[254:], b"next"]
    assert list(folder.entries(7, 7)) == []


def test_a_torn_bundle_is_named_and_not_cut(folder: Folder) -> None:
    folder.write(Tile(ENTRIES, 0), write_bundle([b"one", b"two"])[:-1])
    with pytest.raises(ProofError, match=r"transparency.bundle"):
        folder.read(Tile(ENTRIES, 0, 2))


def test_what_is_not_there_is_named(folder: Folder) -> None:
    with pytest.raises(ProofError, match=r"transparency.no-tile \(path='tile/0/x001/x234/067.p/3'"):
        folder.read(PART)
    assert folder.get("subjects/00") is None
    assert folder.checkpoint() is None
    assert not folder.path.exists()


def test_what_cannot_be_read_is_named(folder: Folder) -> None:
    (folder.path / FULL.path).mkdir(parents=True)
    with pytest.raises(UnreadableError, match=r"archive.unreadable"):
        folder.read(FULL)


def test_hashes_are_given_from_any_place(folder: Folder) -> None:
    folder.write(Tile(0, 0), HASHES)
    folder.write(Tile(0, 1, 2), HASHES[:64])
    wanted = [HASHES[at : at + 32] for at in range(0, len(HASHES), 32)] + [
        HASHES[:32],
        HASHES[32:64],
    ]
    assert list(folder.hashes(0, 258)) == wanted
    assert list(folder.hashes(255, 257)) == wanted[255:257]


def test_the_checkpoint_is_replaced_whole(folder: Folder) -> None:
    folder.publish(b"one")
    folder.publish(b"two")
    assert files(folder) == {"checkpoint": b"two"}


def test_what_a_killed_process_left_beside_is_swept(folder: Folder) -> None:
    folder.write(FULL, HASHES)
    (folder.path / ".new" / "77-1").write_bytes(b"torn")
    folder.sweep()
    assert files(folder) == {"tile/0/x001/x234/067": HASHES}


@pytest.mark.parametrize("count", [1, 60])
def test_one_sync_serves_many_files(
    folder: Folder, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def noted(file: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{file}").readlink()))
        fsync(file)

    monkeypatch.setattr(os, "fsync", noted)
    for index in range(count):
        folder.write(Tile(0, index), HASHES)
    folder.sync()
    folder.sync()
    if count == 60:
        assert synced == []
    else:
        root = str(folder.path)
        assert synced == [f"{root}/tile/0/000", f"{root}/tile/0", f"{root}/tile", root]


def test_without_a_call_for_the_file_system_each_file_is_synced(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(durable, "_syncfs", lambda: None)
    monkeypatch.setattr(os, "fsync", synced.append)
    for index in range(20):
        folder.write(Tile(0, index), HASHES)
    folder.sync()
    assert len(synced) == 20 + 3


@pytest.mark.parametrize("count", [1, 60])
def test_a_disk_that_fails_is_told_of(
    folder: Folder, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_file: int) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    for index in range(count):
        folder.write(Tile(0, index), HASHES)
    monkeypatch.setattr(os, "fsync", fails)
    monkeypatch.setattr(durable, "_syncfs", lambda: fails)
    with pytest.raises(ArchiveError, match=r"archive.unwritable .*Input/output error"):
        folder.sync()


def test_a_full_disk_leaves_no_part_behind(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, octets: write(file, octets[:5]))
    with pytest.raises(ArchiveError, match=r"archive.unwritable .*No space left"):
        folder.write(FULL, HASHES)
    assert files(folder) == {}
