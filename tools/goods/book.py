# SPDX-License-Identifier: Apache-2.0
"""Events of the demonstration goods, gathered into the documents that the firms submit."""

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from goods import keys

Event: TypeAlias = dict[str, Any]

_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_NAMESPACE = uuid.UUID("5b0c2a4e-9520-4f6b-8f2a-6e67756f6e00")


def at(text: str, offset: str = "+07:00") -> str:
    """``2026-07-28 06:10`` at an offset, as EPCIS writes it."""
    return f"{text.replace(' ', 'T')}:00{offset}"


def later(time: str, **difference: float) -> str:
    """A time some minutes, hours or days after another, at the same offset."""
    return (datetime.fromisoformat(time) + timedelta(**difference)).isoformat()


def some(epc_class: str, quantity: float, uom: str | None = None) -> Event:
    """So much of a class: pieces where no unit is given."""
    element: Event = {"epcClass": epc_class, "quantity": quantity}
    return element if uom is None else {**element, "uom": uom}


def kilos(epc_class: str, quantity: float) -> Event:
    """So many kilograms of a class."""
    return some(epc_class, quantity, "KGM")


def transfer(sender: str, receiver: str, whence: str = "", whither: str = "") -> Event:
    """The source and destination lists of goods that change hands (GLNs of parties and places)."""
    kinds = ("owning_party", "possessing_party")
    sources = [{"type": kind, "source": keys.party(sender)} for kind in kinds]
    targets = [{"type": kind, "destination": keys.party(receiver)} for kind in kinds]
    if whence:
        sources.append({"type": "location", "source": keys.place(whence)})
    if whither:
        targets.append({"type": "location", "destination": keys.place(whither)})
    return {"sourceList": sources, "destinationList": targets}


def papers(number: str, **names: str) -> Event:
    """The business transactions (po, desadv, inv, cert, testres …) of a party."""
    return {
        "bizTransactionList": [
            {"type": kind, "bizTransaction": keys.document(number, name)}
            for kind, name in names.items()
        ]
    }


def described(**values: str) -> Event:
    """Instance and lot master data: ``lotNumber``, ``bestBeforeDate`` … of the CBV."""
    return {"ilmd": {f"cbvmda:{name}": value for name, value in values.items()}}


def climate(device: str, start: str, end: str, celsius: Sequence[float]) -> Event:
    """What a logger measured between two times: least, mean and greatest temperature."""
    least, mean, greatest = (round(value, 1) for value in celsius)
    report: Event = {
        "type": "Temperature",
        "minValue": least,
        "meanValue": mean,
        "maxValue": greatest,
        "uom": "CEL",
    }
    metadata = {"startTime": start, "endTime": end, "deviceID": device}
    return {"sensorMetadata": metadata, "sensorReport": [report]}


