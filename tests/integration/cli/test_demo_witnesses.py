# SPDX-License-Identifier: Apache-2.0
"""``nguon demo --serve``: the log is watched by three witnesses, as long as the server serves."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from nguon.cli.demonstration_witnesses import watching
from nguon.transparency.policies import Policy, read_policy
from nguon.witness import keyfile, serving
from tests.integration.cli.conftest import SQLITE, Run
from tests.integration.web.samples import document, event
from tests.ports import free_port

MANIFEST = """
start = []
[[link]]
path = "/log"
vi = "nhật ký"
en = "the log"
[[master]]
kind = "organisations"
path = "to-chuc.csv"
[[document]]
path = "events.jsonld"
organisation = "hop-tac-xa"
scenario = "one"
"""
NAMES = ("bộ-minh-hoạ", "tỉnh-minh-hoạ", "hội-người-tiêu-dùng-minh-hoạ")
WAIT = 40.0


@pytest.fixture
def goods(tmp_path: Path) -> Path:
    """A demonstration that is loaded at once."""
    folder = tmp_path / "goods"
    folder.mkdir()
    (folder / "manifest.toml").write_text(MANIFEST, "utf-8")
    head = "mã,loại,tên pháp lý\n"
    (folder / "to-chuc.csv").write_text(f"{head}hop-tac-xa,hợp tác xã,HTX (minh hoạ)\n", "utf-8")
    (folder / "events.jsonld").write_text(json.dumps(document(event(1))), "utf-8")
    return folder


@contextmanager
def demonstration(environment: Mapping[str, str], goods: Path, port: int) -> Iterator[Any]:
    """``nguon demo --serve`` as a process; killed at the end if it still runs."""
    running = subprocess.Popen(
        [sys.executable, "-m", "nguon", "demo", "--serve", "--folder", str(goods)],
        env=os.environ | environment | {"NGUON_PORT": str(port)},
        cwd=goods,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait(20)


def until(found: Callable[[], Any]) -> Any:
    """What comes of it once it is true."""
    deadline = time.monotonic() + WAIT
    while True:
        try:
            there = found()
        except httpx.TransportError:
            there = None
        if there:
            return there
        assert time.monotonic() < deadline
        time.sleep(0.1)


def told(port: int) -> dict[str, Any]:
    """The state of the log, over HTTP."""
    found: dict[str, Any] = httpx.get(f"http://127.0.0.1:{port}/api/v1/log", timeout=10).json()
    return found


def watched(port: int, size: int = 1) -> dict[str, Any]:
    """The state of the log, once so much of it is witnessed."""

    def found() -> dict[str, Any] | None:
        state = told(port)
        done = state["shards"] and (state["shards"][-1]["witnessed"] or 0) >= size
        return state if done else None

    there: dict[str, Any] = until(found)
    return there


def answers(url: str) -> None:
    """Wait until a witness answers there."""
    until(lambda: httpx.get(url, timeout=5).status_code == 200)


def silent(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) != 0


@SQLITE
def test_watched_from_the_first_hour(
    environment: Mapping[str, str], goods: Path, tmp_path: Path, process: Run
) -> None:
    """Begun, killed with a port taken meanwhile, begun again: the same witnesses go on."""
    data, port = tmp_path / "var", free_port()
    with demonstration(environment, goods, port) as server:
        state = watched(port)
        first = read_policy((data / "log.policy").read_bytes())
        assert tuple(first.witnesses) == NAMES
        assert first.groups[first.quorum].threshold == 2
        assert [each["name"] for each in state["witnesses"]] == list(NAMES)
        assert all(each.key.name.isascii() for each in first.witnesses.values())
        ports = [int((each.url or "").rsplit(":", 1)[1]) for each in first.witnesses.values()]
        before = state["shards"][-1]["witnessed"]
        server.send_signal(signal.SIGKILL)
        until(lambda: all(map(silent, ports)))
    with (
        socket.create_server(("127.0.0.1", ports[0])),
        demonstration(environment, goods, port) as server,
    ):
        made = process("key", "create", "--organisation", "b", "--legal-name", "B (minh hoạ)")
        assert made.status == 0
        state = watched(port, before + 1)
        until(lambda: not any(each["trouble"] for each in told(port)["witnesses"]))
        again = read_policy((data / "log.policy").read_bytes())
        assert keys(again) == keys(first)
        urls = [each.url for each in again.witnesses.values()]
        assert urls[0] != f"http://127.0.0.1:{ports[0]}", "somebody else has that port"
        assert urls[1:] == [f"http://127.0.0.1:{each}" for each in ports[1:]]
        server.send_signal(signal.SIGTERM)
        server.wait(20)
        until(lambda: all(silent(int((url or "").rsplit(":", 1)[1])) for url in urls))


def keys(policy: Policy) -> list[bytes]:
    """Whom it trusts."""
    return [each.key.public for each in policy.witnesses.values()]


def test_a_policy_that_is_there_stays(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Without our witnesses in it none is started; with a damaged one the others are."""
    folder, path = tmp_path / "witnesses", tmp_path / "log.policy"
    path.write_text("quorum none\n", "ascii")
    with watching(folder, path, ()):
        assert not folder.exists()
    assert path.read_text("ascii") == "quorum none\n"

    path.unlink()
    with watching(folder, path, ()):
        kept = path.read_bytes()
    lost = folder / "tinh.minh-hoa.example" / serving.STATE
    lost.unlink()
    capfd.readouterr()
    with watching(folder, path, ()):
        assert path.read_bytes() == kept
        urls = [each.url or "" for each in read_policy(kept).witnesses.values()]
        for url in (urls[0], urls[2]):
            answers(url)
        assert silent(int(urls[1].rsplit(":", 1)[1]))
    assert "witness.sqlite" in capfd.readouterr().err
    assert keyfile.read(lost.with_name(serving.KEY)).key.public == keys(read_policy(kept))[1]
