# SPDX-License-Identifier: Apache-2.0
"""The demonstration goods are valid, complete, consistent and what their generator makes."""

import csv
import json
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from nguon import gs1
from nguon.gs1 import Mode, parse

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
MANIFEST = tomllib.loads((EXAMPLES / "manifest.toml").read_text("utf-8"))
DOCUMENTS = {
    entry["path"]: json.loads((EXAMPLES / entry["path"]).read_text("utf-8"))
    for entry in MANIFEST["document"]
}
CORRECTED = {
    event["eventID"]
    for document in DOCUMENTS.values()
    for event in document["epcisBody"]["eventList"]
    if "errorDeclaration" in event
}


def _events() -> Iterator[dict[str, Any]]:
    for document in DOCUMENTS.values():
        yield from document["epcisBody"]["eventList"]


def _valid() -> Iterator[dict[str, Any]]:
    """All events but the one that was withdrawn."""
    return (event for event in _events() if event["eventID"] not in CORRECTED)


def _table(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / "master" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _uris(value: Any) -> Iterator[str]:
    """Every identifier in an event, wherever it is."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("ilmd", "eventID", "correctiveEventIDs", "bizTransaction"):
                yield from _uris(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _uris(inner)
    elif isinstance(value, str) and value.startswith(("https://id.gs1.org/", "urn:epc:", "vn-")):
        yield value


def _amounts(event: dict[str, Any], *lists: str) -> Iterator[tuple[str, float]]:
    for name in lists:
        for element in event.get(name, ()):
            yield gs1.item_key(element["epcClass"]), element["quantity"]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_document_is_valid_by_the_standards_schema(path: str, conformance: Path) -> None:
    schema = json.loads((conformance / "gs1-epcis" / "EPCIS-JSON-Schema.json").read_text("utf-8"))
    validator = jsonschema_rs.Draft7Validator(schema, validate_formats=True)
    assert [error.message for error in validator.iter_errors(DOCUMENTS[path])] == []


def test_generator_makes_exactly_these_documents(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / "make_examples.py"), str(tmp_path)]
    subprocess.run(command, check=True)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*.jsonld")}
    events = EXAMPLES / "events"
    kept = {p.relative_to(events): p.read_bytes() for p in events.rglob("*.jsonld")}
    assert made.keys() == kept.keys()
    assert [path for path in made if made[path] != kept[path]] == []


def test_manifest_names_every_file_once() -> None:
    named = Counter(entry["path"] for entry in (*MANIFEST["master"], *MANIFEST["document"]))
    files = [*EXAMPLES.rglob("*.jsonld"), *(EXAMPLES / "master").glob("*.csv")]
    assert named == Counter(str(path.relative_to(EXAMPLES)) for path in files)
    scenarios = [scenario["id"] for scenario in MANIFEST["scenario"]]
    assert list(dict.fromkeys(entry["scenario"] for entry in MANIFEST["document"])) == scenarios
    organisations = {row["mã"] for row in _table("to-chuc.csv")}
    assert {entry["organisation"] for entry in MANIFEST["document"]} <= organisations


def test_links_lead_to_things_that_events_name() -> None:
    named = {gs1.item_key(uri) for event in _events() for uri in _uris(event)}
    paths = [link["path"] for link in MANIFEST["link"]]
    assert len(paths) == 6
    pages = [path for path in paths if path in {"/scan", "/log"}]
    assert sorted(pages) == ["/log", "/scan"]
    for path in paths:
        [item] = parse_qs(urlsplit(path).query).get("item", [f"https://id.gs1.org{path}"])
        key = None if path in pages else parse(item, mode=Mode.STRICT).key
        assert key is None or key in named or any(one.startswith(f"{key}/") for one in named)


def test_size_suits_a_demonstration() -> None:
    count = sum(1 for _ in _events())
    assert 1_500 <= count <= 4_000
    assert sum(p.stat().st_size for p in EXAMPLES.rglob("*") if p.is_file()) < 4_000_000


def test_keys_are_well_formed_and_under_the_demonstration_prefix() -> None:
    for uri in {uri for event in _events() for uri in _uris(event)}:
        identifier = parse(uri, mode=Mode.STRICT)
        if uri.startswith("vn-"):
            assert "-952" in uri
        else:
            prefix = gs1.company_prefix(identifier.key)
            assert prefix is not None, uri
            assert prefix.startswith("952"), uri


def test_every_place_party_and_product_is_in_the_registers() -> None:
    organisations = {f"417/{row['GLN']}" for row in _table("to-chuc.csv")}
    rows = _table("dia-diem.csv")
    places = {f"414/{row['mã địa điểm']}" for row in rows}
    areas = {f"vn-area:{row['mã quốc gia']}" for row in rows}
    products = {f"01/{row['GTIN']}" for row in _table("san-pham.csv")}
    for uri in {uri for event in _events() for uri in _uris(event)}:
        key = gs1.item_key(uri)
        head = key.partition("/")[0]
        if head == "417":
            assert key in organisations
        elif head == "414":
            assert "/".join(key.split("/")[:2]) in places
        elif head == "01":
            assert "/".join(key.split("/")[:2]) in products
        elif uri.startswith("vn-area:"):
            assert uri in areas


def test_all_happened_in_2026_before_november_and_documents_were_made_afterwards() -> None:
    for path, document in DOCUMENTS.items():
        events = document["epcisBody"]["eventList"]
        times = [datetime.fromisoformat(event["eventTime"]) for event in events]
        assert min(times) >= datetime(2026, 1, 1, tzinfo=UTC), path
        assert max(times) < datetime(2026, 11, 1, tzinfo=UTC), path
        assert datetime.fromisoformat(document["creationDate"]) > max(times), path
        for event in events:
            assert event["eventTime"].endswith(event["eventTimeZoneOffset"])


def test_event_ids_are_unique_but_for_the_one_correction() -> None:
    ids = Counter(event["eventID"] for event in _events())
    assert {event_id for event_id, count in ids.items() if count > 1} == CORRECTED
    [declared] = [event for event in _events() if "errorDeclaration" in event]
    [correcting] = declared["errorDeclaration"]["correctiveEventIDs"]
    assert ids[correcting] == 1


def test_nothing_is_seen_before_it_is_made_and_no_piece_is_made_twice() -> None:
    made: dict[str, str] = {}
    seen: dict[str, datetime] = {}
    for event in _valid():
        time = datetime.fromisoformat(event["eventTime"])
        born = [*event.get("outputEPCList", ())]
        if event["type"] == "ObjectEvent" and event["action"] == "ADD":
            born += event.get("epcList", ())
        for key in map(gs1.item_key, born):
            assert key not in made
            made[key] = event["eventTime"]
        for uri in _uris(event):
            key = gs1.item_key(uri)
            seen[key] = min(time, seen.get(key, time))
    assert len(made) > 3_000
    late = {key for key, time in made.items() if datetime.fromisoformat(time) > seen[key]}
    assert late == set()


def test_no_more_of_a_lot_is_used_or_packed_than_was_made_or_received() -> None:
    had: dict[str, float] = defaultdict(float)
    received: dict[str, float] = defaultdict(float)
    used: dict[str, float] = defaultdict(float)
    packed: dict[str, float] = defaultdict(float)
    for event in _valid():
        for key, quantity in _amounts(event, "inputQuantityList"):
            used[key] += quantity
        for key, quantity in _amounts(event, "outputQuantityList"):
            had[key] += quantity
        if event.get("action") == "ADD":
            for key, quantity in _amounts(event, "quantityList"):
                had[key] += quantity
            for key, quantity in _amounts(event, "childQuantityList"):
                packed[key] += quantity
        if event.get("bizStep") == "receiving":
            for key, quantity in _amounts(event, "quantityList"):
                received[key] += quantity
    for key, quantity in used.items():
        if key.startswith("01/09522000109008/"):
            continue  # seed was bought before the records begin
        assert quantity <= (had.get(key) or received[key]), key
    lots = {key: quantity for key, quantity in packed.items() if "/10/" in key}
    bags = "01/09521303000609/10/XK260310"
    assert lots[bags] == 320
    for key, quantity in lots.items():
        assert quantity <= had[key], key


def test_mass_never_grows() -> None:
    """In kilograms on both sides, with net contents from the register of products."""
    grams = {"kg": 1.0, "g": 0.001}
    net = {
        f"01/{row['GTIN']}": float(row["khối lượng tịnh"]) * grams[row["đơn vị"]]
        for row in _table("san-pham.csv")
        if row["đơn vị"] in grams
    }

    def weight(event: dict[str, Any], side: str) -> float | None:
        total = 0.0
        for element in event.get(f"{side}QuantityList", ()):
            product = "/".join(gs1.item_key(element["epcClass"]).split("/")[:2])
            unit = 1.0 if element.get("uom") == "KGM" else net.get(product)
            if unit is None:
                return None
            total += element["quantity"] * unit
        for uri in event.get(f"{side}EPCList", ()):
            total += net["/".join(gs1.item_key(uri).split("/")[:2])]
        return total

    compared = 0
    for event in _valid():
        if event["type"] != "TransformationEvent" or "transformationID" in event:
            continue
        before, after = weight(event, "input"), weight(event, "output")
        if before and after:
            assert after <= before * 1.0001, event["eventID"]
            compared += 1
    assert compared >= 40


@pytest.mark.parametrize("path", sorted((EXAMPLES / "media").glob("*")), ids=lambda p: p.name)
def test_drawing_is_small_whole_and_named(path: Path) -> None:
    assert path.stat().st_size < 6_000
    drawing = ET.fromstring(path.read_text("utf-8"))
    assert drawing.get("viewBox") == "0 0 240 240"
    assert drawing.get("aria-label")
    text = path.read_text("utf-8")
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert path.name in {row["ảnh"] for row in _table("san-pham.csv")}


def test_every_picture_of_a_product_is_there() -> None:
    for row in _table("san-pham.csv"):
        assert (EXAMPLES / "media" / row["ảnh"]).is_file()
