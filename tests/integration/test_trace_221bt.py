# SPDX-License-Identifier: Apache-2.0
"""Traces over generated food chains equal a closure computed here, from the JSON alone.

The closure shares no code with `nguon.trace`: it scans all events for every
thing that it follows. The documents hold ADD aggregations and associations,
transformations and observations, and no unpacking.
"""

import gzip
import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from nguon import gs1
from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.store import Store
from nguon.trace import Direction, trace
from nguon.trace.answering import answer
from nguon.trace.backwards import BackwardKind
from nguon.trace.service import Question
from tests.integration.fresh import captured, fresh_store

AGGREGATION, ASSOCIATION = "AggregationEvent", "AssociationEvent"
State = tuple[str, str, float, float, tuple[float, float] | None]
ALL = Audience(AudienceKind.OPERATOR, None, lambda _audience, _facts: Disclosure.FULL)


class Fact(NamedTuple):
    """One event, by the URIs in its lists."""

    time: float
    kind: str
    parent: str | None
    children: frozenset[str]
    inputs: frozenset[str]
    outputs: frozenset[str]


def _uris(event: dict[str, Any], epcs: str, quantities: str) -> frozenset[str]:
    classes = (element["epcClass"] for element in event.get(quantities, ()))
    return frozenset([*event.get(epcs, ()), *classes])


def _time(event: dict[str, Any]) -> float:
    return datetime.fromisoformat(event["eventTime"]).timestamp()


def _facts(document: dict[str, Any]) -> list[Fact]:
    return [
        Fact(
            _time(event),
            event["type"],
            event.get("parentID"),
            _uris(event, "childEPCs", "childQuantityList"),
            _uris(event, "inputEPCList", "inputQuantityList"),
            _uris(event, "outputEPCList", "outputQuantityList"),
        )
        for event in document["epcisBody"]["eventList"]
    ]


def _single(uri: str) -> bool:
    return "/10/" not in uri


def _stays(facts: list[Fact], child: str, kind: str) -> Iterator[tuple[str, float, float]]:
    """(parent, from, until) of each stay; a single piece leaves when it is packed elsewhere."""
    packed = sorted(
        (f.time, f.parent or "") for f in facts if f.kind == kind and child in f.children
    )
    exclusive = kind == AGGREGATION and _single(child)
    begun: dict[str, float] = {}
    for time, parent in packed:
        if exclusive:
            for other in [p for p in begun if p != parent]:
                yield other, begun.pop(other), time
        begun.setdefault(parent, time)
    for parent, time in begun.items():
        yield parent, time, inf


def _closure(facts: list[Fact], start: str, *, forward: bool) -> set[str]:
    """All that hangs on a thing, by the rules of ``docs/trace.md`` that these documents touch.

    A state is (thing, how it is followed, from, to, its stay as part of a lot).
    """
    begin: State = (start, "goods", -inf, inf, None)
    todo, seen = [begin], {begin}

    def found(state: State) -> None:
        if state not in seen:
            seen.add(state)
            todo.append(state)

    while todo:
        state = todo.pop()
        thing, how, low, high, stay = state
        goods, first = how in ("goods", "part"), state == begin
        if how == "shown":
            continue
        for fact in facts:
            if forward and thing in fact.inputs and low <= fact.time <= (inf if goods else high):
                for out in fact.outputs - {thing}:
                    found((out, "goods", fact.time, inf, None))
            if not forward and thing in fact.outputs and fact.time <= high:
                for into in fact.inputs - {thing}:
                    found((into, "goods", fact.time, fact.time, None))
        reach = (low, high) if not goods else ((low, inf) if forward else (-inf, high))
        for parent, since, until in _stays(facts, thing, AGGREGATION):
            apart = stay is None or until <= stay[0] or stay[1] <= since
            if apart and max(since, reach[0]) <= min(until, reach[1]):
                found((parent, "carrier", max(since, reach[0]), min(until, reach[1]), None))
        for parent, since, until in _stays(facts, thing, ASSOCIATION):
            if (first or forward) and max(since, reach[0]) <= min(until, reach[1]):
                how_next = "carrier" if first else "shown"
                found((parent, how_next, max(since, reach[0]), min(until, reach[1]), None))
        for kind in (AGGREGATION, ASSOCIATION) if goods else ():
            for child in {
                c for f in facts if f.kind == kind and f.parent == thing for c in f.children
            }:
                for parent, since, until in _stays(facts, child, kind):
                    if parent != thing or max(since, low) > min(until, high):
                        continue
                    part = None if _single(child) else (since, until)
                    inside = "goods" if part is None else "part"
                    if kind == ASSOCIATION:
                        inside, part = ("part" if first and not forward else "shown"), None
                    found((child, inside, max(since, low), min(until, high), part))
    return {thing for thing, *_ in seen}


