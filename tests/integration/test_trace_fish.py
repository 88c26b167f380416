# SPDX-License-Identifier: Apache-2.0
"""Trace-back corpora of others: the fish of GDST, and the deliveries of a tracing test.

The sets of the fish were written by hand from the documents' events. The keys of GDST are
no GS1 keys, and their SSCCs have wrong lengths: both are kept as they are, with warnings.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nguon import gs1
from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.store import Store
from nguon.trace import Direction, Following, Shared, trace
from nguon.trace.answering import answer
from nguon.trace.backwards import BackwardKind
from nguon.trace.model import Confidence
from nguon.trace.moments import span
from nguon.trace.named import StartKind
from nguon.trace.service import Question
from nguon.trace.starting import starts
from tests.integration.fresh import captured, fresh_store

ALL = Audience(AudienceKind.OPERATOR, None, lambda _audience, _facts: Disclosure.FULL)
_LOTS = "uri:urn:gdst:example.org:product:lot:class:"
HATCHED, FED = f"{_LOTS}hatchery.1u.tf12012021", f"{_LOTS}feedmill.1u.ff11252021"
FARMED, CAUGHT = (
    f"{_LOTS}fishfarm.1u.farmed-tuna-01192022",
    f"{_LOTS}fisherman01.tunau.v1-0122-2022",
)
MIXED, PACKED = f"{_LOTS}processor.10u.commingle-01232022", f"{_LOTS}processor.2u.v1-0122-2022"
INNER, OUTER = "uri:urn:epc:id:sscc:08600031303.0004", "uri:urn:epc:id:sscc:08600031303.0005"
BOTH = [pytest.param("sqlite", id="sqlite"), pytest.param("postgresql", id="postgresql")]


@pytest.fixture(scope="module", params=BOTH)
def fish(
    request: pytest.FixtureRequest, conformance: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A store with the trace-back corpus, whose eventIDs are left out: it has some of them
    for two different events, of which the second would be refused (EPCIS 2.0 section 7.4.1.3).
    """
    corpus = json.loads((conformance / "opentraceability/traceback_tests.jsonld").read_bytes())
    events = corpus["epcisBody"]["eventList"]
    names = [event.pop("eventID") for event in events]
    assert (len(names), len(set(names))) == (21, 16)
    with fresh_store(request, tmp_path_factory) as store:
        captured(store, json.dumps(corpus).encode())
        yield store


def test_malformed_keys_are_kept_with_warnings() -> None:
    for key in (INNER, OUTER):
        assert gs1.warning(key.removeprefix("uri:")) is not None
    assert gs1.item_key("urn:epc:id:sscc:08600031303.0004") == INNER


@pytest.mark.parametrize(
    ("start", "direction", "expected"),
    [
        (
            PACKED,
            Direction.BACK,
            {PACKED, MIXED, FARMED, CAUGHT, FED, HATCHED, INNER, OUTER},
        ),
        (OUTER, Direction.BACK, {OUTER, INNER, PACKED, MIXED, FARMED, CAUGHT, FED, HATCHED}),
        (FARMED, Direction.BACK, {FARMED, FED, HATCHED}),
        (HATCHED, Direction.FORWARD, {HATCHED, FARMED, MIXED, PACKED, INNER, OUTER}),
        (CAUGHT, Direction.FORWARD, {CAUGHT, MIXED, PACKED, INNER, OUTER}),
        (MIXED, Direction.FORWARD, {MIXED, PACKED, INNER, OUTER}),
        (CAUGHT, Direction.BACK, {CAUGHT}),
    ],
    ids=["packed", "pallet", "farmed", "hatched", "caught", "mixed", "wild"],
)
def test_fish_are_traced_through_every_hand(
    fish: Store, start: str, direction: Direction, expected: set[str]
) -> None:
    found = trace(fish, ALL, start, direction)
    assert found.keys() == expected
    assert {link.confidence for link in found.links} <= {Confidence.LOT, Confidence.EXACT}


def test_a_lot_by_its_own_uri_is_a_start(fish: Store) -> None:
    found = starts(fish, ALL, PACKED.removeprefix("uri:"))
    assert (found.kind, found.keys) == (StartKind.LOT, (PACKED,))
    assert starts(fish, ALL, "transform-1-22-2022-17:24").keys == tuple(sorted([MIXED, PACKED]))


def test_feed_was_fed_before_it_was_received(fish: Store) -> None:
    """The corpus has the mill's lorry arrive two weeks after the harvest."""
    found = answer(fish, ALL, Question((PACKED,), Direction.BACK))
    listed = {(one.key, one.kind) for one in found.backwards}
    assert (FED, BackwardKind.USED_BEFORE_RECEIVED) in listed


