# SPDX-License-Identifier: Apache-2.0
"""A mirror follows a log over HTTP: copies it to the octet, and notices every kind of lie."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nguon.archive.folder import Folder
from nguon.mirror.checking import check
from nguon.mirror.fetching import Source
from nguon.mirror.following import Limits, Mirror
from nguon.mirror.keeping import Home, Said
from nguon.transparency.bundles import write_bundle
from nguon.transparency.checkpoints import Checkpoint, sign_checkpoint
from nguon.transparency.tiles import ENTRIES, Tile
from tests.integration.mirror.made import TIME, Operator, served
from tests.unit.archive.made_leaves import beside, leaf


class Watched:
    """A log, its server, a mirror of it, and what the mirror told."""

    def __init__(self, folder: Path, url: str, operator: Operator) -> None:
        self.operator = operator
        self.home = Home(folder / "mirror")
        self.source = Source(url)
        self.told: list[Said] = []
        self.now, self.limits = TIME, Limits(fresh=10**6)
        self.open()

    def open(self) -> None:
        self.mirror = Mirror(
            self.home.path,
            self.operator.policy,
            self.source,
            tell=self.told.append,
            clock=lambda: self.now,
            limits=self.limits,
        )

    def again(self) -> None:
        """As after a new start."""
        self.mirror.close()
        self.open()

    def turn(self) -> list[str]:
        """Codes of what is told in one look; the copy's size stays in the status."""
        self.told.clear()
        self.status = self.mirror.turn()
        return [each.code for each in self.told]

    def faults(self, *, deep: bool = True) -> list[str]:
        return [
            each.code for each in check(self.home, self.operator.policy, self.source, deep=deep)
        ]


def leaves(start: int, end: int) -> list[bytes]:
    return [leaf(number, [number % 7, number % 11]) for number in range(start, end)]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    operator = Operator(tmp_path / "log")
    with served(operator.path) as url:
        made = Watched(tmp_path, url, operator)
        with made.source:
            yield made
        made.mirror.close()


def test_an_equal_copy_at_each_size(watched: Watched) -> None:
    for start, end in ((0, 0), (0, 1), (1, 200), (200, 256), (256, 300), (300, 3000)):
        watched.operator.add(*leaves(start, end))
        assert watched.turn() == []
        assert watched.status.trouble is None
        assert (watched.status.size, watched.status.origin) == (end, watched.operator.origin)
        assert list(watched.mirror.folder.entries(0, end)) == watched.operator.entries
        assert watched.mirror.folder.checkpoint() == watched.operator.note()
        watched.again()
    theirs, ours = watched.operator.path, watched.home.log
    for tile in (Tile(0, 10), Tile(0, 11, 184), Tile(1, 0, 11), Tile(ENTRIES, 11, 184)):
        assert (ours / tile.path).read_bytes() == (theirs / tile.path).read_bytes()
    assert watched.faults() == []


def test_the_map_is_built_again_and_compared(watched: Watched) -> None:
    large, name, file = beside(99, range(1200))
    watched.operator.folder.put(f"subjects/{name}", file)
    watched.operator.add(*leaves(0, 50), large)
    watched.operator.add(watched.operator.head(), *leaves(51, 60))
    assert watched.turn() == []
    assert watched.status.map_size == 51
    assert watched.status.uncovered is not None
    assert watched.status.uncovered.what == 52
    assert (watched.home.log / "subjects" / name).read_bytes() == file
    watched.operator.add(watched.operator.head())
    assert watched.turn() == []
    assert watched.status.map_size == 61
    assert watched.home.status().uncovered is None
    watched.again()
    watched.operator.add(*leaves(61, 62))
    watched.operator.add(watched.operator.head())
    assert watched.turn() == []
    assert watched.status.map_size == 63
    assert watched.faults() == []


OMITTED = [*leaves(0, 4), b"{}", *leaves(5, 9)]
ADDED = [leaf(0, [0, 0, 5]), *leaves(1, 9)]
MOVED = leaves(0, 3) + leaves(4, 5) + leaves(3, 4) + leaves(5, 9)


@pytest.mark.parametrize("claimed", [OMITTED, ADDED, MOVED], ids=["omitted", "added", "moved"])
def test_a_withheld_entry(watched: Watched, claimed: list[bytes]) -> None:
    watched.operator.add(*leaves(0, 9))
    watched.operator.add(watched.operator.head(claimed))
    assert watched.turn() == ["mirror.map-differs"]
    assert watched.status.alarms[0].params == {"index": "9", "size": "9"}
    assert watched.turn() == [], "told once"
    assert watched.faults() == ["mirror.map-differs"]


