# SPDX-License-Identifier: Apache-2.0
"""Everyday forms and stopped goods: none are sold, packed or sent on; back to the maker they go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from nguon.entries import answering, handovers
from nguon.entries.errors import FaultyEntryError, FieldFault
from nguon.entries.model import (
    Entry,
    HandOverAnswer,
    Line,
    Output,
    Pack,
    Reason,
    Sell,
    Ship,
    Verdict,
    Withdraw,
    number_in,
)
from nguon.entries.service import Sending, record, repeated
from nguon.registry import queries as registry
from nguon.stoplist import service
from nguon.stoplist.model import NewStop, StopKind
from tests.integration.entries.conftest import (
    BOX,
    CHAIN,
    COOPERATIVE,
    FRUIT,
    HOUSE,
    NOW,
    STRANGER,
    WAREHOUSE,
    Village,
    kilos,
    pieces,
)

RAW, BOXES = f"{FRUIT}/10/H01-260728", f"{BOX}/10/TH260728"
LATER = NOW + timedelta(hours=5)


def stop(village: Village, key: str, *, source: str = "recall:1", mandatory: bool = True) -> None:
    new = NewStop(
        kind=StopKind.LOT,
        key=key,
        source=source,
        reason=source.partition(":")[0],
        by="person/1",
        mandatory=mandatory,
        since=LATER - timedelta(minutes=1),
    )
    with village.store.transaction() as connection:
        service.put(connection, [new])


def lift(village: Village, source: str = "recall:1") -> None:
    with village.store.transaction() as connection:
        assert service.lift(connection, source, by="person/1") == 1


def person(village: Village, code: str) -> Sending:
    """Somebody at a form: his session is held to no stricter rules, as a key may be."""
    sending = village.sending(code)
    return msgspec.structs.replace(sending, principal=replace(sending.principal, strict=False))


def shipped(village: Village, item: str, receiver: str, place: str = HOUSE) -> Ship:
    line = Line(item) if item.startswith("00/") else Line(item, pieces(1))
    return Ship(
        at=LATER, place=place, receiver=village.numbers[receiver], destination=None, lines=(line,)
    )


def sold(item: str, place: str = HOUSE) -> Sell:
    return Sell(at=LATER, place=place, lines=(Line(item, pieces(1)),))


def refused(village: Village, who: str, entry: Entry, item: str) -> None:
    """The form is refused for this item, and nothing of it is recorded."""
    before = village.events()
    with pytest.raises(FaultyEntryError) as caught:
        record(person(village, who), [entry], idempotency="stopped")
    params = {"item": number_in(item)}
    assert list(caught.value.faults) == [FieldFault("quantity", "entries.stopped", params, line=0)]
    assert village.events() == before
    assert repeated(village.store, village.numbers[who], "stopped") is None


@pytest.mark.parametrize("source", ["recall:1", "hold:1"])
def test_stopped_goods_are_neither_sold_nor_sent_until_they_are_let_go(
    village: Village, source: str
) -> None:
    village.delivered()
    pallet, _ = village.packed().pallets
    stop(village, BOXES, source=source)
    for entry, item in (
        (sold(BOXES), BOXES),
        (shipped(village, BOXES, CHAIN), BOXES),
        (shipped(village, pallet, CHAIN), pallet),
    ):
        refused(village, COOPERATIVE, entry, item)
    before = village.events()
    away = Withdraw(at=LATER, place=HOUSE, lines=(Line(BOXES, pieces(1)),), reason=Reason.RECALLED)
    record(person(village, COOPERATIVE), [away], idempotency="away")
    assert village.events() == before + 1
    lift(village, source)
    record(person(village, COOPERATIVE), [sold(BOXES)], idempotency="stopped")
    assert village.events() == before + 2


def test_stopped_goods_are_not_packed(village: Village) -> None:
    village.delivered()
    stop(village, RAW)
    output = Output(BOX, "TH260728", pieces(10), kilos("2"))
    pack = Pack(at=LATER, place=HOUSE, inputs=(Line(RAW, kilos("20")),), outputs=(output,))
    refused(village, COOPERATIVE, pack, RAW)


def _with_the_chain(village: Village) -> None:
    village.delivered()
    village.packed()
    ship = Ship(
        at=NOW + timedelta(hours=3), place=HOUSE, receiver=village.numbers[CHAIN],
        destination=WAREHOUSE, lines=(Line(BOXES, pieces(50)),),
    )  # fmt: skip
    record(person(village, COOPERATIVE), [ship], idempotency="ship")
    [offered] = handovers.lists(village.store, village.numbers[CHAIN]).to_me
    taken = HandOverAnswer(
        handover=offered.id, verdict=Verdict.ACCEPT, at=NOW + timedelta(hours=4), place=WAREHOUSE
    )
    answering.answer(person(village, CHAIN), taken, idempotency="yes")


def test_they_go_back_to_their_maker_and_nowhere_else(village: Village) -> None:
    _with_the_chain(village)
    audience = person(village, CHAIN).principal.audience
    product = registry.products(village.store, audience, {BOX})[BOX]
    assert product.maker == village.numbers[COOPERATIVE]
    stop(village, BOXES)
    refused(village, CHAIN, shipped(village, BOXES, STRANGER, WAREHOUSE), BOXES)
    refused(village, CHAIN, sold(BOXES, WAREHOUSE), BOXES)
    before = village.events()
    back = shipped(village, BOXES, COOPERATIVE, WAREHOUSE)
    record(person(village, CHAIN), [back], idempotency="back")
    assert village.events() == before + 1


@pytest.mark.parametrize(
    "entry",
    [
        lambda: Sell(at=LATER - timedelta(hours=1), place=HOUSE, lines=(Line(BOXES, pieces(1)),)),
        lambda: sold(BOXES),
    ],
    ids=["before", "voluntary"],
)
def test_what_was_before_or_is_voluntary_is_recorded(
    village: Village, entry: Callable[[], Sell], request: pytest.FixtureRequest
) -> None:
    village.delivered()
    village.packed()
    stop(village, BOXES, mandatory="voluntary" not in request.node.name)
    before = village.events()
    record(person(village, COOPERATIVE), [entry()], idempotency="kept")
    assert village.events() == before + 1
