# SPDX-License-Identifier: Apache-2.0
"""Traces over generated food chains equal a closure computed here, from the JSON alone.

The closure shares no code with `nguon.trace`: it scans all events for every
thing that it follows. The documents hold ADD aggregations and associations,
transformations and observations, and no unpacking.
"""

import gzip
import json
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from nguon import gs1
from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.capture.prepare import Context, prepare_all
from nguon.epcis.codec import split_document
from nguon.store import Store
from nguon.store.values import Submitter
from nguon.trace import Direction, trace

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


def _facts(document: dict[str, Any]) -> list[Fact]:
    from datetime import datetime

    return [
        Fact(
            datetime.fromisoformat(event["eventTime"]).timestamp(),
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
    exclusive = kind == "AggregationEvent" and _single(child)
    begun: dict[str, float] = {}
    for time, parent in packed:
        if exclusive:
            for other in [p for p in begun if p != parent]:
                yield other, begun.pop(other), time
        begun.setdefault(parent, time)
    for parent, time in begun.items():
        yield parent, time, inf


def _closure(facts: list[Fact], start: str, *, forward: bool) -> set[str]:
    todo = [(start, "goods", -inf, inf)]
    seen = set()
    while todo:
        state = todo.pop()
        if state in seen:
            continue
        seen.add(state)
        thing, how, low, high = state
        if how == "attached":
            continue
        for fact in facts if how in ("goods", "part") else ():
            if forward and thing in fact.inputs and fact.time >= low:
                todo += [(out, "goods", fact.time, inf) for out in fact.outputs if out != thing]
            if not forward and thing in fact.outputs and fact.time <= high:
                todo += [
                    (into, "goods", fact.time, fact.time) for into in fact.inputs if into != thing
                ]
        for kind in ("AggregationEvent", "AssociationEvent"):
            for parent, begin, end in _stays(facts, thing, kind):
                reach = (
                    (low, high) if how == "carrier" else ((low, inf) if forward else (-inf, high))
                )
                if how == "part" and kind == "AggregationEvent" and begin < high and low < end:
                    continue
                first, last = max(begin, reach[0]), min(end, reach[1])
                if first <= last:
                    todo.append((parent, "carrier", first, last))
            if how not in ("goods", "part"):
                continue
            children = {
                c for f in facts if f.kind == kind and f.parent == thing for c in f.children
            }
            for child in children:
                for parent, begin, end in _stays(facts, child, kind):
                    first, last = max(begin, low), min(end, high)
                    if parent == thing and first <= last:
                        inside = "goods" if _single(child) else "part"
                        mode = inside if kind == "AggregationEvent" else "attached"
                        todo.append((child, mode, first, last))
    return {thing for thing, *_ in seen}


def _captured(store: Store, data: bytes) -> None:
    document, raws = split_document(data)
    prepared = prepare_all(raws, Context(json=document.context))
    records = [one.record for one in prepared if one.record is not None]
    assert len(records) == len(raws)
    store.writer.submit(records, Submitter(1, "test")).result(60)


@pytest.mark.parametrize("name", ["gen_20.json", "gen_200.json.gz"])
def test_traces_equal_an_independent_closure(store: Store, conformance: Path, name: str) -> None:
    path = conformance / "221bt-generated" / name
    data = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    facts = _facts(json.loads(data))
    _captured(store, data)
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
    sample = things if len(things) <= 60 else things[:: len(things) // 60]
    reached = 0
    for uri in sample:
        for direction in Direction:
            expected = _closure(facts, uri, forward=direction is Direction.FORWARD)
            found = trace(store, ALL, gs1.item_key(uri), direction)
            assert found.keys() == {gs1.item_key(thing) for thing in expected}, (uri, direction)
            reached = max(reached, len(expected))
    assert reached >= 4
