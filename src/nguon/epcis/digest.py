# SPDX-License-Identifier: Apache-2.0
"""The record digest: the identity of an event as told, whichever way it was spelled.

It covers everything the sender said (eventID, error declaration, extensions)
and nothing that a recipient adds (recordTime), in canonical form: identifiers,
times, numbers and standard words in one spelling each.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache, partial
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from nguon import gs1
from nguon.base.canonical_json import canonical
from nguon.base.time import rfc3339
from nguon.epcis import model
from nguon.epcis.prehash import event_type
from nguon.epcis.prehash_names import Namespaces, namespaces
from nguon.epcis.vocabulary import canonical_term
from nguon.gs1 import facts

_EXTENSIONS = "extensions"
_LEFT_OUT = frozenset({"record_time", "context"})
_CONTAINERS = frozenset({list, dict})


def record_digest(event: model.Event, context: bytes | None = None) -> bytes:
    """SHA-256 of the canonical JSON of `canonical_event`: 32 bytes.

    Raises `nguon.base.canonical_json.NotCanonicalError` for extension values
    that JSON cannot carry exactly.
    """
    told = canonical_event(event, context)
    doubtful = [told[name] for name in told.keys() & _FREE]
    return sha256(canonical(told, doubtful)).digest()


def canonical_event(event: model.Event, context: bytes | None = None) -> dict[str, Any]:
    """The event as JSON value in canonical spelling, under the standard's names.

    Members outside the standard are under ``extensions`` as sent; ``namespaces``
    gives what their prefixes (and those of custom words) stand for in the
    document's ``@context`` (``context``, JSON) and the event's own.
    """
    told = _writer(type(event))(event)
    names = namespaces(context, event.context)
    told["type"] = event_type(event.type, names)
    declared = _declared(told, names)
    if declared:
        told["namespaces"] = declared
    return told


Converter = Callable[[Any], Any]


class _Part:
    """How the parts of one sort are written: member by member, without what is at its default."""

    __slots__ = ("_members",)

    def __init__(self, struct: type[model.Value], converters: Mapping[str, Converter]) -> None:
        self._members = tuple(
            (
                field.name,
                _EXTENSIONS if field.name == _EXTENSIONS else field.encode_name,
                converters.get(field.name),
                not field.required,
            )
            for field in msgspec.structs.fields(struct)
            if field.name not in _LEFT_OUT
        )

    def __call__(self, part: model.Value) -> dict[str, Any]:
        told = {}
        for attribute, name, convert, may_miss in self._members:
            value = getattr(part, attribute)
            if not value and (value is None or (may_miss and type(value) in _CONTAINERS)):
                continue
            told[name] = value if convert is None else convert(value)
        return told


def _identifier(uri: str) -> str:
    """An identifier in one spelling, with whatever its URI says beside the item key."""
    known = facts(uri)
    key = known.key
    if known.link is not None and uri.endswith(key):
        return known.link
    if key.startswith("uri:"):
        return uri
    if not key[0].isdigit():
        return key
    link = gs1.digital_link(key)
    return link if uri.startswith("urn:") or uri.endswith(key) else _with_more(uri, key, link)


@lru_cache(maxsize=16384)
def _with_more(uri: str, key: str, link: str) -> str:
    """A link with what the URI's path or query says beside the item key, as query."""
    beside = {f"{name}={value}" for name, value in parse_qsl(urlsplit(uri).query)}
    beside.update(f"{ai}={value}" for ai, value in gs1.parse(uri).parts if f"{ai}/" not in key)
    beside.discard("254=0")
    return f"{link}?{'&'.join(sorted(beside))}" if beside else link


def _identifiers(uris: list[str] | str) -> list[str]:
    return list(map(_identifier, [uris] if isinstance(uris, str) else uris))


def _word(field: str) -> Converter:
    return partial(canonical_term, field)


def _each(convert: Converter) -> Converter:
    def convert_all(values: list[Any]) -> list[Any]:
        return list(map(convert, values))

    return convert_all


