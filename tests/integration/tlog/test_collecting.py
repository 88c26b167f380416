# SPDX-License-Identifier: Apache-2.0
"""Cosignatures of the log's checkpoints: collected from real witnesses, whatever others do."""

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

import pytest

from nguon.store import open_store
from nguon.tlog import asking
from nguon.tlog.collecting import Collector
from nguon.tlog.service import Tlog
from nguon.transparency.judging import believe
from nguon.transparency.keys import Key
from nguon.transparency.notes import Signature, cosignature_of, text_of
from nguon.transparency.witnessing import read_request
from tests.integration.tlog.witnesses import badly, dripping, plain, policy, served, stranger
from tests.tlog_made import made, record, tlog

__all__ = ["tlog"]


@pytest.fixture
def collector(tlog: Tlog) -> Iterator[Collector]:
    one = Collector(tlog)
    yield one
    one.close()


def until(holds: Callable[[], bool], seconds: float = 60) -> float:
    """Seconds until something holds."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds
        time.sleep(0.01)
    return time.monotonic() - begun


def reached(tlog: Tlog, size: int) -> bool:
    return size_of(tlog.witnessed(tlog.current())) == size


def size_of(note: bytes | None) -> int:
    return -1 if note is None else int(note.split(b"\n")[1])


def test_three_witnesses_cosign(tlog: Tlog, collector: Collector, tmp_path: Path) -> None:
    record(tlog.store, 0, 5)
    signed = tlog.turn()
    shard = tlog.current()
    with served(tlog, tmp_path) as (witnesses, urls):
        keys = [each.signer.key for each in witnesses]
        policy(tlog, list(zip(keys, urls, strict=True)), "all")
        assert tlog.witnessed(shard) is None
        assert [each.trouble for each in collector.standing()] == [None] * 3
        collector.once(shard)
        note = tlog.witnessed(shard)
        asked = tlog.policy()
        assert note is not None
        assert asked is not None
        believed = believe(note, asked)
        assert believed.checkpoint.size == signed.size
        assert set(believed.witnesses) == {"w0", "w1", "w2"}
        assert tlog.folder(shard).checkpoint() == note
        assert [(each.name, each.size) for each in collector.standing()] == [
            ("w0", signed.size), ("w1", signed.size), ("w2", signed.size)
        ]  # fmt: skip
        record(tlog.store, 5, 300)
        signed = tlog.turn()
        assert size_of(tlog.witnessed(shard)) == believed.checkpoint.size
        assert tlog.folder(shard).checkpoint() == signed.note
        collector.once(shard)
        assert believe(tlog.witnessed(shard) or b"", asked).checkpoint.size == signed.size
        again = Collector(tlog)
        assert {each.size for each in again.standing()} == {signed.size}
        assert all(abs((each.time or 0) - time.time()) < 60 for each in again.standing())


def test_each_signing_is_followed(tlog: Tlog, collector: Collector, tmp_path: Path) -> None:
    record(tlog.store, 0)
    tlog.turn()
    shard = tlog.current()
    with served(tlog, tmp_path) as (witnesses, urls):
        policy(tlog, [(w.signer.key, u) for w, u in zip(witnesses, urls, strict=True)], "all")
        collector.start()
        until(partial(reached, tlog, tlog.turn().size))
        waits = []
        for number in range(1, 8):
            record(tlog.store, number)
            size = tlog.turn().size
            waits.append(until(partial(reached, tlog, size)))
        assert median(waits) < 5
        collector.close()
        record(tlog.store, 9)
        assert size_of(tlog.witnessed(shard)) < tlog.turn().size


def misbehaviours() -> dict[str, tuple[Callable[..., None], str]]:
    def answering(octets: bytes) -> Callable[..., None]:
        return lambda one, _: one.sendall(octets)

    def forged(one: socket.socket, head: bytes) -> None:
        key = stranger(2).key
        line = str(Signature(key.name, key.id, bytes(72))).encode()
        one.sendall(plain("200 OK", line))

    def ahead(one: socket.socket, head: bytes) -> None:
        body = head.partition(b"\r\n\r\n")[2]
        text = text_of(read_request(body).checkpoint)
        line = cosignature_of(stranger(2), text, int(time.time()) + 3600)
        one.sendall(plain("200 OK", str(line).encode()))

    def foreign(one: socket.socket, head: bytes) -> None:
        text = b"other/log\n5\n" + b"A" * 43 + b"=\n"
        line = cosignature_of(stranger(2), text, 5)
        one.sendall(plain("200 OK", str(line).encode()))

    long = plain("200 OK", b"x" * 1_000_000)
    return {
        "drips": (dripping, "slow"),
        "garbage": (answering(b"\x00garbage\r\n\r\n"), "unreachable"),
        "hangs up": (lambda one, _: one.close(), "unreachable"),
        "a megabyte": (answering(long), "long"),
        "redirects": (
            answering(plain("307 X", b"", "Location: http://127.0.0.1:1/\r\n")),
            "redirects",
        ),
        "not a line": (answering(plain("200 OK", b"hello\n")), "cosignature"),
        "nothing": (answering(plain("200 OK")), "cosignature"),
        "wrong cosignature": (forged, "cosignature"),
        "of another log": (foreign, "cosignature"),
        "clock ahead": (ahead, "clock"),
        "403": (answering(plain("403 X")), "key"),
        "404": (answering(plain("404 X")), "log"),
        "422": (answering(plain("422 X")), "proof"),
        "500": (answering(plain("500 X")), "answer"),
        "204": (answering(plain("204 X")), "answer"),
        "429": (answering(plain("429 X", b"", "Retry-After: 7\r\n")), "busy"),
        "409 without a size": (answering(plain("409 X", b"0\n")), "answer"),
        "409 with words": (answering(plain("409 X", b"many\n")), "answer"),
    }


@pytest.fixture(scope="module")
def watched(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Tlog, list[tuple[Key, str]]]]:
    """A log with two good witnesses, for all the bad ones in turn."""
    folder = tmp_path_factory.mktemp("watched")
    shutil.copy(sqlite_template, folder / "nguon.db")
    with open_store(f"sqlite:///{folder / 'nguon.db'}") as store:
        one = made(store, folder)
        record(store, 0)
        one.turn()
        with served(one, folder) as (witnesses, urls):
            yield one, [(w.signer.key, u) for w, u in zip(witnesses, urls, strict=True)][:2]
        one.close()


@pytest.mark.parametrize("how", misbehaviours())
def test_one_bad_witness_hinders_nothing(
    watched: tuple[Tlog, list[tuple[Key, str]]], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tlog, good = watched
    behave, trouble = misbehaviours()[how]
    if trouble == "slow":
        monkeypatch.setattr(asking, "PATIENCE", 1.5)
    number, shard = tlog.turn().size, tlog.current()
    record(tlog.store, number)
    size = tlog.turn().size
    with closing(Collector(tlog)) as collector, badly(behave) as bad:
        policy(tlog, [*good, (stranger(2).key, bad)], "2")
        collector.start()
        until(partial(reached, tlog, size))
        record(tlog.store, number + 1)
        size = tlog.turn().size
        until(partial(reached, tlog, size))
        wanted = [None, None, f"witness.trouble-{trouble}"]
        until(lambda: [each.trouble for each in collector.standing()] == wanted)
        assert tlog.refusal() is None
        policy(tlog, [*good, (stranger(2).key, bad)], "all")
        record(tlog.store, number + 2)
        assert tlog.turn().size > size
        collector.once(shard)
        assert size_of(tlog.witnessed(shard)) == size