def test_a_map_that_is_late(watched: Watched) -> None:
    watched.operator.add(*leaves(0, 9))
    assert watched.turn() == []
    watched.again()
    watched.now += 899
    watched.operator.add(*leaves(9, 12))
    assert watched.turn() == []
    watched.now += 2
    assert watched.turn() == ["mirror.map-late"]
    assert watched.status.alarms[0].params == {"index": "0"}


def test_a_log_without_marks_owes_no_map(watched: Watched) -> None:
    watched.operator.add(b"one", b"two")
    watched.turn()
    watched.now += 10_000
    assert watched.turn() == []


def flipped(path: Path, at: int = 40) -> None:
    octets = bytearray(path.read_bytes())
    octets[at] ^= 1
    path.write_bytes(bytes(octets))


def swapped(path: Path) -> None:
    octets = path.read_bytes()
    path.write_bytes(octets[32:64] + octets[:32] + octets[64:])


def entries_swapped(path: Path) -> None:
    path.write_bytes(write_bundle([*leaves(1, 2), *leaves(0, 1), *leaves(2, 256)]))


def shorter(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0" * 32)


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("place", "change", "reason"),
    [
        ("tile/entries/000", flipped, "mirror.entry-differs"),
        ("tile/entries/000", entries_swapped, "mirror.entry-differs"),
        ("tile/entries/000", shorter, "transparency.bundle"),
        ("tile/entries/000", longer, "transparency.bundle"),
        ("tile/entries/000", gone, "mirror.missing"),
        ("tile/entries/002.p/88", flipped, "mirror.entry-differs"),
        ("tile/entries/002.p/88", gone, "mirror.missing"),
        ("tile/0/000", flipped, "transparency.tile-differs"),
        ("tile/0/001", swapped, "transparency.tile-differs"),
        ("tile/0/001", shorter, "transparency.tile-length"),
        ("tile/0/001", gone, "mirror.missing"),
        ("tile/0/002.p/88", flipped, "transparency.tiles-root"),
        ("tile/0/002.p/88", shorter, "transparency.tile-length"),
        ("tile/1/000.p/2", flipped, "transparency.tiles-root"),
        ("tile/1/000.p/2", swapped, "transparency.tiles-root"),
        ("tile/1/000.p/2", gone, "mirror.missing"),
    ],
)
def test_each_tampering(
    watched: Watched, place: str, change: Callable[[Path], None], reason: str
) -> None:
    watched.operator.add(*leaves(0, 600))
    right = (watched.operator.path / place).read_bytes()
    change(watched.operator.path / place)
    assert watched.turn() == [reason]
    assert watched.status.size == 0
    assert not watched.home.status().stopped
    assert watched.mirror.folder.checkpoint() is None
    (watched.operator.path / place).write_bytes(right)
    assert watched.turn() == []
    assert watched.status.size == 600
    assert watched.faults() == []
    change(watched.operator.path / place)
    assert watched.turn() == [], "what is copied is not fetched again"
    assert set(watched.faults()) & {"mirror.file-differs", reason}


@pytest.mark.parametrize("place", ["tile/entries/000", "tile/0/001", "tile/1/000.p/2"])
def test_our_own_disk(watched: Watched, place: str) -> None:
    watched.operator.add(*leaves(0, 600))
    watched.turn()
    flipped(watched.home.log / place)
    assert watched.faults() != []


def test_a_partial_tile_that_is_gone(watched: Watched) -> None:
    watched.operator.add(*leaves(0, 300))
    note = watched.operator.note()
    watched.operator.add(*leaves(300, 600))
    for tile in (Tile(0, 1), Tile(ENTRIES, 1)):
        watched.operator.folder.forget(tile)
    watched.operator.publish(note)
    assert watched.turn() == []
    assert watched.status.size == 300
    watched.operator.publish()
    assert watched.turn() == []
    assert watched.faults() == []


def forked(watched: Watched, at: int, size: int) -> None:
    """The operator begins another history after the first ``at`` entries."""
    watched.operator.entries[at:] = [leaf(10_000 + n, [3]) for n in range(at, size)]
    watched.operator.write()
    watched.operator.publish()


@pytest.mark.parametrize(("at", "size"), [(0, 700), (599, 600), (300, 601), (599, 900), (300, 500)])
def test_a_fork(watched: Watched, at: int, size: int) -> None:
    watched.operator.add(*leaves(0, 600))
    watched.turn()
    before = watched.operator.note()
    forked(watched, at, size)
    assert watched.turn() == ["mirror.fork"]
    assert watched.status.stopped
    kept = sorted(each.read_bytes() for each in watched.home.evidence.glob("*.note"))
    assert kept == sorted([before, watched.operator.note()])
    watched.again()
    assert watched.turn() == []
    assert watched.status.size == 600
    assert watched.mirror.folder.checkpoint() == before
    assert list(Folder(watched.home.log).entries(0, 600)) == leaves(0, 600)
    assert "mirror.fork" in watched.faults(deep=False)


