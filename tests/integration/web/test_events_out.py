# SPDX-License-Identifier: Apache-2.0
"""All events of an organisation as files: also what its other systems sent, nobody else's."""

import csv
import io
import json
from datetime import datetime

import pytest

from nguon.base.time import HANOI
from nguon.entries import sent
from nguon.tables.reading import read
from tests.integration.web.conftest import Server
from tests.integration.web.test_entry_pages import COOPERATIVE, STRANGER, _clerk, numbers
from tests.integration.web.test_entry_pages import _sheet as sheet

__all__ = ["numbers"]
EVENT = {
    "type": "ObjectEvent",
    "eventID": "urn:uuid:6c2b7a1e-0f5d-4a51-9d3c-0c8e6f1d2a01",
    "eventTime": "2026-07-28T09:00:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "quantityList": [
        {"epcClass": "https://id.gs1.org/01/09521101000016/10/LO-X", "quantity": 12.5, "uom": "KGM"}
    ],
    "bizStep": "inspecting",
    "readPoint": {"id": "https://id.gs1.org/414/9521101000016"},
    "acme:oven": "7",
}
DOCUMENT = {
    "@context": [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"acme": "https://acme.example/"},
    ],
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-07-28T09:00:00Z",
    "epcisBody": {"eventList": [EVENT]},
}
EXPORT = "/w/files/export/events"


def test_events_of_other_systems_are_there_too(server: Server, numbers: dict[str, int]) -> None:
    client, stranger = (_clerk(server, numbers[code]) for code in (COOPERATIVE, STRANGER))
    machine = server.member(numbers[COOPERATIVE])
    answer = machine.post("/epcis/capture?sync=true", json=DOCUMENT)
    assert answer.status_code in {200, 201, 202}
    day = {"from": "28/07/2026", "to": "28/07/2026"}
    table = client.get(EXPORT, params={**day, "format": "csv"})
    head, row = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    told = dict(zip(head, row, strict=True))
    assert [row[at] for at in (2, 7, 8, 9)] == [
        "hàng", "01/09521101000016/10/LO-X", "12.5", "kg",
    ]  # fmt: skip
    assert told["S\u1ed1 s\u1ef1 ki\u1ec7n"] == EVENT["eventID"]
    whole = client.get(EXPORT, params={**day, "format": "json"})
    [event] = json.loads(whole.content)["epcisBody"]["eventList"]
    assert event["@context"][-1] == {"acme": "https://acme.example/"}
    assert {name: value for name, value in event.items() if name != "@context"} == EVENT
    book = read(client.get(EXPORT, params={**day, "format": "xlsx"}).content)
    assert "01/09521101000016/10/LO-X" in book.sheets[0].rows[-1].cells
    none = stranger.get(EXPORT, params={**day, "format": "json"})
    assert json.loads(none.content)["epcisBody"]["eventList"] == []


def test_what_is_taken_away_can_be_sent_again(server: Server, numbers: dict[str, int]) -> None:
    client = _clerk(server, numbers[COOPERATIVE])
    client.post("/w/deliveries", data={**sheet(client, numbers), "_step": "record"})
    today = f"{datetime.now(HANOI):%d/%m/%Y}"
    whole = client.get(EXPORT, params={"from": today, "to": today, "format": "json"})
    assert len(json.loads(whole.content)["epcisBody"]["eventList"]) == server.events() == 4
    headers = {"content-type": "application/ld+json"}
    again = server.member(numbers[COOPERATIVE]).post(
        "/epcis/capture", content=whole.content, headers=headers
    )
    assert (again.status_code < 300, server.events()) == (True, 4)


def test_periods_and_bounds(
    server: Server, numbers: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = _clerk(server, numbers[COOPERATIVE])
    client.post("/w/deliveries", data={**sheet(client, numbers), "_step": "record"})
    assert client.get(EXPORT, params={"from": "x"}).status_code == 400
    assert client.get(EXPORT, params={"format": "doc"}).status_code == 404
    monkeypatch.setattr(sent, "MOST", 3)
    refused = client.get(EXPORT)
    assert (refused.status_code, "3" in refused.text) == (409, True)
    monkeypatch.setattr(sent, "MOST", 4)
    assert client.get(EXPORT).status_code == 200
