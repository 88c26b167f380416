# SPDX-License-Identifier: Apache-2.0
"""Lineage over small stories written by hand, on each database: containment in time, parts and
mixtures with their quantities, corrections, and what was known when.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.base.time import from_microseconds
from nguon.store import Store
from nguon.trace import Direction, Following, Limits, Lineage, LinkKind, trace
from nguon.trace.answering import Answer, answer, levels
from nguon.trace.backwards import BackwardKind
from nguon.trace.errors import StartUnknownError
from nguon.trace.known import seq_at
from nguon.trace.model import Confidence, Mode
from nguon.trace.moments import span
from nguon.trace.named import StartKind
from nguon.trace.service import Question
from nguon.trace.starting import starts
from tests.integration.fresh import captured, fresh_store

ALL = Audience(AudienceKind.OPERATOR, None, lambda _audience, _facts: Disclosure.FULL)
BASE = "https://id.gs1.org/"
RAW, GOODS, CASE = "01/09521234543220/10", "01/09521234543213/10", "01/09521234543213/21"
PALLET, LORRY = "00/0952123450000000", "8004/9521234LORRY"
DEPOT = "414/9521234000017"
BACK, FORWARD = Direction.BACK, Direction.FORWARD
Tell = Callable[..., int]


@pytest.fixture(
    scope="module",
    params=[pytest.param("sqlite", id="sqlite"), pytest.param("postgresql", id="postgresql")],
)
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """One store for all stories: each has goods of its own."""
    with fresh_store(request, tmp_path_factory) as opened:
        yield opened


@pytest.fixture(scope="module")
def tell(store: Store) -> Tell:
    """Capture one event of a day in August 2026; gives its position in the log."""
    count = iter(range(1, 1000))

    def one(kind: str, day: float, organisation: int = 1, **parts: Any) -> int:
        moment = span("2026-08-01")[0] + timedelta(days=day)
        event = {
            "type": kind,
            "eventID": f"urn:uuid:00000000-0000-4000-8000-{next(count):012}",
            "eventTime": moment.isoformat(timespec="milliseconds"),
            "eventTimeZoneOffset": "+07:00",
        } | parts
        document = {
            "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-08-01T00:00:00Z",
            "epcisBody": {"eventList": [event]},
        }
        (receipt,) = captured(store, json.dumps(document).encode(), organisation=organisation)
        return receipt.seq

    return one


def made(
    tell: Tell, day: float, inputs: dict[str, float], outputs: dict[str, float], **more: Any
) -> int:
    return tell(
        "TransformationEvent",
        day,
        inputQuantityList=_amounts(inputs),
        outputQuantityList=_amounts(outputs),
        **more,
    )


def _amounts(of: dict[str, float]) -> list[dict[str, Any]]:
    return [{"epcClass": BASE + key, "quantity": much, "uom": "KGM"} for key, much in of.items()]


def packed(tell: Tell, day: float, parent: str, *children: str, action: str = "ADD") -> int:
    return tell(
        "AggregationEvent",
        day,
        action=action,
        parentID=BASE + parent,
        childEPCs=[BASE + key for key in children if "/10/" not in key],
        childQuantityList=[{"epcClass": BASE + key} for key in children if "/10/" in key],
    )


def told(store: Store, key: str, direction: Direction, **more: Any) -> Answer:
    return answer(store, ALL, Question((key,), direction, **more))


def traced(store: Store, key: str, direction: Direction, **more: Any) -> Lineage:
    return trace(store, ALL, key, direction, **more)


def test_nested_repacked_and_partly_unpacked(store: Store, tell: Tell) -> None:
    first, second = f"{PALLET}18", f"{PALLET}25"
    one, two, three = (f"{CASE}/N{number}" for number in range(3))
    packed(tell, 1, first, one, two, three)
    packed(tell, 2, f"{LORRY}1", first)
    packed(tell, 3, first, two, action="DELETE")
    packed(tell, 4, second, two)
    packed(tell, 4.5, f"{LORRY}1", first, action="DELETE")
    packed(tell, 5, f"{LORRY}2", first)
    packed(tell, 5, f"{LORRY}3", second)
    packed(tell, 6, first, action="DELETE")
    packed(tell, 6.5, f"{LORRY}2", first, action="DELETE")
    packed(tell, 7, f"{LORRY}4", first)
    assert traced(store, one, FORWARD).keys() == {one, first, f"{LORRY}1", f"{LORRY}2"}
    assert traced(store, two, FORWARD).keys() == {
        *(two, first, second, f"{LORRY}1", f"{LORRY}3"),
    }
    assert traced(store, f"{LORRY}1", BACK).keys() == {f"{LORRY}1", first, one, two, three}
    assert traced(store, f"{LORRY}2", BACK).keys() == {
        *(f"{LORRY}2", first, one, three, f"{LORRY}1"),
    }
    assert traced(store, f"{LORRY}4", BACK).keys() == {
        *(f"{LORRY}4", first, f"{LORRY}1", f"{LORRY}2"),
    }


def test_a_container_that_was_used_stands_for_what_was_inside(store: Store, tell: Tell) -> None:
    crate, wine = f"{PALLET}32", f"{GOODS}/WINE"
    early, late, after = (f"{CASE}/C{number}" for number in range(3))
    packed(tell, 1, crate, early, late)
    packed(tell, 2, crate, early, action="DELETE")
    tell(
        "TransformationEvent", 3, inputEPCList=[BASE + crate],
        outputQuantityList=[{"epcClass": BASE + wine}],
    )  # fmt: skip
    packed(tell, 4, crate, after)
    assert traced(store, wine, BACK).keys() == {wine, crate, late}
    assert traced(store, late, FORWARD).keys() == {late, crate, wine}
    assert traced(store, early, FORWARD).keys() == {early, crate}
    assert traced(store, after, FORWARD).keys() == {after, crate}


def test_quantities_of_lots_split_and_merged(store: Store, tell: Tell) -> None:
    bad, good = f"{RAW}/Q-BAD", f"{RAW}/Q-GOOD"
    flour, rest, bread = f"{GOODS}/Q-FLOUR", f"{GOODS}/Q-REST", f"{GOODS}/Q-BREAD"
    made(tell, 1, {bad: 25, good: 75}, {flour: 80, rest: 15})
    made(tell, 2, {flour: 20, good: 20}, {bread: 40})
    ahead = {one.key: one for one in told(store, bad, FORWARD).amounts}
    assert (ahead[bad].used, ahead[bad].share) == (Decimal(25), Decimal(1))
    assert (ahead[flour].made, ahead[flour].affected) == (Decimal(80), Decimal(80))
    assert ahead[flour].used == Decimal(20)
    assert (ahead[flour].share, ahead[bread].share) == (Decimal("0.25"), Decimal("0.125"))
    assert (ahead[bread].affected, ahead[rest].share) == (Decimal(40), Decimal("0.25"))
    behind = {one.key: one for one in told(store, bread, BACK).amounts}
    assert behind[flour].share == Decimal("0.5")
    assert behind[bad].share == Decimal("0.125")
    assert behind[good].share == Decimal("0.875")
    parts = {
        (link.source, link.target): link.quantity and link.quantity.amount
        for link in traced(store, bad, FORWARD).links
    }
    assert parts == {(bad, flour): 25, (bad, rest): 25, (flour, bread): 20}


def test_an_open_quantity_leaves_the_share_open(store: Store, tell: Tell) -> None:
    raw, mixed = f"{RAW}/O", f"{GOODS}/O"
    tell(
        "TransformationEvent", 1,
        inputQuantityList=[{"epcClass": BASE + raw}, *_amounts({f"{RAW}/O2": 5})],
        outputQuantityList=_amounts({mixed: 9}),
    )  # fmt: skip
    (found,) = [one for one in told(store, raw, FORWARD).amounts if one.key == mixed]
    assert (found.made, found.affected, found.share) == (Decimal(9), Decimal(9), None)


def test_a_correction_changes_the_answer_from_then_on(store: Store, tell: Tell) -> None:
    wrong, right, box = f"{RAW}/WRONG", f"{RAW}/RIGHT", f"{GOODS}/FIXED"
    identity = "urn:uuid:00000000-0000-4000-9000-000000000001"
    made(tell, 1, {wrong: 5}, {box: 5}, eventID=identity)
    before = store.log.head()
    declared = made(
        tell, 1, {wrong: 5}, {box: 5}, eventID=identity,
        errorDeclaration={
            "declarationTime": "2026-08-20T00:00:00Z",
            "reason": "incorrect_data",
        },
    )  # fmt: skip
    last = made(tell, 1, {right: 5}, {box: 5})
    assert traced(store, box, BACK).keys() == {box, right}
    assert traced(store, wrong, FORWARD).keys() == {wrong}
    assert traced(store, box, BACK, upto_seq=before.seq).keys() == {box, wrong}
    assert traced(store, box, BACK, upto_seq=declared).keys() == {box}
    known = from_microseconds(before.record_time)
    assert seq_at(store, known) >= before.seq
    (then,) = store.log.at([last])
    assert seq_at(store, from_microseconds(then.record_time)) >= last
    assert seq_at(store, from_microseconds(0)) == 0


def test_nobody_corrects_the_record_of_another(store: Store, tell: Tell) -> None:
    raw, box = f"{RAW}/OTHERS", f"{GOODS}/OTHERS"
    made(tell, 1, {raw: 5}, {box: 5})
    made(
        tell, 1, {raw: 5}, {box: 5}, organisation=2,
        errorDeclaration={"declarationTime": "2026-08-20T00:00:00Z", "reason": "incorrect_data"},
    )  # fmt: skip
    assert traced(store, box, BACK).keys() == {box, raw}


def test_the_asker_chooses_what_to_follow(store: Store, tell: Tell) -> None:
    lot, box, pallet, product = f"{RAW}/F", f"{GOODS}/F", f"{PALLET}49", "01/09521234543237"
    made(tell, 1, {lot: 5, product: 1}, {box: 5})
    packed(tell, 2, pallet, box)

    def keys(**choice: Any) -> frozenset[str]:
        return traced(store, pallet, BACK, following=Following(**choice)).keys()

    assert keys() == {pallet, box, lot}
    assert keys(least=Confidence.AMBIGUOUS) == {pallet, box, lot, product}
    assert keys(least=Confidence.EXACT) == {pallet}
    assert keys(kinds=frozenset({LinkKind.CONTAINED})) == {pallet, box}
    assert keys(kinds=frozenset({LinkKind.TRANSFORMED})) == {pallet}


def test_what_was_used_before_it_was_made_or_shipped_is_listed(store: Store, tell: Tell) -> None:
    raw, box, late = f"{RAW}/B", f"{GOODS}/B", f"{GOODS}/B-LATE"
    made(tell, 5, {raw: 5}, {box: 5})
    made(tell, 4, {box: 5}, {late: 5})
    goods = {"quantityList": [{"epcClass": BASE + late}], "action": "OBSERVE"}
    to = {"destinationList": [{"type": "location", "destination": BASE + DEPOT}]}
    tell("ObjectEvent", 7, bizStep="shipping", **goods, **to)
    tell("ObjectEvent", 6, bizStep="receiving", bizLocation={"id": BASE + DEPOT}, **goods)
    found = told(store, late, BACK)
    assert found.lineage.keys() == {late, box}
    assert {(one.key, one.kind, one.cause_time - one.time) for one in found.backwards} == {
        (box, BackwardKind.USED_BEFORE_MADE, 86_400_000_000),
        (late, BackwardKind.RECEIVED_BEFORE_SHIPPED, 86_400_000_000),
    }


def test_starts_from_places_documents_and_products(store: Store, tell: Tell) -> None:
    place, order = "414/9521234000020", "urn:epcglobal:cbv:bt:9521234000017:PO-7"
    first, second = f"{RAW}/S1", f"{RAW}/S2"
    for day, lot in ((10, first), (12, second)):
        tell(
            "ObjectEvent", day, action="OBSERVE", bizStep="shipping",
            quantityList=[{"epcClass": BASE + lot}], readPoint={"id": BASE + place},
            bizTransactionList=[{"type": "po", "bizTransaction": order}],
        )  # fmt: skip
    found = starts(store, ALL, place)
    assert (found.kind, found.key, found.keys) == (StartKind.PLACE, place, (first, second))
    since, until = span("2026-08-13")
    assert starts(store, ALL, place, since=since, until=until).keys == (second,)
    assert starts(store, ALL, place, until=span("2026-08-12")[1]).keys == (first,)
    assert starts(store, ALL, place, since=span("2027")[0]).keys == ()
    paper = starts(store, ALL, order)
    assert (paper.kind, paper.keys) == (StartKind.DOCUMENT, (first, second))
    product = starts(store, ALL, "01/09521234543220", since=since, until=until)
    assert (product.kind, product.keys) == (StartKind.PRODUCT, (second,))
    item = starts(store, ALL, f"{CASE}/ANY")
    assert (item.kind, item.keys) == (StartKind.ITEM, (f"{CASE}/ANY",))
    for text in ("hello", "x" * 3_000, "\x00", "urn:nothing:here"):
        with pytest.raises(StartUnknownError):
            starts(store, ALL, text)


def test_an_unknown_key_is_answered_and_said_to_be_unknown(store: Store) -> None:
    found = told(store, f"{CASE}/UNKNOWN", BACK)
    assert not found.recorded
    assert found.lineage.keys() == {f"{CASE}/UNKNOWN"}
    assert not found.lineage.truncated


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999-12:00"])
def test_hostile_dates_are_answered(store: Store, tell: Tell, year: str) -> None:
    raw, box = f"{RAW}/Y{year[:4]}", f"{GOODS}/Y{year[:4]}"
    try:
        tell("TransformationEvent", 1, eventTime=year, inputQuantityList=_amounts({raw: 1}),
             outputQuantityList=_amounts({box: 1}))  # fmt: skip
    except AssertionError:
        return
    assert traced(store, box, BACK).keys() == {box, raw}


def test_levels_come_one_by_one_and_say_the_same(store: Store, tell: Tell) -> None:
    chain = [f"{GOODS}/L{number}" for number in range(6)]
    for day, (source, target) in enumerate(pairwise(chain)):
        made(tell, day, {source: 1}, {target: 1})
    whole = told(store, chain[0], FORWARD)
    *parts, end = levels(store, ALL, Question((chain[0],), FORWARD))
    assert isinstance(end, Answer)
    seen = [part for part in parts if not isinstance(part, Answer)]
    assert [depth for depth, _ in seen] == list(range(6))
    assert [node for _, lineage in seen for node in lineage.nodes] == list(whole.lineage.nodes)
    links = {link for _, lineage in seen for link in lineage.links}
    assert links == set(whole.lineage.links)
    assert (end.amounts, end.backwards) == (whole.amounts, whole.backwards)
    assert (end.lineage.as_of, end.lineage.truncated) == (whole.lineage.as_of, False)
    reads = _counted(store)
    first = next(levels(store, ALL, Question((chain[0],), FORWARD)))
    assert not isinstance(first, Answer)
    assert first[1].keys() == {chain[0]}
    assert reads() < 3


def _counted(store: Store) -> Callable[[], int]:
    """Counts the reads of lineage from now on."""
    calls = []
    read = store.lineage.events_of

    def counting(*given: Any, **more: Any) -> Any:
        calls.append(given)
        return read(*given, **more)

    store.lineage.events_of = counting  # type: ignore[method-assign]
    return lambda: len(calls)


def test_limits_say_which_where_and_how_much(store: Store, tell: Tell) -> None:
    raw = f"{RAW}/WIDE"
    made(tell, 1, {raw: 1}, {f"{GOODS}/W{number}": 1 for number in range(40)})
    few = traced(store, raw, FORWARD, limits=Limits(nodes=10))
    assert (few.limit, few.limit_depth, few.unfollowed, len(few.nodes)) == ("things", 1, 31, 10)
    shallow = traced(store, raw, FORWARD, limits=Limits(depth=1))
    assert (shallow.limit, shallow.limit_depth, len(shallow.nodes)) == ("depth", 1, 41)
    assert shallow.unfollowed == 40
    unread = traced(store, raw, FORWARD, limits=Limits(records=1))
    assert (unread.limit, unread.truncated) == ("records", True)
    assert {node.mode for node in few.nodes} == {Mode.WHOLE}
