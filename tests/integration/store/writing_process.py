# SPDX-License-Identifier: Apache-2.0
"""A process that writes: ``url first batches size``; a line for each acknowledged batch."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from nguon.store import open_store
from nguon.store.values import Submitter
from tests.records import make_record


def main() -> None:
    url, *numbers = sys.argv[1:]
    first, batches, size = map(int, numbers)
    with open_store(url) as store:
        for batch in range(batches):
            start = first + batch * size
            records = [make_record(start + index) for index in range(size)]
            store.writer.submit(records, Submitter(first, "child")).result(30)
            sys.stdout.write(f"{batch}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
