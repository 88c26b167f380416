# SPDX-License-Identifier: Apache-2.0
"""Makes a segment of recorded events."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from nguon.epcis.items import ItemRef, Role
from nguon.gs1 import memberships
from nguon.store.packing import unpack_items
from nguon.store.recorded import Recorded
from nguon.store.values import Action, EventType
from nguon.trace.index import columns
from nguon.trace.index.columns import Segment
from nguon.trace.index.marks import NONE, Array, Marks, Numbers, are_lots, fingerprints, mark
from nguon.trace.index.texts import texts_of
from nguon.trace.steps import is_lot, is_piece

_CONTAINING = (EventType.AGGREGATION, EventType.ASSOCIATION)


def made(events: Sequence[Recorded], after: int, upto: int) -> Segment:
    """The segment of the events between two entries of the log (`nguon.store.recorded`)."""
    lists = [unpack_items(one.items) for one in events]
    counts = np.fromiter(map(len, lists), np.int64, len(lists))
    items = list(chain.from_iterable(lists))
    marks_of = {key: mark(key) for key in {item.key for item in items}}
    marks = np.fromiter((marks_of[item.key] for item in items), np.int64, len(items))
    roles = np.fromiter((item.role for item in items), np.uint8, len(items))
    event = np.repeat(np.arange(len(events), dtype=np.int64), counts)
    members = _members(items, marks, event, counts)
    info, parents = _infos(events, marks, roles, event)
    plain = roles != Role.MEMBER
    arrays: dict[str, Array] = {
        **_facts(events),
        "info": info,
        "parent": parents,
        "item_at": starts(event[plain], len(events)),
        "item": marks[plain],
        "role": roles[plain],
        **_named(marks[plain], event[plain], roles[plain]),
        **members,
        "fix": np.flatnonzero(info & columns.CORRECTING).astype(np.int32),
        **texts_of(marks_of),
    }
    return Segment(after, upto, {name: arrays[name] for name in columns.COLUMNS})


def starts(ordered: Numbers, groups: int) -> Numbers:
    """Where each of so many groups begins among group numbers in order, and the end."""
    return np.searchsorted(ordered, np.arange(groups + 1)).astype(np.int64)


def relation(name: str, about: Marks, **entries: Array) -> dict[str, Array]:
    """The arrays of a relation, from entries in the order of what they are about."""
    things, first = np.unique(about, return_index=True)
    at = np.append(first, len(about)).astype(np.int64)
    given = {f"{name}_{what}": values for what, values in entries.items()}
    return {name: things, f"{name}_at": at, **given}


def _facts(events: Sequence[Recorded]) -> dict[str, Array]:
    def column(name: str) -> Numbers:
        return np.fromiter((getattr(one, name) for one in events), np.int64, len(events))

    return {
        "seq": column("seq"),
        "number": column("id"),
        "time": column("time"),
        "name": fingerprints(
            b"%d\0%b" % (one.submitter, one.event_id.encode()) if one.event_id else b""
            for one in events
        ),
        "content": fingerprints(b"%d\0%b" % (one.submitter, one.cbv_hash) for one in events),
    }


def _infos(
    events: Sequence[Recorded], marks: Marks, roles: Array, event: Numbers
) -> tuple[Array, Marks]:
    """What each event does, and its parent: the first of its items with that role."""
    kinds = np.fromiter((one.type for one in events), np.uint8, len(events))
    deletes = np.fromiter((one.action == Action.DELETE for one in events), bool, len(events))
    fixing = np.fromiter((bool(one.correction) for one in events), bool, len(events))
    containing = np.isin(kinds, _CONTAINING)
    parents = np.full(len(events), NONE, np.int64)
    at = np.flatnonzero(roles == Role.PARENT)[::-1]
    parents[event[at]] = marks[at]
    parents[~containing] = NONE
    children = np.zeros(len(events), bool)
    children[event[roles == Role.CHILD]] = True
    info = (
        columns.CONTAINING * containing
        + columns.ATTACHING * (kinds == EventType.ASSOCIATION)
        + columns.DELETING * deletes
        + columns.CORRECTING * fixing
        + columns.EMPTYING * (containing & deletes & (parents != NONE) & ~children)
        + columns.UNNAMED * (containing & deletes & (parents == NONE) & children)
        + columns.MAKING * (kinds == EventType.TRANSFORMATION)
    )
    return info.astype(np.uint8), parents


def _named(marks: Marks, event: Numbers, roles: Array) -> dict[str, Array]:
    order = np.lexsort((event, marks))
    marks, event = marks[order], event[order]
    bits = np.left_shift(1, roles[order].astype(np.uint16)).astype(np.uint16)
    new = np.ones(len(marks), bool)
    new[1:] = (marks[1:] != marks[:-1]) | (event[1:] != event[:-1])
    at = np.flatnonzero(new)
    together = np.bitwise_or.reduceat(bits, at) if len(at) else bits
    return relation("named", marks[at], event=event[at].astype(np.int32), roles=together)


def _members(
    items: Sequence[ItemRef], marks: Marks, event: Numbers, counts: Numbers
) -> dict[str, Array]:
    """Who belongs to what, as events say it and as keys themselves do."""
    at = [n for n, item in enumerate(items) if item.role is Role.MEMBER and item.of is not None]
    whole = np.array(at, np.int64)
    begins = np.cumsum(counts) - counts
    of = np.fromiter((items[n].of or 0 for n in at), np.int64, len(at))
    said = marks[whole], marks[begins[event[whole]] + of], event[whole]
    by_whole = _distinct(*said)
    lots = are_lots(said[0])
    own = [(mark(lot), marks[n], event[n]) for n, lot in _own_lots(items)]
    added = np.array(own, np.int64).reshape(-1, 3).T
    by_piece = _distinct(
        np.append(said[1][lots], added[1]),
        np.append(said[0][lots], added[0]),
        np.append(said[2][lots], added[2]),
    )
    return {
        **relation("whole", by_whole[0], piece=by_whole[1], event=by_whole[2].astype(np.int32)),
        **relation("piece", by_piece[0], whole=by_piece[1], event=by_piece[2].astype(np.int32)),
    }


def _own_lots(items: Sequence[ItemRef]) -> list[tuple[int, str]]:
    """Pieces whose own key names their lot."""
    return [
        (n, lot)
        for n, item in enumerate(items)
        if "/10/" in item.key and is_piece(item.key)
        for lot in memberships(item.key)
        if is_lot(lot)
    ]


def _distinct(about: Marks, other: Marks, event: Numbers) -> tuple[Marks, Marks, Numbers]:
    order = np.lexsort((event, other, about))
    about, other, event = about[order], other[order], event[order]
    new = np.ones(len(about), bool)
    same = (about[1:] == about[:-1]) & (other[1:] == other[:-1]) & (event[1:] == event[:-1])
    new[1:] = ~same
    return about[new], other[new], event[new]
