# SPDX-License-Identifier: Apache-2.0
"""Everything that many things came from, or went into: one set, for work that needs no drawing.

It is not reduced to what a reader may see: to count with and to choose records by, never
to show as it is.
"""

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from nguon.store import Store
from nguon.trace.index.errors import TraceIndexError
from nguon.trace.index.held import MODES
from nguon.trace.index.service import Index, index_of
from nguon.trace.index.texts import ordered
from nguon.trace.index.view import TooMuchError
from nguon.trace.index.walking import Walking, keys_of
from nguon.trace.model import Direction, Following, Limit, Limits, Mode
from nguon.trace.progress import Tell, nobody
from nguon.trace.reading import Reading
from nguon.trace.walk import Walk


class Closure(msgspec.Struct, frozen=True):
    """The things found, each with how it was followed and how far it is from the nearest start.

    ``events`` are the numbers of the records that tie them; ``limit`` says which limit was
    met where ``truncated``; ``source`` is what was read: the index or the store itself.
    """

    direction: Direction
    starts: tuple[str, ...]
    keys: tuple[str, ...]
    modes: tuple[Mode, ...]
    depths: tuple[int, ...]
    events: tuple[int, ...]
    as_of: int
    truncated: bool
    limit: Limit | None
    source: Literal["index", "store"]


def closure(
    store: Store,
    keys: Sequence[str],
    direction: Direction,
    *,
    following: Following = Following(),  # noqa: B008 (frozen value)
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
    without: Collection[str] = (),
) -> Closure:
    """What all of ``keys`` came from (back) or went into (forward), the keys themselves first.

    In the order of depth and key. With ``upto_seq`` the answer is the one of that log position.
    Things of ``without`` are never entered: what hangs on them alone is not found.
    """
    starts = tuple(key for key in dict.fromkeys(keys) if key not in without)
    sought = Sought(starts, direction, following, limits, upto_seq, frozenset(without))
    return search(store, sought)


class Sought(NamedTuple):
    """A question: as `closure` is asked."""

    starts: tuple[str, ...]
    direction: Direction
    following: Following
    limits: Limits
    upto_seq: int | None = None
    without: frozenset[str] = frozenset()


def search(store: Store, sought: Sought, tell: Tell = nobody) -> Closure:
    """The `closure`; ``tell`` is told how far it is, and what it raises ends the search."""
    index = index_of(store)
    if index is not None and sought.following.shared is None:
        found = _indexed(store, index, sought, tell)
        if found is not None:
            return found
    return _walked(store, sought, tell)


def _indexed(store: Store, index: Index, asked: Sought, tell: Tell) -> Closure | None:
    """The answer of the index, None where it has none."""
    as_of = store.events.head().seq if asked.upto_seq is None else asked.upto_seq
    view = index.view(as_of)
    if view is None:
        return None
    walking = Walking(view, asked.starts, asked.direction, asked.following, asked.limits)
    try:
        found = walking.run(sorted(asked.without), tell)
    except (TooMuchError, TraceIndexError):
        return None
    marks, modes, depths = found.reached()
    keys = keys_of(view, marks, asked.starts)
    if keys is None:
        return None
    order = ordered(keys)
    order = order[np.argsort(depths[order], kind="stable")]
    return Closure(
        direction=asked.direction,
        starts=asked.starts,
        keys=tuple(map(keys.__getitem__, order.tolist())),
        modes=tuple(map(MODES.__getitem__, modes[order].tolist())),
        depths=tuple(depths[order].tolist()),
        events=tuple(found.events.tolist()),
        as_of=as_of,
        truncated=found.limit is not None,
        limit=found.limit,
        source="index",
    )


def _walked(store: Store, asked: Sought, tell: Tell) -> Closure:
    """The answer of the store."""
    as_of = store.events.head().seq if asked.upto_seq is None else asked.upto_seq
    walk = Walk(asked.starts, asked.direction, asked.limits, asked.following, without=asked.without)
    walk.tell = tell
    Reading(store, as_of).complete([walk])
    found = sorted((depth, key, mode) for key, (depth, mode) in walk.depths.items())
    return Closure(
        direction=asked.direction,
        starts=asked.starts,
        keys=tuple(key for _, key, _ in found),
        modes=tuple(mode for _, _, mode in found),
        depths=tuple(depth for depth, _, _ in found),
        events=tuple(sorted({link.event for link in walk.links if link.event is not None})),
        as_of=as_of,
        truncated=walk.truncated,
        limit=walk.limit,
        source="store",
    )
