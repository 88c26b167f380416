# SPDX-License-Identifier: Apache-2.0
"""One change at a time to published documents: our verdict follows that of GS1's schema."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nguon.epcis.codec import _fast_event, event_faults
from tests.conformance.epcis_oracle import BEYOND_THE_SCHEMA, faults, oracle

Step = str | int

_FOLDER = "gs1-epcis/JSON/WithFullCombinationOfFields"
KINDS = [
    "ObjectEvent",
    "AggregationEvent",
    "AssociationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "urn:x:HarvestEvent",
]
VALUES: list[Any] = [
    None,
    True,
    0,
    -1.5,
    "",
    "x",
    "shipping",
    "urn:epcglobal:cbv:bizstep:shipping",
    "http://ns.gs1.org/cbv/BizStep-shipping",
    "https://gs1.org/voc/Temperature",
    "https://www.example.org/ü",
    "urn:x:%zz",
    "ADD",
    "OBSERVE",
    "DELETE",
    "ObjectEvent",
    "AssociationEvent",
    "urn:x:Event",
    "KGM",
    "KGMS",
    "+07:00",
    "+14:01",
    "ffAA",
    "2.0\n",
    "2020-01-01T00:00:00Z",
    "2020-01-01 00:00:00Z",
    "2020-01-01T00:00:00+0700",
    "2016-12-31T23:59:60Z",
    "2020-02-30T00:00:00Z",
    [],
    ["x"],
    ["urn:x:y"],
    ["urn:x:y", "urn:x:y"],
    {},
    {"id": "urn:x:y"},
    {"urn:x:y": 1},
    {"x": 1},
]


def _places(tree: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield (*path, name)
            yield from _places(value, (*path, name))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield (*path, index)
            yield from _places(value, (*path, index))


def _mutations(tree: Any) -> Iterator[tuple[str, Any]]:
    """What was changed, and the tree: changed in place and put back afterwards.

    Each place gets every fifth of the values, the next place the next ones.
    """
    for number, path in enumerate(list(_places(tree))):
        holder = tree
        for step in path[:-1]:
            holder = holder[step]
        last, kept = path[-1], holder[path[-1]]
        pointer = "/" + "/".join(map(str, path))
        for value in VALUES[number % 5 :: 5]:
            holder[last] = value
            yield f"{pointer} = {value!r}", tree
        holder[last] = kept
        if isinstance(kept, list) and kept:
            holder[last] = [*kept, kept[0]]
            yield f"{pointer} doubled", tree
            holder[last] = kept
        if isinstance(holder, dict):
            yield from _changed_names(holder, str(last), pointer, tree)


def _changed_names(
    holder: dict[str, Any], last: str, pointer: str, tree: Any
) -> Iterator[tuple[str, Any]]:
    kept = dict(holder)
    for change in ("taken away", "misspelt", "foreign", "(extensions)"):
        holder.clear()
        holder.update(kept)
        value = holder.pop(last)
        if change == "misspelt":
            holder[last + "s"] = value
        elif change == "foreign":
            holder["urn:x:" + last] = value
        elif change == "(extensions)":
            holder.update({last: value, "(extensions)": {"a": 1}})
        yield f"{pointer} {change}", tree
    holder.clear()
    holder.update(kept)


def _document(conformance: Path, kind: str) -> Any:
    """A document with one event of the kind that has every field, and breaks no rule."""
    source = {"TransactionEvent": "transaction", "TransformationEvent": "transformation"}
    name = f"{source.get(kind, 'aggregation')}_event_all_possible_fields.jsonld"
    tree = json.loads((conformance / _FOLDER / name).read_bytes())
    event = tree["epcisBody"]["eventList"][0]
    event |= {"type": kind, "eventTime": "2030-01-01T00:00:00Z"}
    for report in event["sensorElementList"][0]["sensorReport"]:
        for member in event["sensorElementList"][0]["sensorMetadata"]:
            report.pop(member, None)
    if kind == "ObjectEvent":
        event |= {"action": "ADD", "ilmd": {"urn:x:lot": "7"}}
        event["persistentDisposition"] = {"set": ["damaged"], "unset": ["available"]}
        event["epcList"], event["quantityList"] = (
            event.pop("childEPCs"),
            event.pop("childQuantityList"),
        )
        del event["parentID"]
    tree["epcisBody"]["eventList"] = [event]
    assert faults(json.dumps(tree).encode()) == []
    return tree


@pytest.mark.parametrize("kind", KINDS)
def test_every_single_change_gets_the_verdict_of_the_schema(conformance: Path, kind: str) -> None:
    schema = oracle(conformance)
    wrong, checked, refused = [], 0, 0
    for what, changed in _mutations(_document(conformance, kind)):
        found = faults(json.dumps(changed).encode())
        ours = all(code in BEYOND_THE_SCHEMA for _, code in found)
        checked += 1
        refused += bool(found)
        if schema.is_valid(changed) != ours:
            wrong.append((what, found))
    assert wrong == []
    assert checked > 900
    assert 0.1 < refused / checked < 0.95


@pytest.mark.parametrize("kind", KINDS)
def test_the_fast_path_accepts_what_the_collecting_path_finds_faultless(
    conformance: Path, kind: str
) -> None:
    event = _document(conformance, kind)["epcisBody"]["eventList"][0]
    wrong = []
    for what, changed in _mutations(event):
        raw = json.dumps(changed).encode()
        fast = _fast_event(raw, rules=True) is not None
        faultless = event_faults(json.loads(raw)) == []
        if fast != faultless and not (faultless and b": null" in raw):
            wrong.append(what)
    assert wrong == []


def test_the_envelope_of_a_query_document_follows_the_schema_too(conformance: Path) -> None:
    schema = oracle(conformance)
    tree = _document(conformance, "TransactionEvent")
    vocabulary = {
        "type": "urn:epcglobal:epcis:vtype:Location",
        "vocabularyElementList": [
            {
                "id": "urn:x:y",
                "attributes": [{"id": "urn:x:name", "attribute": "Kho 1"}],
                "children": ["urn:x:z"],
            }
        ],
    }
    tree["epcisHeader"] = {"epcisMasterData": {"vocabularyList": [vocabulary]}, "urn:x:y": 1}
    tree |= {"id": "urn:x:d", "sender": "a", "receiver": "b", "instanceIdentifier": "c"}
    event = {
        "type": "urn:x:E",
        "eventTime": "2030-01-01T00:00:00Z",
        "eventTimeZoneOffset": "+00:00",
    }
    tree["epcisBody"] = {"eventList": [event]}
    results = {"eventList": [event], "vocabularyList": [vocabulary]}
    query = {
        "@context": tree["@context"],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": "2030-01-01T00:00:00Z",
        "epcisBody": {
            "queryResults": {"queryName": "q", "subscriptionID": "s", "resultsBody": results}
        },
    }
    for document in (tree, query):
        assert schema.is_valid(document)
        for what, changed in _mutations(document):
            found = faults(json.dumps(changed).encode())
            ours = all(code in BEYOND_THE_SCHEMA for _, code in found)
            assert schema.is_valid(changed) == ours, (what, found)
