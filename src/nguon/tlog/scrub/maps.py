# SPDX-License-Identifier: Apache-2.0
"""The map's file, item by item: the list, its length and root, and what the map's root says."""

import sqlite3
from contextlib import closing
from pathlib import Path

from nguon.archive.maps import MapFile
from nguon.base.errors import NguonError
from nguon.tlog.scrub.findings import Finding
from nguon.transparency.completeness import MapHead, appended, check_complete, commitment
from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.maps.nodes import mark_path
from nguon.transparency.ranges import CompactRange, restored

PORTION = 100

Step = tuple[list[Finding], str, int]
"""Findings, the last mark (hex; empty at the end), how many items."""


def check(path: Path, name: str, after: str) -> Step:
    """The next items of a map's file, under the head that covers all that is in it."""
    if not path.is_file():
        return [], "", 0
    try:
        with (
            closing(MapFile(path, name)) as kept,
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened,
        ):
            return _check(kept, opened, after)
    except (sqlite3.Error, NguonError, ValueError):
        return [Finding("scrub.map", f"{name}.map.sqlite")], "", 0


def _check(kept: MapFile, opened: sqlite3.Connection, after: str) -> Step:
    head = kept.head(kept.size)
    if head is None:
        return [], "", 0  # it is just taking more
    query = "SELECT mark, size, peaks FROM item WHERE mark > ? ORDER BY mark LIMIT ?"
    items = opened.execute(query, (bytes.fromhex(after), PORTION)).fetchall()
    findings = [
        Finding("scrub.map", f"{head.origin}.map.sqlite {item[0].hex()}")
        for item in items
        if not _sound(kept, head, item)
    ]
    return findings, items[-1][0].hex() if len(items) == PORTION else "", len(items)


def _sound(kept: MapFile, head: MapHead, item: tuple[bytes, int, bytes]) -> bool:
    mark, count, peaks = item
    listed = kept.list(mark, head.size)
    try:
        own = restored(count, [peaks[at : at + HASH_LENGTH] for at in range(0, len(peaks), 32)])
        check_complete(head, mark_path(mark), listed, kept.prove(mark, head.size))
    except NguonError:
        return False
    return commitment(own) == commitment(appended(CompactRange(), listed))
