# SPDX-License-Identifier: Apache-2.0
"""Everything that many things came from, or went into: one set, for work that needs no drawing.

It is not reduced to what a reader may see: to count with and to choose records by, never
to show as it is.
"""

from collections.abc import Collection, Sequence
from itertools import chain
from typing import Literal

import msgspec

from nguon.store import Store
from nguon.trace.model import Direction, Following, Limit, Limits, Mode
from nguon.trace.service import findings_of
from nguon.trace.visibility import Findings


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
    found = findings_of(
        store, starts, direction, limits=limits, upto_seq=upto_seq, following=following
    )
    return _united(starts, direction, found, store.events.head().seq)


def _united(
    starts: tuple[str, ...], direction: Direction, found: Sequence[Findings], head: int
) -> Closure:
    """One answer of many: the least depth and the fullest mode of each thing."""
    reached: dict[str, tuple[int, Mode]] = {}
    for key, (depth, mode) in chain.from_iterable(one.depths.items() for one in found):
        known = reached.get(key, (depth, mode))
        reached[key] = (min(depth, known[0]), min(mode, known[1], key=_RANKS.index))
    ordered = sorted((depth, key, mode) for key, (depth, mode) in reached.items())
    events = {link.event for one in found for link in one.links if link.event is not None}
    return Closure(
        direction=direction,
        starts=starts,
        keys=tuple(key for _, key, _ in ordered),
        modes=tuple(mode for _, _, mode in ordered),
        depths=tuple(depth for depth, _, _ in ordered),
        events=tuple(sorted(events)),
        as_of=min((one.as_of for one in found), default=head),
        truncated=any(one.truncated for one in found),
        limit=None,
        source="store",
    )


_RANKS = tuple(Mode)
