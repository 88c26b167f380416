# SPDX-License-Identifier: Apache-2.0
"""Follows the log: how each lot stands, and which receipts are owed. Can be made again any time.

Only what new records touch is judged anew. Two processes may follow at once:
the one whose place in the log has moved meanwhile gives up its work.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from nguon.base.time import from_microseconds
from nguon.compliance.completeness import Completeness, judged
from nguon.compliance.facts import Facts
from nguon.compliance.gather import Question, gather_all
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
from nguon.trace.service import findings_of
from nguon.trace.steps import is_lot

AT_ONCE = 500
"""Records followed at once: a lot that many of them name is judged once."""
_LOTS = 40
"""Lots judged together: what they share is read once."""
NAME = "lots"
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


class Reach(NamedTuple):
    """Up to which record figures were made, when that was recorded, how many are newer."""

    seq: int
    time: datetime | None
    behind: int


EVERYTHING = audience_for(_Everything())


def position(store: Store) -> int:
    """Up to which record the figures reach."""
    with store.reading() as connection:
        return rows.position(connection, NAME)


def reach(store: Store, seq: int) -> Reach:
    """What figures that reach up to a record say of their time."""
    last = store.log.entries(seq, seq + 1)
    time = from_microseconds(last[0].record_time) if last else None
    return Reach(seq, time, store.log.events_after(seq))


def advance(store: Store, most: int = AT_ONCE) -> int:
    """Follow at most so many records; gives how many were new."""
    begun = position(store)
    entries = store.log.entries(begun + 1, begun + 1 + most)
    if not entries:
        return 0
    events = store.events.by_ids(EVERYTHING, [entry.event for entry in entries if entry.event])
    lots = sorted(_touched(store, events))
    states = [row for some in _parts(lots) for row in _states(store, some)]
    owing = owed(store, EVERYTHING, events)
    settled = received(events)
    last = entries[-1].seq
    with store.transaction() as connection:
        if not rows.move(connection, NAME, begun, last):
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
    carriers = sorted(key for key in named if key.startswith(_CARRIERS))
    for found in findings_of(store, carriers, Direction.BACK, limits=_INSIDE):
        lots.update(inside for inside in found.depths if is_lot(inside))
    return lots


def _parts(lots: Sequence[str]) -> Iterator[Sequence[str]]:
    return (lots[start : start + _LOTS] for start in range(0, len(lots), _LOTS))


def _states(store: Store, lots: Sequence[str]) -> Iterator[Mapping[str, object]]:
    for facts in gather_all(store, EVERYTHING, lots, Question()):
        if facts is not None and facts.maker is not None:
            yield _state(facts, facts.maker)


def _state(facts: Facts, maker: Organisation) -> Mapping[str, object]:
    found = judged(facts)
    missing = _mandatory(found, State.MISSING)
    return {
        "lot": facts.key,
        "organisation": maker.id,
        "province": _province(maker) or "",
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
