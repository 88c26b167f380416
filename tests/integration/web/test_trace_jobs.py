# SPDX-License-Identifier: Apache-2.0
"""Big traces: begun, worked off, read as their reader may see them, ended, taken up again."""

import time
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from nguon.base.audience import Audience
from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.store import Store, trace_jobs
from nguon.store.clock import system_clock
from nguon.store.trace_jobs_tables import trace_job
from nguon.trace import jobs, working
from nguon.trace.errors import TraceJobError, UnknownTraceJobError
from nguon.trace.jobs import JobState, Wanted
from nguon.trace.model import Direction, Mode
from tests.integration.web.conftest import OURS, THEIRS, Server
from tests.integration.web.samples import document, event

API = "/api/v1/trace/jobs"
LOT = "01/09521234543213/10/L"
WANTED = Wanted(f"{LOT}0", (f"{LOT}0",), (Direction.BACK, Direction.FORWARD))


def _reader(organisation: int = 1, key: str = "k1") -> Audience:
    kind = KeyKind.MEMBER
    return Principal(organisation, key, kind, frozenset(), strict=False).audience


def _put(store: Store, number: str, **values: Any) -> None:
    with store.transaction() as connection:
        connection.execute(update(trace_job).where(trace_job.c.id == number).values(**values))


def test_a_job_is_worked_off_and_read_by_who_asked(store: Store) -> None:
    asked = jobs.ask(store, _reader(), WANTED)
    assert (asked.state, asked.done, asked.total) == (JobState.WAITING, 0, 2)
    with pytest.raises(TraceJobError, match="not-done"):
        jobs.page(store, _reader(), asked.id, 1)
    assert working.work(store)
    assert not working.work(store)
    done = jobs.find(store, _reader(), asked.id)
    assert (done.state, done.done, done.total) == (JobState.DONE, 2, 2)
    assert (done.things, done.pages, done.summary.kinds) == (1, 1, {"lot": 1})
    part = jobs.page(store, _reader(), asked.id, 1)
    assert [(one.key, one.mode, one.depth) for one in part.things] == [(f"{LOT}0", Mode.WHOLE, 0)]
    with pytest.raises(TraceJobError, match="no-page"):
        jobs.page(store, _reader(), asked.id, 2)
    for other in (_reader(key="k2"), _reader(2)):
        assert jobs.listed(store, other) == []
        with pytest.raises(UnknownTraceJobError):
            jobs.page(store, other, asked.id, 1)


def test_a_cancelled_job_is_left_alone(store: Store) -> None:
    asked = jobs.ask(store, _reader(), WANTED)
    assert jobs.cancel(store, _reader(), asked.id).state is JobState.CANCELLED
    assert not working.work(store)
    assert jobs.cancel(store, _reader(), asked.id).state is JobState.CANCELLED
    with store.transaction() as connection:
        assert not trace_jobs.keep(connection, asked.id, "", {"done": 1})


def test_what_a_dead_process_left_is_taken_up_once(store: Store) -> None:
    asked = jobs.ask(store, _reader(), WANTED)
    now = system_clock()
    with store.transaction() as connection:
        claimed = trace_jobs.claim(connection, "dead", now, now + 10**12)
    assert claimed is not None
    assert not working.work(store)
    _put(store, asked.id, leased=0)
    assert working.work(store)
    assert jobs.find(store, _reader(), asked.id).state is JobState.DONE
    with store.transaction() as connection:
        assert not trace_jobs.keep(connection, asked.id, "dead", {"state": "failed"})


def test_what_kills_every_process_is_said_to_have_failed(store: Store) -> None:
    asked = jobs.ask(store, _reader(), WANTED)
    _put(store, asked.id, state="running", holder="dead", attempts=2)
    assert working.work(store)
    failed = jobs.find(store, _reader(), asked.id)
    assert (failed.state, failed.summary.trouble) == (JobState.FAILED, "trace-jobs.lost")


def test_an_organisation_has_so_many_at_once(store: Store) -> None:
    for _ in range(jobs.OPEN):
        jobs.ask(store, _reader(), WANTED)
    with pytest.raises(TraceJobError, match="too-many-open"):
        jobs.ask(store, _reader(key="k2"), WANTED)
    assert len(jobs.listed(store, _reader())) == jobs.OPEN
    jobs.ask(store, _reader(2), WANTED)


def test_answers_are_kept_for_a_day(store: Store) -> None:
    asked = jobs.ask(store, _reader(), WANTED)
    assert working.work(store)
    _put(store, asked.id, ends=1)
    with pytest.raises(UnknownTraceJobError):
        jobs.find(store, _reader(), asked.id)
    assert not working.work(store)
    with store.reading() as connection:
        assert trace_jobs.part(connection, asked.id, 0) is None


def _done(client: httpx.Client, address: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while True:
        found: dict[str, Any] = client.get(address).json()
        if found["state"] not in ("waiting", "running"):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def test_over_http(server: Server) -> None:
    chain = [
        event(
            type="TransformationEvent",
            eventTime=f"2026-03-01T08:{n:02}:00Z",
            inputQuantityList=[{"epcClass": f"https://id.gs1.org/{LOT}{n}"}],
            outputQuantityList=[{"epcClass": f"https://id.gs1.org/{LOT}{n + 1}"}],
        )
        for n in range(10)
    ]
    for one in chain:
        del one["action"], one["epcList"]
    sent = server.member(OURS).post("/epcis/capture", json=document(*chain))
    assert sent.status_code in (201, 202), sent.text
    client, stranger = server.member(OURS, "trace"), server.member(THEIRS, "trace")
    begun = client.post(API, json={"item": f"{LOT}0", "direction": "forward"})
    assert begun.status_code == 202, begun.text
    address = begun.headers["location"]
    found = _done(client, address)
    assert (found["state"], found["things"], found["kinds"]) == ("done", 11, {"lot": 11})
    part = client.get(f"{address}/things").json()
    assert [one["key"] for one in part["things"]] == [f"{LOT}{n}" for n in range(11)]
    assert (part["page"], part["pages"], part["withheld"]) == (1, 1, 0)
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}/things").status_code == 404
    assert stranger.delete(address).status_code == 404
    assert client.get(f"{address}/things", params={"page": 2}).status_code == 409
    assert client.delete(address).json()["state"] == "done"
    assert [one["id"] for one in client.get(API).json()["jobs"]] == [found["id"]]
    assert client.post(API, json={"item": "nothing-of-this-name"}).status_code == 404
    assert "11 mục" in client.get(address.replace("/api/v1", "/w")).text