BASE = "https://id.gs1.org/"
Network = Mapping[str, Any]


@pytest.fixture(scope="module")
def network(conformance: Path) -> Network:
    found: Network = json.loads(
        (conformance / "compliance-tests/bfr-tracing-test.json").read_text("utf-8")
    )
    return found


def _lot(delivery: str) -> str:
    return f"01/09521234543213/10/{delivery}"


def _place(network: Network, station: str) -> str:
    number = f"952123400{network['stations'].index(station) + 1:03d}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(number))
    return f"414/{number}{-total % 10}"


def _moment(text: str, *, last: bool = False) -> datetime:
    """Of a day its morning; a date without a day is the last that it can be, so that nothing
    that may have been in a delivery is missed.
    """
    return span(text)[1] if last or len(text) < 8 else span(text)[0]


def _event(kind: str, moment: datetime, place: str, **parts: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "eventTime": moment.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "bizLocation": {"id": BASE + place},
        **parts,
    }


def _document(network: Network) -> bytes:
    """Deliveries are lots: shipped by one station, received by the next, and made there."""
    events = []
    by_id = {delivery["id"]: delivery for delivery in network["deliveries"]}
    for delivery in by_id.values():
        goods = {"quantityList": [{"epcClass": BASE + _lot(delivery["id"])}]}
        leaves = _moment(delivery["dep"])
        arrives = _moment(delivery["arr"]) if "arr" in delivery else leaves
        for step, moment, station in (
            ("shipping", leaves, delivery["from"]),
            ("receiving", max(arrives, leaves + timedelta(hours=1)), delivery["to"]),
        ):
            place = _place(network, station)
            events.append(
                _event("ObjectEvent", moment, place, action="OBSERVE", bizStep=step, **goods)
            )
    for source, target in network["links"]:
        into, out = by_id[source], by_id[target]
        moment = _moment(out["dep"], last=True)
        events.append(
            _event(
                "TransformationEvent",
                moment,
                _place(network, into["to"]),
                inputQuantityList=[{"epcClass": BASE + _lot(source)}],
                outputQuantityList=[{"epcClass": BASE + _lot(target)}],
            )
        )
    return json.dumps(
        {
            "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-01-01T00:00:00Z",
            "epcisBody": {"eventList": events},
        }
    ).encode()


@pytest.fixture(scope="module", params=BOTH)
def deliveries(
    request: pytest.FixtureRequest, network: Network, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A store with the deliveries as lots."""
    with fresh_store(request, tmp_path_factory) as store:
        captured(store, _document(network))
        yield store


def _stations(store: Store, network: Network, station: str, direction: Direction) -> set[str]:
    forward = direction is Direction.FORWARD
    mine, theirs = ("from", "to") if forward else ("to", "from")
    start = [_lot(one["id"]) for one in network["deliveries"] if one[mine] == station]
    keys = answer(store, ALL, Question(tuple(start), direction)).lineage.keys()
    return {one[theirs] for one in network["deliveries"] if _lot(one["id"]) in keys}


def test_stations_of_the_tracing_test(deliveries: Store, network: Network) -> None:
    for sets, direction in (
        ("forward_stations", Direction.FORWARD),
        ("backward_stations", Direction.BACK),
    ):
        for station, expected in network[sets].items():
            found = _stations(deliveries, network, station, direction)
            assert found == set(expected), (station, direction)


def test_goods_that_shared_a_station_in_the_order_of_time(
    deliveries: Store, network: Network
) -> None:
    """Cross-contamination at the first producer, within a week."""
    place = _place(network, "producer1")
    following = Following(shared=Shared(hours=7 * 24, places=frozenset({place})))

    def reached(delivery: str) -> frozenset[str]:
        start = _lot(delivery)
        return trace(deliveries, ALL, start, Direction.FORWARD, following=following).keys()

    assert _lot("P1T1_2") in reached("F1P1_1")
    assert _lot("P1T1_1") not in reached("F1P1_2")
    alone = trace(deliveries, ALL, _lot("F1P1_1"), Direction.FORWARD).keys()
    assert _lot("P1T1_2") not in alone


def test_a_partial_date_is_a_span() -> None:
    first, last = span("2016-01")
    assert first.isoformat() == "2016-01-01T00:00:00+07:00"
    assert last.isoformat() == "2016-01-31T23:59:59.999999+07:00"
