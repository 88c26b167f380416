# SPDX-License-Identifier: Apache-2.0
"""Two lots side by side: what they share, and where their ways part."""

import msgspec

from nguon.base.audience import Audience
from nguon.store import Store
from nguon.trace.asking.errors import TooFewError
from nguon.trace.asking.lineages import Traced, successors, traced, visits
from nguon.trace.model import Direction, Limits, Lineage, Mode


class Shared(msgspec.Struct, frozen=True, rename="camel"):
    """Something on the way of both, so many steps from each."""

    key: str
    depth_a: int
    depth_b: int


class Comparison(msgspec.Struct, frozen=True, rename="camel"):
    """``shared`` is on the way of both, the nearest first; ``parting`` those of it from which the
    ways go apart: nothing that hangs on them is shared too. ``only_a`` and ``only_b`` are the
    rest; ``places`` and ``parties`` those that handled something on both ways.
    """

    a: str
    b: str
    shared: tuple[Shared, ...]
    parting: tuple[str, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    places: tuple[str, ...]
    parties: tuple[str, ...]
    truncated: bool
    withheld: int = 0


def compare(
    store: Store,
    audience: Audience,
    a: str,
    b: str,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
) -> Comparison:
    """What two things share on their way here, and where it parts, as the reader may see it.

    Raises:
        TooFewError: both are the same.
    """
    if a == b:
        raise TooFewError("trace.compare-same")
    both = traced(store, audience, [a, b], Direction.BACK, limits=limits, upto_seq=upto_seq)
    depths = [_depths(lineage) for lineage in both.lineages]
    shared = depths[0].keys() & depths[1].keys()
    onward = successors(both.lineages)
    parting = {key for key in shared if not (onward.get(key, set()) & shared) - {key}}
    told = [Shared(key, depths[0][key], depths[1][key]) for key in shared]
    return Comparison(
        a,
        b,
        shared=tuple(sorted(told, key=lambda one: (one.depth_a + one.depth_b, one.key))),
        parting=tuple(sorted(parting)),
        only_a=tuple(sorted(depths[0].keys() - shared - {a})),
        only_b=tuple(sorted(depths[1].keys() - shared - {b})),
        places=_met(both, parties=False),
        parties=_met(both, parties=True),
        truncated=both.truncated,
        withheld=sum(lineage.withheld for lineage in both.lineages),
    )


def _depths(lineage: Lineage) -> dict[str, int]:
    hidden = (Mode.PROCESS, Mode.ATTACHED)
    return {node.key: node.depth for node in lineage.nodes if node.mode not in hidden}


def _met(both: Traced, *, parties: bool) -> tuple[str, ...]:
    names = [
        {
            name
            for visit in visits(found, both.disclosed)
            for name in (visit.parties if parties else (visit.place,))
            if name is not None
        }
        for found in both.found
    ]
    return tuple(sorted(names[0] & names[1]))
