# SPDX-License-Identifier: Apache-2.0
"""Big traces: begun, worked off, read as their reader may see them, ended, taken up again."""

import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from nguon.base.audience import Audience
from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.store import Store, trace_jobs
from nguon.store.clock import system_clock
from nguon.store.trace_jobs_tables import trace_job
from nguon.trace import jobs, working
from nguon.trace.closure import Closure, Sought, closure, search
from nguon.trace.errors import TraceJobError, UnknownTraceJobError
from nguon.trace.index.service import attach
from nguon.trace.jobs import JobState, Wanted
from nguon.trace.model import Direction, Following, Limits, Mode
from nguon.trace.progress import Progress, Tell
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


class Hours:
    """A clock that a search moves; at each step another worker looks for a job."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch, lease: int) -> None:
        self._store = store
        self.now = system_clock()
        self.seen: list[jobs.Job] = []
        self.taken: list[bool] = []
        for module in (working, jobs):
            monkeypatch.setattr(module, "system_clock", lambda: self.now)
        monkeypatch.setattr(working, "_LEASE", lease)

    def work(self, steps: int, pace: int, number: str, sought: Sought, tell: Tell) -> Closure:
        for depth in range(1, steps + 1):
            self.now += pace
            tell(Progress(depth, 10 * depth))
            self.seen.append(jobs.find(self._store, _reader(), number))
            with self._store.transaction() as connection:
                claimed = trace_jobs.claim(connection, "other", self.now, self.now + 1)
            self.taken.append(claimed is not None)
        return closure(self._store, sought.starts, sought.direction)


def test_a_search_far_longer_than_the_lease_keeps_it_and_tells_how_far_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = jobs.ask(store, _reader(), WANTED)
    hours = Hours(store, monkeypatch, lease=1_000)
    monkeypatch.setattr(
        working,
        "search",
        lambda _store, sought, tell: hours.work(8, 600, asked.id, sought, tell),
    )
    assert working.work(store)
    assert hours.taken == [False] * 16
    told = [(one.done, one.things, one.summary.deepest) for one in hours.seen]
    assert told == [
        *((0, 10 * n, n) for n in range(1, 9)),
        *((1, 1 + 10 * n, n) for n in range(1, 9)),
    ]
    assert {(one.state, one.total, one.pages) for one in hours.seen} == {(JobState.RUNNING, 2, 0)}
    done = jobs.find(store, _reader(), asked.id)
    assert (done.state, done.things, done.pages) == (JobState.DONE, 1, 1)
    with store.reading() as connection:
        row = connection.execute(select(trace_job.c.attempts)).scalar_one()
    assert row == 1


def test_a_job_that_is_cancelled_ends_in_the_midst_of_its_search(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = jobs.ask(store, _reader(), WANTED)

    def cancelled(_store: Store, _sought: Sought, tell: Tell) -> Closure:
        monkeypatch.setattr(working, "_LEASE", 0)
        jobs.cancel(store, _reader(), asked.id)
        tell(Progress(1, 1))
        tell(Progress(2, 2))
        raise AssertionError("goes on")

    monkeypatch.setattr(working, "_LEASE", 0)
    monkeypatch.setattr(working, "search", cancelled)
    assert working.work(store)
    found = jobs.find(store, _reader(), asked.id)
    assert (found.state, found.things, found.summary.trouble) == (JobState.CANCELLED, 0, "")
    assert not working.work(store)


def test_a_server_that_stops_gives_its_job_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = jobs.ask(store, _reader(), WANTED)
    stopping = threading.Event()

    def stopped(_store: Store, _sought: Sought, tell: Tell) -> Closure:
        stopping.set()
        tell(Progress(1, 1))
        raise AssertionError("goes on")

    with monkeypatch.context() as patched:
        patched.setattr(working, "search", stopped)
        assert working.work(store, stopping)
    assert jobs.find(store, _reader(), asked.id).state is JobState.RUNNING
    assert working.work(store)
    assert jobs.find(store, _reader(), asked.id).state is JobState.DONE


@pytest.mark.parametrize("direct", [True, False], ids=["index", "store"])
def test_a_search_tells_its_steps(store: Store, tmp_path: Path, direct: bool) -> None:
    if direct:
        attach(store, tmp_path / "index")
    told: list[Progress] = []
    found = search(store, Sought((f"{LOT}0",), Direction.BACK, Following(), Limits()), told.append)
    assert (found.source, told) == ("index" if direct else "store", [Progress(1, 1)])


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
    assert (found["truncated"], found["limit"], found["startsTruncated"]) == (False, None, False)
    few = client.post(API, json={"item": f"{LOT}0", "direction": "forward", "maxThings": 4})
    cut = _done(client, few.headers["location"])
    assert (cut["things"], cut["truncated"], cut["limit"]) == (4, True, "things")
    assert "giới hạn 4 mục" in client.get(few.headers["location"].replace("/api/v1", "/w")).text
    part = client.get(f"{address}/things").json()
    assert [one["key"] for one in part["things"]] == [f"{LOT}{n}" for n in range(11)]
    assert (part["page"], part["pages"], part["withheld"]) == (1, 1, 0)
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}/things").status_code == 404
    assert stranger.delete(address).status_code == 404
    assert client.get(f"{address}/things", params={"page": 2}).status_code == 409
    assert client.delete(address).json()["state"] == "done"
    assert [one["id"] for one in client.get(API).json()["jobs"]] == [cut["id"], found["id"]]
    assert client.post(API, json={"item": "nothing-of-this-name"}).status_code == 404
    assert "11 mục" in client.get(address.replace("/api/v1", "/w")).text
