# SPDX-License-Identifier: Apache-2.0
"""A trace: breadth first over the recorded events, one batch of reads a level."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import msgspec

from nguon.base.audience import Audience, Disclosure
from nguon.store import Store
from nguon.trace.model import Direction, Limits, Lineage, Link, Mode, Window
from nguon.trace.shapes import Shape, in_force
from nguon.trace.steps import GOODS, Known, State, follow, is_lot, neighbours
from nguon.trace.visibility import Findings, as_seen, disclosures, records


def trace(
    store: Store,
    audience: Audience,
    key: str,
    direction: Direction,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
) -> Lineage:
    """Everything that ``key`` came from (back) or went into (forward), as the reader may see it.

    Time is respected: a transformation counts only after the goods reached it,
    a container only while the goods were inside. Records declared in error by
    their submitter are left out. Bad data (cycles, repeats) end the walk, never
    the program. With ``upto_seq`` the answer is the one of that log position.
    """
    found = findings(store, key, direction, limits=limits, upto_seq=upto_seq)
    lineage = as_seen(found, _disclosed(store, audience, found))
    return msgspec.structs.replace(lineage, erased=store.erasure.about(found.depths))


def _disclosed(store: Store, audience: Audience, found: Findings) -> dict[int, Disclosure]:
    """What the reader may see of each record found, noted for the records' owners."""
    provinces: Mapping[int, frozenset[str]] = {}
    if audience.mandate is not None:
        provinces = store.events.touched(audience, list(records(found).values()))
    disclosed = disclosures(audience, found, store.named_organisations, provinces)
    if audience.reader:
        others = {
            event.submitter
            for number, event in records(found).items()
            if disclosed[number] is Disclosure.FULL and event.submitter != audience.organisation
        }
        store.hooks.noted(audience, "trace", [(number, found.start) for number in others])
    return disclosed


def findings(
    store: Store,
    key: str,
    direction: Direction,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
) -> Findings:
    """All that the walk found, not yet reduced: to choose records that are then read for an
    audience, never to show.
    """
    as_of = store.events.head()[0] if upto_seq is None else upto_seq
    walk = _Walk(store, direction, limits, as_of)
    walk.run(State(key, Mode.WHOLE, Window()))
    return Findings(
        key,
        direction,
        as_of,
        walk.depths,
        walk.links,
        walk.known,
        walk.truncated,
        walk.seen,
        walk.cut,
    )


class _Walk:
    def __init__(self, store: Store, direction: Direction, limits: Limits, as_of: int) -> None:
        self.store = store
        self.direction = direction
        self.limits = limits
        self.as_of = as_of
        self.known = Known()
        self.shapes: dict[int, Shape] = {}
        self.seen: dict[tuple[str, Mode], list[Window]] = {}
        self.depths: dict[str, tuple[int, Mode]] = {}
        self.links: set[Link] = set()
        self.gathered: set[str] = set()
        self.start = ""
        self.truncated = False
        self.cut = False
        self.left = limits.records

    def run(self, start: State) -> None:
        self.start = start.key
        self._enter(start, 0)
        frontier = [start]
        depth = 0
        while frontier:
            if depth == self.limits.depth:
                self.truncated = True
                return
            whole = {state.key for state in frontier if state.mode in GOODS}
            self._read({state.key for state in frontier}, whole)
            self._read({key for s in frontier for key in neighbours(s, self.known)}, frozenset())
            depth += 1
            frontier = self._advance(frontier, depth)

    def _advance(self, frontier: list[State], depth: int) -> list[State]:
        following: list[State] = []
        for state in frontier:
            for step in follow(state, self.direction, self.known):
                if step.state.key not in self.depths and len(self.depths) >= self.limits.nodes:
                    self.truncated = True
                    continue
                self.links.add(step.link)
                if self._enter(step.state, depth):
                    following.append(step.state)
        return following

    def _enter(self, state: State, depth: int) -> bool:
        """Note a state; False when all of its time has been followed already."""
        windows = self.seen.setdefault((state.key, state.mode), [])
        whole = self.seen.get((state.key, Mode.WHOLE), [])
        if any(window.covers(state.window) for window in (*windows, *whole)):
            return False
        windows[:] = [window for window in windows if not state.window.covers(window)]
        windows.append(state.window)
        known = self.depths.get(state.key)
        if known is None or (_RANK[state.mode] < _RANK[known[1]]):
            self.depths[state.key] = (known[0] if known else depth, state.mode)
        return True

    def _read(self, keys: AbstractSet[str], whole: AbstractSet[str]) -> None:
        """Read the events of things; those of a lot's pieces only where the lot itself is sought.

        Without that, each product passed on the way would bring every lot of it.
        """
        gathering = {key for key in whole if is_lot(key) or key == self.start}
        wanted = (keys - self.known.by_key.keys()) | (gathering - self.gathered)
        if not wanted:
            return
        self.gathered |= gathering
        found = self.store.lineage.events_of(
            sorted(wanted),
            skip_members=frozenset(wanted - gathering),
            upto_seq=self.as_of,
            most=self.left,
        )
        self.left -= len({event.id for events in found.values() for event in events})
        self.cut = self.cut or found.cut
        self.truncated = self.truncated or found.cut
        for key in wanted:
            self.known.by_key[key] = [
                self.shapes.setdefault(event.id, Shape(event))
                for event in in_force(found.get(key, ()))
            ]


_RANK = {mode: rank for rank, mode in enumerate(Mode)}
