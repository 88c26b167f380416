# SPDX-License-Identifier: Apache-2.0
"""The map's file, item by item: the list, its length and root, and what the map's root says."""

import sqlite3
from collections import defaultdict
from contextlib import closing
from functools import cache
from pathlib import Path

from nguon.archive.map_file import MapTables
from nguon.archive.map_nodes import Rows
from nguon.base.errors import NguonError
from nguon.base.gently import gently
from nguon.tlog.scrub.findings import Finding
from nguon.transparency.completeness import Listed, appended, commitment
from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.maps.nodes import Load, mark_path
from nguon.transparency.maps.proofs import prove
from nguon.transparency.ranges import CompactRange, restored

PORTION = 500

Step = tuple[list[Finding], str, int]
"""Findings, the last mark (hex; empty at the end), how many items."""
Item = tuple[bytes, int, bytes]
"""Mark, how many entries it has, peaks of its list."""


def check(path: Path, name: str, after: str) -> Step:
    """The next items of a map's file, under the head that covers all that is in it."""
    if not path.is_file():
        return [], "", 0
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with (
            closing(MapTables(path)) as tables,
            closing(sqlite3.connect(address, uri=True, isolation_level=None)) as opened,
            tables.reading(),
        ):
            opened.execute("BEGIN")
            return _check(tables, opened, name, bytes.fromhex(after))
    except (sqlite3.Error, NguonError, ValueError):
        return [Finding("scrub.map", f"{name}.map.sqlite")], "", 0


def _check(tables: MapTables, opened: sqlite3.Connection, name: str, after: bytes) -> Step:
    size, _ = tables.state()
    root = tables.root_at(size)
    if root is None or opened.execute("SELECT size FROM state").fetchone() != (size,):
        return [], "", 0  # it is just taking more
    query = "SELECT mark, size, peaks FROM item WHERE mark > ? ORDER BY mark LIMIT ?"
    items: list[Item] = opened.execute(query, (after, PORTION)).fetchall()
    if not items:
        return [], "", 0
    lists = _lists(opened, items[0][0], items[-1][0], size)
    # Each node is read once: those near the root are on the way to every item.
    load = cache(Rows(tables.node).load)
    findings = [
        Finding("scrub.map", f"{name}.map.sqlite {item[0].hex()}")
        for item in gently(items, piece=20)
        if not _sound(item, lists[item[0]], root, load)
    ]
    return findings, items[-1][0].hex() if len(items) == PORTION else "", len(items)


def _lists(
    opened: sqlite3.Connection, first: bytes, last: bytes, size: int
) -> dict[bytes, list[Listed]]:
    """The entries of all items between two marks, in order."""
    found: dict[bytes, list[Listed]] = defaultdict(list)
    query = (
        "SELECT mark, entry, leaf FROM listed JOIN entry USING (entry)"
        " WHERE mark >= ? AND mark <= ? AND entry < ? ORDER BY mark, entry"
    )
    for mark, entry, leaf in opened.execute(query, (first, last, size)):
        found[mark].append(Listed(entry, leaf))
    return found


def _sound(item: Item, listed: list[Listed], root: bytes, load: Load) -> bool:
    """Whether list, peaks and map say the same. Every node on the way is known by its hash."""
    mark, count, peaks = item
    path = mark_path(mark)
    try:
        own = restored(count, [peaks[at : at + HASH_LENGTH] for at in range(0, len(peaks), 32)])
        leaf = prove(root, path, load).leaf
    except NguonError:
        return False
    made = commitment(appended(CompactRange(), listed))
    return leaf is not None and leaf.path == path and leaf.value == made == commitment(own)
