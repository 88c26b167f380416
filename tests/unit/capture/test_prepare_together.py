# SPDX-License-Identifier: Apache-2.0
"""Events prepared together get what each would get alone, in their order."""

import json

import pytest

from nguon.capture.prepare import Context, prepare_all

CONTEXT = b'["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]'
MALFORMED = "https://id.gs1.org/01/09521234543214"


def raw(number: int) -> bytes:
    """Every seventh event is refused, every eleventh no JSON, every fifth has a malformed key."""
    event = {
        "type": "ObjectEvent",
        "action": "LOOK" if number % 7 == 0 else "OBSERVE",
        "eventTime": f"2026-08-01T08:00:00.{number:03d}Z",
        "eventTimeZoneOffset": "+07:00",
        "epcList": [MALFORMED if number % 5 == 0 else f"urn:example:thing:{number}"],
    }
    data = json.dumps(event).encode()
    return data[:-1] if number % 11 == 0 else data


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("count", [0, 1, 50, 51, 123])
def test_together_as_alone(count: int, strict: bool) -> None:
    context = Context(CONTEXT, strict)
    raws = [raw(number) for number in range(count)]
    together = prepare_all(raws, context)
    assert together == [one for data in raws for one in prepare_all([data], context)]
    refused = [number for number, one in enumerate(together) if one.record is None]
    assert refused == [
        number
        for number in range(count)
        if number % 7 == 0 or number % 11 == 0 or (strict and number % 5 == 0)
    ]
