# SPDX-License-Identifier: Apache-2.0
"""A process that states and captures at once, from two threads: ``url first``."""

import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from nguon.store import Store, open_store
from nguon.store import registry as rows
from nguon.store.statements import Statement
from nguon.store.values import Submitter
from tests.records import make_record


def _state(store: Store) -> None:
    for turn in range(20):
        with store.transaction() as connection:
            rows.hold(connection)
            body = f'{{"turn":{turn}}}'.encode()
            store.log.note(connection, Statement("a", body), Statement("b", body))


def _capture(store: Store, first: int) -> None:
    for start in range(0, 40, 2):
        batch = [make_record(first + start + n) for n in range(2)]
        store.writer.submit(batch, Submitter(first, "child")).result(30)


def main() -> None:
    url, first = sys.argv[1:]
    with open_store(url) as store:
        other = threading.Thread(target=_state, args=(store,))
        other.start()
        _capture(store, int(first))
        other.join()
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main()
