# SPDX-License-Identifier: Apache-2.0
"""Everyday forms and stopped goods: none are sold, packed or sent on; back to the maker they go."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from nguon.entries import answering, handovers, notices
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
from nguon.entries.service import Sending, faults, record, repeated
from nguon.registry import queries as registry
from nguon.stoplist import service
from nguon.stoplist.model import NewStop, StopKind
from nguon.stoplist.queries import stopped
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


def refused(
    village: Village, who: str, entry: Entry, item: str, code: str = "entries.stopped"
) -> None:
    """The form is refused for this item, and nothing of it is recorded."""
    before = village.events()
    with pytest.raises(FaultyEntryError) as caught:
        record(person(village, who), [entry], idempotency="stopped")
    params = {"item": number_in(item)}
    assert list(caught.value.faults) == [FieldFault("quantity", code, params, line=0)]
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


OWN = "entries.stopped-own"
ORDER = "entries.stopped"
KINDS: dict[str, tuple[str, bool, str | None, str | None]] = {
    "recall by order": ("recall:1", True, ORDER, ORDER),
    "recall by the maker": ("recall:1", False, OWN, None),
    "officer's hold": ("hold:1", True, ORDER, ORDER),
    "maker's hold": ("hold:own-1", False, OWN, None),
}
"""What a form of the maker and one of a shop chain say of goods stopped so; None: recorded."""


def _leaving(village: Village, who: str) -> list[tuple[Entry, str]]:
    place = HOUSE if who == COOPERATIVE else WAREHOUSE
    output = Output(BOX, f"LATE-{len(who)}", pieces(1), kilos("2"))
    return [
        (sold(BOXES, place), "sell"),
        (shipped(village, BOXES, STRANGER, place), "ship"),
        (Pack(at=LATER, place=place, inputs=(Line(BOXES, pieces(1)),), outputs=(output,)), "pack"),
    ]


def test_every_kind_of_stop_at_every_form(village: Village) -> None:
    _with_the_chain(village)
    for source, mandatory, maker_code, chain_code in KINDS.values():
        stop(village, BOXES, source=source, mandatory=mandatory)
        for who, code in ((COOPERATIVE, maker_code), (CHAIN, chain_code)):
            for entry, name in _leaving(village, who):
                if code is not None:
                    refused(village, who, entry, BOXES, code)
                else:
                    assert faults(person(village, who), [entry]) == [], name
                    [(item, one)] = notices.stopped(village.store, [entry])
                    assert (item, one.source) == (number_in(BOXES), source)
        lift(village, source)
    for who in (COOPERATIVE, CHAIN):
        entries = [entry for entry, _ in _leaving(village, who)]
        assert notices.stopped(village.store, entries) == []
    before = village.events()
    record(person(village, CHAIN), [sold(BOXES, WAREHOUSE)], idempotency="free")
    assert village.events() == before + 1


def test_a_makers_recall_hides_no_order(village: Village) -> None:
    """What is told of goods is the recall; an order that stands beside it binds all the same."""
    _with_the_chain(village)
    stop(village, BOXES, source="recall:1", mandatory=False)
    stop(village, BOXES, source="hold:1")
    assert stopped(village.store, {BOXES})[BOXES].source == "recall:1"
    refused(village, CHAIN, sold(BOXES, WAREHOUSE), BOXES)
    lift(village, "hold:1")
    assert faults(person(village, CHAIN), [sold(BOXES, WAREHOUSE)]) == []


def test_a_pallet_goes_back_to_the_maker_of_what_is_inside(village: Village) -> None:
    village.delivered()
    pallet, _ = village.packed().pallets
    stop(village, BOXES)
    refused(village, COOPERATIVE, shipped(village, pallet, STRANGER), pallet)
    before = village.events()
    home = shipped(village, pallet, COOPERATIVE)
    record(person(village, COOPERATIVE), [home], idempotency="home")
    assert village.events() == before + 1


def test_what_was_before_the_stop_is_recorded(village: Village) -> None:
    village.delivered()
    village.packed()
    stop(village, BOXES)
    before = village.events()
    early = Sell(at=LATER - timedelta(hours=1), place=HOUSE, lines=(Line(BOXES, pieces(1)),))
    assert notices.stopped(village.store, [early]) == []
    record(person(village, COOPERATIVE), [early], idempotency="kept")
    assert village.events() == before + 1
