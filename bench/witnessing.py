# SPDX-License-Identifier: Apache-2.0
"""A witness beside what none can do without, and the proofs that a log sends to one.

A checkpoint cosigned is one signature checked, one made, and one durable write. Wall-clock
time where the disk or another process has a part in it, processor time for proofs.
"""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx

from bench.report import Row
from bench.transparency import LARGE, Made
from nguon.archive.folder import Folder
from nguon.transparency.hashing import HASH_LENGTH, parents
from nguon.transparency.proving import prove_consistency
from nguon.transparency.reading import TileHashes
from nguon.transparency.tiles import Tile
from nguon.witness.service import Witness
from tests.integration.witness.running import Process
from tests.unit.transparency.made_log import LOG
from tests.unit.witness.made_witness import Growing, made, witness_in

ASKED = 600
PROOFS = 100


class Spent(NamedTuple):
    """Seconds."""

    clock: float
    processor: float


def _spent(work: Callable[[], object]) -> Spent:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - clock, time.process_time() - processor)


def _floor(witness: Witness, folder: Path) -> None:
    """The signatures and the durable rows alone."""
    state = sqlite3.connect(folder / "floor.sqlite", isolation_level=None)
    state.execute("PRAGMA journal_mode=WAL")
    state.execute("PRAGMA synchronous=FULL")
    state.execute("CREATE TABLE log (origin TEXT PRIMARY KEY, size INTEGER, note BLOB)")
    state.execute("INSERT INTO log VALUES ('a', 0, '')")
    text = bytes(100)
    signature = LOG.sign(text)
    for number in range(ASKED):
        if not LOG.key.holds(text, signature):
            raise AssertionError
        witness.signer.cosign(text, number)
        state.execute("UPDATE log SET size = ?, note = ?", (number, bytes(300)))
    state.close()


def _cosigned(folder: Path) -> Iterator[Row]:
    tree = Growing(ASKED + 1)
    bodies = [tree.ask(size, size + 1) for size in range(ASKED)]
    witness = witness_in(made(folder / "witness"))
    least = _spent(lambda: _floor(witness, folder))
    spent = _spent(lambda: [witness.add(body) for body in bodies])
    floor = "two signatures and a durable row"
    note = f"processor time; by the clock, with the disk, {ASKED / spent.clock:,.0f} /s"
    what = "Witness: checkpoints cosigned"
    yield Row(what, ASKED / spent.processor, "/s", ASKED / least.processor, floor, note)
    process = Process(made(folder / "served"))
    process.start()
    some = bodies[:90]  # So many are taken at once; then twenty a second.
    try:
        with httpx.Client(base_url=process.url) as client:
            clock = [_spent(partial(_ask, client, body)).clock for body in some]
    finally:
        process.kill()
    note = f"by the clock; one after the other, median {sorted(clock)[45] * 1000:.1f} ms"
    what = "Witness: the same over HTTP, in a process of its own"
    yield Row(what, len(some) / sum(clock), "/s", ASKED / least.clock, floor, note)


def _ask(client: httpx.Client, body: bytes) -> None:
    client.post("/add-checkpoint", content=body).raise_for_status()


def _proofs(folder: Path) -> Iterator[Row]:
    tiles, kept = Made(LARGE), Folder(folder / "large")
    chance = random.Random(7)

    def read(tile: Tile) -> bytes:
        if kept.get(tile.path) is None:
            kept.write(tile, tiles.read(tile))
        return kept.read(tile)

    olds = [chance.randrange(1, LARGE) for _ in range(PROOFS)]

    def proved() -> None:
        for old in olds:
            prove_consistency(old, LARGE, TileHashes(LARGE, read))

    def floor() -> None:
        packed = tiles.octets[0]
        for _ in range(PROOFS * 4):
            layer = packed
            while len(layer) > HASH_LENGTH:
                layer = parents(layer)

    proved()
    seconds, least = _spent(proved).processor, _spent(floor).processor
    note = f"cold, from files; {seconds / PROOFS * 1000:.2f} ms a proof"
    what = "Witness: consistency proofs of a log of 10^7"
    yield Row(what, PROOFS / seconds, "/s", PROOFS / least, "hashes of 4 full tiles", note)


def rows(folder: Path) -> Iterator[Row]:
    """Cosigning in process and over HTTP; proofs to send."""
    place = folder / "witnessing"
    place.mkdir()
    yield from _cosigned(place)
    yield from _proofs(place)
