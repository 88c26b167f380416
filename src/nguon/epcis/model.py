# SPDX-License-Identifier: Apache-2.0
"""The EPCIS 2.0 event model as typed values (EPCIS 2.0 section 7, CBV 2.0).

Field names are the standard's in snake case; ``wire_name`` gives the JSON-LD
name. Identifiers are kept here as sent: `nguon.epcis.items` turns them into
canonical item keys. Members that the standard does not define are kept
losslessly in ``extensions`` (JSON values under their names as sent). The
annotations are the rules that one value alone can break; `nguon.epcis.rules`
has those between values.
"""

from typing import Annotated, Any, TypeAlias

import msgspec

from nguon.epcis.grammar import (
    DISTINCT,
    NOT_EMPTY,
    Action,
    BizStep,
    BizTransactionType,
    CertificationInfo,
    Component,
    Context,
    Disposition,
    ErrorReason,
    HexBinary,
    Measurement,
    Number,
    Offset,
    SensorAlert,
    SourceDestinationType,
    Time,
    Unit,
    Uri,
)

Extensions: TypeAlias = dict[Uri, Any]
"""JSON members outside the standard, under their names as sent: URIs or CURIEs."""

FreeExtensions: TypeAlias = dict[str, Any]
"""The same where the standard leaves the names free."""

Uris: TypeAlias = list[Uri]
DistinctUris: TypeAlias = Annotated[list[Uri], DISTINCT]
Dispositions: TypeAlias = Annotated[list[Disposition], DISTINCT, NOT_EMPTY]

EXTENSIONS_MEMBER = "(extensions)"

_IRREGULAR = {
    "event_id": "eventID",
    "parent_id": "parentID",
    "child_epcs": "childEPCs",
    "input_epc_list": "inputEPCList",
    "output_epc_list": "outputEPCList",
    "transformation_id": "transformationID",
    "corrective_event_ids": "correctiveEventIDs",
    "device_id": "deviceID",
    "subscription_id": "subscriptionID",
    "context": "@context",
    "extensions": EXTENSIONS_MEMBER,
}


def wire_name(field: str) -> str:
    """The JSON-LD name of a field of this module (``extensions`` gets one that no URI can be)."""
    if field in _IRREGULAR:
        return _IRREGULAR[field]
    head, *rest = field.split("_")
    return head + "".join(part.capitalize() for part in rest)


class Value(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename=wire_name, gc=False
):
    """Base of all parts of an event."""


