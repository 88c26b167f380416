# SPDX-License-Identifier: Apache-2.0
"""The pre-hash string of an event (CBV 2.0 section 8.9), straight from the typed event.

Where the standard's text and its reference implementation differ, the
published test vectors decide: ``certificationInfo`` is included, sensors come
before the tail, and business transactions, destinations, ILMD, sources and
extensions form that tail, sorted together. ``eventID``, ``recordTime``,
``errorDeclaration``, comments and fields declared as ignored are left out.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from nguon.epcis import model
from nguon.epcis import prehash_values as values
from nguon.epcis.prehash_extensions import Extended, extended
from nguon.epcis.prehash_names import Namespaces
from nguon.epcis.prehash_sensors import report_rules, sensor_elements

_EPCIS = "https://ref.gs1.org/epcis/"


def pre_hash(
    event: model.Event, context: bytes | None = None, ignore_fields: Iterable[str] = ()
) -> str:
    """The string that the CBV 2.0 event hash digests.

    ``context`` is the JSON of the document's ``@context``; ``ignore_fields`` the
    names that the document's ``…:ignoreFields`` gives. An event's own
    ``@context`` and ``…:ignoreFields`` count too.
    """
    scope = extended(event, context, ignore_fields)
    parts = [
        "eventType=",
        event_type(event.type, scope.names),
        "eventTime=",
        values.time(event.event_time),
        "eventTimeZoneOffset=",
        event.event_time_zone_offset,
    ]
    if event.certification_info is not None:
        info = event.certification_info
        listed = [info] if isinstance(info, str) else info
        parts += _each("", "certificationInfo=", listed, scope.names)
    tail = scope.members(event.extensions)
    if not isinstance(event, model.ExtendedEvent):
        parts += _what(event, scope.names)
        parts += _why_and_where(event, scope)
        tail += _tail(event, scope)
        tail.sort()
    return "".join(parts + tail)


def event_type(sent: str, names: Namespaces) -> str:
    """The class's name, for a standard type in any spelling; the full name of any other."""
    return names.expanded(sent).removeprefix(_EPCIS) if ":" in sent else sent


def _what(event: Any, names: Namespaces) -> Iterator[str]:
    """The things, in the order that suits every event type: none has all of these fields."""
    kind = type(event)
    if kind is model.TransformationEvent:
        yield from _each("inputEPCList", "epc=", event.input_epc_list, names)
        yield from _quantities("inputQuantityList", event.input_quantity_list, names)
        yield from _each("outputEPCList", "epc=", event.output_epc_list, names)
        yield from _quantities("outputQuantityList", event.output_quantity_list, names)
        if event.transformation_id is not None:
            yield f"transformationID={values.plain(event.transformation_id, names)}"
        return
    grouping = kind is model.AggregationEvent or kind is model.AssociationEvent
    if not grouping:
        yield from _each("epcList", "epc=", event.epc_list, names)
    if kind is not model.ObjectEvent and event.parent_id is not None:
        yield f"parentID={values.plain(event.parent_id, names)}"
    if grouping:
        yield from _each("childEPCs", "epc=", event.child_epcs, names)
        yield from _quantities("childQuantityList", event.child_quantity_list, names)
    else:
        yield from _quantities("quantityList", event.quantity_list, names)
    yield f"action={event.action}"


def _each(title: str, name: str, texts: list[str], names: Namespaces) -> list[str]:
    """A list of values under its title, sorted; nothing for an empty list."""
    if not texts:
        return []
    found = [name + values.plain(text, names) for text in texts]
    found.sort()
    return [title, *found]


def _quantities(title: str, elements: list[model.QuantityElement], names: Namespaces) -> list[str]:
    if not elements:
        return []
    found = []
    for element in elements:
        text = f"quantityElementepcClass={values.plain(element.epc_class, names)}"
        if element.quantity is not None:
            text += f"quantity={values.number(element.quantity)}"
        if element.uom is not None:
            text += f"uom={values.plain(element.uom, names)}"
        found.append(text)
    found.sort()
    return [title, *found]


def _why_and_where(event: Any, scope: Extended) -> Iterator[str]:
    names = scope.names
    if event.biz_step is not None:
        yield f"bizStep={values.word(event.biz_step, values.BIZ_STEP, names)}"
    if event.disposition is not None:
        yield f"disposition={values.word(event.disposition, values.DISPOSITION, names)}"
    persistent = getattr(event, "persistent_disposition", None)
    if persistent is not None:
        yield from _persistent(persistent, names)
    for name, place in (("readPoint", event.read_point), ("bizLocation", event.biz_location)):
        if place is not None:
            yield f"{name}id={values.plain(place.id, names)}"
            yield from scope.members(place.extensions)
    yield from sensor_elements(event.sensor_element_list, scope)


def _persistent(persistent: model.PersistentDisposition, names: Namespaces) -> Iterator[str]:
    if persistent.set or persistent.unset:
        yield "persistentDisposition"
    for name, words in (("set", persistent.set), ("unset", persistent.unset)):
        yield from sorted(
            f"{name}={values.word(text, values.DISPOSITION, names)}" for text in words
        )


def _tail(event: Any, scope: Extended) -> Iterator[str]:
    """Business transactions, destinations, ILMD and sources, each as one string."""
    names = scope.names
    for title, standard, entries in (
        ("bizTransaction", values.BIZ_TRANSACTION_TYPE, event.biz_transaction_list),
        ("destination", values.SOURCE_DESTINATION_TYPE, event.destination_list),
        ("source", values.SOURCE_DESTINATION_TYPE, event.source_list),
    ):
        if entries:
            field = "biz_transaction" if title == "bizTransaction" else title
            found = [
                _typed(title, getattr(entry, field), entry.type, standard, names)
                for entry in entries
            ]
            yield f"{title}List{''.join(sorted(found))}"
    yield from report_rules(event.sensor_element_list, names)
    ilmd = scope.members(getattr(event, "ilmd", {}))
    if ilmd:
        yield f"ilmd{''.join(ilmd)}"


def _typed(name: str, uri: str, kind: str | None, standard: str, names: Namespaces) -> str:
    value = f"{name}={values.plain(uri, names)}"
    return value if kind is None else f"type={values.word(kind, standard, names)}{value}"
