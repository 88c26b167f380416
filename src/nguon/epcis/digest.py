# SPDX-License-Identifier: Apache-2.0
"""The record digest: the identity of an event as told, whichever way it was spelled.

It covers everything the sender said (eventID, error declaration, extensions)
and nothing that a recipient adds (recordTime), in canonical form: identifiers,
times, numbers and standard words in one spelling each.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache, partial
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


def record_digest(event: model.Event, context: bytes | None = None) -> bytes:
    """SHA-256 of the canonical JSON of `canonical_event`: 32 bytes.

    Raises `nguon.base.canonical_json.NotCanonicalError` for extension values
    that JSON cannot carry exactly.
    """
    told = canonical_event(event, context)
    return sha256(canonical(told, _doubtful(told))).digest()


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
        if name in plan:
            part[name] = plan[name](value)
    extensions = part.pop(model.EXTENSIONS_MEMBER, None)
    if extensions:
        part[_EXTENSIONS] = extensions
    return part


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


def _part(plan: Plan) -> Converter:
    def convert(part: dict[str, Any]) -> dict[str, Any]:
        return _canonicalise(part, plan)

    return convert


def _place(place: dict[str, Any]) -> dict[str, Any]:
    place["id"] = _identifier(place["id"])
    return place if len(place) == 1 else _canonicalise(place, {})


def _quantities(elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for element in elements:
        element["epcClass"] = _identifier(element["epcClass"])
    return elements


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
        "readPoint": _place,
        "bizLocation": _place,
        "parentID": _identifier,
        "transformationID": _identifier,
        "epcList": _identifiers,
        "childEPCs": _identifiers,
        "inputEPCList": _identifiers,
        "outputEPCList": _identifiers,
        "quantityList": _quantities,
        "childQuantityList": _quantities,
        "inputQuantityList": _quantities,
        "outputQuantityList": _quantities,
        "bizTransactionList": _each(
            _part({"bizTransaction": _identifier, "type": _word("bizTransactionType")})
        ),
        "sourceList": _each(_part({"source": _identifier, "type": _PARTY_TYPE})),
        "destinationList": _each(_part({"destination": _identifier, "type": _PARTY_TYPE})),
        "sensorElementList": _each(_part(_SENSOR)),
    }
)

_URI_STARTS = ("urn:", "https:", "http:")
_FREE = frozenset(["sensorElementList", "errorDeclaration", "ilmd", _EXTENSIONS])
_CUSTOM = _FREE | {
    "bizStep",
    "disposition",
    "persistentDisposition",
    "bizTransactionList",
    "sourceList",
    "destinationList",
}
_PLACES = frozenset(["readPoint", "bizLocation"])
_QUANTITIES = tuple(name for name, convert in _EVENT.items() if convert is _quantities)


def _places(told: Mapping[str, Any]) -> list[Any]:
    """The places of an event of which more than a usual identifier is said."""
    return [
        told[name]
        for name in told.keys() & _PLACES
        if len(told[name]) > 1 or not told[name]["id"].startswith(_URI_STARTS)
    ]


def _doubtful(told: Mapping[str, Any]) -> list[Any]:
    """The parts of a canonical event that may hold numbers or foreign names."""
    found = [told[name] for name in told.keys() & _FREE]
    found += _places(told)
    for name in _QUANTITIES:
        if name in told:
            found += [element.get("quantity") for element in told[name]]
    if "namespaces" in told:
        found.append(told["namespaces"])
    return found


def _declared(told: Mapping[str, Any], names: Namespaces) -> dict[str, str]:
    """What the prefixes of custom words and foreign names stand for, where a context says so."""
    declared = {}
    aliases = names.aliases
    parts = [told[name] for name in told.keys() & _CUSTOM]
    parts += [told[name] for name in told.keys() & _PLACES] if aliases else _places(told)
    for word in _words(parts, aliases):
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
