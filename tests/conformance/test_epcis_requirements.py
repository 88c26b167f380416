# SPDX-License-Identifier: Apache-2.0
"""The steps of GS1's draft conformance requirements that concern what capture accepts.

TCR-53 (SensorElement) steps 1, 27 and 29, TCR-54 (AssociationEvent) steps 2 to 4,
requirements M121 and M122.
"""

import json
from typing import Any

import pytest

from nguon.epcis.codec import decode_raw_event, encode_event
from nguon.epcis.doubts import doubts
from nguon.epcis.errors import InvalidDocument

REPORT = {"type": "Temperature", "value": 4.5, "uom": "CEL"}
INLINE = {
    "time": "2026-06-20T06:00:00Z",
    "deviceID": "https://id.gs1.org/8004/9521234T1",
    "deviceMetadata": "https://id.gs1.org/8004/9521234T1?info",
    "rawData": "https://example.org/8004/raw",
    "dataProcessingMethod": "https://example.org/253/m1",
}


def sensing(metadata: Any, report: Any) -> dict[str, Any]:
    element = {"sensorReport": [report]} | ({"sensorMetadata": metadata} if metadata else {})
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-06-20T07:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "readPoint": {"id": "https://id.gs1.org/414/9521234000013"},
        "sensorElementList": [element],
    }


def association(**members: Any) -> dict[str, Any]:
    event = {
        "type": "AssociationEvent",
        "eventTime": "2026-06-20T07:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "parentID": "urn:epc:id:sgln:9521234.00001.7",
        "childEPCs": ["https://id.gs1.org/8003/00952123400001877"],
        **members,
    }
    return {name: value for name, value in event.items() if value is not None}


def accepted(event: dict[str, Any]) -> None:
    read = decode_raw_event(json.dumps(event).encode())
    assert decode_raw_event(encode_event(read)) == read


def refused(event: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidDocument) as caught:
        decode_raw_event(json.dumps(event).encode())
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def doubted(event: dict[str, Any]) -> list[tuple[str, str]]:
    """What a strict key is refused for, and others are warned of."""
    read = decode_raw_event(json.dumps(event).encode())
    return [(fault.pointer, fault.code) for fault in doubts(read)]


def test_step_27_inline_attributes_in_the_metadata_or_in_the_report() -> None:
    accepted(sensing(INLINE, REPORT))
    accepted(sensing(None, REPORT | INLINE))


@pytest.mark.parametrize("name", INLINE)
def test_step_29_the_same_attribute_in_both_is_not_accepted(name: str) -> None:
    twice = sensing({name: INLINE[name]}, REPORT | {name: INLINE[name]})
    place = f"/sensorElementList/0/sensorReport/0/{name}"
    assert doubted(twice) == [(place, "epcis.sensor-attribute-twice")]


def test_a_sensor_element_has_a_report() -> None:
    event = sensing(INLINE, REPORT)
    event["sensorElementList"][0]["sensorReport"] = []
    assert refused(event) == [("/sensorElementList/0/sensorReport", "epcis.list-empty")]


def test_a_time_of_measurement_is_not_later_than_the_event() -> None:
    accepted(sensing({"time": "2026-06-20T14:00:00+07:00"}, REPORT))
    late = {"time": "2026-06-20T14:00:01+07:00"}
    element = "/sensorElementList/0"
    assert doubted(sensing(late, REPORT)) == [
        (f"{element}/sensorMetadata/time", "epcis.sensor-time-late")
    ]
    assert doubted(sensing(None, REPORT | late)) == [
        (f"{element}/sensorReport/0/time", "epcis.sensor-time-late")
    ]


@pytest.mark.parametrize("action", ["ADD", "OBSERVE", "DELETE"])
def test_step_2_a_location_as_parent(action: str) -> None:
    accepted(association(action=action))


@pytest.mark.parametrize("action", ["ADD", "DELETE"])
def test_step_3_an_association_without_parent_is_not_accepted(action: str) -> None:
    assert refused(association(action=action, parentID=None)) == [("", "epcis.member-missing")]


@pytest.mark.parametrize("action", ["ADD", "OBSERVE"])
@pytest.mark.parametrize("children", [None, []])
def test_step_4_an_association_without_children_is_not_accepted(
    action: str, children: list[str] | None
) -> None:
    event = association(action=action, childEPCs=children, childQuantityList=children)
    assert refused(event) == [("", "epcis.children-missing")]


def test_all_children_of_a_parent_may_be_taken_off_at_once() -> None:
    accepted(association(action="DELETE", childEPCs=None))
