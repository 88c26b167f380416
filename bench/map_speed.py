# SPDX-License-Identifier: Apache-2.0
"""How fast the map of things' entries follows a log, in processor time of one core.

Entries that mark five things each out of many, in batches; the floor is one row a mark in
a table keyed by it, in the same batches: what any list of a thing's entries costs.
"""

import json
import random
import sqlite3
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from bench.report import Row
from nguon.archive.maps import BATCH, MapFile

THINGS, MARKS = 200_000, 5
_BEGUN, _MORE = 100_000, 2_000
"""Entries of a log that is mapped from its beginning, and of what comes in a while."""


def rows() -> Iterator[Row]:
    """From the beginning, and a small step of a log that has many things already."""
    chosen = random.Random(5)
    marks = [_mark(number) for number in range(THINGS)]
    picked = [chosen.sample(marks, MARKS) for _ in range(_BEGUN + _MORE)]
    leaves = [_leaf(number, each) for number, each in enumerate(picked)]
    with tempfile.TemporaryDirectory() as folder:
        floor = _floor(Path(folder, "floor.sqlite"), picked[:_BEGUN])
        made = MapFile(Path(folder, "map.sqlite"), "log.example.vn/log/1")
        for what, start, end in (
            ("map of things from the beginning", 0, _BEGUN),
            ("map of things, a small step", _BEGUN, _BEGUN + _MORE),
        ):
            begin = time.process_time()
            made.advance(enumerate(leaves[start:end], start), end, _nowhere)
            made.forget(end)
            rate = (end - start) * MARKS / (time.process_time() - begin)
            note = f"{rate / MARKS:,.0f} entries/s, {MARKS} marks each, {THINGS:,} things"
            yield Row(what, rate, "marks/s", floor, "one row a mark", note)
        made.close()


def _floor(path: Path, picked: Sequence[Sequence[bytes]]) -> float:
    kept = sqlite3.connect(path, isolation_level=None)
    kept.execute("PRAGMA journal_mode=WAL")
    kept.execute("PRAGMA synchronous=NORMAL")
    kept.execute(
        "CREATE TABLE listed (mark BLOB, entry INTEGER, PRIMARY KEY (mark, entry)) WITHOUT ROWID"
    )
    begin = time.process_time()
    for at in range(0, len(picked), BATCH):
        kept.execute("BEGIN")
        part = enumerate(picked[at : at + BATCH], at)
        kept.executemany(
            "INSERT INTO listed VALUES (?, ?)",
            sorted((mark, number) for number, each in part for mark in each),
        )
        kept.execute("COMMIT")
    rate = len(picked) * MARKS / (time.process_time() - begin)
    kept.close()
    return rate


def _mark(number: int) -> bytes:
    return sha256(b"thing %d" % number).digest()[:16]


def _leaf(number: int, marks: Sequence[bytes]) -> bytes:
    commit = _text(sha256(b"%d" % number).digest())
    subjects = sorted(map(_text, marks))
    value = {"by": commit, "commit": commit, "kind": "event", "subjects": subjects, "v": 1}
    return json.dumps(value, separators=(",", ":")).encode()


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def _nowhere(name: str) -> bytes | None:
    raise AssertionError(name)
