# SPDX-License-Identifier: Apache-2.0
"""Every octet of a log's folder counts: whatever is changed is found, and named."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.archive.auditing import audit_folder
from nguon.archive.folder import Folder
from nguon.tlog.growth import Tree, forget_partial, read_tree, written
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import leaf_hashes, root_of


def entries(start: int, end: int) -> list[bytes]:
    return [b"entry %d" % index for index in range(start, end)]


def grown(path: Path, *sizes: int) -> tuple[Folder, Tree]:
    folder, tree = Folder(path), Tree()
    for size in sizes:
        tree = written(folder, tree, entries(tree.size, size), anew=False)
    return folder, tree


def codes(folder: Folder, size: int, root: bytes) -> list[str]:
    return [error.code for error in audit_folder(folder, size, root)]


@given(st.lists(st.integers(0, 1500), min_size=1, max_size=5).map(sorted))
@settings(max_examples=10, deadline=None)
def test_any_growth_has_the_root_of_the_naive_tree(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    folder, tree = grown(tmp_path_factory.mktemp("log"), *sizes)
    root = root_of(leaf_hashes(entries(0, sizes[-1])))
    assert tree.root() == root
    assert codes(folder, sizes[-1], root) == []
    for size in sizes:
        before = root_of(leaf_hashes(entries(0, size)))
        assert read_tree(folder, size, before).root() == before


def test_partial_files_go_when_full_ones_are_there(tmp_path: Path) -> None:
    folder, tree = grown(tmp_path, 100, 300)
    forget_partial(folder, 100, 300)
    assert not (tmp_path / "tile/0/000.p").exists()
    assert not (tmp_path / "tile/entries/000.p").exists()
    assert (tmp_path / "tile/0/001.p/44").is_file()
    assert codes(folder, 300, tree.root()) == []


def test_every_file_counts(tmp_path: Path) -> None:
    folder, tree = grown(tmp_path, 3, 70_000)
    names = [path for path in tmp_path.rglob("*") if path.is_file()]
    shown = {
        "tile/0/000",
        "tile/0/272",
        "tile/0/273.p/112",
        "tile/0/000.p/3",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
        "tile/entries/000",
        "tile/entries/000.p/3",
        "tile/entries/273.p/112",
    }
    assert shown <= {name.relative_to(tmp_path).as_posix() for name in names}
    for name in sorted(shown):
        path = tmp_path / name
        octets = path.read_bytes()
        middle = len(octets) // 2
        flipped = bytes([octets[middle] ^ 4])
        path.write_bytes(octets[:middle] + flipped + octets[middle + 1 :])
        assert codes(folder, 70_000, tree.root()), name
        path.write_bytes(octets[:-1])
        assert codes(folder, 70_000, tree.root()), name
        path.write_bytes(octets)
    assert codes(folder, 70_000, tree.root()) == []


def test_a_missing_bundle_is_named(tmp_path: Path) -> None:
    folder, tree = grown(tmp_path, 600)
    (tmp_path / "tile/entries/001").unlink()
    assert codes(folder, 600, tree.root()) == ["transparency.no-tile"]
    (tmp_path / "tile/0/001").unlink()
    assert codes(folder, 600, tree.root()) == ["transparency.no-tile", "transparency.no-tile"]


def test_another_root_is_named(tmp_path: Path) -> None:
    folder, _ = grown(tmp_path, 600)
    assert codes(folder, 600, bytes(32)) == ["transparency.tiles-root"]
    with pytest.raises(ProofError, match=r"transparency.tiles-root"):
        read_tree(folder, 600, bytes(32))
