# SPDX-License-Identifier: Apache-2.0
"""The sequencer was away while 200,000 entries came: it catches up in bounded memory."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.fault

WAITING = 200_000
MEGABYTES = 200
"""Of the process that catches up, beyond what it had before; all leaves are twice as much."""

_CHILD = """
import resource, sys
from pathlib import Path
from nguon.store import open_store
from nguon.store.values import EntryKind
from nguon.tlog.auditing import audit
from tests.records import PACKER, make_record
from tests.tlog_made import made

store = open_store(sys.argv[1])
tlog = made(store, Path(sys.argv[2]))
tlog.turn()
for start in range(0, WAITING, 10_000):
    with store.transaction() as connection:
        leaves = [(EntryKind.MAP, b"%0512d" % n) for n in range(start, start + 10_000)]
        store.log.add_entries(connection, leaves)
del leaves
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sizes = []

def between(_shard, signed):
    sizes.append(signed.size)
    store.writer.submit([make_record(signed.size)], PACKER).result(30)

tlog.listeners.append(between)
first = tlog.turn().size
more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
tlog.listeners.clear()
whole = tlog.turn().size
wrong = sum(1 for _ in audit(tlog, tlog.current()))
print(first, whole, len(sizes), more // 1024, wrong)
""".replace("WAITING", str(WAITING))


def test_a_long_queue(sqlite_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _CHILD, sqlite_url, str(tmp_path / "kept")]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, whole, batches, megabytes, wrong = map(int, done.stdout.split())
    assert first == WAITING
    assert whole == WAITING + batches
    assert batches >= 4
    assert wrong == 0
    assert megabytes < MEGABYTES