def test_a_fork_that_nobody_witnessed(watched: Watched) -> None:
    watched.operator.add(*leaves(0, 600))
    watched.turn()
    forked(watched, 300, 700)
    watched.operator.publish(watched.operator.note(witnessed=False))
    assert watched.turn() == ["mirror.fork"]


def test_a_rollback(watched: Watched) -> None:
    watched.operator.add(*leaves(0, 600))
    watched.turn()
    old = watched.operator.note(300)
    watched.operator.publish(old)
    assert watched.turn() == ["mirror.smaller"]
    assert not watched.status.stopped
    assert watched.status.size == 600
    assert old in [each.read_bytes() for each in watched.home.evidence.glob("*.note")]
    assert watched.faults(deep=False) == ["mirror.smaller"]
    watched.operator.publish()
    watched.operator.add(*leaves(600, 610))
    assert watched.turn() == []
    assert watched.status.size == 610


def test_another_key_and_another_log(watched: Watched, tmp_path: Path) -> None:
    watched.operator.add(*leaves(0, 10))
    watched.turn()
    other = Operator(tmp_path / "other", seed=2)
    watched.operator.publish(other.note())
    assert watched.turn() == ["transparency.checkpoint-origin"], "its witness alone is known"
    signed = sign_checkpoint(Checkpoint(watched.operator.origin, 11, b"x" * 32), other.signer)
    watched.operator.publish(bytes(signed))
    assert watched.turn() == ["transparency.signature-unknown"]
    assert len(list(watched.home.evidence.glob("*.note"))) == 2
    watched.operator.publish(watched.operator.note().replace(b"\n10\n", b"\n11\n"))
    assert watched.turn() == ["transparency.signature-fails"]
    watched.operator.publish(b"<html>")
    assert watched.turn() == ["transparency.note-form"]
    assert watched.status.size == 10


def test_a_quorum_may_need_a_while(watched: Watched) -> None:
    watched.operator.add(*leaves(0, 10))
    alone = watched.operator.note(witnessed=False)
    watched.operator.publish(alone)
    assert watched.turn() == []
    assert watched.status.size == 0
    assert watched.status.trouble is not None
    assert watched.status.trouble.code == "transparency.quorum"
    watched.now += 901
    assert watched.turn() == ["mirror.unwitnessed"]
    watched.operator.publish()
    assert watched.turn() == []
    assert (watched.status.size, watched.status.unwitnessed) == (10, None)
    watched.operator.publish(alone)
    watched.turn()
    assert watched.mirror.folder.checkpoint() == watched.operator.note(), "none is lost"


@pytest.mark.parametrize("file", [None, b"[]"])
def test_a_file_of_marks_that_is_withheld(watched: Watched, file: bytes | None) -> None:
    large, name, right = beside(0, range(1200))
    watched.operator.folder.put(f"subjects/{name}", right)
    watched.operator.add(large)
    watched.operator.add(watched.operator.head())
    place = watched.operator.path / "subjects" / name
    place.unlink() if file is None else place.write_bytes(file)
    reason = "mirror.missing" if file is None else "archive.subjects"
    assert watched.turn() == [reason, "mirror.map-differs"]


@pytest.mark.parametrize(
    "head",
    [b"", b"%s\n99\nAAAA\n", b"%s\n99\n" + b"A" * 43 + b"=\n"],
    ids=["short", "root", "future"],
)
def test_a_head_that_is_none(watched: Watched, head: bytes) -> None:
    origin = watched.operator.origin.encode()
    watched.operator.add(*leaves(0, 3), b"nguon/map@v1\n" + head.replace(b"%s", origin))
    assert watched.turn() == ["mirror.map-head"]


def test_a_log_that_is_not_there(watched: Watched, tmp_path: Path) -> None:
    watched.operator.add(*leaves(0, 3))
    watched.turn()
    with Source("http://127.0.0.1:9") as nowhere:
        mirror = Mirror(watched.home.path, watched.operator.policy, nowhere)
        status = mirror.turn()
        assert status.trouble is not None
        assert status.trouble.code == "mirror.unreachable"
        assert (status.alarms, status.size) == ((), 3)
        mirror.close()
    (watched.operator.path / "checkpoint").unlink()
    assert watched.turn() == ["mirror.missing"]