class Document:
    """One file that one organisation submits; its events get their IDs from its name and order."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.events: list[Event] = []

    def _add(self, kind: str, when: str, where: str, how: str, rest: Event) -> Event:
        step, _, disposition = how.partition("/")
        name = f"{self.path}#{len(self.events) + 1}"
        spot, _, around = where.partition(" ")
        event: Event = {
            "eventID": f"urn:uuid:{uuid.uuid5(_NAMESPACE, name)}",
            "type": kind,
            "eventTime": when,
            "eventTimeZoneOffset": when[-6:],
        }
        event |= {key: rest.pop(key) for key in _BEFORE if key in rest}
        event["bizStep"] = step
        if disposition:
            event["disposition"] = disposition
        event["readPoint"] = {"id": spot}
        event["bizLocation"] = {"id": around or spot}
        event |= rest
        self.events.append(event)
        return event

    def seen(self, when: str, where: str, how: str, *what: Any, **rest: Any) -> Event:
        """An ObjectEvent; ``how`` is ``bizStep/disposition``, ``where`` one or two places."""
        pieces = [item for item in what if isinstance(item, str)]
        amounts = [item for item in what if not isinstance(item, str)]
        goods: Event = {"action": rest.pop("action", "OBSERVE")}
        if pieces:
            goods["epcList"] = pieces
        if amounts:
            goods["quantityList"] = amounts
        return self._add("ObjectEvent", when, where, how, goods | rest)

    def made(self, when: str, where: str, how: str, *what: Any, **rest: Any) -> Event:
        """An ObjectEvent with action ADD: things that come into being."""
        return self.seen(when, where, how, *what, action="ADD", **rest)

    def packed(
        self, when: str, where: str, how: str, parent: str, *children: Any, **rest: Any
    ) -> Event:
        """An AggregationEvent (ADD unless ``action`` says otherwise)."""
        return self._add("AggregationEvent", when, where, how, _family(parent, children, rest))

    def attached(
        self, when: str, where: str, how: str, parent: str, *children: Any, **rest: Any
    ) -> Event:
        """An AssociationEvent (ADD unless ``action`` says otherwise)."""
        return self._add("AssociationEvent", when, where, how, _family(parent, children, rest))

    def unpacked(self, when: str, where: str, how: str, parent: str, *children: Any) -> Event:
        """An AggregationEvent with action DELETE; no children means all of them."""
        return self.packed(when, where, how, parent, *children, action="DELETE")

    def turned(
        self, when: str, where: str, how: str, inputs: Iterable[Any], outputs: Iterable[Any],
        **rest: Any,
    ) -> Event:  # fmt: skip
        """A TransformationEvent."""
        goods: Event = {}
        for name, items in (("input", list(inputs)), ("output", list(outputs))):
            pieces = [item for item in items if isinstance(item, str)]
            amounts = [item for item in items if not isinstance(item, str)]
            if pieces:
                goods[f"{name}EPCList"] = pieces
            if amounts:
                goods[f"{name}QuantityList"] = amounts
        return self._add("TransformationEvent", when, where, how, goods | rest)

    def billed(self, when: str, where: str, how: str, *pieces: str, **rest: Any) -> Event:
        """A TransactionEvent: pieces bound to business documents."""
        goods = {"action": "ADD", "epcList": list(pieces)}
        return self._add("TransactionEvent", when, where, how, goods | rest)

    def withdrawn(self, wrong: Event, when: str, right: Event) -> None:
        """The error declaration of an event: the same event again, and what replaces it."""
        declaration = {
            "declarationTime": when,
            "reason": "incorrect_data",
            "correctiveEventIDs": [right["eventID"]],
        }
        self.events.append({**wrong, "errorDeclaration": declaration})

    def write(self, folder: Path) -> None:
        """The EPCIS document as a file; created just after its last event."""
        times = [event["eventTime"] for event in self.events]
        times += [
            event["errorDeclaration"]["declarationTime"]
            for event in self.events
            if "errorDeclaration" in event
        ]
        body = {
            "@context": _CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": later(max(times, key=datetime.fromisoformat), minutes=20),
            "epcisBody": {"eventList": self.events},
        }
        target = folder / self.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


_BEFORE = (
    "action", "parentID", "epcList", "childEPCs", "quantityList", "childQuantityList",
    "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID",
)  # fmt: skip


def _family(parent: str, children: Sequence[Any], rest: Event) -> Event:
    goods: Event = {"action": rest.pop("action", "ADD"), "parentID": parent}
    pieces = [item for item in children if isinstance(item, str)]
    amounts = [item for item in children if not isinstance(item, str)]
    if pieces:
        goods["childEPCs"] = pieces
    if amounts:
        goods["childQuantityList"] = amounts
    return goods | rest


class Book:
    """All documents of the demonstration, in the order in which they are submitted."""

    def __init__(self) -> None:
        self.documents: list[Document] = []

    def document(self, path: str) -> Document:
        """A new document at a path below ``examples/events``."""
        self.documents.append(Document(path))
        return self.documents[-1]
