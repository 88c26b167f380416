# SPDX-License-Identifier: Apache-2.0
"""A killed process loses the scans that its buffer held, and nothing else."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from nguon.scans import queries
from nguon.scans.recorder import Recorder
from nguon.store import Store, open_store
from nguon.store.scans_tables import scan

pytestmark = pytest.mark.fault

PIECE = "01/09521101000023/21/7"
_CHILD = """
import sys, time
from nguon.scans.recorder import Recorder
from nguon.store import open_store
store = open_store(sys.argv[1])
recorder = Recorder(store, set)
def scope(number):
    agent = b"Mozilla/5.0 (Linux; Android 14) Mobile %d" % number
    return {"method": "GET", "headers": [(b"user-agent", agent)], "client": ("198.51.100.1", 1)}
for number in range(300):
    recorder.saw("01/09521101000023/21/7", scope(number))
assert recorder.flush()
print("written", flush=True)
recorder.start()
number = 300
while True:
    for _ in range(50):
        recorder.saw("01/09521101000023/21/7", scope(number))
        number += 1
    print(number, flush=True)
    time.sleep(0.05)
"""


def _scope(number: int) -> dict[str, Any]:
    agent = b"Mozilla/5.0 (Linux; Android 14) Mobile %d" % number
    return {"method": "GET", "headers": [(b"user-agent", agent)], "client": ("198.51.100.2", 1)}


def test_kill_9_loses_the_buffer_alone(database_url: str, reopened: Callable[[], Store]) -> None:
    open_store(database_url).close()
    for round_ in (1, 2):
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, database_url], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        before = queries.count(reopened(), PIECE).scans
        assert child.stdout.readline() == "written\n"
        seen = 0
        while seen < 300 + 50 * 30 * round_:
            seen = int(child.stdout.readline())
        child.kill()
        child.wait()
        child.stdout.close()
        store = reopened()
        kept = queries.count(store, PIECE).scans - before
        assert 300 <= kept <= seen + 50
        with store.reading() as connection:
            single = connection.scalar(select(func.count()).select_from(scan))
        assert single == queries.count(store, PIECE).scans, "single scans and counts go together"
        recorder = Recorder(store, set)
        recorder.saw(PIECE, _scope(1))
        assert recorder.flush()
        assert queries.count(store, PIECE).scans == before + kept + 1
