# SPDX-License-Identifier: Apache-2.0
"""Index terms: 64-bit hashes of a field's name and a canonical value, to find events by.

A query that asks for a field's value looks for `term` of both; an event is
indexed under `terms_of` it. Both canonicalise in the same way, so every
spelling of a value finds every other.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from nguon import gs1
from nguon.epcis import model
from nguon.epcis.items import ItemRef, Role
from nguon.epcis.prehash import event_type
from nguon.epcis.prehash_names import STANDARD, Namespaces, namespaces
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

    ``field`` is a vocabulary or identifier field under its wire name, one of
    ``eventType``, ``epc``, ``epcClass``, ``inputEPC``, ``inputEPCClass``,
    ``outputEPC``, ``outputEPCClass``, ``member``, ``companyPrefix``, ``keyType``,
    ``bizTransaction_<type>`` (see `typed_field`), ``ext:<name>``,
    ``ilmd:<name>`` or ``exists``. The value may be in any spelling.
    """
    return _hashed(field, _canonical(field, value))


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
    event: model.Event,
    items: Iterable[ItemRef],
    context: bytes | None = None,
    cbv_hash: bytes | None = None,
) -> tuple[int, ...]:
    """The distinct index terms of an event, sorted.

    ``items`` is what `items_of` gives for it; ``context`` the JSON of its
    document's ``@context``, which lets extensions be found by their full names
    too; ``cbv_hash`` its event hash, for finding other tellings of the same event.
    """
    found = {_hashed(field, value) for field, value in _fields(event) if value is not None}
    found.update(_hashed(field, value) for field, value in _of_items(event, items))
    if event.extensions:
        found.update(_of_extensions("ext", event.extensions, namespaces(context, event.context)))
    ilmd = getattr(event, "ilmd", None)
    if ilmd:
        found.update(_of_extensions("ilmd", ilmd, namespaces(context, event.context)))
    if cbv_hash is not None:
        found.add(_hashed("cbvHash", cbv_hash.hex()))
    return tuple(sorted(found))


def _fields(event: model.Event) -> Iterator[tuple[str, str | None]]:
    """The canonical values of fields that name no item."""
    yield "eventType", event_type(event.type, STANDARD)
    yield "eventID", event.event_id
    yield "action", getattr(event, "action", None)
    info = event.certification_info
    for uri in [info] if isinstance(info, str) else info or ():
        yield "certificationInfo", uri
    declared = event.error_declaration
    if declared is not None:
        yield "exists", "errorDeclaration"
        if declared.reason is not None:
            yield "errorReason", canonical_term("errorReason", declared.reason)
        for event_id in declared.corrective_event_ids:
            yield "correctiveEventID", event_id
    if not isinstance(event, model.ExtendedEvent):
        yield from _described(event)


def _described(event: Any) -> Iterator[tuple[str, str | None]]:
    if event.biz_step is not None:
        yield "bizStep", canonical_term("bizStep", event.biz_step)
    if event.disposition is not None:
        yield "disposition", canonical_term("disposition", event.disposition)
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


_BY_ROLE: Mapping[Role, str] = MappingProxyType(
    {
        Role.PARENT: "parentID",
        Role.MEMBER: "member",
        Role.TRANSFORMATION_ID: "transformationID",
        Role.READ_POINT: "readPoint",
        Role.BIZ_LOCATION: "bizLocation",
    }
)
_INSTANCE_AND_CLASS: Mapping[Role, tuple[str, str]] = MappingProxyType(
    {
        Role.EPC: ("epc", "epcClass"),
        Role.CHILD: ("epc", "epcClass"),
        Role.INPUT: ("inputEPC", "inputEPCClass"),
        Role.OUTPUT: ("outputEPC", "outputEPCClass"),
    }
)
_THINGS = frozenset({Role.PARENT, *_INSTANCE_AND_CLASS})


def _of_items(event: model.Event, items: Iterable[ItemRef]) -> Iterator[tuple[str, str]]:
    classes = _uncounted_classes(event)
    for item in items:
        role, key = item.role, item.key
        pair = _INSTANCE_AND_CLASS.get(role)
        if pair is not None:
            counted = item.quantity is not None or (role, key) in classes
            yield pair[counted], key
        elif role in _BY_ROLE:
            yield _BY_ROLE[role], key
        if role in _THINGS:
            yield "keyType", key_type(key)
            prefix = _prefix(key)
            if prefix:
                yield "companyPrefix", prefix


def _uncounted_classes(event: model.Event) -> frozenset[tuple[Role, str]]:
    """Classes of the quantity lists that come without a quantity, which look like instances."""
    return frozenset(
        (role, gs1.item_key(element.epc_class))
        for name, role in _QUANTITY_LISTS
        for element in getattr(event, name, ())
        if element.quantity is None
    )


_QUANTITY_LISTS = (
    ("quantity_list", Role.EPC),
    ("child_quantity_list", Role.CHILD),
    ("input_quantity_list", Role.INPUT),
    ("output_quantity_list", Role.OUTPUT),
)


def key_type(key: str) -> str:
    """The kind of a canonical item key: ``01``, ``00``, ``414`` …, ``uri``, ``vn-area``."""
    head, slash, _ = key.partition("/")
    return head if slash and head.isdigit() else key.partition(":")[0]


def _prefix(key: str) -> str:
    """The first digits of the company prefix in a canonical GS1 key; empty for other keys."""
    head, _, rest = key.partition("/")
    if not head.isdigit():
        return ""
    start = _BEFORE_PREFIX.get(head, 0)
    return rest[start : start + _PREFIX_DIGITS]


def _of_extensions(kind: str, members: model.Extensions, names: Namespaces) -> Iterator[int]:
    """Presence and string values of members outside the standard, under sent and full names."""
    for sent, value in members.items():
        for name in {sent, names.expanded(sent)}:
            field = f"{kind}:{name}"
            yield _hashed("exists", field)
            for text in value if isinstance(value, list) else (value,):
                if isinstance(text, str):
                    yield _hashed(field, text)


@lru_cache(maxsize=65536)
def _hashed(field: str, value: str) -> int:
    text = f"{field}\0{value}"
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big", signed=True)
