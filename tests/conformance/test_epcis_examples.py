# SPDX-License-Identifier: Apache-2.0
"""Published EPCIS documents: our verdict beside that of GS1's schema, and the way back."""

import gzip
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nguon.epcis.codec import decode_document, decode_raw_event, encode_event
from nguon.epcis.errors import InvalidDocument, MalformedJson
from tests.conformance.epcis_oracle import documents, faults, oracle

_GS1 = "gs1-epcis/JSON/"
_OPEN = "openepcis-test-resources/2.0/EPCIS/JSON/"
REFUSED_THOUGH_THE_SCHEMA_ACCEPTS = {
    f"{_GS1}AssociationEvent/AssociationEvent-h.jsonld": {"epcis.json-repeated-member"},
    "fastnt/tests/FasTnT.Host.Tests/Features/v2_0/Communication/Resources/Events/"
    "ObjectEvent_StringCertificationInfo.json": {"epcis.json-byte-order-mark"},
    "fastnt/tests/FasTnT.Host.Tests/Features/v2_0/Communication/Resources/Events/"
    "TransformationEvent_Full.json": {"epcis.json-byte-order-mark"},
    "opentraceability/epcisdocument-example01.jsonld": {"epcis.json-byte-order-mark"},
}
"""Documents that break a rule between members, or that are no faithful JSON."""

ACCEPTED_BY_FOLDER = {
    "221bt-generated": (1, 1),
    "event-hash-vectors": (13, 13),
    "fastnt": (0, 3),
    "gs1-epcis": (21, 39),
    "openepcis-dpp-ready": (0, 24),
    "openepcis-event-sentry": (6, 8),
    "openepcis-test-resources": (28, 38),
    "openepcis-testdata-generator": (1, 1),
    "opentraceability": (11, 25),
    "untp-0.7.0-prefinal": (0, 2),
}
"""How many of the documents of each source we accept."""


def test_the_verdict_is_that_of_the_schema_and_the_coded_rules(conformance: Path) -> None:
    schema = oracle(conformance)
    accepted: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    disagreeing = {}
    for name, data, tree in documents(conformance):
        codes = {code for _, code in faults(data)}
        source = name.partition("/")[0]
        seen[source] += 1
        accepted[source] += not codes
        if schema.is_valid(tree) != (not codes):
            disagreeing[name] = codes
    assert disagreeing == REFUSED_THOUGH_THE_SCHEMA_ACCEPTS
    assert {source: (accepted[source], seen[source]) for source in seen} == ACCEPTED_BY_FOLDER


def _plain(tree: Any) -> Any:
    """A JSON value with times as instants and without empty lists, for comparison of meaning."""
    if isinstance(tree, dict):
        members = {name: _plain(value) for name, value in tree.items()}
        return {name: value for name, value in members.items() if value != []}
    if isinstance(tree, list):
        return [_plain(value) for value in tree]
    return tree


_TIMES = frozenset({"eventTime", "recordTime", "declarationTime", "time", "startTime", "endTime"})


def _instants(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {
            name: datetime.fromisoformat(value)
            if name in _TIMES and isinstance(value, str)
            else _instants(value)
            for name, value in tree.items()
        }
    return [_instants(value) for value in tree] if isinstance(tree, list) else tree


def test_events_come_back_equal_in_meaning(conformance: Path) -> None:
    checked = 0
    for name, data, _ in documents(conformance):
        try:
            document = decode_document(data)
        except (InvalidDocument, MalformedJson):
            continue
        for received in document.events:
            sent = json.loads(received.raw)
            back = encode_event(received.event)
            assert _instants(_plain(json.loads(back))) == _instants(_plain(sent)), name
            assert decode_raw_event(back) == received.event, name
            checked += 1
    assert checked == 1397


def test_the_generated_food_chain_decodes_whole(conformance: Path) -> None:
    data = gzip.decompress((conformance / "221bt-generated" / "gen_200.json.gz").read_bytes())
    document = decode_document(data)
    assert len(document.events) == 2650
    assert [received.raw for received in document.events] == [
        bytes(raw) for raw in _raw_events(data)
    ]


def _raw_events(data: bytes) -> list[bytes]:
    """The text of each event, found by counting braces outside strings."""
    found, depth, start, inside, escaped = [], 0, 0, False, False
    for at in range(data.index(b'"eventList"') + 11, len(data)):
        char = data[at]
        if inside:
            inside, escaped = char != 0x22 or escaped, char == 0x5C and not escaped
        elif char == 0x22:
            inside = True
        elif char == 0x7B:
            start, depth = (at, 1) if depth == 0 else (start, depth + 1)
        elif char == 0x7D:
            depth -= 1
            if depth < 0:
                break
            if depth == 0:
                found.append(data[start : at + 1])
    return found


def test_documents_meant_to_be_invalid_are_refused(conformance: Path) -> None:
    invalid = sorted((conformance / f"{_OPEN}Capture/Invalid").glob("*.json"))
    assert len(invalid) == 6
    for path in invalid:
        with pytest.raises(InvalidDocument):
            decode_document(path.read_bytes())
