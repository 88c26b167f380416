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
from nguon.epcis.prehash_values import identifier

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
        _add_each(parts, "", "certificationInfo=", listed, scope.names)
    tail = scope.members(event.extensions)
    if not isinstance(event, model.ExtendedEvent):
        _add_what(parts, event, scope.names)
        _add_why_and_where(parts, event, scope)
        _add_to_tail(tail, event, scope)
        tail.sort()
    return "".join(parts + tail)


def event_type(sent: str, names: Namespaces) -> str:
    """The class's name, for a standard type in any spelling; the full name of any other."""
    return names.expanded(sent).removeprefix(_EPCIS) if ":" in sent else sent


def _add_what(parts: list[str], event: Any, names: Namespaces) -> None:
    """The things, in the order that suits every event type: none has all of these fields."""
    kind = type(event)
    if kind is model.TransformationEvent:
        _add_each(parts, "inputEPCList", "epc=", event.input_epc_list, names)
        _add_quantities(parts, "inputQuantityList", event.input_quantity_list, names)
        _add_each(parts, "outputEPCList", "epc=", event.output_epc_list, names)
        _add_quantities(parts, "outputQuantityList", event.output_quantity_list, names)
        if event.transformation_id is not None:
            parts.append(f"transformationID={identifier(event.transformation_id, names)}")
        return
    grouping = kind is model.AggregationEvent or kind is model.AssociationEvent
    if not grouping:
        _add_each(parts, "epcList", "epc=", event.epc_list, names)
    if kind is not model.ObjectEvent and event.parent_id is not None:
        parts.append(f"parentID={identifier(event.parent_id, names)}")
    if grouping:
        _add_each(parts, "childEPCs", "epc=", event.child_epcs, names)
        _add_quantities(parts, "childQuantityList", event.child_quantity_list, names)
    else:
        _add_quantities(parts, "quantityList", event.quantity_list, names)
    parts.append(f"action={event.action}")


def _add_each(parts: list[str], title: str, name: str, uris: list[str], names: Namespaces) -> None:
    """A list of identifiers under its title, sorted; nothing for an empty list."""
    if uris:
        found = [name + identifier(uri, names) for uri in uris]
        found.sort()
        parts.append(title)
        parts += found


def _add_quantities(
    parts: list[str], title: str, elements: list[model.QuantityElement], names: Namespaces
) -> None:
    if elements:
        found = [_quantity(element, names) for element in elements]
        found.sort()
        parts.append(title)
        parts += found


def _quantity(element: model.QuantityElement, names: Namespaces) -> str:
    text = f"quantityElementepcClass={identifier(element.epc_class, names)}"
    if element.quantity is not None:
        text += f"quantity={values.number(element.quantity)}"
    if element.uom is not None:
        text += f"uom={values.plain(element.uom, names)}"
    return text


def _add_why_and_where(parts: list[str], event: Any, scope: Extended) -> None:
    names = scope.names
    if event.biz_step is not None:
        parts.append(f"bizStep={values.word(event.biz_step, values.BIZ_STEP, names)}")
    if event.disposition is not None:
        parts.append(f"disposition={values.word(event.disposition, values.DISPOSITION, names)}")
    persistent = getattr(event, "persistent_disposition", None)
    if persistent is not None:
        parts += _persistent(persistent, names)
    for name, place in (("readPoint", event.read_point), ("bizLocation", event.biz_location)):
        if place is not None:
            parts.append(f"{name}id={identifier(place.id, names)}")
            parts += scope.members(place.extensions)
    if event.sensor_element_list:
        parts += sensor_elements(event.sensor_element_list, scope)


def _persistent(persistent: model.PersistentDisposition, names: Namespaces) -> Iterator[str]:
    if persistent.set or persistent.unset:
        yield "persistentDisposition"
    for name, words in (("set", persistent.set), ("unset", persistent.unset)):
        yield from sorted(
            f"{name}={values.word(text, values.DISPOSITION, names)}" for text in words
        )


def _add_to_tail(tail: list[str], event: Any, scope: Extended) -> None:
    """Business transactions, destinations, ILMD and sources, each as one string."""
    for listed, field, title, standard in _TYPED:
        entries = getattr(event, listed)
        if entries:
            found = [
                _typed(title, getattr(entry, field), entry.type, standard, scope.names)
                for entry in entries
            ]
            tail.append(f"{title}List{''.join(sorted(found))}")
    if event.sensor_element_list:
        tail += report_rules(event.sensor_element_list, scope.names)
    ilmd = getattr(event, "ilmd", None)
    if ilmd:
        members = scope.members(ilmd)
        if members:
            tail.append(f"ilmd{''.join(members)}")


_TYPED = (
    ("biz_transaction_list", "biz_transaction", "bizTransaction", values.BIZ_TRANSACTION_TYPE),
    ("destination_list", "destination", "destination", values.SOURCE_DESTINATION_TYPE),
    ("source_list", "source", "source", values.SOURCE_DESTINATION_TYPE),
)


def _typed(name: str, uri: str, kind: str | None, standard: str, names: Namespaces) -> str:
    value = f"{name}={identifier(uri, names)}"
    return value if kind is None else f"type={values.word(kind, standard, names)}{value}"
