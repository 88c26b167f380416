# SPDX-License-Identifier: Apache-2.0
"""``nguon scans``: counts go on an order."""

from nguon.scans import queries
from nguon.scans.recorder import Recorder
from nguon.store import open_store
from tests.integration.cli.conftest import Run

PIECE, OTHER = "01/09521101000023/21/7", "01/09521101000023/21/8"
SCOPE = {"method": "GET", "headers": [(b"user-agent", b"Mozilla/5.0 (Linux; Android 14)")]}


def test_scans_of_things_are_erased(run: Run, database_url: str) -> None:
    with open_store(database_url) as store:
        recorder = Recorder(store, set)
        for key in (PIECE, OTHER):
            recorder.saw(key, SCOPE)
        assert recorder.flush()
        refused = run("scans", "erase", PIECE, "01/123")
        assert refused.status == 1
        assert queries.count(store, PIECE).scans == 1
        done = run("scans", "erase", "(01)09521101000023(21)7")
        assert (done.status, done.out) == (0, f"{PIECE} erased\n")
        assert [queries.count(store, key).scans for key in (PIECE, OTHER)] == [0, 1]
