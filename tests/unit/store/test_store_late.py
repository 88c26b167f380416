# SPDX-License-Identifier: Apache-2.0
"""A submission that races with the end is written or refused, never left waiting."""

import threading
from concurrent.futures import Future

from nguon.store import Store
from nguon.store.errors import StoreClosedError
from nguon.store.values import Outcome, Receipt
from tests.records import PACKER, make_record


def test_every_future_ends(store: Store) -> None:
    futures: list[Future[list[Receipt]]] = []
    started = threading.Event()

    def work(first: int) -> None:
        for number in range(first, first + 500):
            try:
                futures.append(store.writer.submit([make_record(number)], PACKER))
            except StoreClosedError:
                return
            started.set()

    threads = [threading.Thread(target=work, args=(n * 1_000,)) for n in range(3)]
    for thread in threads:
        thread.start()
    started.wait(60)
    store.writer.close()
    for thread in threads:
        thread.join(30)
    errors = [future.exception(10) for future in futures]
    assert all(error is None or isinstance(error, StoreClosedError) for error in errors)
    stored = [future for future, error in zip(futures, errors, strict=True) if error is None]
    assert {f.result()[0].outcome for f in stored} == {Outcome.STORED}
    assert store.events.head().seq == len(stored)
    assert store.log.gaps() == []
