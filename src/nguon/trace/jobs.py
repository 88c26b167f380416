# SPDX-License-Identifier: Apache-2.0
"""Big traces: asked for now, worked out behind the request, read by pages for a day.

An answer is kept as it was found, whoever asked; what its reader may see is decided anew each
time that a page is read. Only who asked reads it.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
import zstandard
from sqlalchemy import RowMapping

from nguon.base.audience import Audience, Disclosure
from nguon.base.time import from_microseconds
from nguon.store import Store, trace_jobs
from nguon.store.clock import system_clock
from nguon.trace.asking.seeing import levels, public_names
from nguon.trace.closure import Closure
from nguon.trace.errors import TraceJobError, UnknownTraceJobError
from nguon.trace.labels import label
from nguon.trace.model import Direction, Limit, Mode

PART = 1_000
"""Things of one part, and of one page."""
OPEN, KEPT = 3, 20
"""Jobs of one organisation: under way at once, and kept."""
DAY = 24 * 3600 * 1_000_000
MOST = 1_000_000


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Wanted(msgspec.Struct, frozen=True):
    """What a job is asked: ``item`` as typed, the things to start from, and how to go.

    ``cut``: there are more things to start from than were taken.
    """

    item: str
    keys: tuple[str, ...]
    directions: tuple[Direction, ...]
    things: int = MOST
    least: int = 3
    hours: int = 0
    upto_seq: int | None = None
    cut: bool = False


class Summary(msgspec.Struct, frozen=True):
    """The answer in figures; ``limit`` is the first that was met, where it is ``truncated``;
    ``trouble`` the code of what went wrong. While a job runs: how deep it is.
    """

    kinds: dict[str, int] = {}
    deepest: int = 0
    truncated: bool = False
    limit: Limit | None = None
    source: str = ""
    as_of: int = 0
    trouble: str = ""


class Job(msgspec.Struct, frozen=True):
    """A big trace: ``done`` of ``total`` steps; ``things`` found up to now; how many ``pages``
    a finished one has.
    """

    id: str
    wanted: Wanted
    state: JobState
    made: datetime
    finished: datetime | None
    ends: datetime
    done: int
    total: int
    things: int
    pages: int
    summary: Summary


class Seen(msgspec.Struct, frozen=True):
    """A thing of an answer as its reader may see it."""

    key: str
    kind: str
    mode: Mode
    depth: int


class Part(msgspec.Struct, frozen=True):
    """A page of an answer; ``withheld`` things of it are not this reader's to see."""

    things: tuple[Seen, ...]
    withheld: int


_Row = tuple[str, Mode, int]
_json = msgspec.json.Encoder().encode
_wanted = msgspec.json.Decoder(Wanted).decode
_summary = msgspec.json.Decoder(Summary).decode
_rows = msgspec.msgpack.Decoder(list[_Row]).decode
_events = msgspec.msgpack.Decoder(list[int]).decode


def ask(store: Store, audience: Audience, wanted: Wanted) -> Job:
    """Begin a big trace.

    Raises `TraceJobError` where the organisation has too many under way or kept.
    """
    now, number = system_clock(), secrets.token_hex(8)
    organisation = audience.organisation or 0
    with store.transaction() as connection:
        under_way, kept = trace_jobs.counts(connection, organisation)
        if under_way >= OPEN:
            raise TraceJobError("trace-jobs.too-many-open", most=OPEN)
        if kept >= KEPT:
            raise TraceJobError("trace-jobs.too-many-kept", most=KEPT)
        trace_jobs.add(
            connection,
            {
                "id": number,
                "organisation": organisation,
                "asker": audience.reader,
                "question": _json(wanted).decode(),
                "made": now,
                "state": JobState.WAITING.value,
                "holder": "",
                "leased": 0,
                "attempts": 0,
                "done": 0,
                "total": len(wanted.directions),
                "things": 0,
                "summary": "{}",
                "finished": None,
                "ends": now + DAY,
            },
        )
    return find(store, audience, number)


def find(store: Store, audience: Audience, number: str) -> Job:
    """A job of whoever asks. Raises `UnknownTraceJobError`."""
    with store.reading() as connection:
        row = trace_jobs.find(connection, number, audience.organisation or 0, audience.reader)
    if row is None or row["ends"] <= system_clock():
        raise UnknownTraceJobError("trace-jobs.unknown", number=number[:40])
    return job_of(row)


