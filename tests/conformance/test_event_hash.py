# SPDX-License-Identifier: Apache-2.0
"""The CBV 2.0 event hash against the vectors of its reference implementation."""

import hashlib
import json
from pathlib import Path
from typing import Any

from nguon.epcis.event_hash import event_hash_uri, ignore_fields_of, pre_hash
from nguon.epcis.model import EVENT_TYPES, Event
from nguon.epcis.shape import convert

STALE_PREHASHES = {
    ("epcisDocWithCustomSchemaInContext", 1),
    ("epcisDocWithDefaultSchemaInContext", 1),
}
"""Lines whose own SHA-256 is not the published hash beside them: the hash decides."""


def _typed(tree: dict[str, Any]) -> Event:
    """The event without the rules between values: one vector has a sensor later than its event."""
    event = convert(tree, EVENT_TYPES[tree["type"]], 1)
    assert event is not None
    return event


def _computed(document: Path) -> list[tuple[str, str]]:
    """Pre-hash and hash of every event of a JSON-LD document."""
    tree = json.loads(document.read_bytes())
    context = json.dumps(tree["@context"]).encode()
    ignored = ignore_fields_of({name: tree[name] for name in tree if ":" in name}, context)
    events = [_typed(event) for event in tree["epcisBody"]["eventList"]]
    return [
        (pre_hash(event, context, ignored), event_hash_uri(event, context, ignored))
        for event in events
    ]


def test_every_json_document_gives_the_published_hashes(conformance: Path) -> None:
    folder = conformance / "event-hash-vectors" / "tests" / "examples"
    documents = sorted(folder.glob("*.jsonld"))
    assert len(documents) == 13
    checked = 0
    for document in documents:
        published = document.with_suffix(".hashes").read_text().split()
        assert [uri for _, uri in _computed(document)] == published, document.name
        checked += len(published)
    assert checked == 30


def test_every_json_document_gives_the_published_pre_hashes(conformance: Path) -> None:
    folder = conformance / "event-hash-vectors" / "tests" / "examples"
    stale = set()
    for document in sorted(folder.glob("*.jsonld")):
        lines = document.with_suffix(".prehashes")
        if not lines.exists():
            continue
        published = lines.read_text("utf-8").splitlines()
        for index, (line, (text, uri)) in enumerate(
            zip(published, _computed(document), strict=True)
        ):
            if hashlib.sha256(line.encode()).hexdigest() not in uri:
                stale.add((document.stem, index))
            else:
                assert text == line, (document.name, index)
    assert stale == STALE_PREHASHES
