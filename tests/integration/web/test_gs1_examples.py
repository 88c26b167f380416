# SPDX-License-Identifier: Apache-2.0
"""GS1's own JSON-LD examples are captured over HTTP and come back semantically equal."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from nguon.epcis.codec import split_document
from tests.integration.web.conftest import sqlite_settings, stop, up

STANDARD = {
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
}


REFUSED = {
    "AssociationEvent-h.jsonld",
}
"""Examples that break the standard: the documentation of the checks gives the reasons."""


def contexts(value: Any) -> list[Any]:
    """A context as a list, without the standard's."""
    listed = value if isinstance(value, list) else [value]
    return [part for part in listed if not (isinstance(part, str) and part in STANDARD)]


def normal(event: dict[str, Any], outer: Any = ()) -> dict[str, Any]:
    """An event with the contexts that hold for it, without what the server adds."""
    own = contexts(event.get("@context", []))
    inherited = [part for part in contexts(list(outer)) if part not in own]
    rest = {name: value for name, value in event.items() if name not in {"@context", "recordTime"}}
    return rest | {"@context": inherited + own}


def came_back(client: httpx.Client) -> list[dict[str, Any]]:
    """All events that the server holds, as recorded."""
    answer = client.get("/epcis/events?orderBy=recordTime&orderDirection=ASC&perPage=1000")
    found: list[dict[str, Any]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"][
        "eventList"
    ]
    return found


def test_examples(conformance: Path, sqlite_template: Path, tmp_path: Path) -> None:
    """Each on a server of its own, for the examples use each other's event IDs."""
    files = sorted((conformance / "gs1-epcis" / "JSON").rglob("*.json*"))
    assert len(files) >= 20
    for number, file in enumerate(files):
        folder = tmp_path / str(number)
        folder.mkdir()
        running = up(sqlite_settings(folder, sqlite_template))
        try:
            round_trip(running[2].member(), file)
        finally:
            stop(*running)


def round_trip(client: httpx.Client, file: Path) -> None:
    """Captures an example and compares what comes back."""
    data = file.read_bytes()
    headers = {"content-type": "application/ld+json"}
    answer = client.post("/epcis/capture", content=data, headers=headers)
    if file.name in REFUSED:
        assert answer.status_code == 400, file.name
        assert came_back(client) == []
        return
    assert answer.status_code == 202, (file.name, answer.text)
    assert answer.json()["success"], (file.name, answer.text)
    envelope, raws = split_document(data)
    outer = json.loads(envelope.context or b"[]")
    for said, raw in zip(came_back(client), raws, strict=True):
        original = msgspec.json.decode(raw)
        found = normal(said)
        if "eventID" not in original:
            name = found.pop("eventID")
            assert client.get(f"/epcis/events/{quote(name, safe='')}").status_code == 200
        assert found == normal(original, outer if isinstance(outer, list) else [outer]), file.name
