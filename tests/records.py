# SPDX-License-Identifier: Apache-2.0
"""Event records for tests of the store and of what reads it."""

import json
from hashlib import sha256
from typing import Any

from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.base.time import to_microseconds
from nguon.epcis.codec import decode_raw_event
from nguon.epcis.items import ItemRef, Role
from nguon.epcis.terms import terms_of
from nguon.gs1 import item_key
from nguon.store.bodies import pack
from nguon.store.values import Action, EventRecord, EventType, Submitter

GTIN = "01/09521101000016"
LOT = f"{GTIN}/10/TH260728"
PACKER = Submitter(1, "packer-key")
SHOP = Submitter(2, "shop-key")
CONTEXT = b'"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"'

OPERATOR = Audience(AudienceKind.OPERATOR, None, lambda _audience, _facts: Disclosure.FULL)
"""A reader who sees everything."""


def serial(number: int) -> str:
    """The item key of a box."""
    return f"{GTIN}/21/{number}"


def event_json(number: int, *, count: int = 3, **members: Any) -> dict[str, Any]:
    """An event about boxes ``number`` and up, at ``number`` seconds past an hour."""
    return {
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "type": "ObjectEvent",
        "eventTime": f"2026-07-28T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:"
        f"{number % 60:02d}+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "epcList": [f"https://id.gs1.org/01/09521101000016/21/{number + i}" for i in range(count)],
        "bizStep": "shipping",
        "readPoint": {"id": "https://id.gs1.org/414/9521101000016"},
    } | members


def make_record(
    number: int, *, count: int = 3, content: int | None = None, correction: bool = False,
    **members: Any,
) -> EventRecord:  # fmt: skip
    """A record of `event_json`; records with equal ``content`` share their CBV hash."""
    data = {
        name: value
        for name, value in event_json(number, count=count, **members).items()
        if value is not None
    }
    raw = json.dumps(data).encode()
    event = decode_raw_event(raw)
    items = (
        *(ItemRef(serial(number + index), Role.EPC) for index in range(count)),
        *(ItemRef(LOT, Role.MEMBER, of=index) for index in range(count)),
        ItemRef(item_key(data["readPoint"]["id"]), Role.READ_POINT),
    )
    told = number if content is None else content
    return EventRecord(
        digest=sha256(b"digest" + raw + bytes([correction])).digest(),
        cbv_hash=sha256(f"content {told}".encode()).digest(),
        received=sha256(raw).digest(),
        event_id=event.event_id,
        type=EventType.OBJECT,
        action=Action.OBSERVE,
        time=to_microseconds(event.event_time),
        zone=420,
        correction=correction,
        body=pack(raw, CONTEXT),
        items=items,
        terms=terms_of(event, items, cbv_hash=None),
    )