class _Closed(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the parts that the standard allows no further members."""


class QuantityElement(_Closed, frozen=True, kw_only=True):
    """So much of a class of things (section 7.3.3.3); no unit means a count of pieces."""

    epc_class: Uri
    quantity: Number | None = None
    uom: Unit | None = None


class Place(Value, frozen=True, kw_only=True):
    """A read point or business location."""

    id: Uri
    extensions: FreeExtensions = {}


class BizTransaction(_Closed, frozen=True, kw_only=True):
    biz_transaction: Uri
    type: BizTransactionType | None = None


class Source(_Closed, frozen=True, kw_only=True):
    type: SourceDestinationType
    source: Uri


class Destination(_Closed, frozen=True, kw_only=True):
    type: SourceDestinationType
    destination: Uri


class PersistentDisposition(_Closed, frozen=True, kw_only=True):
    set: Dispositions = []
    unset: Dispositions = []


class ErrorDeclaration(Value, frozen=True, kw_only=True):
    declaration_time: Time
    reason: ErrorReason | None = None
    corrective_event_ids: Uris = []
    extensions: Extensions = {}


class SensorMetadata(Value, frozen=True, kw_only=True):
    time: Time | None = None
    device_id: Uri | None = None
    device_metadata: Uri | None = None
    raw_data: Uri | None = None
    start_time: Time | None = None
    end_time: Time | None = None
    data_processing_method: Uri | None = None
    biz_rules: Uri | None = None
    extensions: Extensions = {}


class SensorReport(Value, frozen=True, kw_only=True):
    type: Measurement
    exception: SensorAlert | None = None
    device_id: Uri | None = None
    device_metadata: Uri | None = None
    raw_data: Uri | None = None
    data_processing_method: Uri | None = None
    biz_rules: Uri | None = None
    time: Time | None = None
    microorganism: Uri | None = None
    chemical_substance: Uri | None = None
    coordinate_reference_system: Uri | None = None
    value: Number | None = None
    component: Component | None = None
    string_value: str | None = None
    boolean_value: bool | None = None
    hex_binary_value: HexBinary | None = None
    uri_value: Uri | None = None
    min_value: Number | None = None
    max_value: Number | None = None
    mean_value: Number | None = None
    s_dev: Number | None = None
    perc_rank: Number | None = None
    perc_value: Number | None = None
    uom: str | None = None
    extensions: Extensions = {}


class SensorElement(Value, frozen=True, kw_only=True):
    sensor_report: Annotated[list[SensorReport], NOT_EMPTY]
    sensor_metadata: SensorMetadata | None = None
    extensions: Extensions = {}


class Event(Value, frozen=True, kw_only=True):
    """What every event has (section 7.4.1). ``type`` is the class's name, or the sent URI."""

    type: str
    event_time: Time
    event_time_zone_offset: Offset
    event_id: Uri | None = None
    record_time: Time | None = None
    certification_info: CertificationInfo = None
    error_declaration: ErrorDeclaration | None = None
    context: Context = None
    extensions: Extensions = {}


class _Described(Event, frozen=True, kw_only=True):
    """The why and where shared by the five standard event types."""

    biz_step: BizStep | None = None
    disposition: Disposition | None = None
    read_point: Place | None = None
    biz_location: Place | None = None
    biz_transaction_list: list[BizTransaction] = []
    source_list: list[Source] = []
    destination_list: list[Destination] = []
    sensor_element_list: list[SensorElement] = []


class ObjectEvent(_Described, frozen=True, kw_only=True):
    action: Action
    epc_list: DistinctUris = []
    quantity_list: list[QuantityElement] = []
    persistent_disposition: PersistentDisposition | None = None
    ilmd: Extensions = {}


class AggregationEvent(_Described, frozen=True, kw_only=True):
    action: Action
    parent_id: Uri | None = None
    child_epcs: Uris = []
    child_quantity_list: list[QuantityElement] = []


class AssociationEvent(_Described, frozen=True, kw_only=True):
    action: Action
    parent_id: Uri
    child_epcs: Uris = []
    child_quantity_list: list[QuantityElement] = []


class TransactionEvent(_Described, frozen=True, kw_only=True):
    action: Action
    biz_transaction_list: Annotated[list[BizTransaction], NOT_EMPTY]
    parent_id: Uri | None = None
    epc_list: Uris = []
    quantity_list: list[QuantityElement] = []


class TransformationEvent(_Described, frozen=True, kw_only=True):
    input_epc_list: DistinctUris = []
    input_quantity_list: list[QuantityElement] = []
    output_epc_list: DistinctUris = []
    output_quantity_list: list[QuantityElement] = []
    transformation_id: Uri | None = None
    persistent_disposition: PersistentDisposition | None = None
    ilmd: Extensions = {}


class ExtendedEvent(Event, frozen=True, kw_only=True):
    """An event of a type outside the standard; its own members are in ``extensions``."""

    type: Uri
    extensions: FreeExtensions = {}


EVENT_TYPES: dict[str, type[Event]] = {
    "ObjectEvent": ObjectEvent,
    "AggregationEvent": AggregationEvent,
    "AssociationEvent": AssociationEvent,
    "TransactionEvent": TransactionEvent,
    "TransformationEvent": TransformationEvent,
}
"""The standard event types by their name in JSON."""
