# SPDX-License-Identifier: Apache-2.0
"""Synthetic events of about one kilobyte in the mix of a packing house's day."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

_BASE = "https://id.example.vn"
_PREFIX = "952100"
_CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
_START = datetime(2026, 8, 1, tzinfo=UTC)


def check_digit(digits: str) -> str:
    """GS1 mod-10 check digit (General Specifications section 7.9.1)."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def gtin(number: int) -> str:
    """A GTIN-14 under GS1's demonstration prefix."""
    body = f"0{_PREFIX}{number:06d}"
    return body + check_digit(body)


def sscc(number: int) -> str:
    """An SSCC under the same prefix."""
    body = f"0{_PREFIX}{number:010d}"
    return body + check_digit(body)


def gln(number: int) -> str:
    """A GLN under the same prefix."""
    body = f"{_PREFIX}{number:06d}"
    return body + check_digit(body)


def _common(number: int, step: str) -> dict[str, Any]:
    place = f"{_BASE}/414/{gln(number % 97)}"
    return {
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "eventTime": (_START + timedelta(seconds=number)).isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "bizStep": step,
        "disposition": "in_progress",
        "readPoint": {"id": place},
        "bizLocation": {"id": place},
        "example:operator": f"shift {number % 3}",
    }


def _object(number: int) -> dict[str, Any]:
    product = gtin(number % 50)
    return {
        "type": "ObjectEvent",
        "action": "ADD",
        **_common(number, "commissioning"),
        "epcList": [f"{_BASE}/01/{product}/21/{number:08d}{i}" for i in range(4)],
        "quantityList": [
            {"epcClass": f"{_BASE}/01/{product}/10/L{number // 20}", "quantity": 12.5, "uom": "KGM"}
        ],
        "ilmd": {"cbvmda:lotNumber": f"L{number // 20}"},
    }


def _aggregation(number: int) -> dict[str, Any]:
    product = gtin(number % 50)
    return {
        "type": "AggregationEvent",
        "action": "ADD",
        **_common(number, "packing"),
        "parentID": f"{_BASE}/00/{sscc(number)}",
        "childEPCs": [f"{_BASE}/01/{product}/21/{number - 1:08d}{i}" for i in range(4)],
    }


def _transformation(number: int) -> dict[str, Any]:
    return {
        "type": "TransformationEvent",
        **_common(number, "creating_class_instance"),
        "inputQuantityList": [
            {
                "epcClass": f"{_BASE}/01/{gtin(number % 50)}/10/L{(number // 20) + i}",
                "quantity": 40 + i,
                "uom": "KGM",
            }
            for i in range(3)
        ],
        "outputQuantityList": [
            {"epcClass": f"{_BASE}/01/{gtin(60)}/10/P{number}", "quantity": 100, "uom": "KGM"}
        ],
    }


def _transaction(number: int) -> dict[str, Any]:
    return {
        "type": "TransactionEvent",
        "action": "ADD",
        **_common(number, "shipping"),
        "epcList": [f"{_BASE}/00/{sscc(number + i)}" for i in range(4)],
        "bizTransactionList": [
            {"type": "po", "bizTransaction": f"urn:epcglobal:cbv:bt:{gln(1)}:{number}"}
        ],
        "sourceList": [{"type": "owning_party", "source": f"{_BASE}/417/{gln(number % 7)}"}],
        "destinationList": [
            {"type": "owning_party", "destination": f"{_BASE}/417/{gln(number % 11)}"}
        ],
    }


_MIX = (_object, _object, _aggregation, _object, _transformation)
_RARE = _transaction
_numbers = count(1)


def events(total: int) -> Iterator[dict[str, Any]]:
    """New events, never the same twice in a process."""
    for _ in range(total):
        number = next(_numbers)
        make = _RARE if number % 10 == 0 else _MIX[number % len(_MIX)]
        yield make(number)


def document(total: int) -> bytes:
    """An EPCISDocument with so many new events."""
    return json.dumps(
        {
            "@context": [*_CONTEXT, {"example": "https://example.vn/ns/"}],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-11-01T00:00:00.000Z",
            "epcisBody": {"eventList": list(events(total))},
        },
        separators=(",", ":"),
    ).encode()


def bare(total: int) -> list[bytes]:
    """New events, each by itself with its context."""
    context = [*_CONTEXT, {"example": "https://example.vn/ns/"}]
    return [
        json.dumps({"@context": context, **event}, separators=(",", ":")).encode()
        for event in events(total)
    ]
