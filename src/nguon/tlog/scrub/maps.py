# SPDX-License-Identifier: Apache-2.0
"""The map's file, item by item: the list, its length and root, and what the map's root says."""

import sqlite3
from pathlib import Path
from typing import Any

from nguon.base.errors import NguonError
from nguon.tlog.scrub.findings import Finding
from nguon.transparency.completeness import Listed, MapHead, appended, check_complete, commitment
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.maps.nodes import mark_path
from nguon.transparency.maps.proofs import prove
from nguon.transparency.ranges import CompactRange, restored

PORTION = 100

Step = tuple[list[Finding], str, int]
"""Findings, the last mark (hex; empty at the end), how many items."""


def check(path: Path, name: str, after: str) -> Step:
    """The next items of a map's file, which is opened to be read only."""
    if not path.is_file():
        return [], "", 0
    opened = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        opened.execute("BEGIN")
        return _check(opened, name, after)
    except (sqlite3.Error, NguonError, ValueError):
        return [Finding("scrub.map", f"{name}.map.sqlite")], "", 0
    finally:
        opened.close()


def _check(opened: sqlite3.Connection, name: str, after: str) -> Step:
    size, root = opened.execute("SELECT size, root FROM state").fetchone()
    query = "SELECT mark, size, peaks FROM item WHERE mark > ? ORDER BY mark LIMIT ?"
    items = opened.execute(query, (bytes.fromhex(after), PORTION)).fetchall()
    findings = [
        Finding("scrub.map", f"{name}.map.sqlite {item[0].hex()}")
        for item in items
        if not _sound(opened, MapHead(name, size, root), item)
    ]
    return findings, items[-1][0].hex() if len(items) == PORTION else "", len(items)


def _sound(opened: sqlite3.Connection, head: MapHead, item: Any) -> bool:
    mark, count, peaks = item
    query = "SELECT entry, leaf FROM listed JOIN entry USING (entry) WHERE mark = ? ORDER BY entry"
    listed = [Listed(*row) for row in opened.execute(query, (mark,))]

    def node(name: bytes) -> bytes:
        row = opened.execute("SELECT octets FROM node WHERE name = ?", (name,)).fetchone()
        return b"" if row is None else bytes(row[0])

    try:
        kept = restored(count, [peaks[at : at + HASH_LENGTH] for at in range(0, len(peaks), 32)])
        check_complete(head, mark_path(mark), listed, prove(head.root, mark_path(mark), node))
    except ProofError:
        return False
    return commitment(kept) == commitment(appended(CompactRange(), listed))
