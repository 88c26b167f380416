# SPDX-License-Identifier: Apache-2.0
"""Write the EPCIS documents of the demonstration goods: ``python tools/make_examples.py [FOLDER]``.

The same input gives the same bytes; a test compares them with the files under ``examples/events``.
"""

import sys
from pathlib import Path

from goods import (
    coffee,
    cosmetic,
    durian,
    longan,
    longan_routes,
    medicine,
    melon,
    noodle_shops,
    noodles,
    shrimp,
)
from goods.book import Book

SCENARIOS = (
    longan,
    longan_routes,
    durian,
    coffee,
    melon,
    noodles,
    noodle_shops,
    shrimp,
    medicine,
    cosmetic,
)


def main(folder: Path) -> None:
    """Write all documents below ``folder``."""
    book = Book()
    for scenario in SCENARIOS:
        scenario.build(book)
    for document in book.documents:
        document.write(folder)


if __name__ == "__main__":
    default = Path(__file__).resolve().parent.parent / "examples" / "events"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
