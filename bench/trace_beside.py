# SPDX-License-Identifier: Apache-2.0
"""What the index costs beside captures, in a store that holds many events already.

Documents are captured one by one; after each the index takes what came, as a server's does:
its portions, its writing, its putting together of segments. In processor time of this process;
what PostgreSQL works for the captures in its own is left out, to the captures' disfavour.
"""

import shutil
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench.goods import document, events
from bench.report import Row
from bench.trace_places import Place
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.capture.writing import Origin
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import service as registry
from nguon.store import Store, open_store
from nguon.trace.index.building import MOST, PORTION, Builder, follow
from nguon.trace.index.service import Index

_DOCUMENT, _DOCUMENTS = 1_000, 2 * MOST // 1_000
_LIMITS = Limits(body=2**28, events=10**6, whole=10_000, synchronous=2**28)
_SENDER = Origin(Principal(1, "bench", KeyKind.MEMBER, frozenset({Scope.CAPTURE}), False))


def rows(place: Place) -> Iterator[Row]:
    """Captures with the index behind them, and all of the index in such portions."""
    documents = max(1, min(_DOCUMENTS, place.size // MOST))
    with open_store(place.url) as store:
        taking = _beside(store, place, documents)
        capturing = sum(took for took, _ in taking) / len(taking) / _DOCUMENT
        indexing = sum(took for _, took in taking) / len(taking) / _DOCUMENT
        middle = statistics.median(took for _, took in taking) / _DOCUMENT
        note = (
            f"{indexing / capturing:.0%} of the captures' {capturing * 1e6:.0f} µs an event "
            f"(a portion alone {middle / capturing:.0%})"
        )
        what = f"index behind captures, {place.name}, {place.size:,} events"
        yield Row(what, 1 / indexing, "events/s", 1 / capturing, "captures", note)
        yield _all(store, place, capturing)


def _beside(store: Store, place: Place, documents: int) -> list[tuple[float, float]]:
    """Seconds of each capture, and of what the index did after it."""
    registry.attach(store)
    for _ in events(store.log.head().seq - place.size):
        pass  # captured by an earlier run
    spool = place.folder.with_name(f"{place.folder.name}-spool")
    index = Index(store, place.folder)
    capture = CaptureService(store, spool, _LIMITS, 0)
    found = []
    try:
        capture.document(document(_DOCUMENT), _SENDER)
        with index.folder.building() as ours:
            if not ours:
                raise RuntimeError(f"{place.folder}: another process builds")
            builder = Builder(index, portion=PORTION, most=MOST)
            _level(builder)
            builder.write()
            for _ in range(documents):
                given = document(_DOCUMENT)
                begin = time.process_time()
                capture.document(given, _SENDER)
                middle = time.process_time()
                _level(builder)
                found.append((middle - begin, time.process_time() - middle))
            builder.write()
    finally:
        capture.close()
        shutil.rmtree(spool, ignore_errors=True)
    return found


def _level(builder: Builder) -> None:
    while builder.step():
        pass


def _all(store: Store, place: Place, capturing: float) -> Row:
    """The whole index anew in the portions of a server, all its segments put together."""
    folder: Path = place.folder.with_name(f"{place.folder.name}-followed")
    index = Index(store, folder)
    begin = time.process_time()
    follow(index)
    each = (time.process_time() - begin) / store.log.head().seq
    state = index.state()
    shutil.rmtree(folder)
    note = (
        f"{each / capturing:.0%} of what as many captures would take at the measured pace; "
        f"{state.segments} segments"
    )
    what = f"index in a server's portions, {place.name}, {place.size:,} events"
    return Row(what, 1 / each, "events/s", 1 / capturing, "captures", note)
