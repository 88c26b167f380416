# SPDX-License-Identifier: Apache-2.0
"""The public reduction: exactly what is kept, for every part of every event type."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from nguon.epcis import model
from nguon.epcis.items import ItemRef, Role
from nguon.identity.redaction import redact, redact_items

NOW = datetime(2026, 8, 1, tzinfo=UTC)
SECRET = "secret"
EXTENSIONS: dict[str, Any] = {"ex:secret": SECRET}
COMMON: dict[str, Any] = {
    "event_time": NOW,
    "event_time_zone_offset": "+07:00",
    "event_id": "urn:uuid:1",
    "record_time": NOW,
    "certification_info": "https://example.org/certificate",
    "error_declaration": model.ErrorDeclaration(
        declaration_time=NOW, reason="incorrect_data", extensions=EXTENSIONS
    ),
    "context": [SECRET],
    "extensions": EXTENSIONS,
}
COMMON_LEFT: dict[str, Any] = {
    **COMMON,
    "error_declaration": model.ErrorDeclaration(declaration_time=NOW, reason="incorrect_data"),
    "context": None,
    "extensions": {},
}
REPORT = model.SensorReport(
    type="Temperature",
    value=4.5,
    uom="CEL",
    device_id=SECRET,
    device_metadata=SECRET,
    raw_data=SECRET,
    data_processing_method=SECRET,
    biz_rules=SECRET,
    uri_value=SECRET,
    extensions=EXTENSIONS,
)
DESCRIBED: dict[str, Any] = {
    **COMMON,
    "biz_step": "packing",
    "disposition": "in_progress",
    "read_point": model.Place(id="urn:epc:id:sgln:9521101.00001.plot-7", extensions=EXTENSIONS),
    "biz_location": model.Place(
        id="https://id.example.org/414/9521101000016", extensions=EXTENSIONS
    ),
    "biz_transaction_list": [model.BizTransaction(biz_transaction=SECRET, type="po")],
    "source_list": [model.Source(type="owning_party", source=SECRET)],
    "destination_list": [model.Destination(type="owning_party", destination=SECRET)],
    "sensor_element_list": [
        model.SensorElement(
            sensor_metadata=model.SensorMetadata(
                time=NOW,
                device_id=SECRET,
                device_metadata=SECRET,
                raw_data=SECRET,
                data_processing_method=SECRET,
                biz_rules=SECRET,
                extensions=EXTENSIONS,
            ),
            sensor_report=[
                REPORT,
                model.SensorReport(type="Position", component="latitude", value=20.6),
                model.SensorReport(type="Position", component="cbv:Comp-longitude", value=106.1),
                model.SensorReport(type="Position", coordinate_reference_system="x", value=1),
            ],
            extensions=EXTENSIONS,
        ),
        model.SensorElement(
            sensor_report=[model.SensorReport(type="P", component="altitude", value=3)]
        ),
    ],
}
DESCRIBED_LEFT: dict[str, Any] = {
    **COMMON_LEFT,
    "biz_step": "packing",
    "disposition": "in_progress",
    "read_point": model.Place(id="https://id.gs1.org/414/9521101000016"),
    "biz_location": model.Place(id="https://id.example.org/414/9521101000016"),
    "sensor_element_list": [
        model.SensorElement(
            sensor_metadata=model.SensorMetadata(time=NOW),
            sensor_report=[model.SensorReport(type="Temperature", value=4.5, uom="CEL")],
        )
    ],
}
LOTS = [model.QuantityElement(epc_class="https://id.gs1.org/01/1/10/A", quantity=120, uom="KGM")]
LOTS_LEFT = [model.QuantityElement(epc_class="https://id.gs1.org/01/1/10/A")]
ILMD: dict[str, Any] = {
    "cbvmda:lotNumber": "A",
    "urn:epcglobal:cbv:mda:itemExpirationDate": "2026-09-01",
    "cbvmda:bestBeforeDate": {"@type": "xsd:date", "@value": "2026-09-01"},
    "gs1:harvestDate": "2026-07-30",
    "cbvmda:countryOfOrigin": "VN",
    "cbvmda:grossWeight": SECRET,
    "cbvmda:sellByDate": {"ex:who": SECRET},
    "cbvmda:productionDate": [SECRET],
    "ex:lotNumber": SECRET,
    "lotNumber": SECRET,
}
ILMD_LEFT = dict(list(ILMD.items())[:5])
KEPT = {"persistent_disposition": model.PersistentDisposition(set=["completeness_verified"])}

CASES: list[tuple[type[model.Event], dict[str, Any], dict[str, Any]]] = [
    (
        model.ObjectEvent,
        {**DESCRIBED, **KEPT, "action": "ADD", "epc_list": ["e"], "quantity_list": LOTS}
        | {"ilmd": ILMD},
        {**DESCRIBED_LEFT, **KEPT, "action": "ADD", "epc_list": ["e"], "quantity_list": LOTS_LEFT}
        | {"ilmd": ILMD_LEFT},
    ),
    (
        model.AggregationEvent,
        {**DESCRIBED, "action": "ADD", "parent_id": "p", "child_epcs": ["c"]}
        | {"child_quantity_list": LOTS},
        {**DESCRIBED_LEFT, "action": "ADD", "parent_id": "p", "child_epcs": ["c"]}
        | {"child_quantity_list": LOTS_LEFT},
    ),
    (
        model.AssociationEvent,
        {**DESCRIBED, "action": "ADD", "parent_id": "p", "child_quantity_list": LOTS},
        {**DESCRIBED_LEFT, "action": "ADD", "parent_id": "p", "child_quantity_list": LOTS_LEFT},
    ),
    (
        model.TransactionEvent,
        {**DESCRIBED, "action": "ADD", "parent_id": "p", "epc_list": ["e"], "quantity_list": LOTS},
        {**DESCRIBED_LEFT, "action": "ADD", "parent_id": "p", "epc_list": ["e"]}
        | {"quantity_list": LOTS_LEFT, "biz_transaction_list": []},
    ),
    (
        model.TransformationEvent,
        {**DESCRIBED, **KEPT, "input_epc_list": ["i"], "input_quantity_list": LOTS, "ilmd": ILMD}
        | {"output_epc_list": ["o"], "output_quantity_list": LOTS, "transformation_id": "t"},
        {**DESCRIBED_LEFT, **KEPT, "input_epc_list": ["i"], "input_quantity_list": LOTS_LEFT}
        | {"output_epc_list": ["o"], "output_quantity_list": LOTS_LEFT, "transformation_id": "t"}
        | {"ilmd": ILMD_LEFT},
    ),
    (model.ExtendedEvent, COMMON, COMMON_LEFT),
]


@pytest.mark.parametrize(("kind", "whole", "left"), CASES, ids=lambda c: getattr(c, "__name__", ""))
def test_what_is_left(kind: type[model.Event], whole: dict[str, Any], left: dict[str, Any]) -> None:
    event = kind(type=kind.__name__, **whole)
    unfilled = {"ilmd", "child_epcs", "persistent_disposition"} | set(whole)
    assert {field.name for field in msgspec.structs.fields(kind)} - {"type"} <= unfilled
    public = redact(event)
    assert public == kind(type=kind.__name__, **left)
    assert SECRET not in msgspec.json.encode(public).decode()
    assert redact(public) == public
    assert event == kind(type=kind.__name__, **whole)


def test_a_bare_event_stays_as_it_is() -> None:
    event = model.ObjectEvent(
        type="ObjectEvent", event_time=NOW, event_time_zone_offset="+07:00", action="OBSERVE"
    )
    assert redact(event) == event


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ("geo:20.6391,106.0982", None),
        ("https://id.gs1.org/414/9521101000016/254/plot-7", "https://id.gs1.org/414/9521101000016"),
        (
            "https://id.gs1.org/414/9521101000016/254/0",
            "https://id.gs1.org/414/9521101000016/254/0",
        ),
        ("https://example.org/yard", "https://example.org/yard"),
        ("vn-area:VN-DLOR-0017", "vn-area:VN-DLOR-0017"),
    ],
)
def test_places_lose_their_exactness(sent: str, left: str | None) -> None:
    event = model.ObjectEvent(
        type="ObjectEvent",
        event_time=NOW,
        event_time_zone_offset="+07:00",
        action="OBSERVE",
        read_point=model.Place(id=sent),
    )
    public = redact(event)
    assert isinstance(public, model.ObjectEvent)
    assert public.read_point == (None if left is None else model.Place(id=left))


def test_items_lose_partners_quantities_and_exact_places() -> None:
    items = (
        ItemRef("417/9521101000009", Role.SOURCE),
        ItemRef("01/1/10/A", Role.INPUT, "120", "KGM"),
        ItemRef("01/1", Role.MEMBER, of=1),
        ItemRef("417/9521101000009", Role.DESTINATION),
        ItemRef("253/9521101000016", Role.DOCUMENT),
        ItemRef("253/9521101", Role.MEMBER, of=4),
        ItemRef("414/9521101000016/254/plot-7", Role.READ_POINT),
        ItemRef("414/9521101000016", Role.MEMBER, of=6),
        ItemRef("uri:geo:20.6,106.1", Role.BIZ_LOCATION),
    )
    assert redact_items(items) == (
        ItemRef("01/1/10/A", Role.INPUT),
        ItemRef("01/1", Role.MEMBER, of=0),
        ItemRef("414/9521101000016", Role.READ_POINT),
        ItemRef("414/9521101000016", Role.MEMBER, of=2),
    )
    assert redact_items(redact_items(items)) == redact_items(items)