def _reversed(document: dict[str, Any]) -> set[tuple[str, float, float]]:
    """Goods used at a place before they were received there: (thing, used at, received at).

    By the chain that the generator wrote into its events (``example:prevID``).
    """
    events = document["epcisBody"]["eventList"]
    by_id = {event["eventID"].split(";")[1].split("?")[0]: event for event in events}
    found = set()
    for event in events:
        for name in event.get("example:prevID", ()):
            before = by_id[name]
            if _time(event) < _time(before):
                used = _uris(event, "inputEPCList", "inputQuantityList")
                used |= _uris(event, "childEPCs", "childQuantityList")
                for uri in used & _uris(before, "epcList", "quantityList"):
                    found.add((gs1.item_key(uri), _time(event), _time(before)))
    return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def both(
    request: pytest.FixtureRequest, conformance: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[dict[str, Any], Store]]]:
    """Each document with a store that holds it, on each database in turn."""
    opened: dict[str, tuple[dict[str, Any], Store]] = {}
    with ExitStack() as stack:
        for name in ("gen_20.json", "gen_200.json.gz"):
            path = conformance / "221bt-generated" / name
            data = path.read_bytes()
            data = gzip.decompress(data) if name.endswith(".gz") else data
            store = stack.enter_context(fresh_store(request, tmp_path_factory))
            captured(store, data)
            opened[name] = json.loads(data), store
        yield opened


@pytest.mark.parametrize(("name", "most"), [("gen_20.json", 10_000), ("gen_200.json.gz", 40)])
def test_traces_equal_an_independent_closure(
    both: dict[str, tuple[dict[str, Any], Store]], name: str, most: int
) -> None:
    document, store = both[name]
    facts = _facts(document)
    things = sorted(
        {
            uri
            for fact in facts
            for uri in (
                *fact.children,
                *fact.inputs,
                *fact.outputs,
                *([fact.parent] if fact.parent else []),
            )
        }
    )
    assert len(things) > 20
    sample = things if len(things) <= most else things[:: len(things) // most]
    reached = 0
    for uri in sample:
        for direction in Direction:
            expected = _closure(facts, uri, forward=direction is Direction.FORWARD)
            found = trace(store, ALL, gs1.item_key(uri), direction)
            assert found.keys() == {gs1.item_key(thing) for thing in expected}, (uri, direction)
            reached = max(reached, len(expected))
    assert reached >= 4


@pytest.mark.parametrize(("name", "count"), [("gen_20.json", 8), ("gen_200.json.gz", 99)])
def test_records_that_run_backwards_in_time_are_listed(
    both: dict[str, tuple[dict[str, Any], Store]], name: str, count: int
) -> None:
    document, store = both[name]
    expected = _reversed(document)
    assert len(expected) == count
    listed = answer(store, ALL, Question(tuple({key for key, *_ in expected}), Direction.BACK))
    found = {
        (one.key, one.time / 1_000_000, one.cause_time / 1_000_000)
        for one in listed.backwards
        if one.kind is BackwardKind.USED_BEFORE_RECEIVED
    }
    assert expected <= found
    unpacked = {
        _time(event)
        for event in document["epcisBody"]["eventList"]
        if event["bizStep"] == "disassembling"
    }
    assert {time for _, time, _ in found - expected} <= unpacked, "unpacking, written as ADD"
