# SPDX-License-Identifier: Apache-2.0
"""Containers that hold stopped goods say so, however they are nested and asked for."""

import json

from nguon.stoplist import queries, service
from nguon.stoplist.model import NewStop, StopKind
from nguon.store import Store
from tests.integration.fresh import captured

PIECE = "01/09521101000016/21/7"
CASE, PALLET, TRUCK = "00/095211010000000016", "00/095211010000000023", "00/095211010000000030"


def packed(store: Store, parent: str, *children: str, minute: int, action: str = "ADD") -> None:
    event = {
        "type": "AggregationEvent",
        "eventTime": f"2026-07-28T08:{minute:02d}:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": action,
        "bizStep": "packing",
        "parentID": f"https://id.gs1.org/{parent}",
        "childEPCs": [f"https://id.gs1.org/{child}" for child in children],
    }
    captured(
        store,
        json.dumps(
            {
                "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                "type": "EPCISDocument",
                "schemaVersion": "2.0",
                "creationDate": "2026-07-28T09:00:00+07:00",
                "epcisBody": {"eventList": [event]},
            }
        ).encode(),
    )


def stop(store: Store, key: str) -> None:
    new = NewStop(kind=StopKind.ITEM, key=key, source="recall:1", reason="recall", by="person/1")
    with store.transaction() as connection:
        service.put(connection, [new])


def test_a_pallet_and_the_case_inside_it_asked_for_together(store: Store) -> None:
    packed(store, CASE, PIECE, minute=1)
    packed(store, PALLET, CASE, minute=2)
    packed(store, TRUCK, PALLET, minute=3)
    stop(store, PIECE)
    every = [TRUCK, PALLET, CASE]
    for asked in ([TRUCK], [PALLET, CASE], every, [*reversed(every), PIECE]):
        told = queries.holding(store, asked)
        assert {key: inside for key, (inside, _) in told.items()} == dict.fromkeys(
            [key for key in asked if key != PIECE], PIECE
        )
    packed(store, PALLET, CASE, minute=4, action="DELETE")
    assert set(queries.holding(store, every)) == {CASE}


def test_containers_that_hold_each_other_end(store: Store) -> None:
    packed(store, CASE, PIECE, minute=1)
    packed(store, PALLET, CASE, minute=2)
    packed(store, CASE, PALLET, minute=3)
    stop(store, PIECE)
    assert set(queries.holding(store, [PALLET, CASE])) == {PALLET, CASE}
