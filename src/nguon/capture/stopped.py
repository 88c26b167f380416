# SPDX-License-Identifier: Apache-2.0
"""Events that move on, sell or use what is stopped: kept with a warning, refused for strict keys.

What happened is never lost (docs/decisions/0018-the-stop-list.md): a stop is pointed out to
whoever records that stopped goods went on after they were stopped. Receiving, returning,
holding, inspecting and destroying them is in order. What a recall sends back to its maker, or
to where its instructions say, is pointed out and refused to nobody.
"""

from collections.abc import Iterator, Sequence

import msgspec

from nguon.capture.returning import Move, going_back, move_of, recall_of
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
_SENDING = frozenset({"shipping", "departing", "loading"})
_USING = frozenset({"packing", "repackaging", "commissioning", "creating_class_instance"})


def judge(store: Store, records: Sequence[EventRecord]) -> list[Finding]:
    """What stopped things are moved on, sold or used in a batch, in the order of its records."""
    named = {item.key for record in records for item in record.items if item.role in THINGS}
    stops = queries.stopped(store, named)
    packed = queries.holding(store, named - stops.keys())
    if not stops and not packed:
        return []
    inside = {container: stop for container, (_, stop) in packed.items()}
    found = [
        one for at, record in enumerate(records) for one in _of_record(at, record, stops | inside)
    ]
    back = going_back(store, {move for _, move in found if move is not None})
    return [msgspec.structs.replace(finding, keep=move in back) for finding, move in found]


def _of_record(
    at: int, record: EventRecord, stops: dict[str, Stop]
) -> Iterator[tuple[Finding, Move | None]]:
    """What is wrong with a record, and how recalled goods are sent by it."""
    concerned = {item.key: item.role for item in record.items if item.key in stops}
    if not concerned or record.correction:
        return
    event = decode_raw_event(unpack(record.body)[0], rules=False)
    for key, role in concerned.items():
        stop = stops[key]
        if role in THINGS and record.time >= _since(stop) and _goes_on(event, role):
            params = {"code": key, "source": stop.source.partition(":")[0]}
            recall = recall_of(stop.source) if _sends(event, role) else ""
            move = move_of(record, recall) if recall else None
            yield Finding(at, key, "capture.stopped", params, refuse=False), move


def _sends(event: epcis.Event, role: Role) -> bool:
    """Whether things are sent as they are; what is used up or sold goes nowhere back."""
    used = role in (Role.INPUT, Role.OUTPUT)
    return not used and getattr(event, "biz_step", None) in _SENDING


def _since(stop: Stop) -> float:
    return stop.since.timestamp() * 1_000_000


def _goes_on(event: epcis.Event, role: Role) -> bool:
    step = getattr(event, "biz_step", None)
    if role is Role.INPUT:
        return True
    if role is Role.OUTPUT or step in _USING:
        return getattr(event, "action", None) != "DELETE"
    return step in ONWARD and getattr(event, "disposition", None) not in BACK
