# SPDX-License-Identifier: Apache-2.0
"""Entries are recorded all or nothing, once, of own goods only, and no more than there are."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from nguon.codes import licences
from nguon.codes.model import LicenceAsked, LicenceKind
from nguon.entries import facts, service
from nguon.entries.errors import EntryError, FaultyEntryError, FieldFault
from nguon.entries.model import Entry, Harvest, Line, Output, Pack, Pallet, Sell, Ship
from nguon.entries.service import record
from nguon.entries.stock import Held, held
from nguon.identity.model import Principal, Role
from nguon.identity.visibility import KeyKind
from tests.integration.entries.conftest import (
    AREA,
    BOX,
    CHAIN,
    COOPERATIVE,
    FRUIT,
    HOUSE,
    NOW,
    PLOT,
    STRANGER,
    WAREHOUSE,
    Village,
    kilos,
    pieces,
)

LOT = f"{FRUIT}/10/H01-260728"


def _faults(village: Village, who: str, *entries: Entry, key: str = "form") -> list[FieldFault]:
    """What is refused; nothing may have changed."""
    before = village.events()
    with pytest.raises(FaultyEntryError) as refused:
        record(village.sending(who), entries, idempotency=key)
    assert village.events() == before
    assert service.repeated(village.store, village.numbers[who], key) is None
    return list(refused.value.faults)


def _in_hand(village: Village, who: str, item: str, unit: str = "KGM") -> Decimal:
    sending = village.sending(who)
    audience = sending.principal.audience
    return held(village.store, audience, village.numbers[who], [item]).of(item, unit)


def test_a_delivery_makes_the_lot_and_its_receipt(village: Village) -> None:
    done = village.delivered()
    assert (done.receipt, done.lots, done.kind) == (1, (LOT,), "deliveries")
    assert village.events() == 2
    assert _in_hand(village, COOPERATIVE, LOT) == 420
    assert _in_hand(village, STRANGER, LOT) == 0


def test_the_same_form_twice_changes_nothing(village: Village) -> None:
    first = village.delivered()
    again = village.delivered()
    assert again.again
    assert msgspec.structs.replace(again, again=False) == first
    assert village.events() == 2


def test_the_same_form_at_the_same_moment_is_recorded_once(village: Village) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(village.delivered().receipt)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert village.events() == 2


def test_a_key_is_for_one_form(village: Village) -> None:
    village.delivered()
    sale = Sell(at=NOW, place=HOUSE, lines=(Line(LOT, kilos("1")),))
    with pytest.raises(EntryError) as refused:
        record(village.sending(COOPERATIVE), [sale], idempotency="deliver-H01-260728")
    assert refused.value.code == "entries.form-used"
    assert village.events() == 2


def test_packing_issues_pallet_numbers_once(village: Village) -> None:
    village.delivered()
    done = village.packed()
    assert done.pallets == ("00/095211010000000016", "00/095211010000000023")
    assert village.packed().pallets == done.pallets
    assert village.events() == 5
    assert _in_hand(village, COOPERATIVE, LOT) == 0
    assert _in_hand(village, COOPERATIVE, f"{BOX}/10/TH260728", "H87") == 200


def test_pallet_numbers_are_never_given_twice(village: Village) -> None:
    village.delivered()
    found: list[str] = []

    def pack(number: int) -> None:
        output = Output(BOX, f"P{number}", pieces(10), kilos("2"))
        entry = Pack(
            at=NOW, place=HOUSE, inputs=(Line(LOT, kilos("20")),), outputs=(output,),
            pallets=(Pallet((Line(output.item, pieces(5)),)),) * 2,
        )  # fmt: skip
        done = record(village.sending(COOPERATIVE), [entry], idempotency=f"p-{number}")
        found.extend(done.pallets)

    threads = [threading.Thread(target=pack, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(set(found)) == 12
    assert _in_hand(village, COOPERATIVE, LOT) == 300


def test_pallets_under_a_prefix_of_another_are_refused(village: Village) -> None:
    village.delivered()
    operator = Principal(0, "test", KeyKind.OPERATOR, Role.OPERATOR.scopes, strict=False)
    licence = LicenceAsked(
        kind=LicenceKind.PREFIX, value="952110", valid_from=NOW.date(), source="GCN 1"
    )
    other = village.numbers[STRANGER]
    licences.declare(village.store, operator, licence, organisation=other)
    before = village.events()
    with pytest.raises(EntryError) as refused:
        village.packed()
    assert refused.value.code == "codes.prefix-of-another"
    assert village.events() == before


def test_more_packed_than_came_in_is_refused_with_the_arithmetic(village: Village) -> None:
    village.delivered()
    output = Output(BOX, "TH260728", pieces(211), kilos("2"))
    pack = Pack(at=NOW, place=HOUSE, inputs=(Line(LOT, kilos("420")),), outputs=(output,))
    assert _faults(village, COOPERATIVE, pack) == [
        FieldFault("outputs", "entries.more-out", {"into": 420, "out": 422, "over": 2})
    ]


def test_more_than_is_in_hand_is_refused_with_the_arithmetic(village: Village) -> None:
    village.delivered()
    output = Output(BOX, "TH260728", pieces(200), kilos("2"))
    pack = Pack(at=NOW, place=HOUSE, inputs=(Line(LOT, kilos("450.5")),), outputs=(output,))
    params = {"item": LOT, "have": 420, "asked": Decimal("450.5"), "unit": "KGM"}
    assert _faults(village, COOPERATIVE, pack) == [
        FieldFault(
            "quantity", "entries.more-than-in-hand", {**params, "over": Decimal("30.5")}, line=0
        )
    ]


def test_two_packings_at_once_do_not_use_the_same_goods(village: Village) -> None:
    village.delivered()
    outcomes: list[str] = []

    def pack(number: int) -> None:
        entry = _packing(f"Q{number}")
        try:
            record(village.sending(COOPERATIVE), [entry], idempotency=f"q-{number}")
            outcomes.append("done")
        except FaultyEntryError as error:
            outcomes.append(error.faults[0].code)

    threads = [threading.Thread(target=pack, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refusal = "entries.more-than-in-hand"
    assert sorted(outcomes) == ["done", refusal, refusal]
    assert village.events() == 3


def test_a_packing_that_is_done_while_another_is_judged_is_reckoned_with(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is on its way when the second is looked at, and done before that has an answer."""
    village.delivered()
    begun, looked, done = threading.Event(), threading.Event(), threading.Event()
    capture = service._capture

    def waiting(*asked: Any) -> None:
        begun.set()
        assert looked.wait(20)
        capture(*asked)

    def first() -> None:
        record(village.sending(COOPERATIVE), [_packing("Q1")], idempotency="q-1")
        done.set()

    def looking(*asked: Any) -> Held:
        found = held(*asked)
        looked.set()
        done.wait(1)  # where one writes at a time, it cannot be done now
        return found

    monkeypatch.setattr(service, "_capture", waiting)
    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(20)
    monkeypatch.setattr(facts, "held", looking)
    with pytest.raises(FaultyEntryError) as refused:
        record(village.sending(COOPERATIVE), [_packing("Q2")], idempotency="q-2")
    thread.join()
    assert [fault.code for fault in refused.value.faults] == ["entries.more-than-in-hand"]
    assert village.events() == 3