def listed(store: Store, audience: Audience) -> list[Job]:
    """The jobs of whoever asks, the latest first."""
    with store.reading() as connection:
        rows = trace_jobs.listed(connection, audience.organisation or 0, audience.reader, KEPT)
    return [job_of(row) for row in rows if row["ends"] > system_clock()]


def cancel(store: Store, audience: Audience, number: str) -> Job:
    """End a job before its time; one that has ended stays as it is."""
    find(store, audience, number)
    with store.transaction() as connection:
        trace_jobs.cancel(connection, number, system_clock())
    return find(store, audience, number)


def page(store: Store, audience: Audience, number: str, at: int) -> Part:
    """A page of a finished answer, from 1, as its reader may see it today.

    Raises `UnknownTraceJobError`, `TraceJobError` where there is no such page (yet).
    """
    job = find(store, audience, number)
    if job.state is not JobState.DONE:
        raise TraceJobError("trace-jobs.not-done", state=job.state.value)
    with store.reading() as connection:
        body = trace_jobs.part(connection, number, at) if at > 0 else None
        tying = trace_jobs.part(connection, number, 0)
    if body is None or tying is None:
        raise TraceJobError("trace-jobs.no-page", page=at, pages=job.pages)
    rows = _rows(zstandard.decompress(body))
    return _reduced(store, audience, job, rows, frozenset(_events(zstandard.decompress(tying))))


def _reduced(
    store: Store, audience: Audience, job: Job, rows: Sequence[_Row], tying: frozenset[int]
) -> Part:
    keys = [key for key, _, _ in rows]
    named = store.lineage.events_of(keys, upto_seq=job.summary.as_of)
    events = list({one.id: one for found in named.values() for one in found}.values())
    disclosed = levels(store, audience, events, job.wanted.keys[0], cut=named.cut)
    shown: dict[str, Seen] = {}
    withheld = 0
    for key, mode, depth in rows:
        own = [one.id for one in named.get(key, [])]
        ties = [number for number in own if number in tying] or own
        is_open = key in job.wanted.keys or mode is Mode.PROCESS
        if is_open or any(disclosed[number] is Disclosure.FULL for number in ties):
            name: str | None = key
        else:
            name = next(iter(public_names([key])), None)
        if name is None:
            withheld += 1
        else:
            shown.setdefault(name, Seen(name, label(name).kind.value, mode, depth))
    return Part(tuple(shown.values()), withheld)


def parts_of(found: Sequence[Closure]) -> tuple[list[bytes], int, Summary]:
    """An answer to keep: its parts, how many things, and its figures."""
    reached: dict[str, tuple[int, Mode]] = {}
    for one in found:
        for key, mode, depth in zip(one.keys, one.modes, one.depths, strict=True):
            known = reached.get(key)
            if known is None or depth < known[0]:
                reached[key] = (depth, mode)
    rows = sorted((depth, key, mode) for key, (depth, mode) in reached.items())
    told = [(key, mode, depth) for depth, key, mode in rows]
    events = sorted({number for one in found for number in one.events})
    summary = Summary(
        kinds=dict(Counter(label(key).kind.value for key in reached)),
        deepest=max((depth for depth, _, _ in rows), default=0),
        truncated=any(one.truncated for one in found),
        limit=next((one.limit for one in found if one.limit is not None), None),
        source=found[0].source if found else "",
        as_of=min((one.as_of for one in found), default=0),
    )
    pages = [told[start : start + PART] for start in range(0, len(told), PART)]
    return [_packed(events), *map(_packed, pages)], len(told), summary


def _packed(value: object) -> bytes:
    return zstandard.compress(msgspec.msgpack.encode(value))


def job_of(row: RowMapping) -> Job:
    """A job from its row."""
    finished = row["finished"]
    return Job(
        id=row["id"],
        wanted=_wanted(row["question"]),
        state=JobState(row["state"]),
        made=from_microseconds(row["made"]),
        finished=None if finished is None else from_microseconds(finished),
        ends=from_microseconds(row["ends"]),
        done=row["done"],
        total=row["total"],
        things=row["things"],
        pages=-(-row["things"] // PART) if row["state"] == JobState.DONE.value else 0,
        summary=_summary(row["summary"]),
    )
