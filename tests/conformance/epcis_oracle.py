# SPDX-License-Identifier: Apache-2.0
"""GS1's JSON schema as an oracle, and our verdict in its terms."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs

from nguon.epcis.codec import decode_document
from nguon.epcis.errors import InvalidDocument, MalformedJson

BEYOND_THE_SCHEMA = frozenset(
    {
        "epcis.parent-missing",
        "epcis.time-unrepresentable",
    }
)
"""Faults that the schema does not know; everything else it must see too."""


def oracle(conformance: Path) -> Any:
    """The validator of GS1's schema, formats asserted."""
    schema = json.loads((conformance / "gs1-epcis" / "EPCIS-JSON-Schema.json").read_bytes())
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def faults(data: bytes) -> list[tuple[str, str]]:
    """Pointer and code of everything that we refuse."""
    try:
        decode_document(data)
    except InvalidDocument as error:
        return [(fault.pointer, fault.code) for fault in error.faults]
    except MalformedJson as error:
        return [(error.params["pointer"], error.code)]
    return []


def documents(conformance: Path) -> Iterator[tuple[str, bytes, Any]]:
    """All JSON files of the conformance data that hold EPCIS documents or bare events."""
    for path in sorted(conformance.rglob("*.json*")):
        data = path.read_bytes() if path.is_file() else b""
        if b"EPCIS" not in data and b"Event" not in data:
            continue
        try:
            tree = json.loads(data)
        except ValueError:
            continue
        if isinstance(tree, dict) and ("epcisBody" in tree or "Event" in str(tree.get("type"))):
            yield path.relative_to(conformance).as_posix(), data, tree
