# SPDX-License-Identifier: Apache-2.0
"""What an event must satisfy between its members (EPCIS 2.0 sections 7.3 and 7.4).

Rules read the decoded JSON, whole or faulty: a member of the wrong type counts
as present, since its own fault is named elsewhere. ``docs/epcis-validation.md``
lists each with its clause.
"""

from collections.abc import Callable, Iterator
from typing import Any

from nguon.base.errors import Fault

Tree = dict[str, Any]


def faults_between(event: Tree, pointer: str = "") -> Iterator[Fault]:
    """The faults of an event that no single member shows."""
    kind = event.get("type")
    rule = _RULES.get(kind) if isinstance(kind, str) else None
    if rule is not None:
        yield from rule(event, pointer)
        if "persistentDisposition" in event:
            yield from _persistent_disposition(event["persistentDisposition"], pointer)


def _some(event: Tree, name: str) -> bool:
    return name in event and event[name] != []


def _object(event: Tree, pointer: str) -> Iterator[Fault]:
    named = "epcList" in event or _some(event, "quantityList")
    if not named and not (_some(event, "sensorElementList") and "readPoint" in event):
        yield Fault(pointer, "epcis.object-missing")
    if "ilmd" in event and event.get("action") != "ADD":
        yield Fault(f"{pointer}/ilmd", "epcis.ilmd-without-add")


def _children(event: Tree, pointer: str) -> Iterator[Fault]:
    if event.get("action") == "DELETE":
        return
    if not _some(event, "childEPCs") and not _some(event, "childQuantityList"):
        yield Fault(pointer, "epcis.children-missing")


def _aggregation(event: Tree, pointer: str) -> Iterator[Fault]:
    if "parentID" not in event and event.get("action") in ("ADD", "DELETE"):
        yield Fault(pointer, "epcis.parent-missing", {"action": event["action"]})
    yield from _children(event, pointer)


def _transaction(event: Tree, pointer: str) -> Iterator[Fault]:
    if event.get("action") == "DELETE" or "epcList" in event:
        return
    if not _some(event, "quantityList"):
        yield Fault(pointer, "epcis.object-missing")


def _transformation(event: Tree, pointer: str) -> Iterator[Fault]:
    taken = _some(event, "inputEPCList") or _some(event, "inputQuantityList")
    made = _some(event, "outputEPCList") or _some(event, "outputQuantityList")
    if "transformationID" in event:
        if not taken and not made:
            yield Fault(pointer, "epcis.transformation-empty")
    elif not (taken and made):
        missing = "epcis.transformation-no-output" if taken else "epcis.transformation-no-input"
        yield Fault(pointer, missing)


def _persistent_disposition(value: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(value, dict) and "set" not in value and "unset" not in value:
        yield Fault(f"{pointer}/persistentDisposition", "epcis.persistent-disposition-empty")


_RULES: dict[str, Callable[[Tree, str], Iterator[Fault]]] = {
    "ObjectEvent": _object,
    "AggregationEvent": _aggregation,
    "AssociationEvent": _children,
    "TransactionEvent": _transaction,
    "TransformationEvent": _transformation,
}
