# SPDX-License-Identifier: Apache-2.0
"""What a walk finds, answered by the lineage index: the same things, links, depths and flags.

Events are read from the store for what the arrays do not hold: the amounts of links at once, all
else when it is asked for (`nguon.trace.index.known`).
"""

from collections.abc import Sequence
from itertools import repeat

import numpy as np

from nguon.base.audience import Disclosure
from nguon.base.quantity import Quantity
from nguon.store import Store
from nguon.trace.index.errors import TraceIndexError
from nguon.trace.index.held import MODES, WHOLE
from nguon.trace.index.known import IndexedKnown, rows_of
from nguon.trace.index.marks import Flags, Marks, Numbers, are_lots, distinct, mark
from nguon.trace.index.service import index_of
from nguon.trace.index.texts import ordered
from nguon.trace.index.ties import KINDS, TRANSFORMED, Ties
from nguon.trace.index.view import TooMuchError
from nguon.trace.index.walking import Found, Walking, keys_of
from nguon.trace.model import PAST, Confidence, Direction, Following, Limits, Link
from nguon.trace.visibility import Findings

_SURE = {int(one): one for one in Confidence}


def found_by_index(
    store: Store,
    starts: Sequence[str],
    direction: Direction,
    limits: Limits,
    following: Following,
    as_of: int,
) -> Findings | None:
    """All that is found from the things asked about, at one position of the log; None where the
    index cannot tell. For how long things mattered (`Findings.windows`) is not told.
    """
    index = None if following.shared else index_of(store)
    view = None if index is None else index.view(as_of)
    if view is None:
        return None
    starts = list(dict.fromkeys(starts))
    try:
        found = Walking(view, starts, direction, following, limits, tied=True).run()
    except (TooMuchError, TraceIndexError):
        return None
    marks, modes, depths = found.reached()
    keys = keys_of(view, marks, starts)
    if keys is None:
        return None
    known = IndexedKnown(store, as_of, keys, rows_of(view, marks, _gathered(found, marks, starts)))
    rank = np.empty(len(keys), np.int64)
    rank[ordered(keys)] = np.arange(len(keys))
    order = _as_found(found, marks, rank, starts)
    told = zip(depths[order].tolist(), map(MODES.__getitem__, modes[order].tolist()), strict=True)
    links = _links(_once(found.ties, marks, rank), marks, keys, known)
    return Findings(
        start=starts[0],
        starts=tuple(starts),
        direction=direction,
        as_of=as_of,
        depths=dict(zip(map(keys.__getitem__, order.tolist()), told, strict=True)),
        links=links,
        known=known,
        truncated=found.limit is not None,
        windows={},
        limit=found.limit,
        limit_depth=found.limit_depth,
        unfollowed=len(found.unfollowed),
        indexed=True,
    )


def _gathered(found: Found, marks: Marks, starts: Sequence[str]) -> Flags:
    """Of which things the events of their pieces count as theirs: lots that were sought whole."""
    states = found.states
    own = np.array([mark(key) for key in starts], np.int64)
    whole = (states.mode == WHOLE) & (are_lots(states.key) | np.isin(states.key, own))
    return np.isin(marks, distinct(states.key[whole]), assume_unique=True)


def _as_found(found: Found, marks: Marks, rank: Numbers, starts: Sequence[str]) -> Numbers:
    """The things in the order in which a walk comes upon them."""
    states = found.states
    at = np.searchsorted(marks, states.key)
    asked = np.zeros(len(marks), np.int64)
    asked[np.searchsorted(marks, [mark(key) for key in starts])] = np.arange(len(starts))
    last = np.where(found.depth == 0, asked[at], rank[at])
    order = np.lexsort((last, ~states.onward, -states.end, states.start, states.mode, found.depth))
    _, first = np.unique(at[order], return_index=True)
    return at[order][np.sort(first)]


def _once(ties: Ties, marks: Marks, rank: Numbers) -> Ties:
    """Links each once, in the order in which they are told."""
    source, target = (rank[np.searchsorted(marks, one)] for one in (ties.source, ties.target))
    event = np.maximum(ties.event, 0)
    columns = (source, target, ties.kind, ties.start, ties.end, event)
    order = np.lexsort(columns[::-1])
    new = np.ones(len(order), bool)
    if len(order):
        new[1:] = np.any([one[order][1:] != one[order][:-1] for one in columns], axis=0)
    return ties.only(order[new])


def _links(ties: Ties, marks: Marks, keys: Sequence[str], known: IndexedKnown) -> list[Link]:
    amounts = _amounts(ties, known)
    ends = (np.searchsorted(marks, one).tolist() for one in (ties.source, ties.target))
    sources, targets = (list(map(keys.__getitem__, one)) for one in ends)
    events = ties.event.tolist()
    quantities: list[Quantity | None] = [None] * len(events)
    if amounts:
        for n in np.flatnonzero(_makings(ties)).tolist():
            quantities[n] = amounts.get((events[n], sources[n]))
    return list(
        map(
            Link,
            sources,
            targets,
            map(KINDS.__getitem__, ties.kind.tolist()),
            [event if event >= 0 else None for event in events],
            ties.start.tolist(),
            ties.end.tolist(),
            quantities,
            repeat(Disclosure.FULL),
            map(_SURE.__getitem__, ties.sure.tolist()),
        )
    )


def _makings(ties: Ties) -> Flags:
    """Which links say what was made of what, not what joins makings."""
    return np.asarray((ties.kind == TRANSFORMED) & (ties.start != PAST))


def _amounts(ties: Ties, known: IndexedKnown) -> dict[tuple[int, str], Quantity | None]:
    """By making and input how much went in."""
    shapes = known.shapes(distinct(ties.event[_makings(ties)]).tolist())
    return {
        (number, key): item.amount
        for number, shape in shapes.items()
        for key, item in shape.taken.items()
        if item.quantity is not None
    }
