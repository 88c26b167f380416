# SPDX-License-Identifier: Apache-2.0
"""The EPCIS 2.0 event model as typed values (EPCIS 2.0 section 7, CBV 2.0).

Field names are the standard's in snake case; ``wire_name`` gives the JSON-LD
name. Identifiers are kept here as sent: `nguon.epcis.items` turns them into
canonical item keys. Members that the standard does not define are kept
losslessly in ``extensions`` (JSON values under their names as sent).
"""

from datetime import datetime
from typing import Any, TypeAlias

import msgspec

Extensions: TypeAlias = dict[str, Any]
"""JSON members outside the standard, under their names as sent."""

_IRREGULAR = {
    "event_id": "eventID",
    "parent_id": "parentID",
    "child_epcs": "childEPCs",
    "input_epc_list": "inputEPCList",
    "output_epc_list": "outputEPCList",
    "transformation_id": "transformationID",
    "corrective_event_ids": "correctiveEventIDs",
    "device_id": "deviceID",
    "context": "@context",
    "extensions": "(extensions)",
}


def wire_name(field: str) -> str:
    """The JSON-LD name of a field of this module (``extensions`` gets one that no URI can be)."""
    if field in _IRREGULAR:
        return _IRREGULAR[field]
    head, *rest = field.split("_")
    return head + "".join(part.capitalize() for part in rest)


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename=wire_name):
    """Base of all parts of an event."""


class QuantityElement(Value, frozen=True, kw_only=True):
    """So much of a class of things (section 7.3.3.3); no unit means a count of pieces."""

    epc_class: str
    quantity: int | float | None = None
    uom: str | None = None


class Place(Value, frozen=True, kw_only=True):
    """A read point or business location."""

    id: str
    extensions: Extensions = {}


class BizTransaction(Value, frozen=True, kw_only=True):
    biz_transaction: str
    type: str | None = None


class Source(Value, frozen=True, kw_only=True):
    type: str
    source: str


class Destination(Value, frozen=True, kw_only=True):
    type: str
    destination: str


class PersistentDisposition(Value, frozen=True, kw_only=True):
    set: list[str] = []
    unset: list[str] = []


class ErrorDeclaration(Value, frozen=True, kw_only=True):
    declaration_time: datetime
    reason: str | None = None
    corrective_event_ids: list[str] = []
    extensions: Extensions = {}


class SensorMetadata(Value, frozen=True, kw_only=True):
    time: datetime | None = None
    device_id: str | None = None
    device_metadata: str | None = None
    raw_data: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    data_processing_method: str | None = None
    biz_rules: str | None = None
    extensions: Extensions = {}


class SensorReport(Value, frozen=True, kw_only=True):
    type: str
    exception: str | None = None
    device_id: str | None = None
    device_metadata: str | None = None
    raw_data: str | None = None
    data_processing_method: str | None = None
    biz_rules: str | None = None
    time: datetime | None = None
    microorganism: str | None = None
    chemical_substance: str | None = None
    coordinate_reference_system: str | None = None
    value: int | float | None = None
    component: str | None = None
    string_value: str | None = None
    boolean_value: bool | None = None
    hex_binary_value: str | None = None
    uri_value: str | None = None
    min_value: int | float | None = None
    max_value: int | float | None = None
    mean_value: int | float | None = None
    s_dev: int | float | None = None
    perc_rank: int | float | None = None
    perc_value: int | float | None = None
    uom: str | None = None
    extensions: Extensions = {}


class SensorElement(Value, frozen=True, kw_only=True):
    sensor_report: list[SensorReport]
    sensor_metadata: SensorMetadata | None = None
    extensions: Extensions = {}


class Event(Value, frozen=True, kw_only=True):
    """What every event has (section 7.4.1). ``type`` is the class's name, or the sent URI."""

    type: str
    event_time: datetime
    event_time_zone_offset: str
    event_id: str | None = None
    record_time: datetime | None = None
    certification_info: str | list[str] | None = None
    error_declaration: ErrorDeclaration | None = None
    context: Any = None
    extensions: Extensions = {}


class _Described(Event, frozen=True, kw_only=True):
    """The why and where shared by the five standard event types."""

    biz_step: str | None = None
    disposition: str | None = None
    read_point: Place | None = None
    biz_location: Place | None = None
    biz_transaction_list: list[BizTransaction] = []
    source_list: list[Source] = []
    destination_list: list[Destination] = []
    sensor_element_list: list[SensorElement] = []


class ObjectEvent(_Described, frozen=True, kw_only=True):
    action: str
    epc_list: list[str] = []
    quantity_list: list[QuantityElement] = []
    persistent_disposition: PersistentDisposition | None = None
    ilmd: Extensions = {}


class AggregationEvent(_Described, frozen=True, kw_only=True):
    action: str
    parent_id: str | None = None
    child_epcs: list[str] = []
    child_quantity_list: list[QuantityElement] = []


class AssociationEvent(_Described, frozen=True, kw_only=True):
    action: str
    parent_id: str
    child_epcs: list[str] = []
    child_quantity_list: list[QuantityElement] = []


class TransactionEvent(_Described, frozen=True, kw_only=True):
    action: str
    parent_id: str | None = None
    epc_list: list[str] = []
    quantity_list: list[QuantityElement] = []


class TransformationEvent(_Described, frozen=True, kw_only=True):
    input_epc_list: list[str] = []
    input_quantity_list: list[QuantityElement] = []
    output_epc_list: list[str] = []
    output_quantity_list: list[QuantityElement] = []
    transformation_id: str | None = None
    persistent_disposition: PersistentDisposition | None = None
    ilmd: Extensions = {}


class ExtendedEvent(Event, frozen=True, kw_only=True):
    """An event of a type outside the standard; its own members are in ``extensions``."""
