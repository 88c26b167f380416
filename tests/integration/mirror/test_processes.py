# SPDX-License-Identifier: Apache-2.0
"""Mirrors as processes: two operators, alarms that ring, kill -9 at any time, served again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from nguon.archive.auditing import audit_folder
from nguon.archive.folder import Folder
from nguon.mirror.keeping import Home, Status
from nguon.transparency.checkpoints import read_checkpoint
from nguon.transparency.notes import text_of
from tests.integration.mirror.made import Operator, served
from tests.ports import free_port
from tests.unit.archive.made_leaves import leaf

ENVIRONMENT = os.environ | {"NGUON_MIRROR_FRESH": "1000000000"}
"""The operators' clock stands."""


class Runner:
    """Starts commands and ends them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, command: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        done = subprocess.Popen(
            [sys.executable, "-m", "nguon", "mirror", command, *arguments],
            env=ENVIRONMENT | environment,
            stderr=subprocess.PIPE,
        )
        self.started.append(done)
        return done

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "nguon", "mirror", command, *arguments],
            env=ENVIRONMENT,
            capture_output=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    made = Runner(tmp_path)
    yield made
    for each in made.started:
        each.kill()
        assert each.stderr is not None
        if not each.stderr.closed:
            each.communicate()


def options(operator: Operator, url: str, data: Path) -> list[str]:
    policy = data.parent / f"{data.name}.policy"
    policy.write_text(operator.policy_text, "utf-8")
    return ["--data", str(data), "--url", url, "--policy", str(policy)]


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def leaves(start: int, end: int) -> list[bytes]:
    return [leaf(number, [number % 7]) for number in range(start, end)]


def status(data: Path) -> Status:
    return Home(data).status()


def test_two_operators_and_a_fork(runner: Runner, tmp_path: Path) -> None:
    one = Operator(tmp_path / "one", "one", 1)
    two = Operator(tmp_path / "two", "two", 2)
    bell = tmp_path / "bell"
    bell.write_text(f'#!/bin/sh\necho "$1 $2" >> {tmp_path}/rung\n', "utf-8")
    bell.chmod(0o755)
    with served(one.path) as first, served(two.path) as second:
        mirrors = [tmp_path / "m1", tmp_path / "m2"]
        given = [options(one, first, mirrors[0]), options(two, second, mirrors[1])]
        for each in given:
            runner.start("run", *each, "--every", "0.1", NGUON_MIRROR_ALARM=str(bell))
        one.add(*leaves(0, 700))
        one.add(one.head())
        two.add(*leaves(0, 300))
        until(lambda: status(mirrors[0]).map_size == 700 and status(mirrors[1]).size == 300)
        for each in given:
            assert runner.run("check", *each).returncode == 0
        two.entries[100:] = leaves(9000, 9400)
        two.write()
        two.publish()
        until(lambda: status(mirrors[1]).stopped)
        until((tmp_path / "rung").exists)
        assert (tmp_path / "rung").read_text("utf-8") == f"mirror.fork {mirrors[1]}/status.json\n"
        assert len(list((mirrors[1] / "evidence").iterdir())) == 2
        done = runner.run("check", *given[1], "--quick", "--json")
        assert done.returncode == 1
        told = json.loads(done.stdout)
        assert [each["code"] for each in told["faults"]] == ["mirror.fork"]
        assert [each["code"] for each in told["alarms"]] == ["mirror.fork"]
        one.add(*leaves(701, 800))
        until(lambda: status(mirrors[0]).size == 800)
        assert status(mirrors[0]).alarms == ()
    for running in runner.started:
        running.send_signal(signal.SIGTERM)
    assert [each.wait(20) for each in runner.started] == [0, 0]
    errors = runner.started[1].communicate()[1].decode()
    assert "ALARM mirror.fork" in errors


def test_killed_at_any_time(runner: Runner, tmp_path: Path) -> None:
    operator = Operator(tmp_path / "log")
    data = tmp_path / "mirror"
    with served(operator.path) as url:
        given = options(operator, url, data)
        for number in range(2):
            operator.add(*leaves(number * 2000, (number + 1) * 2000))
            running = runner.start("run", *given, "--every", "0.05")
            time.sleep(0.8 + 0.4 * number)
            running.kill()
            running.communicate()
            note = Folder(data / "log").checkpoint()
            if note is not None:
                kept = read_checkpoint(text_of(note))
                assert list(audit_folder(Folder(data / "log"), kept.size, kept.root)) == []
        operator.add(operator.head())
        assert runner.run("run", *given, "--once").stdout.split()[-1] == b"4001"
        assert status(data).map_size == 4_000
        assert runner.run("check", *given).returncode == 0


def test_served_again(runner: Runner, tmp_path: Path) -> None:
    operator = Operator(tmp_path / "log")
    operator.add(*leaves(0, 300))
    data, second = tmp_path / "mirror", tmp_path / "second"
    with served(operator.path) as url:
        assert runner.run("run", *options(operator, url, data), "--once").returncode == 0
    port = str(free_port())
    runner.start("serve", "--data", str(data), "--port", port)
    mirrored = f"http://127.0.0.1:{port}"

    def up() -> bool:
        try:
            return httpx.get(f"{mirrored}/checkpoint").status_code == 200
        except httpx.HTTPError:
            return False

    until(up)
    answer = httpx.get(f"{mirrored}/checkpoint")
    assert answer.content == operator.note()
    assert answer.headers["cache-control"] == "no-store"
    tile = httpx.get(f"{mirrored}/tile/0/000")
    assert "immutable" in tile.headers["cache-control"]
    assert httpx.get(f"{mirrored}/../status.json").status_code == 404
    done = runner.run("run", *options(operator, mirrored, second), "--once")
    assert (done.returncode, status(second).size) == (0, 300)


def test_what_is_missing_is_said(runner: Runner, tmp_path: Path) -> None:
    given = ["--data", str(tmp_path / "m"), "--url", "http://127.0.0.1:9"]
    done = runner.run("run", *given, "--policy", str(tmp_path / "nowhere"), "--once")
    assert done.returncode == 1
    assert b"nowhere" in done.stderr
    policy = tmp_path / "policy"
    policy.write_text(Operator(tmp_path / "log").policy_text, "utf-8")
    done = runner.run("run", *given, "--policy", str(policy), "--once")
    assert done.returncode == 1
    done = runner.run("check", *given, "--policy", str(policy))
    assert done.returncode == 1
    assert b"nguon mirror run" in done.stderr
