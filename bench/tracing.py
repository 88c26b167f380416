# SPDX-License-Identifier: Apache-2.0
"""Tracing through a nation's chain: back from a pack, forward to 100,000, and what it costs.

In processor time of this process, for the machine may have other work.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import trace_asking, trace_beside, trace_memory
from bench.report import Row
from bench.trace_asking import Asked
from bench.trace_floor import in_memory
from bench.trace_goods import chain
from bench.trace_loading import load
from bench.trace_places import Place
from nguon.store import open_store
from nguon.trace.index.building import rebuild
from nguon.trace.index.service import Index, attach

SIZES = (100_000, 1_000_000)
WHOLE = 1_000_000
"""Up to so many events the index is also built in a server's portions, and the graph of the
search in memory is that of all events."""


def rows(
    name: str, urls: Iterator[str], folder: Path, sizes: Sequence[int] = SIZES
) -> Iterator[Row]:
    """All parts, on new databases."""
    found = []
    for size in sizes:
        found.append(Place(name, size, next(urls), folder / f"index-{name}-{size}"))
        load(found[-1].url, chain(size))
    yield from measured(found, list(PARTS), in_memory(sizes[0]))


def measured(found: Sequence[Place], parts: Sequence[str], floor: float) -> Iterator[Row]:
    """Some of the parts, of loaded databases; ``floor``: seconds of a search in memory."""
    for name, part in PARTS.items():
        if name in parts:
            begin = time.monotonic()
            yield from part(found, floor)
            print(f"({name}: {time.monotonic() - begin:.0f} s)", file=sys.stderr)


def _indexed(found: Sequence[Place], _floor: float) -> Iterator[Row]:
    """The indexes, those that are not there yet."""
    for place in found:
        with open_store(place.url) as store:
            index = Index(store, place.folder)
            if index.state().upto >= place.size:
                continue
            begin = time.process_time()
            rebuild(index)
            rate = place.size / (time.process_time() - begin)
            state = index.state()
        note = f"{state.octets / place.size:,.0f} octets an event, {state.segments} segments"
        what = f"index built, {place.name}, {place.size:,} events"
        yield Row(what, rate, "events/s", rate, "itself", note)


def _asked(found: Sequence[Place], floor: float) -> Iterator[Row]:
    """By the store and by the index, all sizes in turns."""
    with ExitStack() as stack:
        plain, indexed = [], []
        for place in found:
            store = stack.enter_context(open_store(place.url))
            plain.append(Asked(store, "store", place.name, place.size))
            store = stack.enter_context(open_store(place.url))
            attach(store, place.folder).prove()
            indexed.append(Asked(store, "index", place.name, place.size))
        yield from trace_asking.back([*plain, *indexed])
        yield from trace_asking.forward(plain[:1], floor, rounds=1)
        yield from trace_asking.forward(indexed, floor)


def _memory(found: Sequence[Place], _floor: float) -> Iterator[Row]:
    for place in found:
        yield from trace_memory.rows(place)


def _beside(found: Sequence[Place], _floor: float) -> Iterator[Row]:
    """Last, for it records more."""
    for place in found:
        if place.size <= WHOLE:
            yield from trace_beside.rows(place)


PARTS: dict[str, Callable[[Sequence[Place], float], Iterator[Row]]] = {
    "index": _indexed,
    "ask": _asked,
    "memory": _memory,
    "beside": _beside,
}
