# SPDX-License-Identifier: Apache-2.0
"""Packages of evidence of a lot with 200 signed events: made, and verified; processor time."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from bench.report import Row
from nguon.assurance.dossiers.making import Making, Wanted, make
from nguon.capture.anew import recompute
from nguon.dossier.verifying import verify
from nguon.parties.keys.custody import attach, custodian_of
from nguon.store import Store, open_store
from nguon.tlog.completing import Completer
from nguon.transparency.judging import Clock
from tests.records import CONTEXT, OPERATOR, PACKER, event_json
from tests.tlog_made import made as log_over

EVENTS = 200
LOT = "01/09521101000016/10/BENCH"


def rows() -> Iterator[Row]:
    """Rates of one core, on SQLite; the floor is the SHA-256 of the file's octets."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_store(f"sqlite:///{folder / 'evidence.sqlite'}") as store:
            yield from _measured(store, folder)


def _measured(store: Store, folder: Path) -> Iterator[Row]:
    attach(store, folder / "party.key")
    custodian_of(store).platform()
    for number in range(1, EVENTS + 1):
        quantity = {"epcClass": f"https://id.gs1.org/{LOT}", "quantity": 5, "uom": "KGM"}
        said = event_json(number, epcList=[], quantityList=[quantity], bizStep="storing")
        made = recompute(json.dumps(said).encode(), CONTEXT)
        assert made is not None
        store.writer.submit([made], PACKER).result(60)
    tlog = log_over(store, folder)
    completer = Completer(tlog)
    try:
        tlog.turn()
        completer.once()
        tlog.turn()
        by, policy = Making(store, tlog, completer), tlog.policy()
        assert policy is not None
        made_of = make(by, Wanted(LOT), OPERATOR, datetime.now(UTC))
        assert made_of is not None
        octets = bytes(made_of)
        floor = 1 / _seconds(lambda: sha256(octets).digest())
        note = f"{len(octets) / 1000:,.0f} kB, {EVENTS} events"
        making = 1 / _seconds(lambda: make(by, Wanted(LOT), OPERATOR, datetime.now(UTC)))
        yield Row("package of evidence: made", making, "/s", floor, "its SHA-256", note)
        judging = 1 / _seconds(lambda: verify(octets, policy, Clock(2_000_000_000)))
        yield Row("package of evidence: verified", judging, "/s", floor, "its SHA-256", note)
    finally:
        completer.close()
        tlog.close()


def _seconds(work: Callable[[], object]) -> float:
    """The best of a few runs."""
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return max(best, 1e-6)
