# SPDX-License-Identifier: Apache-2.0
"""The record digest: the identity of an event as told, whichever way it was spelled.

It covers everything the sender said (eventID, error declaration, extensions)
and nothing that a recipient adds (recordTime), in canonical form: identifiers,
times, numbers and standard words in one spelling each.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
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

_EXTENSIONS = "extensions"


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
    told: dict[str, Any] = msgspec.to_builtins(event, builtin_types=(datetime,))
    told.pop("recordTime", None)
    told.pop("@context", None)
    names = namespaces(context, event.context)
    _canonicalise(told, _EVENT)
    told["type"] = event_type(event.type, names)
    declared = _declared(told, names)
    if declared:
        told["namespaces"] = declared
    return told


Converter = Callable[[Any], Any]
Plan = Mapping[str, Converter]


def _canonicalise(part: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """Puts the members of a part into canonical form, in place."""
    for name, value in part.items():
        convert = plan.get(name)
        if convert is not None:
            part[name] = convert(value)
    extensions = part.pop(model.EXTENSIONS_MEMBER, None)
    if extensions:
        part[_EXTENSIONS] = extensions
    return part


def _identifier(uri: str) -> str:
    """An identifier in one spelling, with whatever its URI says beside the item key."""
    key = gs1.item_key(uri)
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
    return [_identifier(uris)] if isinstance(uris, str) else list(map(_identifier, uris))


def _word(field: str) -> Converter:
    def convert(text: str) -> str:
        return canonical_term(field, text)

    return convert


def _each(convert: Converter) -> Converter:
    def convert_all(values: list[Any]) -> list[Any]:
        return list(map(convert, values))

    return convert_all


def _part(plan: Plan) -> Converter:
    def convert(part: dict[str, Any]) -> dict[str, Any]:
        return _canonicalise(part, plan)

    return convert


_PLACE = _part({"id": _identifier})
_QUANTITIES = _each(_part({"epcClass": _identifier}))
_PARTY_TYPE = _word("sourceDestinationType")
_DEVICE: Plan = {
    "time": rfc3339,
    "deviceID": _identifier,
    "deviceMetadata": _identifier,
    "rawData": _identifier,
    "dataProcessingMethod": _identifier,
    "bizRules": _identifier,
}
_METADATA: Plan = {**_DEVICE, "startTime": rfc3339, "endTime": rfc3339}
_REPORT: Plan = {
    **_DEVICE,
    "type": _word("measurement"),
    "exception": _word("sensorAlert"),
    "component": _word("component"),
}
_SENSOR: Plan = {"sensorMetadata": _part(_METADATA), "sensorReport": _each(_part(_REPORT))}
_ERROR: Plan = {"declarationTime": rfc3339, "reason": _word("errorReason")}
_PERSISTENT: Plan = {name: _each(_word("disposition")) for name in ("set", "unset")}

_EVENT: Plan = MappingProxyType(
    {
        "eventTime": rfc3339,
        "certificationInfo": _identifiers,
        "errorDeclaration": _part(_ERROR),
        "bizStep": _word("bizStep"),
        "disposition": _word("disposition"),
        "persistentDisposition": _part(_PERSISTENT),
        "readPoint": _PLACE,
        "bizLocation": _PLACE,
        "parentID": _identifier,
        "transformationID": _identifier,
        "epcList": _identifiers,
        "childEPCs": _identifiers,
        "inputEPCList": _identifiers,
        "outputEPCList": _identifiers,
        "quantityList": _QUANTITIES,
        "childQuantityList": _QUANTITIES,
        "inputQuantityList": _QUANTITIES,
        "outputQuantityList": _QUANTITIES,
        "bizTransactionList": _each(
            _part({"bizTransaction": _identifier, "type": _word("bizTransactionType")})
        ),
        "sourceList": _each(_part({"source": _identifier, "type": _PARTY_TYPE})),
        "destinationList": _each(_part({"destination": _identifier, "type": _PARTY_TYPE})),
        "sensorElementList": _each(_part(_SENSOR)),
    }
)

_URI_STARTS = ("urn:", "https:", "http:")
_MAY_DECLARE = (
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
)
"""The members in which custom words and foreign names are found."""


def _declared(told: Mapping[str, Any], names: Namespaces) -> dict[str, str]:
    """What the prefixes of custom words and foreign names stand for, where a context says so."""
    declared = {}
    aliases = names.aliases
    for word in _words([told[name] for name in _MAY_DECLARE if name in told]):
        if ":" in word or word in aliases:
            found = names.namespace_of(word)
            if found is not None:
                declared[found[0]] = found[1]
    return declared


def _words(root: Any) -> Iterator[str]:
    """Names of members, and strings that may be CURIEs or terms, anywhere in a value."""
    stack = [root]
    while stack:
        value = stack.pop()
        kind = type(value)
        if kind is str:
            if not value.startswith(_URI_STARTS):
                yield value
        elif kind is dict:
            yield from value
            stack.extend(value.values())
        elif kind is list:
            stack.extend(value)
