# SPDX-License-Identifier: Apache-2.0
"""A process that records and signs until it is killed: ``url folder first``.

It writes a line for each acknowledged record and for each signature: ``recorded SEQ``,
``signed SIZE ROOT``.
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from nguon.store import open_store
from nguon.tlog.errors import LogBusyError
from nguon.tlog.model import Shard, Signed
from nguon.tlog.service import Tlog
from tests.records import PACKER, make_record
from tests.tlog_made import BASE_URL, files_in


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def tell(_shard: Shard, signed: Signed) -> None:
    say("signed", signed.size, signed.root.hex())


def main() -> None:
    url, folder, start = sys.argv[1:]
    number = int(start)
    store = open_store(url)
    tlog = Tlog(store, files_in(Path(folder)), BASE_URL)
    tlog.listeners.append(tell)
    while True:
        count = random.choice((1, 3, 130, 300))
        records = [make_record(number + at * 10, count=1) for at in range(count)]
        number += count * 10
        receipts = store.writer.submit(records, PACKER).result(30)
        say("recorded", max(receipt.seq for receipt in receipts))
        try:
            tlog.turn()
        except LogBusyError:
            time.sleep(0.001)


if __name__ == "__main__":
    main()
