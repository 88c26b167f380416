# SPDX-License-Identifier: Apache-2.0
"""Lineage by the letter of ``docs/trace.md``, slow and plain: every path, one moment at a time.

Shares no code with `nguon.trace`. Times are whole days from 0 to `LAST`; a state is a
thing, the way in which it was reached and the day of the last step.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nguon.epcis.items import Role
from nguon.store.values import Action, EventType, LineageEvent

LAST = 8
_DAYS = range(-1, LAST + 2)
"""One day before all records and one after."""
_ANY = "any"
_THINGS = {Role.EPC, Role.PARENT, Role.CHILD, Role.INPUT, Role.OUTPUT}


class Edge(NamedTuple):
    """A step forward: the day on which it leaves its source, and reaches its target."""

    kind: str
    source: str
    target: str
    leaves: int | str
    arrives: int | str
    stay: tuple[int, int] | None = None


def is_lot(key: str) -> bool:
    return "/10/" in key and "/21/" not in key


def is_piece(key: str) -> bool:
    return not is_lot(key) and not (key.startswith("01/") and key.count("/") == 1)


def valid(events: Iterable[LineageEvent]) -> list[LineageEvent]:
    known = list(events)
    void = {(e.submitter, e.event_id) for e in known if e.correction}
    return [e for e in known if not e.correction and (e.submitter, e.event_id) not in void]


def named(events: Iterable[LineageEvent]) -> set[str]:
    """The things, and the lots of things, that records in force name."""
    return {item.key for event in valid(events) for item in event.items}


def _named(event: LineageEvent, role: Role) -> list[str]:
    return [item.key for item in event.items if item.role is role]


def stays(events: list[LineageEvent], child: str, kind: EventType) -> set[tuple[str, int, int]]:
    """(parent, first day, last day) of each stay of a child."""
    moves: list[tuple[int, bool | None, str | None]] = []
    for event in events:
        if event.type is not kind:
            continue
        children, parents = _named(event, Role.CHILD), _named(event, Role.PARENT)
        parent = parents[0] if parents else None
        if child in children:
            moves.append((event.time, event.action is Action.DELETE, parent))
        elif event.action is Action.DELETE and parent and not children:
            moves.append((event.time, None, parent))
    found: set[tuple[str, int, int]] = set()
    held: dict[str, int] = {}
    left: set[str] = set()

    def leave(parent: str, day: int) -> None:
        found.add((parent, held.pop(parent), day))
        left.add(parent)

    for day in sorted({move[0] for move in moves}):
        today = [move for move in moves if move[0] == day]
        ends = [m for m in today if m[1] is not False and (m[2] in held or (m[2] is None and held))]
        for _, _, parent in sorted(ends, key=str):
            for one in [parent] if parent else list(held):
                if one in held:
                    leave(one, day)
        for _, _, parent in sorted((m for m in today if m[1] is False), key=str):
            if parent is None:
                continue
            if is_piece(child) and kind is EventType.AGGREGATION:
                for other in [one for one in held if one != parent]:
                    leave(other, day)
            held.setdefault(parent, day)
        for move in sorted((m for m in today if m not in ends and m[1] is not False), key=str):
            parent = move[2]
            for one in [parent] if parent else list(held):
                if one in held:
                    leave(one, day)
                elif move[1] and one not in left:
                    found.add((one, _DAYS[0], day))
                    left.add(one)
    for parent, first in held.items():
        found.add((parent, first, _DAYS[-1]))
    return found


def edges(events: Iterable[LineageEvent]) -> list[Edge]:
    """All steps forward."""
    known = valid(events)
    return [*_made(known), *_held(known), *_lots(known)]


def _made(events: list[LineageEvent]) -> Iterator[Edge]:
    for event in events:
        for number in _named(event, Role.TRANSFORMATION_ID):
            for key in _named(event, Role.INPUT):
                yield Edge("T", key, number, event.time, event.time)
            for key in _named(event, Role.OUTPUT):
                yield Edge("T", number, key, event.time, event.time)
        for source in _named(event, Role.INPUT):
            for target in _named(event, Role.OUTPUT):
                if source != target:
                    yield Edge("T", source, target, event.time, event.time)


def met(events: Iterable[LineageEvent]) -> Iterator[Edge]:
    """From whatever was at a place to whatever was there on that day or later."""
    known = valid(events)
    for one in known:
        for other in known:
            places = set(_named(one, Role.BIZ_LOCATION)) & set(_named(other, Role.BIZ_LOCATION))
            if not places or other.time < one.time:
                continue
            for source in one.items:
                for target in other.items:
                    if {source.role, target.role} <= _THINGS and source.key != target.key:
                        yield Edge("T", source.key, target.key, one.time, other.time)


def _held(events: list[LineageEvent]) -> Iterator[Edge]:
    children = {
        key
        for event in events
        if event.type in (EventType.AGGREGATION, EventType.ASSOCIATION)
        for key in _named(event, Role.CHILD)
    }
    for kind, up, down in (
        (EventType.AGGREGATION, "u", "d"),
        (EventType.ASSOCIATION, "ua", "da"),
    ):
        for child in children:
            for parent, first, last in stays(events, child, kind):
                for day in _DAYS:
                    if first <= day <= last:
                        yield Edge(up, child, parent, day, day, (first, last))
                        yield Edge(down, parent, child, day, day, (first, last))


def _lots(events: list[LineageEvent]) -> Iterator[Edge]:
    belongs: set[tuple[str, str]] = set()
    for event in events:
        for item in event.items:
            if item.role is Role.MEMBER and is_lot(item.key) and item.of is not None:
                piece = event.items[item.of]
                if piece.role in _THINGS and is_piece(piece.key):
                    belongs.add((piece.key, item.key))
    for one, lot in belongs:
        yield Edge("ML", lot, one, _ANY, _ANY)
        yield Edge("MU", one, lot, _ANY, _ANY)


_MAY_FOLLOW = {
    "start": {"T", "u", "d", "ua", "da", "ML", "MU"},
    "T": {"T", "u", "d", "ua", "da", "ML", "MU"},
    "d": {"T", "u", "d", "ua", "da", "MU"},
    "u": {"T", "u", "ua", "MU"},
    "MU": {"T"},
    "da": set[str](),
}
_SAME_DAY = {("d", "d"), ("d", "da"), ("u", "u"), ("u", "ua"), ("u", "T")}


class _At(NamedTuple):
    key: str
    last: str
    """The last step that has a day of its own."""
    day: int | str
    only: frozenset[str]
    """The kinds of steps that may follow."""
    stay: tuple[int, int] | None


def forward(steps: list[Edge], start: str) -> set[str]:
    """All that ``start`` went into."""
    first = _At(start, "start", _ANY, frozenset(_MAY_FOLLOW["start"]), None)
    todo, seen = [first], {first}
    while todo:
        here = todo.pop()
        for edge in steps:
            if edge.source != here.key or edge.kind not in here.only:
                continue
            there = _crossed(here, edge)
            if there is not None and there not in seen:
                seen.add(there)
                todo.append(there)
    return {at.key for at in seen if not at.key.startswith("uri:")}


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _crossed(here: _At, edge: Edge) -> _At | None:
    if edge.kind == "MU":
        return _At(edge.target, here.last, here.day, frozenset({"T"}), None)
    if edge.kind == "ML":
        last = "lot" if here.last == "start" else here.last
        return _At(edge.target, last, here.day, frozenset(_MAY_FOLLOW["T"] - {"ML"}), None)
    joint = here.key.startswith("uri:")
    if here.day != _ANY and not joint:
        assert isinstance(here.day, int)
        assert isinstance(edge.leaves, int)
        same = (here.last, edge.kind) in _SAME_DAY
        if edge.leaves < here.day or (same and edge.leaves != here.day):
            return None
    part = edge.kind == "u" and here.last == "d" and is_lot(here.key)
    if part and here.stay and edge.stay and _overlap(here.stay, edge.stay):
        return None
    kind = "u" if edge.kind == "ua" else edge.kind
    may = set(_MAY_FOLLOW[kind])
    if edge.kind == "ua" and here.last != "start":
        may = set()
    if joint or edge.target.startswith("uri:"):
        kind = "T"
    return _At(edge.target, kind, edge.arrives, frozenset(may), edge.stay)
