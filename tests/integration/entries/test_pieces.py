# SPDX-License-Identifier: Apache-2.0
"""Pieces with serial numbers and the lots that they are of: one stock, never below nothing."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from nguon.capture.writing import Origin
from nguon.entries.documents import document
from nguon.entries.errors import FaultyEntryError
from nguon.entries.model import Entry, Line, Output, Pack, Sell
from nguon.entries.notices import not_lowered
from nguon.entries.service import record
from nguon.entries.stock import held
from tests.integration.entries.conftest import (
    BOX,
    COOPERATIVE,
    FRUIT,
    HOUSE,
    NOW,
    Village,
    kilos,
    pieces,
)

LOT, LOOSE = f"{BOX}/10/TH260728", f"{FRUIT}/10/ROI-1"
LATER = NOW + timedelta(hours=5)


def _numbered(village: Village, lot: str, count: int) -> list[str]:
    """Pieces of the lot get serial numbers, as another system of the organisation says it."""
    product, _, number = lot.partition("/10/")
    serials = [f"{product}/21/NB{at:04}" for at in range(count)]
    event: dict[str, Any] = {
        "type": "ObjectEvent",
        "eventTime": (NOW + timedelta(hours=3)).isoformat(),
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "epcList": [f"https://id.gs1.org/{key}" for key in serials],
        "bizStep": "commissioning",
        "readPoint": {"id": f"https://id.gs1.org/{HOUSE}"},
        "bizLocation": {"id": f"https://id.gs1.org/{HOUSE}"},
        "ilmd": {"cbvmda:lotNumber": number},
    }
    sending = village.sending(COOPERATIVE)
    job = sending.capture.document(
        document([msgspec.json.encode(event)], LATER), Origin(sending.principal)
    )
    assert job.success
    return serials


def _left(village: Village, lot: str) -> dict[str, int]:
    sending = village.sending(COOPERATIVE)
    found = held(village.store, sending.principal.audience, village.numbers[COOPERATIVE], [lot])
    return {unit: int(amount) for unit, amount in found[lot].items()}


def _sell(*lines: Line) -> Entry:
    return Sell(at=LATER, place=HOUSE, lines=lines)


def test_a_piece_sold_lowers_its_lot_and_is_sold_once(village: Village) -> None:
    village.delivered()
    village.packed(4)
    first, second, third = _numbered(village, LOT, 3)
    seller = village.sending(COOPERATIVE)
    assert _left(village, LOT) == {"H87": 4}
    record(seller, [_sell(Line(first))], idempotency="one")
    assert _left(village, LOT) == {"H87": 3}
    before = village.events()
    with pytest.raises(FaultyEntryError) as again:
        record(seller, [_sell(Line(first))], idempotency="one again")
    assert [fault.code for fault in again.value.faults] == ["entries.not-in-hand"]
    with pytest.raises(FaultyEntryError) as much:
        record(seller, [_sell(Line(second), Line(LOT, pieces(3)))], idempotency="too much")
    assert [fault.code for fault in much.value.faults] == ["entries.more-than-in-hand"]
    record(seller, [_sell(Line(LOT, pieces(3)))], idempotency="the rest")
    with pytest.raises(FaultyEntryError) as gone:
        record(seller, [_sell(Line(third))], idempotency="nothing left")
    assert [fault.code for fault in gone.value.faults] == ["entries.lot-gone"]
    assert (village.events(), _left(village, LOT)) == (before + 1, {"H87": 0})


def test_a_piece_of_unknown_weight_leaves_its_lot_and_says_so(village: Village) -> None:
    village.delivered()
    pack = Pack(
        at=NOW + timedelta(hours=2), place=HOUSE,
        inputs=(Line(f"{FRUIT}/10/H01-260728", kilos("100")),),
        outputs=(Output(FRUIT, "ROI-1", kilos("100")),),
    )  # fmt: skip
    seller = village.sending(COOPERATIVE)
    record(seller, [pack], idempotency="loose")
    [serial] = _numbered(village, LOOSE, 1)
    audience, own = seller.principal.audience, village.numbers[COOPERATIVE]
    assert not_lowered(village.store, audience, own, [_sell(Line(serial))]) == ["ROI-1"]
    record(seller, [_sell(Line(serial))], idempotency="sold")
    assert _left(village, LOOSE) == {"KGM": 100}
    assert not_lowered(village.store, audience, own, [_sell(Line(LOT, pieces(1)))]) == []
