# SPDX-License-Identifier: Apache-2.0
"""What may be captured, beyond the standard's own rules; pure decisions.

A malformed GS1 key is kept as the URI it was sent as, with a named warning, and
so is what `nguon.epcis.doubts` finds; both are refused where the submitter's key
is strict.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from nguon import gs1
from nguon.base.errors import Fault
from nguon.capture.errors import CaptureForbiddenError
from nguon.epcis.codec import MOST_FAULTS_OF_EVENT
from nguon.epcis.doubts import doubts
from nguon.epcis.items import ItemRef
from nguon.epcis.model import Event
from nguon.identity.model import Principal, Scope

_SINGLE = (("parent_id", "parentID"), ("transformation_id", "transformationID"))
_LISTS = (
    ("epc_list", "epcList"),
    ("child_epcs", "childEPCs"),
    ("input_epc_list", "inputEPCList"),
    ("output_epc_list", "outputEPCList"),
)
_PARTS = (
    ("quantity_list", "quantityList", "epc_class", "epcClass"),
    ("child_quantity_list", "childQuantityList", "epc_class", "epcClass"),
    ("input_quantity_list", "inputQuantityList", "epc_class", "epcClass"),
    ("output_quantity_list", "outputQuantityList", "epc_class", "epcClass"),
    ("source_list", "sourceList", "source", "source"),
    ("destination_list", "destinationList", "destination", "destination"),
    ("biz_transaction_list", "bizTransactionList", "biz_transaction", "bizTransaction"),
)
_PLACES = (("read_point", "readPoint"), ("biz_location", "bizLocation"))


def check_submitter(principal: Principal) -> None:
    """Raises `CaptureForbiddenError` for a key without the scope ``capture``."""
    if not principal.may(Scope.CAPTURE):
        raise CaptureForbiddenError("capture.scope-missing", scope=Scope.CAPTURE.value)


def identifiers(event: Event) -> Iterator[tuple[str, str]]:
    """Every identifier of an event, with its JSON pointer in the event."""
    for field, name in _SINGLE:
        sent = getattr(event, field, None)
        if sent is not None:
            yield f"/{name}", sent
    for field, name in _LISTS:
        for index, sent in enumerate(getattr(event, field, ())):
            yield f"/{name}/{index}", sent
    for field, name, member, member_name in _PARTS:
        for index, part in enumerate(getattr(event, field, ())):
            yield f"/{name}/{index}/{member_name}", getattr(part, member)
    for field, name in _PLACES:
        place = getattr(event, field, None)
        if place is not None:
            yield f"/{name}/id", place.id


def doubtful(event: Event, items: Sequence[ItemRef]) -> list[Fault]:
    """What is kept with a warning, or refused for a strict key: malformed GS1 keys, each with
    the place of the fault in it, and what GS1's requirements forbid beyond its schema.
    """
    found = doubts(event)
    if any(item.key.startswith("uri:") for item in items):
        found = chain(found, _faults(identifiers(event)))
    return list(islice(found, MOST_FAULTS_OF_EVENT))


def _faults(found: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    for pointer, uri in found:
        if not gs1.item_key(uri).startswith("uri:"):
            continue
        error = gs1.warning(uri)
        if error is not None:
            yield Fault(pointer, error.code, error.params)
