# SPDX-License-Identifier: Apache-2.0
"""The exact events of each kind of entry, and that the same form makes the same events."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from nguon.base.quantity import Quantity
from nguon.base.time import HANOI
from nguon.entries.book import Book
from nguon.entries.events import events_of
from nguon.entries.model import (
    Entry,
    Harvest,
    Line,
    Output,
    Pack,
    Pallet,
    Reason,
    Receive,
    Sell,
    Ship,
    Withdraw,
    decode,
    encode,
)
from nguon.epcis.codec import decode_raw_event
from tests.conformance.epcis_oracle import oracle

FRUIT = "01/09521101000016"
BOX = "01/09521101000023"
HOUSE = "414/9521101000016"
AREA = "414/9521101000030"
PLOT = "414/9521101002010"
STORE = "414/9521105000012"
COOPERATIVE, HOUSEHOLD, CHAIN, NEIGHBOUR = 1, 2, 20, 30

BOOK = Book(
    COOPERATIVE,
    "https://nguon.example",
    glns={COOPERATIVE: "9521101000009", HOUSEHOLD: "9521101001013", CHAIN: "9521105000005"},
    codes={COOPERATIVE: "htx-nhan", HOUSEHOLD: "ho-01", CHAIN: "sen-viet", NEIGHBOUR: "ho/99"},
    holders={HOUSE: COOPERATIVE, AREA: COOPERATIVE, PLOT: HOUSEHOLD},
    countries=dict.fromkeys((HOUSE, AREA, PLOT), "VN"),
    national={AREA: "vn-area:VN-HYOR-9521", HOUSE: "vn-pack:VN-HYPH-9521"},
)


def _at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 7, 27, hour, minute, tzinfo=HANOI)


def kilos(amount: str) -> Quantity:
    return Quantity(Decimal(amount), "KGM")


HARVEST = Harvest(
    at=_at(8), grower=HOUSEHOLD, area=AREA, plot=PLOT, product=FRUIT, lot="H01-260727",
    quantity=kilos("420"),
)  # fmt: skip
RECEIVE = Receive(
    at=_at(10), place=HOUSE, giver=HOUSEHOLD, origin=PLOT, document="PN-H01",
    lines=(Line(HARVEST.item, kilos("419.5")),),
)  # fmt: skip
PACKED = Output(BOX, "TH260728", Quantity(Decimal(200)), kilos("2"), date(2026, 8, 9))
SSCC = "00/095211010000000016"
PALLET = Pallet((Line(PACKED.item, Quantity(Decimal(200))),), SSCC)
PACK = Pack(
    at=_at(11), place=HOUSE, inputs=(Line(HARVEST.item, kilos("419.5")),), outputs=(PACKED,),
    pallets=(PALLET,),
)  # fmt: skip
SHIP = Ship(
    at=_at(16, 30), place=HOUSE, receiver=CHAIN, destination=STORE, document="PX-1",
    vehicle="89C-123.45", lines=(Line(SSCC),),
)  # fmt: skip
SELL = Sell(
    at=_at(18), place=STORE, lines=(Line(f"{BOX}/21/7"), Line(PACKED.item, Quantity(Decimal(2))))
)
OFF_SALE = (Line(PACKED.item, Quantity(Decimal(3))),)
WITHDRAW = Withdraw(at=_at(19), place=STORE, lines=OFF_SALE, reason=Reason.DAMAGED)
ENTRIES: list[Entry] = [HARVEST, RECEIVE, PACK, SHIP, SELL, WITHDRAW]


def _event(entry: Entry, position: int = 0) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(events_of(entry, BOOK, "form-1")[position])
    event.pop("eventID")
    event.pop("eventTimeZoneOffset")
    return event


def test_a_harvest() -> None:
    assert _event(HARVEST) == {
        "type": "ObjectEvent",
        "eventTime": "2026-07-27T08:00:00+07:00",
        "action": "ADD",
        "quantityList": [
            {"epcClass": "https://id.gs1.org/01/09521101000016/10/H01-260727",
             "quantity": 420, "uom": "KGM"}
        ],
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": {"id": "vn-area:VN-HYOR-9521"},
        "bizLocation": {"id": "https://id.gs1.org/414/9521101002010"},
        "ilmd": {
            "cbvmda:lotNumber": "H01-260727",
            "cbvmda:harvestStartDate": "2026-07-27",
            "cbvmda:harvestEndDate": "2026-07-27",
            "cbvmda:countryOfOrigin": "VN",
        },
    }  # fmt: skip


def _parties(giver: str, origin: str, receiver: str, destination: str) -> dict[str, Any]:
    def three(role: str, party: str, place: str) -> list[dict[str, str]]:
        link = f"https://id.gs1.org/417/{party}"
        return [
            {"type": "owning_party", role: link},
            {"type": "possessing_party", role: link},
            {"type": "location", role: f"https://id.gs1.org/{place}"},
        ]

    return {
        "sourceList": three("source", giver, origin),
        "destinationList": three("destination", receiver, destination),
    }


def test_a_receipt_names_both_parties_and_its_paper() -> None:
    place = {"id": "https://id.gs1.org/414/9521101000016"}
    assert _event(RECEIVE) == {
        "type": "ObjectEvent",
        "eventTime": "2026-07-27T10:00:00+07:00",
        "action": "OBSERVE",
        "quantityList": [
            {"epcClass": "https://id.gs1.org/01/09521101000016/10/H01-260727",
             "quantity": 419.5, "uom": "KGM"}
        ],
        "bizStep": "receiving",
        "disposition": "in_progress",
        "readPoint": place,
        "bizLocation": place,
        "bizTransactionList": [
            {"type": "recadv",
             "bizTransaction": "urn:epcglobal:cbv:bt:9521101000009:PN-H01"}
        ],
        **_parties("9521101001013", PLOT, "9521101000009", HOUSE),
    }  # fmt: skip


def test_packing_transforms_and_then_loads_each_pallet() -> None:
    place = {"id": "https://id.gs1.org/414/9521101000016"}
    transformation, aggregation = (_event(PACK, position) for position in (0, 1))
    assert transformation == {
        "type": "TransformationEvent",
        "eventTime": "2026-07-27T11:00:00+07:00",
        "inputQuantityList": [
            {"epcClass": "https://id.gs1.org/01/09521101000016/10/H01-260727",
             "quantity": 419.5, "uom": "KGM"}
        ],
        "outputQuantityList": [
            {"epcClass": "https://id.gs1.org/01/09521101000023/10/TH260728", "quantity": 200}
        ],
        "bizStep": "creating_class_instance",
        "disposition": "active",
        "readPoint": place,
        "bizLocation": place,
        "ilmd": {
            "cbvmda:lotNumber": "TH260728",
            "cbvmda:productionDate": "2026-07-27",
            "cbvmda:bestBeforeDate": "2026-08-09",
            "cbvmda:countryOfOrigin": "VN",
        },
    }  # fmt: skip
    assert aggregation == {
        "type": "AggregationEvent",
        "eventTime": "2026-07-27T11:00:00+07:00",
        "action": "ADD",
        "parentID": "https://id.gs1.org/00/095211010000000016",
        "childQuantityList": [
            {"epcClass": "https://id.gs1.org/01/09521101000023/10/TH260728", "quantity": 200}
        ],
        "bizStep": "packing",
        "disposition": "container_closed",
        "readPoint": place,
        "bizLocation": place,
    }


def test_packing_without_pallets_is_one_event() -> None:
    loose = Pack(at=PACK.at, place=HOUSE, inputs=PACK.inputs, outputs=PACK.outputs)
    [raw] = events_of(loose, BOOK, "form-1")
    assert json.loads(raw)["bizStep"] == "packing"


def test_a_shipment_names_whom_it_goes_to() -> None:
    place = {"id": "https://id.gs1.org/414/9521101000016"}
    bt = "urn:epcglobal:cbv:bt:9521101000009:"
    assert _event(SHIP) == {
        "type": "ObjectEvent",
        "eventTime": "2026-07-27T16:30:00+07:00",
        "action": "OBSERVE",
        "epcList": ["https://id.gs1.org/00/095211010000000016"],
        "bizStep": "shipping",
        "disposition": "in_transit",
        "readPoint": place,
        "bizLocation": place,
        "bizTransactionList": [
            {"type": "desadv", "bizTransaction": f"{bt}PX-1"},
            {"type": "bol", "bizTransaction": f"{bt}89C-123.45"},
        ],
        **_parties("9521101000009", HOUSE, "9521105000005", STORE),
    }


def test_a_party_without_a_number_goes_by_its_address_here() -> None:
    event = _event(Ship(at=_at(9), place=HOUSE, receiver=NEIGHBOUR, lines=SHIP.lines))
    link = "https://nguon.example/r/organisation/ho%2F99"
    assert event["destinationList"] == [
        {"type": "owning_party", "destination": link},
        {"type": "possessing_party", "destination": link},
    ]


@pytest.mark.parametrize(
    ("reason", "step", "disposition", "action"),
    [
        (Reason.EXPIRED, "holding", "expired", "OBSERVE"),
        (Reason.DAMAGED, "holding", "damaged", "OBSERVE"),
        (Reason.RECALLED, "holding", "recalled", "OBSERVE"),
        (Reason.OTHER, "holding", "non_sellable_other", "OBSERVE"),
        (Reason.DESTROYED, "destroying", "destroyed", "DELETE"),
    ],
)
def test_goods_off_sale(reason: Reason, step: str, disposition: str, action: str) -> None:
    event = _event(Withdraw(at=_at(9), place=STORE, lines=WITHDRAW.lines, reason=reason))
    assert (event["bizStep"], event["disposition"], event["action"]) == (step, disposition, action)


def test_a_sale_of_pieces_and_of_a_lot() -> None:
    event = _event(SELL)
    assert event["epcList"] == ["https://id.gs1.org/01/09521101000023/21/7"]
    assert event["quantityList"] == [
        {"epcClass": "https://id.gs1.org/01/09521101000023/10/TH260728", "quantity": 2}
    ]
    assert (event["bizStep"], event["disposition"]) == ("retail_selling", "retail_sold")


def _ids(entry: Entry, book: Book, seed: str | None) -> list[str]:
    return [json.loads(raw)["eventID"] for raw in events_of(entry, book, seed)]


def test_event_ids_follow_from_the_form_and_who_sends_it() -> None:
    first = events_of(PACK, BOOK, "form-1")
    assert first == events_of(PACK, BOOK, "form-1")
    other = Book(CHAIN, BOOK.base_url, BOOK.glns, BOOK.codes)
    found = [
        *_ids(PACK, BOOK, "form-1"),
        *_ids(PACK, BOOK, "form-2"),
        *_ids(PACK, other, "form-1"),
        *_ids(PACK, BOOK, None),
    ]
    assert len(set(found)) == 8
    assert _ids(PACK, BOOK, None) == _ids(PACK, BOOK, None)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: type(entry).__name__)
def test_entries_are_kept_as_json(entry: Entry) -> None:
    assert decode(encode(entry)) == entry


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: type(entry).__name__)
def test_events_are_valid(entry: Entry, conformance: Path) -> None:
    events = events_of(entry, BOOK)
    for raw in events:
        decode_raw_event(raw)
    document = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-07-28T00:00:00Z",
        "epcisBody": {"eventList": [json.loads(raw) for raw in events]},
    }
    assert [str(error) for error in oracle(conformance).iter_errors(document)] == []
