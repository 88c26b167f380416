# SPDX-License-Identifier: Apache-2.0
"""Organisations with licences, and events about their pieces, for tests of issuing."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.capture.writing import Origin
from nguon.codes import gtins, keyring, licences
from nguon.codes.blocks import order
from nguon.codes.model import Block, Licence, LicenceAsked, LicenceKind, OrderAsked
from nguon.identity.model import Principal, Role
from nguon.identity.visibility import KeyKind
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables
from nguon.store.values import CaptureJob

MAKER, OTHER, BODY = 201, 202, 203
PREFIX, THEIRS = "952110100", "952110200"
SINGLE = "09521303000012"
DAY = date(2026, 8, 1)
OPERATOR = Principal(0, "operator", KeyKind.OPERATOR, Role.OPERATOR.scopes, strict=False)
_COMMUNES = {MAKER: "12049", OTHER: "24490", BODY: "12049"}


def manager(organisation: int, *, strict: bool = False) -> Principal:
    """A manager of an organisation."""
    role = Role.MANAGER
    return Principal(organisation, f"key-{organisation}", role.kind, role.scopes, strict)


def clerk(organisation: int) -> Principal:
    """A clerk of an organisation."""
    role = Role.CLERK
    return Principal(organisation, f"clerk-{organisation}", role.kind, role.scopes, strict=False)


def people(store: Store, folder: Path) -> None:
    """The organisations, and where the store's keys lie."""
    keyring.attach(store, folder / "codes.key")
    with store.transaction() as connection:
        for number, commune in _COMMUNES.items():
            values = {
                "id": number,
                "code": f"to-chuc-{number}",
                "kind": "authority" if number == BODY else "enterprise",
                "name_vi": f"T\u1ed5 ch\u1ee9c {number}",
                "commune": commune,
                "updated": 0,
            }
            rows.add(connection, tables.organisation, [values])


def asked(
    kind: LicenceKind = LicenceKind.PREFIX, value: str = PREFIX, **changes: Any
) -> LicenceAsked:
    """A licence to record."""
    wanted = {"valid_from": date(2024, 1, 1), "source": "GS1 VN 123/2024", **changes}
    return LicenceAsked(kind=kind, value=value, **wanted)


def licensed(store: Store, organisation: int = MAKER, value: str = PREFIX, **more: Any) -> Licence:
    """A checked licence."""
    return licences.declare(store, OPERATOR, asked(value=value, **more), organisation=organisation)


def product(store: Store, organisation: int = MAKER, name: str = "Nh\u00e3n") -> str:
    """A product's new number."""
    return gtins.allocate(store, manager(organisation), name, f"new {name}").gtin


def block(store: Store, gtin: str, quantity: int = 10, **more: Any) -> Block:
    """A block of serials."""
    wanted = {"request": f"order {quantity}", **more}
    return order(store, manager(MAKER), OrderAsked(gtin=gtin, quantity=quantity, **wanted))


def event(number: int, serials: Sequence[str], **members: Any) -> dict[str, Any]:
    """Commissioning of pieces, ``number`` minutes past an hour."""
    return {
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "type": "ObjectEvent",
        "eventTime": f"2026-08-01T08:{number:02d}:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "epcList": [f"https://id.gs1.org/{key}" for key in serials],
        **members,
    }


def sold(number: int, serials: Sequence[str], **members: Any) -> dict[str, Any]:
    """The sale of pieces."""
    return event(number, serials, action="OBSERVE", bizStep="retail_selling", **members)


def capturing(store: Store, folder: Path) -> CaptureService:
    """Capture over a store."""
    limits = Limits(body=2**24, events=100_000, whole=10_000, synchronous=2**20)
    return CaptureService(store, folder / "spool", limits, workers=0)


def document(*events: dict[str, Any]) -> bytes:
    """Events as a document."""
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-08-01T08:00:00Z",
            "epcisBody": {"eventList": list(events)},
        }
    ).encode()


def sent(
    store: Store, folder: Path, *events: dict[str, Any], by: Principal | None = None
) -> CaptureJob:
    """A captured document's job."""
    service = capturing(store, folder)
    try:
        return service.document(document(*events), Origin(by or manager(MAKER)))
    finally:
        service.close()
