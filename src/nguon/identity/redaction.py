# SPDX-License-Identifier: Apache-2.0
"""The public reduction of an event: what everybody may read of it.

One table a part says for each field whether it is kept, dropped or reduced; a
field without a line fails at import, so nothing becomes public by being
forgotten. Kept: what, when, the why of the standard vocabulary, the lot and
its dates, certificates, measured values. Dropped: business documents, trading
partners, quantities, devices, links to raw data, positions, everything outside
the standard.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, TypeVar

import msgspec

from nguon import gs1
from nguon.epcis import model
from nguon.epcis.items import ItemRef, Role

_PartT = TypeVar("_PartT", bound=msgspec.Struct)


class _Rule(Enum):
    KEEP = "keep"
    DROP = "drop"


_KEEP, _DROP = _Rule.KEEP, _Rule.DROP
_Reduce = Callable[[Any], Any]

_ILMD_PREFIXES = (
    "cbvmda:",
    "urn:epcglobal:cbv:mda:",
    "https://ref.gs1.org/cbv/mda/",
    "gs1:",
    "https://gs1.org/voc/",
    "https://ref.gs1.org/voc/",
)
_ILMD_PUBLIC = frozenset(
    {
        "lotNumber",
        "itemExpirationDate",
        "expirationDate",
        "bestBeforeDate",
        "sellByDate",
        "productionDate",
        "packagingDate",
        "firstFreezeDate",
        "harvestDate",
        "harvestStartDate",
        "harvestEndDate",
        "harvestDateStart",
        "harvestDateEnd",
        "slaughterDate",
        "countryOfOrigin",
    }
)
_GEO = "uri:geo:"
_POSITION = frozenset({"easting", "northing", "latitude", "longitude", "altitude"})


def redact(event: model.Event) -> model.Event:
    """The event as everybody may read it; reducing twice changes nothing."""
    return _reduced(event)


def redact_items(items: Iterable[ItemRef]) -> tuple[ItemRef, ...]:
    """The items of a redacted event: no partners, no documents, no quantities."""
    kept: list[ItemRef] = []
    positions: dict[int, int] = {}
    for index, item in enumerate(items):
        key = _public_place_key(item.key) if item.role in _PLACES else item.key
        if (
            item.role in _HIDDEN
            or key is None
            or (item.of is not None and item.of not in positions)
        ):
            continue
        positions[index] = len(kept)
        of = None if item.of is None else positions[item.of]
        kept.append(ItemRef(key, item.role, of=of))
    return tuple(kept)


_HIDDEN = frozenset({Role.SOURCE, Role.DESTINATION, Role.DOCUMENT})
_PLACES = frozenset({Role.READ_POINT, Role.BIZ_LOCATION})


def _reduced(part: _PartT) -> _PartT:
    changes = {name: reduce(getattr(part, name)) for name, reduce in _CHANGES[type(part)].items()}
    return msgspec.structs.replace(part, **changes)


def _reduced_each(parts: list[_PartT]) -> list[_PartT]:
    return [_reduced(part) for part in parts]


def _reduced_if_there(part: _PartT | None) -> _PartT | None:
    return None if part is None else _reduced(part)


def _public_place_key(key: str) -> str | None:
    if key[: len(_GEO)].lower() == _GEO:
        return None
    return key.partition("/254/")[0] if key.startswith("414/") else key


def _public_place(place: model.Place | None) -> model.Place | None:
    if place is None:
        return None
    key = gs1.item_key(place.id)
    public = _public_place_key(key)
    if public is None:
        return None
    return model.Place(id=place.id if public == key else gs1.digital_link(public))


def _public_ilmd(ilmd: model.Extensions) -> model.Extensions:
    return {name: value for name, value in ilmd.items() if _is_public_ilmd(name, value)}


def _is_public_ilmd(name: str, value: Any) -> bool:
    local = next((name[len(head) :] for head in _ILMD_PREFIXES if name.startswith(head)), None)
    if isinstance(value, dict):
        return local in _ILMD_PUBLIC and value.keys() <= {"@type", "@value"}
    return local in _ILMD_PUBLIC and isinstance(value, str | int)


def _public_sensors(elements: list[model.SensorElement]) -> list[model.SensorElement]:
    reduced = (_reduced(element) for element in elements)
    return [element for element in reduced if element.sensor_report]


def _public_reports(reports: list[model.SensorReport]) -> list[model.SensorReport]:
    return [_reduced(report) for report in reports if not _tells_position(report)]


def _tells_position(report: model.SensorReport) -> bool:
    component = (report.component or "").rpartition("-")[2].rpartition("/")[2]
    return report.coordinate_reference_system is not None or component in _POSITION


def _no_transactions(_: list[model.BizTransaction]) -> list[model.BizTransaction]:
    return []


_Line = _Rule | _Reduce

_EVENT: Mapping[str, _Line] = {
    "type": _KEEP,
    "event_time": _KEEP,
    "event_time_zone_offset": _KEEP,
    "event_id": _KEEP,
    "record_time": _KEEP,
    "certification_info": _KEEP,
    "error_declaration": _reduced_if_there,
    "context": _DROP,
    "extensions": _DROP,
}
_DESCRIBED: Mapping[str, _Line] = {
    **_EVENT,
    "biz_step": _KEEP,
    "disposition": _KEEP,
    "read_point": _public_place,
    "biz_location": _public_place,
    "biz_transaction_list": _DROP,
    "source_list": _DROP,
    "destination_list": _DROP,
    "sensor_element_list": _public_sensors,
}
_FAMILY: Mapping[str, _Line] = {
    **_DESCRIBED,
    "action": _KEEP,
    "parent_id": _KEEP,
    "child_epcs": _KEEP,
    "child_quantity_list": _reduced_each,
}
_LISTED: Mapping[str, _Line] = {
    **_DESCRIBED,
    "action": _KEEP,
    "epc_list": _KEEP,
    "quantity_list": _reduced_each,
}
_TABLES: Mapping[type[msgspec.Struct], Mapping[str, _Line]] = {
    model.ObjectEvent: {**_LISTED, "persistent_disposition": _KEEP, "ilmd": _public_ilmd},
    model.AggregationEvent: _FAMILY,
    model.AssociationEvent: _FAMILY,
    model.TransactionEvent: {
        **_LISTED,
        "parent_id": _KEEP,
        "biz_transaction_list": _no_transactions,
    },
    model.TransformationEvent: {
        **_DESCRIBED,
        "input_epc_list": _KEEP,
        "input_quantity_list": _reduced_each,
        "output_epc_list": _KEEP,
        "output_quantity_list": _reduced_each,
        "transformation_id": _KEEP,
        "persistent_disposition": _KEEP,
        "ilmd": _public_ilmd,
    },
    model.ExtendedEvent: _EVENT,
    model.QuantityElement: {"epc_class": _KEEP, "quantity": _DROP, "uom": _DROP},
    model.ErrorDeclaration: {
        "declaration_time": _KEEP,
        "reason": _KEEP,
        "corrective_event_ids": _KEEP,
        "extensions": _DROP,
    },
    model.SensorElement: {
        "sensor_report": _public_reports,
        "sensor_metadata": _reduced_if_there,
        "extensions": _DROP,
    },
    model.SensorMetadata: {
        "time": _KEEP,
        "device_id": _DROP,
        "device_metadata": _DROP,
        "raw_data": _DROP,
        "start_time": _KEEP,
        "end_time": _KEEP,
        "data_processing_method": _DROP,
        "biz_rules": _DROP,
        "extensions": _DROP,
    },
    model.SensorReport: {
        **dict.fromkeys(("type", "exception", "time", "microorganism"), _KEEP),
        **dict.fromkeys(("chemical_substance", "component", "uom"), _KEEP),
        **dict.fromkeys(("value", "string_value", "boolean_value", "hex_binary_value"), _KEEP),
        **dict.fromkeys(("min_value", "max_value", "mean_value"), _KEEP),
        **dict.fromkeys(("s_dev", "perc_rank", "perc_value"), _KEEP),
        **dict.fromkeys(("device_id", "device_metadata", "raw_data", "uri_value"), _DROP),
        **dict.fromkeys(("data_processing_method", "biz_rules"), _DROP),
        **dict.fromkeys(("coordinate_reference_system", "extensions"), _DROP),
    },
}


def _emptied(field: msgspec.structs.FieldInfo) -> _Reduce:
    factory: Callable[[], Any] | None = None
    if field.default_factory is not msgspec.NODEFAULT:
        factory = field.default_factory
    elif field.required:
        raise TypeError(f"{field.name} has no value to fall back to")
    default = field.default
    return lambda _: default if factory is None else factory()


def _changes(part: type[msgspec.Struct], table: Mapping[str, _Line]) -> dict[str, _Reduce]:
    fields = {field.name: field for field in msgspec.structs.fields(part)}
    if fields.keys() != table.keys():
        raise TypeError(f"{part.__name__}: redaction of {fields.keys() ^ table.keys()} undecided")
    return {
        name: _emptied(fields[name]) if isinstance(line, _Rule) else line
        for name, line in table.items()
        if line is not _KEEP
    }


_CHANGES = {part: _changes(part, table) for part, table in _TABLES.items()}
