# SPDX-License-Identifier: Apache-2.0
"""Events and documents to send, made for the tests."""

import json
from typing import Any

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def event(number: int = 1, **members: Any) -> dict[str, Any]:
    """An object event about serial ``number`` of a demonstration product."""
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": "2026-08-01T08:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "shipping",
        "disposition": "in_transit",
        "epcList": [f"https://id.gs1.org/01/09521234543213/21/{number}"],
        "readPoint": {"id": "https://id.gs1.org/414/9521321000018"},
    } | members


def bare(number: int = 1, **members: Any) -> dict[str, Any]:
    """The same as a submission of its own."""
    return {"@context": [CONTEXT]} | event(number, **members)


def document(*events: dict[str, Any], **members: Any) -> dict[str, Any]:
    """An EPCISDocument."""
    return {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-08-01T09:00:00Z",
        "epcisBody": {"eventList": list(events)},
    } | members


def many(count: int, start: int = 1) -> bytes:
    """The bytes of a document of many events."""
    return json.dumps(document(*(event(n) for n in range(start, start + count)))).encode()
