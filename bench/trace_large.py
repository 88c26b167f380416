# SPDX-License-Identifier: Apache-2.0
"""``make bench-large``: lineage at ten million events, and how it grows from one million.

Needs about 15 GB of disk and 6 GB of memory for each database. With ``--folder`` (and, for
PostgreSQL, ``--server``) databases and indexes stay, and a later run takes them up: so its parts
can be run one at a time.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.report import machine, table
from bench.trace_floor import in_memory
from bench.trace_places import places
from bench.tracing import PARTS, WHOLE, measured


def main(given: Sequence[str] | None = None) -> None:
    """Load, measure, print."""
    chosen = _arguments().parse_args(given)
    print(machine())
    with ExitStack() as stack:
        folder = chosen.folder
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        floor = in_memory(min(WHOLE, *chosen.events)) if "ask" in chosen.parts else 0.0
        for found in places(folder, chosen.events, only=chosen.only, server=chosen.server):
            rows = []
            for row in measured(found, chosen.parts, floor):
                print(f"{row.what}: {row.rate:,.1f} {row.unit}; {row.note}", file=sys.stderr)
                rows.append(row)
            print(f"\n{table(rows)}", flush=True)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.trace_large", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[WHOLE, 10 * WHOLE])
    parser.add_argument("--only", choices=["SQLite", "PostgreSQL"], help="one database alone")
    parser.add_argument("--folder", type=Path, help="kept; a temporary one goes otherwise")
    parser.add_argument("--server", help="address of a PostgreSQL server that may keep databases")
    parser.add_argument(
        "--parts",
        nargs="*",
        choices=list(PARTS),
        default=list(PARTS),
        help="what to measure; databases that are not there are loaded in any case",
    )
    return parser


if __name__ == "__main__":
    main()