_PLACE = _Part(model.Place, {"id": _identifier})
_QUANTITIES = _each(_Part(model.QuantityElement, {"epc_class": _identifier}))
_PARTY_TYPE = _word("sourceDestinationType")
_DEVICE: Mapping[str, Converter] = MappingProxyType(
    {
        "time": rfc3339,
        "device_id": _identifier,
        "device_metadata": _identifier,
        "raw_data": _identifier,
        "data_processing_method": _identifier,
        "biz_rules": _identifier,
    }
)
_METADATA = _Part(model.SensorMetadata, {**_DEVICE, "start_time": rfc3339, "end_time": rfc3339})
_REPORT = _Part(
    model.SensorReport,
    {
        **_DEVICE,
        "type": _word("measurement"),
        "exception": _word("sensorAlert"),
        "component": _word("component"),
    },
)
_SENSOR = _Part(
    model.SensorElement, {"sensor_metadata": _METADATA, "sensor_report": _each(_REPORT)}
)
_TRANSACTION = _Part(
    model.BizTransaction,
    {"biz_transaction": _identifier, "type": _word("bizTransactionType")},
)
_DISPOSITIONS = _each(_word("disposition"))

_EVENT: Mapping[str, Converter] = MappingProxyType(
    {
        "event_time": rfc3339,
        "certification_info": _identifiers,
        "error_declaration": _Part(
            model.ErrorDeclaration,
            {"declaration_time": rfc3339, "reason": _word("errorReason")},
        ),
        "biz_step": _word("bizStep"),
        "disposition": _word("disposition"),
        "persistent_disposition": _Part(
            model.PersistentDisposition, {"set": _DISPOSITIONS, "unset": _DISPOSITIONS}
        ),
        "read_point": _PLACE,
        "biz_location": _PLACE,
        "parent_id": _identifier,
        "transformation_id": _identifier,
        "epc_list": _identifiers,
        "child_epcs": _identifiers,
        "input_epc_list": _identifiers,
        "output_epc_list": _identifiers,
        "quantity_list": _QUANTITIES,
        "child_quantity_list": _QUANTITIES,
        "input_quantity_list": _QUANTITIES,
        "output_quantity_list": _QUANTITIES,
        "biz_transaction_list": _each(_TRANSACTION),
        "source_list": _each(_Part(model.Source, {"source": _identifier, "type": _PARTY_TYPE})),
        "destination_list": _each(
            _Part(model.Destination, {"destination": _identifier, "type": _PARTY_TYPE})
        ),
        "sensor_element_list": _each(_SENSOR),
        "ilmd": dict,
        "extensions": dict,
    }
)


@cache
def _writer(kind: type[model.Event]) -> _Part:
    """How events of a type are written."""
    return _Part(kind, _EVENT)


_URI_STARTS = ("urn:", "https:", "http:")
_WORDS = frozenset(
    [
        "bizStep",
        "disposition",
        "persistentDisposition",
        "readPoint",
        "bizLocation",
        "bizTransactionList",
        "sourceList",
        "destinationList",
        "sensorElementList",
        "errorDeclaration",
        "ilmd",
        _EXTENSIONS,
    ]
)
"""The members in which custom words and foreign names are found."""
_FREE = _WORDS | {
    "quantityList",
    "childQuantityList",
    "inputQuantityList",
    "outputQuantityList",
    "namespaces",
}
"""The members in which numbers and foreign names are found."""


def _declared(told: Mapping[str, Any], names: Namespaces) -> dict[str, str]:
    """What the prefixes of custom words and foreign names stand for, where a context says so."""
    declared = {}
    for word in _words([told[name] for name in told.keys() & _WORDS], names.aliases):
        found = names.namespace_of(word)
        if found is not None:
            declared[found[0]] = found[1]
    return declared


def _words(stack: list[Any], aliases: Mapping[str, str]) -> list[str]:
    """Names of members, and strings, anywhere in some values that may be CURIEs or aliases."""
    found = []
    while stack:
        value = stack.pop()
        kind = type(value)
        if kind is str:
            if value in aliases or (":" in value and not value.startswith(_URI_STARTS)):
                found.append(value)
        elif kind is dict:
            found += [name for name in value if ":" in name or name in aliases]
            stack += value.values()
        elif kind is list:
            stack += value
    return found
