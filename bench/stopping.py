# SPDX-License-Identifier: Apache-2.0
"""Look-ups in the stop list while nothing, a thousand or a million pieces are stopped."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import cycle, islice
from time import process_time, sleep

import numpy as np

from bench.report import Row
from nguon.stoplist import filters, queries, service
from nguon.stoplist.guard import guard_of
from nguon.stoplist.model import NewStop, StopKind
from nguon.store import Store, open_store

SIZES = (0, 1_000, 1_000_000)
CODES, ROUNDS = 2_000, 3
_PUT_AT_ONCE = 100_000
_SETTLED = 6.0
"""Seconds after which the process that changed the list does not ask for it at every look-up."""


def rows(store_name: str, url: str) -> Iterator[Row]:
    """Codes looked up one by one, beside their hashes alone."""
    free = [_free(number) for number in range(CODES)]
    floor = CODES / _best(lambda: [sha256(one.encode()) for one in free])
    beside = (floor, "SHA-256 of a key")
    with open_store(url) as store:
        done = 0
        for size in SIZES:
            put = _stopped(store, done, size)
            done = size
            name = f"stop list of {size:,} pieces, {store_name}"
            note = f"put in {put:.1f} s" if size else ""
            yield Row(f"{name}: free codes", _rate(store, free), "codes/s", *beside, note)
            if size:
                bad = list(islice(cycle([_bad(number) for number in range(1_000)]), CODES))
                yield Row(f"{name}: stopped codes", _rate(store, bad), "codes/s", *beside)


def _stopped(store: Store, begin: int, end: int) -> float:
    start = process_time()
    for first in range(begin, end, _PUT_AT_ONCE):
        new = [_stop(_bad(number)) for number in range(first, min(end, first + _PUT_AT_ONCE))]
        with store.transaction() as connection:
            service.put(connection, new)
    return process_time() - start


def _stop(key: str) -> NewStop:
    return NewStop(
        kind=StopKind.ITEM, key=key, source="recall:bench", reason="recall", by="person/1"
    )


def _bad(number: int) -> str:
    return f"01/09521101000016/21/{number:09d}"


def _free(number: int) -> str:
    return f"01/09521101000023/21/{number:09d}"


def _rate(store: Store, keys: list[str]) -> float:
    """Codes a second once the guard knows the list."""
    sleep(_SETTLED)
    guard = guard_of(store)
    while (known := guard.known()) is None or known.standing != len(known.hashes):
        guard.follow()
    return CODES / _best(lambda: [queries.stopped(store, [one]) for one in keys])


def building(size: int = max(SIZES)) -> Iterator[Row]:
    """The filter of the offline list, beside its hashes sorted."""
    hashes = np.random.default_rng(7).integers(0, 2**64, size, np.uint64)
    floor = size / _best(lambda: np.unique(hashes))
    taken = _best(lambda: filters.build(hashes))
    octets = len(filters.build(hashes)) / size
    note = f"{taken:.1f} s, {octets:.2f} octets a key"
    what = f"stop list: filter of {size:,} keys"
    yield Row(what, size / taken, "keys/s", floor, "the hashes sorted", note)


def _best(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        start = process_time()
        work()
        taken.append(process_time() - start)
    return min(taken)
