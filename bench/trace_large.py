# SPDX-License-Identifier: Apache-2.0
"""``make bench-large``: lineage at ten million events, and how it grows from one million.

Needs about 15 GB of disk and 6 GB of memory for each database.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench import tracing
from bench.__main__ import databases
from bench.report import machine, table


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--only", choices=["SQLite", "PostgreSQL"], help="one database alone")
    parser.add_argument("--folder", type=Path, help="where there is room; the system's otherwise")
    chosen = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        for name, urls in databases(Path(folder)):
            if chosen.only in (None, name):
                rows = []
                for row in tracing.rows(name, urls, Path(folder), chosen.events):
                    print(f"{row.what}: {row.note}", file=sys.stderr)
                    rows.append(row)
                print(f"\n{table(rows)}", flush=True)


if __name__ == "__main__":
    main()
