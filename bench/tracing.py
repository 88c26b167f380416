# SPDX-License-Identifier: Apache-2.0
"""Tracing through a nation's chain: back from a pack, forward to 100,000, and what it costs.

In processor time of this process, for the machine may have other work.
"""

import resource
import statistics
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.goods import document
from bench.report import Row
from bench.trace_goods import BAD_LOT, PACKS, Made, batch, chain, pack_of, recalled
from bench.trace_loading import load
from nguon.capture.model import Limits as CaptureLimits
from nguon.capture.service import CaptureService
from nguon.capture.writing import Origin
from nguon.epcis.items import Role
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import service as registry
from nguon.store import Store, open_store
from nguon.store.values import EventType
from nguon.trace.closure import Closure, closure
from nguon.trace.index.building import follow, rebuild
from nguon.trace.index.service import Index, attach
from nguon.trace.model import Direction, Limits

T = TypeVar("T")

SIZES = (100_000, 1_000_000)
_LIMITS = Limits(nodes=4 * PACKS, records=50 * PACKS)
_ASKED = 100
_DOCUMENT, _DOCUMENTS = 1_000, 11
_CAPTURE = CaptureLimits(body=2**28, events=10**6, whole=10_000, synchronous=2**28)


def rows(
    name: str, urls: Iterator[str], folder: Path, sizes: Sequence[int] = SIZES
) -> Iterator[Row]:
    """The questions at each size, with the index and by the store alone."""
    floor = _in_memory()
    yield _share(name, next(urls), folder)
    before: dict[str, float] = {}
    for size in sizes:
        url = next(urls)
        load(url, chain(size))
        with open_store(url) as store:
            what = f"{name}, {size:,} events"
            yield from _asked(store, f"by the store, {what}")
            if size == sizes[0]:
                yield _recall(store, f"by the store, {what}", floor, {}, times=1)
            index = attach(store, folder / f"index-{name}-{size}")
            yield _built(index, what, size)
            index.prove()
            yield from _asked(store, f"by the index, {what}")
            yield _recall(store, f"by the index, {what}", floor, before)


def _built(index: Index, what: str, size: int) -> Row:
    seconds, _ = _timed(lambda: rebuild(index))
    state = index.state()
    note = f"{state.octets / size:,.0f} octets an event, {state.segments} segments"
    return Row(f"index built, {what}", size / seconds, "events/s", size / seconds, "itself", note)


def _share(name: str, url: str, folder: Path) -> Row:
    """What building behind captures costs beside the captures, portion by portion."""
    with open_store(url) as store:
        registry.attach(store)
        capture = CaptureService(store, folder / f"spool-{name}", _CAPTURE, 0)
        sender = Origin(Principal(1, "bench", KeyKind.MEMBER, frozenset({Scope.CAPTURE}), False))
        documents = [document(_DOCUMENT) for _ in range(_DOCUMENTS)]
        capture.document(documents.pop(), sender)
        taking, _ = _timed(lambda: [capture.document(each, sender) for each in documents])
        capture.close()
        index = Index(store, folder / f"index-{name}-behind")
        building, _ = _timed(lambda: follow(index))
    taking, building = taking / len(documents), building / _DOCUMENTS
    return Row(
        f"index built behind captures, {name}",
        _DOCUMENT / building,
        "events/s",
        _DOCUMENT / taking,
        "captures",
        f"{building / taking:.0%} of the time of the captures",
    )


def _asked(store: Store, what: str) -> Iterator[Row]:
    times, found = [], closure(store, [pack_of(0)], Direction.BACK)
    for number in range(1, _ASKED):
        seconds, found = _timed(partial(closure, store, [pack_of(number)], Direction.BACK))
        times.append(seconds)
    times.sort()
    median, last = statistics.median(times), times[-1]
    note = f"{len(found.keys)} things, median {median * 1e3:.1f} ms, worst {last * 1e3:.1f} ms"
    yield Row(f"back, {what}", 1 / median, "answers/s", 100, "the goal", note)


def _recall(
    store: Store, what: str, floor: float, before: dict[str, float], *, times: int = 4
) -> Row:
    def asked() -> Closure:
        return closure(store, [BAD_LOT], Direction.FORWARD, limits=_LIMITS)

    seconds, found = min((_timed(asked) for _ in range(times)), key=lambda one: one[0])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    note = f"{len(found.keys):,} things in {seconds:.2f} s ({found.source}); peak {peak:,.0f} MiB"
    way = what.partition(",")[0] + what.partition(",")[2].partition(",")[0]
    if way in before:
        note += f"; {seconds / before[way]:.2f} times the smaller size"
    before[way] = seconds
    return Row(f"forward, {what}", 1 / seconds, "answers/s", 1 / floor, "BFS in memory", note)


def _in_memory() -> float:
    """Seconds of a plain search through the same goods in a dictionary."""
    ways = _ways([*recalled(), *(made for number in range(200) for made in batch(number))])

    def search() -> int:
        seen, waiting = {BAD_LOT}, deque([BAD_LOT])
        while waiting:
            for key in ways.get(waiting.popleft(), ()):
                if key not in seen:
                    seen.add(key)
                    waiting.append(key)
        return len(seen)

    search()
    return min(_timed(search)[0] for _ in range(3))


def _ways(goods: Sequence[Made]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for made in goods:
        keys: dict[Role, list[str]] = defaultdict(list)
        for item in made.items:
            keys[item.role].append(item.key)
        if made.type is EventType.TRANSFORMATION:
            for key in keys[Role.INPUT]:
                found[key] += keys[Role.OUTPUT]
        for parent in keys[Role.PARENT]:
            for child in keys[Role.CHILD]:
                found[child].append(parent)
    return found


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found
