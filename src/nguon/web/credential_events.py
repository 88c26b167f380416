# SPDX-License-Identifier: Apache-2.0
"""The records of an item as traceability events of UNTP, as far as the public may know them."""

from collections.abc import Iterable

import msgspec

from nguon.attesting import outputs, subjects
from nguon.attesting.errors import AttestingUnknownError
from nguon.credentials.untp.adapters import Version
from nguon.credentials.untp.model import (
    Category,
    Deed,
    Facility,
    Handled,
    Happened,
    Kind,
    Named,
    Product,
)
from nguon.epcis.codec import encode_event
from nguon.epcis.items import ItemRef, Role
from nguon.identity.visibility import PUBLIC
from nguon.parties.keys.naming import OPERATOR
from nguon.store import Store
from nguon.store.values import StoredEvent
from nguon.trace.itinerary import Relation
from nguon.trace.telling import place_key, records_of

MOST = 200
"""Records in one document, the first in time."""
_STEPS = Named(id="https://ref.gs1.org/cbv/BizStep", name="GS1 CBV Business Step")
_VERSIONS = {"0.7.0": Version.V0_7_0, "0.8": Version.V0_8_EPCIS}
_GOODS = {Role.EPC, Role.PARENT, Role.CHILD, Role.OUTPUT}
_MADE = {"commissioning", "creating_class_instance", "transforming", "packing"}
_MOVED = {"shipping", "departing", "transporting", "arriving", "receiving", "loading"}


def events(store: Store, key: str, version: str) -> outputs.Told:
    """The document of an item's own records, whose name says where there are more of them.

    Raises `AttestingUnknownError` without any.
    """
    told, cut = records_of(store, key, PUBLIC)
    every = [one.stored for one in told if one.relation is Relation.OWN]
    own = every[:MOST]
    if not own or version not in _VERSIONS:
        raise AttestingUnknownError("attesting.unknown")
    keys = {item.key for stored in own for item in stored.items}
    places = [one for one in keys if subjects.is_place(one)]
    known = dict(zip(places, subjects.facilities(store, places), strict=True))
    goods = [one for one in keys if subjects.is_goods(one)]
    products = dict(zip(goods, subjects.products(store, goods), strict=True))
    made = tuple(_happened(stored, known, products) for stored in own)
    return outputs.Told(
        kind=Kind.EVENT,
        name=f"{key} (records: the first {len(own)}, of more)" if cut or len(every) > MOST else key,
        path=f"events/{key}",
        by=OPERATOR,
        subject=made,
        version=_VERSIONS[version],
    )


def _happened(
    stored: StoredEvent, places: dict[str, Facility], products: dict[str, Product]
) -> Happened:
    event = stored.event
    step = (getattr(event, "biz_step", None) or "").rpartition("-")[2].rpartition(":")[2]
    here = places.get(place_key(stored) or "", Facility(id="urn:nguon:place:unknown", name="–"))
    to = next((places[one.key] for one in stored.items if _is_end(one, places)), None)
    return Happened(
        id=f"urn:nguon:log-entry:{stored.seq}",
        name=step or event.type,
        at=event.event_time,
        deed=_deed(step, stored.items),
        activity=Category(code=step or "none", name=step or "none", scheme=_STEPS),
        facility=here,
        to=to,
        inputs=_handled(stored.items, {Role.INPUT}, products),
        goods=_handled(stored.items, _GOODS, products),
        epcis=msgspec.json.decode(encode_event(event)),
    )


def _is_end(item: ItemRef, places: dict[str, Facility]) -> bool:
    return item.role is Role.DESTINATION and item.key in places


def _deed(step: str, items: Iterable[ItemRef]) -> Deed:
    if any(one.role is Role.INPUT for one in items) or step in _MADE:
        return Deed.MAKE
    return Deed.MOVE if step in _MOVED else Deed.MODIFY


def _handled(
    items: Iterable[ItemRef], roles: set[Role], products: dict[str, Product]
) -> tuple[Handled, ...]:
    found = []
    for one in items:
        product = products.get(one.key)
        if one.role in roles and product is not None:
            amount = outputs.quantity(one.quantity, one.unit)
            found.append(Handled(product=product, quantity=amount))
    return tuple(found)
