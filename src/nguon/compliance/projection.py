# SPDX-License-Identifier: Apache-2.0
"""Follows the log: how each lot stands, and which receipts are owed. Can be made again any time.

Only what new records touch is judged anew. Two processes may follow at once:
the one whose place in the log has moved meanwhile gives up its work.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from nguon.compliance.completeness import Completeness, judged
from nguon.compliance.facts import Facts
from nguon.compliance.gather import Question, gather
from nguon.compliance.grouping import sector_of
from nguon.compliance.model import Binding, State
from nguon.compliance.owing import RECEIVING, Owed, owed, received
from nguon.epcis.items import Role
from nguon.identity.visibility import KeyKind, audience_for
from nguon.registry.model import Organisation
from nguon.store import Store
from nguon.store import projections as rows
from nguon.store.values import StoredEvent
from nguon.trace import Direction, Limits
from nguon.trace.service import findings
from nguon.trace.steps import is_lot

AT_ONCE = 100
"""Records followed in one transaction."""
_NAME = "lots"
_INSIDE = Limits(nodes=300, depth=2, records=600)
_THINGS = frozenset({Role.EPC, Role.PARENT, Role.CHILD, Role.OUTPUT, Role.MEMBER})
_CARRIERS = ("00/", "8004/", "8003/")


class _Everything(NamedTuple):
    organisation: int = 0
    kind: KeyKind = KeyKind.OPERATOR
    scopes: frozenset[str] = frozenset()
    mandate: None = None
    key_id: str = ""
    """Nobody reads: nothing is noted in the owners' record of access."""


EVERYTHING = audience_for(_Everything())


def position(store: Store) -> int:
    """Up to which record the figures reach."""
    with store.reading() as connection:
        return rows.position(connection, _NAME)


def advance(store: Store, most: int = AT_ONCE) -> int:
    """Follow at most so many records; gives how many were new."""
    begun = position(store)
    entries = store.log.entries(begun + 1, begun + 1 + most)
    if not entries:
        return 0
    events = store.events.by_ids(EVERYTHING, [entry.event for entry in entries])
    lots = sorted(_touched(store, events))
    states = [row for lot in lots if (row := _state(store, lot)) is not None]
    owing = owed(store, EVERYTHING, events)
    settled = received(events)
    last = entries[-1].seq
    with store.transaction() as connection:
        if not rows.move(connection, _NAME, begun, last):
            return 0
        rows.put_states(connection, [{**row, "seq": last} for row in states])
        rows.open_duties(connection, [_duty_row(one) for one in owing])
        for one in settled:
            rows.settle(connection, RECEIVING, one.subjects, one.organisation, one.time)
    return len(entries)


def _touched(store: Store, events: Iterable[StoredEvent]) -> set[str]:
    """The lots that new records name, or that are inside what they name."""
    named = {item.key for event in events for item in event.items if item.role in _THINGS}
    lots = {key for key in named if is_lot(key)}
    for key in sorted(named):
        if key.startswith(_CARRIERS):
            found = findings(store, key, Direction.BACK, limits=_INSIDE)
            lots.update(inside for inside in found.depths if is_lot(inside))
    return lots


def _state(store: Store, lot: str) -> Mapping[str, object] | None:
    facts = gather(store, EVERYTHING, lot, Question())
    if facts is None or facts.maker is None:
        return None
    found = judged(facts)
    missing = _mandatory(found, State.MISSING)
    return {
        "lot": lot,
        "organisation": facts.maker.id,
        "province": _province(facts.maker) or "",
        "ministry": facts.goods.ministry or "",
        "sector": _sector(facts),
        "complete": len(_mandatory(found, State.COMPLETE)),
        "missing": len(missing),
        "fields": " ".join(missing),
    }


def _mandatory(found: Completeness, state: State) -> Sequence[str]:
    fields = (one.requirement.field for one in found.of(state) if one.binding is Binding.MANDATORY)
    return tuple(dict.fromkeys(fields))


def _sector(facts: Facts) -> str:
    return sector_of(facts.product, facts.goods)


def _province(organisation: Organisation) -> str | None:
    return organisation.unit.province.code if organisation.unit else None


def _duty_row(one: Owed) -> Mapping[str, object]:
    return {
        "kind": one.kind,
        "subject": one.subject,
        "organisation": one.organisation,
        "province": one.province,
        "ministry": one.ministry,
        "begun": one.begun,
        "due": one.due,
        "done": one.done,
    }
