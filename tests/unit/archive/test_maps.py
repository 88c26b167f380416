# SPDX-License-Identifier: Apache-2.0
"""The map in a file: equal however it is portioned, proved, small, built again after a crash."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.archive.errors import ArchiveError
from nguon.archive.maps import MapFile
from nguon.transparency.completeness import (
    Listed,
    MapHead,
    appended,
    check_complete,
    commitment,
)
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import leaf_hash
from nguon.transparency.maps.growing import update
from nguon.transparency.maps.nodes import NOTHING, mark_path
from nguon.transparency.ranges import CompactRange
from tests.unit.archive.made_leaves import beside, leaf, mark, text

ORIGIN = "log.example.vn/log/1"
Items = Sequence[Sequence[int]]


def no_file(name: str) -> bytes:
    raise AssertionError(name)


def numbered(leaves: Sequence[bytes], start: int = 0) -> Iterator[tuple[int, bytes]]:
    return iter(list(enumerate(leaves))[start:])


def nothing(name: bytes) -> bytes:
    raise AssertionError(name)


def naive(leaves: Sequence[bytes], items: Items) -> bytes:
    """The root from whole lists, set once."""
    lists: dict[int, list[Listed]] = {}
    for index, marked in enumerate(items):
        for item in set(marked):
            lists.setdefault(item, []).append(Listed(index, leaf_hash(leaves[index])))
    values = {
        mark_path(mark(item)): commitment(appended(CompactRange(), each))
        for item, each in lists.items()
    }
    return update(NOTHING, values, nothing).root


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 40), max_size=6), max_size=24),
    st.sets(st.integers(0, 24)),
    st.integers(1, 7),
)
def test_however_it_is_portioned(items: Items, cuts: set[int], batch: int) -> None:
    leaves = [leaf(number, each) for number, each in enumerate(items)]
    ends = sorted({0, len(leaves)} | {cut for cut in cuts if cut < len(leaves)})
    with TemporaryDirectory() as folder:
        kept = MapFile(Path(folder, "map.sqlite"), ORIGIN, batch=batch)
        head = kept.advance(numbered(leaves), 0, no_file)
        for start, end in pairwise(ends):
            head = kept.advance(numbered(leaves, start), end, no_file)
            assert head == MapHead(ORIGIN, end, naive(leaves[:end], items[:end]))
        assert head.root == naive(leaves, items)
        for size in ends:
            for item in range(41):
                listed = [
                    Listed(index, leaf_hash(leaves[index]))
                    for index in range(size)
                    if item in items[index]
                ]
                assert kept.list(mark(item), size) == listed
                found = kept.head(size)
                assert found is not None
                proof = kept.prove(mark(item), size)
                check_complete(found, mark_path(mark(item)), listed, proof)
        nodes = kept.counts()["node"]
        kept.forget(len(leaves))
        assert kept.counts()["gone"] == 0
        assert kept.counts()["node"] <= nodes
        fresh = MapFile(Path(folder, "fresh.sqlite"), ORIGIN)
        fresh.advance(numbered(leaves), len(leaves), no_file)
        assert kept.counts()["node"] == fresh.counts()["node"]
        fresh.close()
        assert kept.head(len(leaves)) == head
        kept.prove(mark(0), len(leaves))
        kept.close()


ITEMS: Items = [[1, 2], [2], [], [3, 1], [2, 2]]
LEAVES = [leaf(number, each) for number, each in enumerate(ITEMS)]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[MapFile]:
    made = MapFile(tmp_path / "map.sqlite", ORIGIN, batch=2)
    yield made
    made.close()


def test_older_heads_stay_until_they_are_forgotten(kept: MapFile) -> None:
    old = kept.advance(numbered(LEAVES), 2, no_file)
    kept.advance(numbered(LEAVES, 2), 5, no_file)
    listed = [Listed(0, leaf_hash(LEAVES[0])), Listed(1, leaf_hash(LEAVES[1]))]
    check_complete(old, mark_path(mark(2)), listed, kept.prove(mark(2), 2))
    kept.forget(2)
    check_complete(old, mark_path(mark(2)), listed, kept.prove(mark(2), 2))
    kept.forget(5)
    with pytest.raises(ArchiveError, match=r"archive[.]no-map-head"):
        kept.prove(mark(2), 2)
    assert kept.head(2) is None


def test_what_marks_nothing(kept: MapFile) -> None:
    others = [
        b"",
        b"nguon/map@v1\nlog\n1\n",
        b"\x00\x01",
        b"{",
        b'{"a":"\xff"}',
        b"{}",
        b"[" * 20_000,
        b'{"a":' * 20_000,
        b'["subjects"]',
        b'{"commit":"x","kind":"statement","v":1}',
        b'{"commit":"x","erased":3,"kind":"erasure","v":1}',
        b'{"subjects":[]}',
    ]
    assert kept.advance(numbered(others), len(others), no_file).root == NOTHING


@pytest.mark.parametrize(
    "fault",
    [
        b'{"subjects":7}',
        b'{"subjects":[7]}',
        b'{"subjects":["short"]}',
        b'{"subjects":["%s"]}' % (b"A" * 21 + b"B"),
        b'{"subjects":["%s"]}' % (b"+" * 21 + b"A"),
        b'{"subjects_root":"short"}',
        b'{"subjects_root":null}',
    ],
)
def test_what_marks_wrongly(kept: MapFile, fault: bytes) -> None:
    kept.advance(numbered(LEAVES), 3, no_file)
    with pytest.raises(ArchiveError, match=r"archive[.]leaf.*index=4"):
        kept.advance(iter([(3, LEAVES[3]), (4, fault)]), 5, no_file)
    assert kept.size == 3
    assert kept.advance(numbered(LEAVES, 3), 5, no_file).root == naive(LEAVES, ITEMS)


def test_the_file_of_marks(kept: MapFile) -> None:
    octets, name, file = beside(0, range(1500))
    head = kept.advance(iter([(0, octets)]), 1, {name: file}.__getitem__)
    check_complete(head, mark_path(mark(7)), [Listed(0, leaf_hash(octets))], kept.prove(mark(7), 1))
    assert head.root == naive([octets], [range(1500)])


@pytest.mark.parametrize("file", [b"", b"[]", b'["a"', b"[7]", b"{}"])
def test_another_file_of_marks(kept: MapFile, file: bytes) -> None:
    octets, name, _ = beside(0, range(1500))
    with pytest.raises(ArchiveError, match=r"archive[.]subjects.*" + name):
        kept.advance(iter([(0, octets)]), 1, lambda _: file)
    assert kept.size == 0


def test_a_file_of_marks_that_is_nowhere(kept: MapFile) -> None:
    octets, _, _ = beside(0, range(1500))
    assert kept.advance(iter([(0, octets)]), 1, lambda _: None).root == NOTHING


def test_marks_in_another_order_are_another_file(kept: MapFile) -> None:
    octets, _name, _ = beside(0, range(3))
    marks = sorted((text(mark(item)) for item in range(3)), reverse=True)
    with pytest.raises(ArchiveError, match=r"archive[.]subjects"):
        kept.advance(iter([(0, octets)]), 1, lambda _: b'["%s"]' % '","'.join(marks).encode())


def test_entries_in_order_only(kept: MapFile) -> None:
    with pytest.raises(ArchiveError, match=r"archive[.]map-order.*index=1"):
        kept.advance(numbered(LEAVES, 1), 5, no_file)
    with pytest.raises(ArchiveError, match=r"archive[.]map-order.*index=3"):
        kept.advance(numbered(LEAVES[:3]), 5, no_file)
    assert kept.size == 3
    with pytest.raises(ArchiveError, match=r"archive[.]map-order.*index=2"):
        kept.advance(numbered(LEAVES), 2, no_file)
    assert kept.advance(numbered(LEAVES, 3), 5, no_file).root == naive(LEAVES, ITEMS)


def test_a_batch_is_whole_or_not_at_all(kept: MapFile, tmp_path: Path) -> None:
    def broken() -> Iterator[tuple[int, bytes]]:
        yield from numbered(LEAVES[:3])
        raise EOFError

    with pytest.raises(EOFError):
        kept.advance(broken(), 5, no_file)
    kept.close()
    again = MapFile(tmp_path / "map.sqlite", ORIGIN)
    assert again.size == 2
    assert again.advance(numbered(LEAVES, 2), 5, no_file).root == naive(LEAVES, ITEMS)
    again.close()


@pytest.mark.parametrize(
    "damage",
    [
        "zeroblob(65)",
        "substr(octets, 1, 60)",
        "substr(octets, 1, 1)",
        "CAST(octets || octets AS BLOB)",
    ],
)
def test_a_damaged_file_says_so(kept: MapFile, tmp_path: Path, damage: str) -> None:
    kept.advance(numbered(LEAVES), 5, no_file)
    with sqlite3.connect(tmp_path / "map.sqlite") as other:
        other.execute(f"UPDATE node SET octets = {damage}")
    with pytest.raises(ProofError, match="map-node"):
        kept.prove(mark(1), 5)
    other.close()


def test_what_is_foreseen_is_not_kept(kept: MapFile) -> None:
    leaves = [leaf(number, [number % 5, number % 7]) for number in range(60)]
    kept.advance(numbered(leaves), 40, no_file)
    before = kept.counts(), kept.size
    seen = kept.foreseen(numbered(leaves, 40), 60, no_file)
    assert (kept.counts(), kept.size) == before
    assert kept.head(60) is None
    assert kept.foreseen(iter(()), 40, no_file) == kept.head(40)
    with pytest.raises(ArchiveError, match="map-order"):
        kept.foreseen(numbered(leaves[:50], 40), 60, no_file)
    assert kept.advance(numbered(leaves, 40), 60, no_file) == seen
