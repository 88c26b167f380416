# SPDX-License-Identifier: Apache-2.0
"""Events that move on, sell or use what is stopped: kept with a warning, refused for strict keys.

What happened is never lost (docs/decisions/0018-the-stop-list.md): a stop is pointed out to
whoever records that stopped goods went on after they were stopped. Receiving, returning,
holding, inspecting and destroying them is in order.
"""

from collections.abc import Iterator, Sequence

from nguon.codes.admission import Finding
from nguon.codes.standing import THINGS
from nguon.epcis import model as epcis
from nguon.epcis.codec import decode_raw_event
from nguon.epcis.items import Role
from nguon.stoplist import queries
from nguon.stoplist.model import Stop
from nguon.store import Store
from nguon.store.bodies import unpack
from nguon.store.values import EventRecord

ONWARD = frozenset({"shipping", "departing", "loading", "retail_selling", "dispensing"})
"""Steps by which goods go on to others."""
BACK = frozenset(
    {"recalled", "returned", "disposed", "destroyed", "expired", "damaged", "non_sellable_other"}
)
"""Dispositions of goods that go back, or to their end."""
_USING = frozenset({"packing", "repackaging", "commissioning", "creating_class_instance"})


def judge(store: Store, records: Sequence[EventRecord]) -> list[Finding]:
    """What stopped things are moved on, sold or used in a batch, in the order of its records."""
    named = {item.key for record in records for item in record.items if item.role in THINGS}
    stops = queries.stopped(store, named)
    packed = queries.holding(store, named - stops.keys())
    if not stops and not packed:
        return []
    inside = {container: stop for container, (_, stop) in packed.items()}
    return [
        finding
        for at, record in enumerate(records)
        for finding in _of_record(at, record, stops | inside)
    ]


def _of_record(at: int, record: EventRecord, stops: dict[str, Stop]) -> Iterator[Finding]:
    concerned = {item.key: item.role for item in record.items if item.key in stops}
    if not concerned or record.correction:
        return
    event = decode_raw_event(unpack(record.body)[0], rules=False)
    for key, role in concerned.items():
        stop = stops[key]
        if role in THINGS and record.time >= _since(stop) and _goes_on(event, role):
            params = {"code": key, "source": stop.source.partition(":")[0]}
            yield Finding(at, key, "capture.stopped", params, refuse=False)


def _since(stop: Stop) -> float:
    return stop.since.timestamp() * 1_000_000


def _goes_on(event: epcis.Event, role: Role) -> bool:
    step = getattr(event, "biz_step", None)
    if role is Role.INPUT:
        return True
    if role is Role.OUTPUT or step in _USING:
        return getattr(event, "action", None) != "DELETE"
    return step in ONWARD and getattr(event, "disposition", None) not in BACK
