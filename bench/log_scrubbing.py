# SPDX-License-Identifier: Apache-2.0
"""How fast everything that is stored is read again and compared, in processor time of one core.

Events as capture makes them, a whole round: entries with records and index rows, the tables
the other way round, tiles, the map. The floor makes each record anew from its bytes, which
is what no comparison can do without.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from bench.goods import document
from bench.logging_speed import made
from bench.report import Row
from nguon.capture.anew import recompute_all
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.capture.writing import Origin
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.store import Store, open_store
from nguon.store.bodies import unpack
from nguon.store.schema import event
from nguon.tlog.completing import Completer
from nguon.tlog.scrubbing import Scrubber

SIZE, DOCUMENTS = 100, 30
_LIMITS = Limits(body=2**28, events=10**6, whole=10_000, synchronous=2**28)


def rows(name: str, url: str, folder: Path) -> Iterator[Row]:
    """A round over three thousand events."""
    place = folder / f"scrubbing-{name}"
    with open_store(url) as store:
        _filled(store, place)
        tlog = made(store, place)
        tlog.turn()
        completer = Completer(tlog)
        completer.once()
        completer.close()
        tlog.turn()
        count = SIZE * DOCUMENTS
        floor = count / _floor(store)
        scrubber = Scrubber(tlog, recompute_all)
        begun = time.process_time()
        done = scrubber.whole()
        spent = time.process_time() - begun
        scrubber.close()
        tlog.close()
    if done.found:
        raise AssertionError("a sound store")
    kind = "each record made anew from its bytes"
    yield Row(f"{name}: all that is stored compared", count / spent, "events/s", floor, kind)


def _filled(store: Store, folder: Path) -> None:
    capture = CaptureService(store, folder / "spool", _LIMITS, 0)
    scopes = frozenset({Scope.CAPTURE})
    origin = Origin(Principal(1, "bench", KeyKind.MEMBER, scopes, strict=False))
    for _ in range(DOCUMENTS):
        capture.document(document(SIZE), origin)
    capture.close()


def _floor(store: Store) -> float:
    with store.reading() as connection:
        bodies = list(connection.scalars(event.select().with_only_columns(event.c.body)))
    begun = time.process_time()
    raws, contexts = zip(*map(unpack, bodies), strict=True)
    recompute_all(raws, contexts[0])
    return time.process_time() - begun