def _packing(lot: str) -> Pack:
    output = Output(BOX, lot, pieces(150), kilos("2"))
    return Pack(at=NOW, place=HOUSE, inputs=(Line(LOT, kilos("300")),), outputs=(output,))


def test_a_foreign_lot_is_refused(village: Village) -> None:
    village.delivered()
    sale = Sell(at=NOW, place="414/9521202000014", lines=(Line(LOT, kilos("10")),))
    assert _faults(village, STRANGER, sale) == [
        FieldFault("quantity", "entries.not-in-hand", {"item": LOT}, line=0)
    ]


def test_places_and_households_of_others_are_refused(village: Village) -> None:
    harvest = Harvest(
        at=NOW, grower=village.numbers["ho-th-01"], area=AREA, plot=PLOT, product=FRUIT,
        lot="X1", quantity=kilos("5"),
    )  # fmt: skip
    sale = Sell(at=NOW, place=HOUSE, lines=(Line(LOT, kilos("1")),))
    assert [fault.code for fault in _faults(village, STRANGER, harvest, sale)] == [
        "entries.not-your-household",
        "entries.not-your-place",
        "entries.not-your-place",
        "entries.not-in-hand",
    ]


def test_a_lot_number_is_used_once(village: Village) -> None:
    village.delivered()
    harvest = Harvest(
        at=NOW, grower=village.numbers["ho-th-01"], area=AREA, plot=PLOT, product=FRUIT,
        lot="H01-260728", quantity=kilos("5"),
    )  # fmt: skip
    accents = msgspec.structs.replace(harvest, lot="L\u00d4-01")
    assert _faults(village, COOPERATIVE, harvest, accents) == [
        FieldFault("lot", "entries.lot-taken", {"lot": "H01-260728"}, line=0),
        FieldFault("lot", "codes.lot-accents", {"lot": "L\u00d4-01", "offered": "LO-01"}, 1, 0),
    ]


def test_goods_travel_on_their_pallets(village: Village) -> None:
    village.delivered()
    first, second = village.packed().pallets
    ship = Ship(
        at=NOW + timedelta(hours=3), place=HOUSE, receiver=village.numbers[CHAIN],
        destination=WAREHOUSE, lines=(Line(first),),
    )  # fmt: skip
    record(village.sending(COOPERATIVE), [ship], idempotency="ship")
    boxes = f"{BOX}/10/TH260728"
    assert _in_hand(village, COOPERATIVE, boxes, "H87") == 100
    again = [msgspec.structs.replace(ship, lines=(Line(first), Line(second)))]
    assert _faults(village, COOPERATIVE, *again, key="ship-2") == [
        FieldFault("quantity", "entries.not-in-hand", {"item": first}, line=0)
    ]
