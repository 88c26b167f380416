# SPDX-License-Identifier: Apache-2.0
"""The public reduction of an event: what everybody may read of it.

One table a part says for each field of what kind it is, or how its parts are
reduced; the policy (`nguon.identity.policy`) says which kinds the public may
read. A field without a line fails at import, so nothing becomes public by
being forgotten.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from nguon import gs1
from nguon.base.audience import AudienceKind
from nguon.epcis import model
from nguon.epcis.items import ItemRef, Role
from nguon.identity.policy import Shown, shown

_PartT = TypeVar("_PartT", bound=msgspec.Struct)


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


def _public(kind: str) -> bool:
    return shown(AudienceKind.PUBLIC, kind) is Shown.FULL


_ROLE_KINDS: Mapping[Role, str] = {
    Role.SOURCE: "trading-partner",
    Role.DESTINATION: "trading-partner",
    Role.DOCUMENT: "transaction",
}
_HIDDEN = frozenset(role for role, kind in _ROLE_KINDS.items() if not _public(kind))
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


_Line = str | _Reduce
"""The kind of a field, or what is left of it."""

_EVENT: Mapping[str, _Line] = {
    **dict.fromkeys(("type", "event_time", "event_time_zone_offset"), "step"),
    **dict.fromkeys(("event_id", "record_time"), "step"),
    "certification_info": "certificate",
    "error_declaration": _reduced_if_there,
    **dict.fromkeys(("context", "extensions"), "note"),
}
_DESCRIBED: Mapping[str, _Line] = {
    **_EVENT,
    **dict.fromkeys(("biz_step", "disposition"), "step"),
    **dict.fromkeys(("read_point", "biz_location"), _public_place),
    "biz_transaction_list": "transaction",
    **dict.fromkeys(("source_list", "destination_list"), "trading-partner"),
    "sensor_element_list": _public_sensors,
}
_FAMILY: Mapping[str, _Line] = {
    **_DESCRIBED,
    "action": "step",
    **dict.fromkeys(("parent_id", "child_epcs"), "item"),
    "child_quantity_list": _reduced_each,
}
_LISTED: Mapping[str, _Line] = {
    **_DESCRIBED,
    "action": "step",
    "epc_list": "item",
    "quantity_list": _reduced_each,
}
_TABLES: Mapping[type[msgspec.Struct], Mapping[str, _Line]] = {
    model.ObjectEvent: {**_LISTED, "persistent_disposition": "step", "ilmd": _public_ilmd},
    model.AggregationEvent: _FAMILY,
    model.AssociationEvent: _FAMILY,
    model.TransactionEvent: {
        **_LISTED,
        "parent_id": "item",
        "biz_transaction_list": _no_transactions,
    },
    model.TransformationEvent: {
        **_DESCRIBED,
        **dict.fromkeys(("input_epc_list", "output_epc_list", "transformation_id"), "item"),
        **dict.fromkeys(("input_quantity_list", "output_quantity_list"), _reduced_each),
        "persistent_disposition": "step",
        "ilmd": _public_ilmd,
    },
    model.ExtendedEvent: _EVENT,
    model.QuantityElement: {
        "epc_class": "item",
        **dict.fromkeys(("quantity", "uom"), "quantity"),
    },
    model.ErrorDeclaration: {
        **dict.fromkeys(("declaration_time", "reason", "corrective_event_ids"), "step"),
        "extensions": "note",
    },
    model.SensorElement: {
        "sensor_report": _public_reports,
        "sensor_metadata": _reduced_if_there,
        "extensions": "note",
    },
    model.SensorMetadata: {
        **dict.fromkeys(("time", "start_time", "end_time"), "sensor"),
        **dict.fromkeys(("device_id", "device_metadata", "raw_data"), "device"),
        **dict.fromkeys(("data_processing_method", "biz_rules"), "device"),
        "extensions": "note",
    },
    model.SensorReport: {
        **dict.fromkeys(("type", "exception", "time", "microorganism"), "sensor"),
        **dict.fromkeys(("chemical_substance", "component", "uom"), "sensor"),
        **dict.fromkeys(("value", "string_value", "boolean_value", "hex_binary_value"), "sensor"),
        **dict.fromkeys(("min_value", "max_value", "mean_value"), "sensor"),
        **dict.fromkeys(("s_dev", "perc_rank", "perc_value"), "sensor"),
        **dict.fromkeys(("device_id", "device_metadata", "raw_data", "uri_value"), "device"),
        **dict.fromkeys(("data_processing_method", "biz_rules"), "device"),
        "coordinate_reference_system": "exact-position",
        "extensions": "note",
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
        name: _emptied(fields[name]) if isinstance(line, str) else line
        for name, line in table.items()
        if not isinstance(line, str) or not _public(line)
    }


_CHANGES = {part: _changes(part, table) for part, table in _TABLES.items()}
