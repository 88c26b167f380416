# SPDX-License-Identifier: Apache-2.0
"""The record digest: the identity of an event as told, whichever way it was spelled.

It covers everything the sender said (eventID, error declaration, extensions)
and nothing that a recipient adds (recordTime), in canonical form: identifiers,
times, numbers and standard words in one spelling each.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from nguon import gs1
from nguon.base.canonical_json import canonical
from nguon.base.time import rfc3339
from nguon.epcis import model
from nguon.epcis.prehash import event_type
from nguon.epcis.prehash_names import STANDARD, Namespaces, namespaces
from nguon.epcis.vocabulary import canonical_term

_NOT_SAID = frozenset({"record_time", "context"})
_VOCABULARIES: Mapping[tuple[type[model.Value], str], str] = MappingProxyType(
    {
        (model.BizTransaction, "type"): "bizTransactionType",
        (model.Source, "type"): "sourceDestinationType",
        (model.Destination, "type"): "sourceDestinationType",
        (model.ErrorDeclaration, "reason"): "errorReason",
        (model.PersistentDisposition, "set"): "disposition",
        (model.PersistentDisposition, "unset"): "disposition",
        (model.SensorReport, "type"): "measurement",
        (model.SensorReport, "exception"): "sensorAlert",
        (model.SensorReport, "component"): "component",
    }
)
_EVENT_VOCABULARIES: Mapping[str, str] = MappingProxyType(
    {"biz_step": "bizStep", "disposition": "disposition"}
)


def record_digest(event: model.Event, context: bytes | None = None) -> bytes:
    """SHA-256 of the canonical JSON of `canonical_event`: 32 bytes.

    Raises `nguon.base.canonical_json.NotCanonicalError` for extension values
    that JSON cannot carry exactly.
    """
    return sha256(canonical(canonical_event(event, context))).digest()


def canonical_event(event: model.Event, context: bytes | None = None) -> dict[str, Any]:
    """The event as JSON value in canonical spelling, under the standard's names.

    Members outside the standard are under ``extensions`` as sent; ``namespaces``
    gives what their prefixes (and those of custom words) stand for in the
    document's ``@context`` (``context``, JSON) and the event's own.
    """
    told = _told(event)
    names = namespaces(context, event.context)
    told["type"] = event_type(event.type, names)
    used = dict(_namespaces(told, names))
    if used:
        told["namespaces"] = used
    return told


def _told(part: model.Value) -> dict[str, Any]:
    """A part of an event, without what was left unsaid."""
    out: dict[str, Any] = {}
    for name, wire, convert in _plan(type(part)):
        value = getattr(part, name)
        if value is None or value in ([], {}):
            continue
        out[wire] = value if convert is None else convert(value)
    return out


Converter = Callable[[Any], Any]


@lru_cache(maxsize=64)
def _plan(kind: type[model.Value]) -> tuple[tuple[str, str, Converter | None], ...]:
    """Field, name on the wire and converter of every field that was said."""
    return tuple(
        (
            name,
            "extensions" if name == "extensions" else model.wire_name(name),
            _converter(kind, name),
        )
        for name in kind.__struct_fields__
        if name not in _NOT_SAID
    )


def _converter(kind: type[model.Value], name: str) -> Converter | None:
    field = _VOCABULARIES.get((kind, name))
    if field is None and issubclass(kind, model.Event):
        field = _EVENT_VOCABULARIES.get(name)
    return _CONVERTERS.get(name) if field is None else _word(field)


def _word(field: str) -> Converter:
    def convert(value: str | list[str]) -> Any:
        if isinstance(value, list):
            return [canonical_term(field, text) for text in value]
        return canonical_term(field, value)

    return convert


@lru_cache(maxsize=65536)
def _identifier(uri: str) -> str:
    """An identifier in one spelling, with whatever its URI says beside the item key."""
    key = gs1.item_key(uri)
    if not key[0].isdigit():
        return uri if key.startswith("uri:") else key
    link = gs1.digital_link(key)
    if uri.startswith("urn:"):
        return link
    beside = {f"{name}={value}" for name, value in parse_qsl(urlsplit(uri).query)}
    beside.update(f"{ai}={value}" for ai, value in gs1.parse(uri).parts if f"{ai}/" not in key)
    beside.discard("254=0")
    return f"{link}?{'&'.join(sorted(beside))}" if beside else link


def _identifiers(uris: list[str] | str) -> list[str]:
    return [_identifier(uris)] if isinstance(uris, str) else [_identifier(uri) for uri in uris]


def _each_told(parts: list[model.Value]) -> list[dict[str, Any]]:
    return [_told(part) for part in parts]


_CONVERTERS: Mapping[str, Converter] = MappingProxyType(
    dict.fromkeys(["event_time", "declaration_time", "time", "start_time", "end_time"], rfc3339)
    | dict.fromkeys(
        [
            "id",
            "epc_class",
            "parent_id",
            "transformation_id",
            "biz_transaction",
            "source",
            "destination",
            "device_id",
            "device_metadata",
            "raw_data",
            "data_processing_method",
            "biz_rules",
        ],
        _identifier,
    )
    | dict.fromkeys(
        ["epc_list", "child_epcs", "input_epc_list", "output_epc_list", "certification_info"],
        _identifiers,
    )
    | dict.fromkeys(
        [
            "quantity_list",
            "child_quantity_list",
            "input_quantity_list",
            "output_quantity_list",
            "biz_transaction_list",
            "source_list",
            "destination_list",
            "sensor_element_list",
            "sensor_report",
        ],
        _each_told,
    )
    | dict.fromkeys(
        [
            "read_point",
            "biz_location",
            "persistent_disposition",
            "error_declaration",
            "sensor_metadata",
        ],
        _told,
    )
)


def _namespaces(value: Any, names: Namespaces) -> Iterator[tuple[str, str]]:
    """What the prefixes and bare terms in names and words stand for, wherever they are declared."""
    if isinstance(value, str):
        if ":" in value and not value.startswith(("https:", "http:", "urn:")):
            found = names.namespace_of(value)
            if found is not None:
                yield found
    elif isinstance(value, dict):
        for name, member in value.items():
            if ":" in name or names is not STANDARD:
                found = names.namespace_of(name)
                if found is not None:
                    yield found
            yield from _namespaces(member, names)
    elif isinstance(value, list):
        for member in value:
            yield from _namespaces(member, names)
