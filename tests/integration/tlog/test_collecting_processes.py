# SPDX-License-Identifier: Apache-2.0
"""A running log and three witnesses as processes: what a reader waits for a witnessed proof."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from nguon.store import open_store
from nguon.tlog.collecting import Collector
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import read_checkpoint
from nguon.transparency.judging import believe
from nguon.transparency.notes import text_of
from nguon.witness import keyfile, serving
from tests.integration.tlog.witnesses import policy, watching
from tests.integration.witness.running import Process
from tests.tlog_made import made, record

NAMES = ("ministry", "province", "consumers")


@pytest.fixture
def running(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[Tlog, Collector, list[Process]]]:
    with open_store(sqlite_url) as store:
        tlog = made(store, tmp_path)
        record(store, 0)
        tlog.turn()
        keys = tlog.log_keys(tlog.current())
        processes = [Process(watching(tmp_path / name, f"{name}.vn", *keys)) for name in NAMES]
        for each in processes:
            each.start()
        pairs = [
            (keyfile.read(tmp_path / name / serving.KEY).key, each.url)
            for name, each in zip(NAMES, processes, strict=True)
        ]
        policy(tlog, pairs, "2")
        collector = Collector(tlog)
        collector.start()
        tlog.start()
        yield tlog, collector, processes
        collector.close()
        tlog.close()
        for each in processes:
            each.kill()


def waited(tlog: Tlog, number: int) -> float:
    """Seconds from a record's acknowledgement to a witnessed checkpoint with it."""
    record(tlog.store, number)
    wanted, begun = tlog.store.log.head().seq, time.monotonic()
    shard = tlog.current()
    while time.monotonic() - begun < 60:
        note = tlog.witnessed(shard)
        if note is not None and read_checkpoint(text_of(note)).size > wanted - shard.first:
            return time.monotonic() - begun
        time.sleep(0.01)
    raise TimeoutError


@pytest.mark.fault
def test_proofs_go_on_while_witnesses_come_and_go(
    running: tuple[Tlog, Collector, list[Process]],
) -> None:
    tlog, collector, processes = running
    assert median(waited(tlog, number) for number in range(1, 6)) < 5
    processes[0].kill()
    assert median(waited(tlog, number) for number in range(6, 9)) < 5
    processes[1].kill()
    record(tlog.store, 9)
    shard, until = tlog.current(), time.monotonic() + 60
    while collector.standing()[1].trouble is None or tlog.signed(shard).size < 10:  # type: ignore[union-attr]
        assert time.monotonic() < until
        time.sleep(0.01)
    troubles = [each.trouble for each in collector.standing()]
    assert troubles == ["witness.trouble-unreachable", "witness.trouble-unreachable", None]
    asked, note = tlog.policy(), tlog.witnessed(shard)
    assert asked is not None
    assert note is not None
    assert len(believe(note, asked).witnesses) >= 2  # The last one stands, and new ones wait.
    assert tlog.refusal() is None
    processes[0].start()
    waited(tlog, 10)
    asked, note = tlog.policy(), tlog.witnessed(shard)
    assert asked is not None
    assert note is not None
    assert {"w0", "w2"} <= set(believe(note, asked).witnesses)
