# SPDX-License-Identifier: Apache-2.0
"""Index terms: 64-bit hashes of a field's name and a canonical value, to find events by.

A query that asks for a field's value looks for `term` of both; an event is
indexed under `terms_of` it. Both canonicalise in the same way, so every
spelling of a value finds every other.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from types import MappingProxyType
from typing import Any

from nguon import gs1
from nguon.epcis import model
from nguon.epcis.items import ItemRef, Role
from nguon.epcis.prehash import event_type
from nguon.epcis.prehash_names import STANDARD
from nguon.epcis.vocabulary import canonical_term

_PREFIX_DIGITS = 6
"""Company prefixes in EPC URNs have at least so many digits (TDS 2.0 section 7)."""
_BEFORE_PREFIX: Mapping[str, int] = MappingProxyType({"00": 1, "01": 1, "8003": 1, "8006": 1})
_IDENTIFIERS = frozenset(
    [
        "readPoint",
        "bizLocation",
        "transformationID",
        "epc",
        "parentID",
        "inputEPC",
        "outputEPC",
        "epcClass",
        "member",
        "inputEPCClass",
        "outputEPCClass",
    ]
)
_TYPED = ("bizTransaction_", "source_", "destination_")
_VOCABULARIES: Mapping[str, str] = MappingProxyType(
    {
        "bizStep": "bizStep",
        "disposition": "disposition",
        "persistentDisposition_set": "disposition",
        "persistentDisposition_unset": "disposition",
        "errorReason": "errorReason",
    }
)
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "bizTransaction": "bizTransactionType",
        "source": "sourceDestinationType",
        "destination": "sourceDestinationType",
    }
)


def term(field: str, value: str) -> int:
    """The index term of a field's value, as a signed 64-bit integer.

    ``field`` is a vocabulary or identifier field under its wire name, or
    ``eventType``, ``epc``, ``epcClass``, ``inputEPC``, ``inputEPCClass``,
    ``outputEPC``, ``outputEPCClass``, ``bizTransaction_<type>`` and the like (see
    `typed_field`), ``persistentDisposition_set`` and ``_unset``, ``member``,
    ``companyPrefix``, ``ext:<name>``, ``ilmd:<name>``, ``cbvHash`` or ``exists``.
    The value may be in any spelling; of an extension's name only the local part counts.
    """
    kind, colon, name = field.partition(":")
    if colon:
        return _integer(f"{kind}:{_local_name(name)}\0{value}")
    return _integer(f"{field}\0{_canonical(field, value)}")


@lru_cache(maxsize=1024)
def typed_field(field: str, kind: str | None) -> str:
    """The field name of ``bizTransaction``, ``source`` or ``destination`` entries of a type."""
    return f"{field}_{canonical_term(_TYPES[field], kind) if kind else ''}"


def _canonical(field: str, value: str) -> str:
    if field in _IDENTIFIERS or field.startswith(_TYPED):
        return gs1.item_key(value)
    if field in _VOCABULARIES:
        return canonical_term(_VOCABULARIES[field], value)
    if field == "companyPrefix":
        return value[:_PREFIX_DIGITS]
    return event_type(value, STANDARD) if field == "eventType" else value


def terms_of(
    event: model.Event, items: Iterable[ItemRef], cbv_hash: bytes | None = None
) -> tuple[int, ...]:
    """The distinct index terms of an event, sorted.

    ``items`` is what `items_of` gives for it; ``cbv_hash`` its event hash, for
    finding other tellings of the same event.
    """
    named, prefixes, shared = _of_items(event, items)
    if event.extensions:
        named += _foreign("ext", event.extensions)
    ilmd = getattr(event, "ilmd", None)
    if ilmd:
        named += _foreign("ilmd", ilmd)
    if event.event_id is not None:
        named.append(f"eventID\0{event.event_id}")
    if cbv_hash is not None:
        named.append(f"cbvHash\0{cbv_hash.hex()}")
    found = {_integer(text) for text in named}
    found.update([_of_prefix(start) for start in prefixes])
    found.discard(_NO_TERM)
    found.update([_remembered(field, value) for field, value in shared + _fields(event)])
    return tuple(sorted(found))


def _fields(event: Any) -> list[tuple[str, str]]:
    """The canonical values of fields that many events share."""
    found = [("eventType", event_type(event.type, STANDARD))]
    info = event.certification_info
    if info:
        found += [("certificationInfo", uri) for uri in ([info] if type(info) is str else info)]
    if event.error_declaration is not None:
        found += _of_declaration(event.error_declaration)
    if isinstance(event, model.ExtendedEvent):
        return found
    action = getattr(event, "action", None)
    if action is not None:
        found.append(("action", action))
    if event.biz_step is not None:
        found.append(("bizStep", canonical_term("bizStep", event.biz_step)))
    if event.disposition is not None:
        found.append(("disposition", canonical_term("disposition", event.disposition)))
    found += _of_lists(event)
    return found


def _of_declaration(declared: model.ErrorDeclaration) -> Iterator[tuple[str, str]]:
    yield "exists", "errorDeclaration"
    if declared.reason is not None:
        yield "errorReason", canonical_term("errorReason", declared.reason)
    for event_id in declared.corrective_event_ids:
        yield "correctiveEventID", event_id


def _of_lists(event: Any) -> Iterator[tuple[str, str]]:
    persistent = getattr(event, "persistent_disposition", None)
    if persistent is not None:
        for word in persistent.set:
            yield "persistentDisposition_set", canonical_term("disposition", word)
        for word in persistent.unset:
            yield "persistentDisposition_unset", canonical_term("disposition", word)
    for entry in event.biz_transaction_list:
        yield typed_field("bizTransaction", entry.type), gs1.item_key(entry.biz_transaction)
    for entry in event.source_list:
        yield typed_field("source", entry.type), gs1.item_key(entry.source)
    for entry in event.destination_list:
        yield typed_field("destination", entry.type), gs1.item_key(entry.destination)
    if event.sensor_element_list:
        yield "exists", "sensorElementList"


_BY_ROLE: Mapping[Role, tuple[str, str]] = MappingProxyType(
    {
        Role.EPC: ("epc", "epcClass"),
        Role.CHILD: ("epc", "epcClass"),
        Role.INPUT: ("inputEPC", "inputEPCClass"),
        Role.OUTPUT: ("outputEPC", "outputEPCClass"),
        Role.PARENT: ("parentID", "parentID"),
    }
)
"""The fields of things: of one without quantity, of one with."""
_SHARED: Mapping[Role, str] = MappingProxyType(
    {
        Role.MEMBER: "member",
        Role.TRANSFORMATION_ID: "transformationID",
        Role.READ_POINT: "readPoint",
        Role.BIZ_LOCATION: "bizLocation",
    }
)
_START = 12
"""Characters of a key that hold its application identifier and what `_prefix` takes of it."""


def _of_items(
    event: model.Event, items: Iterable[ItemRef]
) -> tuple[list[str], set[str], list[tuple[str, str]]]:
    """Field and key of things, the starts of their keys, field and key of what events share."""
    classes = _uncounted_classes(event)
    own, shared = [], []
    starts = set()
    for item in items:
        role, key = item.role, item.key
        if role in _BY_ROLE:
            counted = item.quantity is not None or (role, key) in classes
            own.append(f"{_BY_ROLE[role][counted]}\0{key}")
            starts.add(key[:_START])
        elif role in _SHARED:
            shared.append((_SHARED[role], key))
    return own, starts, shared


def _uncounted_classes(event: model.Event) -> frozenset[tuple[Role, str]]:
    """Classes of the quantity lists that come without a quantity, which look like instances."""
    return frozenset(
        [
            (role, gs1.item_key(element.epc_class))
            for name, role in _QUANTITY_LISTS.get(type(event), ())
            for element in getattr(event, name)
            if element.quantity is None
        ]
    )


_QUANTITY_LISTS: Mapping[type[model.Event], tuple[tuple[str, Role], ...]] = MappingProxyType(
    {
        kind: tuple(
            (name, role)
            for name, role in (
                ("quantity_list", Role.EPC),
                ("child_quantity_list", Role.CHILD),
                ("input_quantity_list", Role.INPUT),
                ("output_quantity_list", Role.OUTPUT),
            )
            if hasattr(kind, name)
        )
        for kind in model.EVENT_TYPES.values()
    }
)


def _prefix(key: str) -> str:
    """The first digits of the company prefix in a canonical GS1 key; empty for other keys."""
    head, _, rest = key.partition("/")
    if not head.isdigit():
        return ""
    start = _BEFORE_PREFIX.get(head, 0)
    return rest[start : start + _PREFIX_DIGITS]


def _foreign(kind: str, members: model.Extensions) -> list[str]:
    """String values of members outside the standard, under the local part of their names."""
    return [
        f"{kind}:{_local_name(name)}\0{text}"
        for name, value in members.items()
        for text in (value if isinstance(value, list) else (value,))
        if isinstance(text, str)
    ]


def _local_name(name: str) -> str:
    """What follows the namespace in a CURIE or URI."""
    return name[max(map(name.rfind, "/#:")) + 1 :]


_NO_TERM = 0
_first_octets = Struct(">q24x").unpack


def _integer(text: str) -> int:
    found: int = _first_octets(sha256(text.encode()).digest())[0]
    return found


@lru_cache(maxsize=16384)
def _remembered(field: str, value: str) -> int:
    return _integer(f"{field}\0{value}")


@lru_cache(maxsize=16384)
def _of_prefix(start: str) -> int:
    """The term of the company prefix that a key starts with, `_NO_TERM` for a key without."""
    prefix = _prefix(start)
    return _integer(f"companyPrefix\0{prefix}") if prefix else _NO_TERM
