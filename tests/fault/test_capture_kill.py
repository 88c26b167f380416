# SPDX-License-Identifier: Apache-2.0
"""kill -9 while a document of 10,000 events is captured, at random moments (ten on SQLite) and,
last, as soon as it is acknowledged.

After each restart the jobs acknowledged as finished are whole, every other one
is absent or goes on to its end; nothing is recorded twice and the sequence has
no gap.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from nguon.identity import keys
from nguon.store import open_store
from tests.ports import free_port

EVENTS = 10_000
ROUNDS = {"sqlite": 10, "postgresql": 2}
"""On PostgreSQL another server may be at work: a job left behind is taken over after its lease."""
SEED = 20260801
PROCEED = "proceed"

pytestmark = [pytest.mark.fault, pytest.mark.timeout(900)]

_SERVE = """
from nguon.app import serve
from nguon.settings import load
from nguon.store import jobs
jobs.LEASE = 8_000_000
serve(load())
"""
"""A lease of eight seconds: the next server takes over sooner what a killed one left."""


def document(round_: int) -> bytes:
    """A document of events that no other round has."""
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-08-01T09:00:00Z",
            "epcisBody": {
                "eventList": [
                    {
                        "type": "ObjectEvent",
                        "action": "ADD",
                        "eventTime": "2026-08-01T08:00:00Z",
                        "eventTimeZoneOffset": "+07:00",
                        "bizStep": "commissioning",
                        "epcList": [f"https://id.gs1.org/01/09521234543213/21/{round_}x{n}"],
                    }
                    for n in range(EVENTS)
                ]
            },
        }
    ).encode()


class Victim:
    """A server process that can be killed and started again on the same data."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.port = free_port()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        environment = os.environ | {
            "NGUON_DATA": str(self.folder),
            "NGUON_DATABASE_URL": self.url,
            "NGUON_PORT": str(self.port),
            "NGUON_WORKERS": "1",
            "NGUON_LOG_LEVEL": "error",
        }
        self.process = subprocess.Popen([sys.executable, "-c", _SERVE], env=environment)
        deadline = time.monotonic() + 60
        while True:
            try:
                if self.client.get("/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                assert self.process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.02)

    def kill(self) -> None:
        """The process is gone at once, whatever it is doing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def send(self, data: bytes, behaviour: str) -> str | None:
        """The address of the job; none when the server was killed before it answered."""
        headers = {
            "content-type": "application/json",
            "GS1-Capture-Error-Behaviour": behaviour,
        }
        try:
            answer = self.client.post("/epcis/capture", content=data, headers=headers)
        except httpx.TransportError:
            return None
        assert answer.status_code == 202
        return answer.headers["location"].partition(str(self.port))[2]

    def job(self, location: str) -> dict[str, Any]:
        """The job as it stands."""
        found: dict[str, Any] = self.client.get(location).raise_for_status().json()
        return found

    def wait_until_spool_is_empty(self) -> None:
        """Documents are removed right after their jobs end, or after the start."""
        deadline = time.monotonic() + 60
        while list((self.folder / "spool").iterdir()):
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def finished(self, location: str) -> dict[str, Any]:
        """The job once it has ended."""
        deadline = time.monotonic() + 60
        while (job := self.job(location))["running"]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return job


@pytest.fixture
def victim(tmp_path: Path, database_url: str) -> Iterator[Victim]:
    """A server process with a key."""
    with open_store(database_url) as store:
        _, secret = keys.create(store, 1, name="test", scopes=("capture", "read"))
    running = Victim(tmp_path, database_url)
    running.client.headers["authorization"] = f"Bearer {secret}"
    yield running
    if running.process is not None:
        running.kill()
    running.client.close()


def test_killed_at_random_moments(victim: Victim) -> None:
    moments = random.Random(SEED)
    victim.start()
    started = time.monotonic()
    location = victim.send(document(0), "rollback")
    assert location is not None
    assert victim.finished(location)["captured"] == EVENTS
    usual = time.monotonic() - started
    whole = EVENTS
    outcomes = set()
    rounds = ROUNDS[victim.url.partition(":")[0]]
    for number in range(1, rounds + 1):
        behaviour = PROCEED if number % 2 else "rollback"
        if number < rounds:
            location, finished = interrupted(victim, number, behaviour, moments.uniform(0, usual))
        else:
            location, finished = victim.send(document(number), behaviour), False
            victim.kill()
        victim.start()
        if location is None:
            outcomes.add("not acknowledged")
            repeat = victim.send(document(number), behaviour)
            assert repeat is not None
            job = victim.finished(repeat)
            assert job["captured"] + job["repeated"] == EVENTS
        else:
            job = victim.finished(location)
            outcomes.add("finished" if finished else "resumed")
            assert job["captured"] + job["repeated"] == EVENTS
        assert job["success"] is True
        whole += EVENTS
        assert victim.client.get("/healthz").json()["events"] == whole
        victim.wait_until_spool_is_empty()
    victim.kill()
    with open_store(victim.url) as store:
        assert store.log.events_after(0) == whole
        assert store.log.gaps() == []
    assert "resumed" in outcomes


def interrupted(
    victim: Victim, number: int, behaviour: str, moment: float
) -> tuple[str | None, bool]:
    """Sends a document and kills the server at a moment; the job, and whether it had ended."""
    killer = subprocess.Popen(
        [sys.executable, "-c", f"import os,time;time.sleep({moment});os.kill({pid(victim)},9)"]
    )
    finished = False
    location = victim.send(document(number), behaviour)
    try:
        while location is not None and not finished and killer.poll() is None:
            finished = not victim.job(location)["running"]
            time.sleep(0.01)
    except httpx.TransportError:
        pass
    killer.wait()
    assert victim.process is not None
    victim.process.wait()
    return location, finished


def pid(victim: Victim) -> int:
    """The server's process id."""
    assert victim.process is not None
    return victim.process.pid
