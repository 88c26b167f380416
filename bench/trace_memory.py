# SPDX-License-Identifier: Apache-2.0
"""What one answer of the index holds, in a process of its own that does nothing else.

``python -m bench.trace_memory URL FOLDER back|forward`` prints it as JSON, in MiB: what was
allocated for the answer at its peak, what the answer itself is, and how much of the index's files
was touched (pages that the system may take back at any time).
"""

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from bench.report import Row
from bench.trace_asking import LIMITS
from bench.trace_goods import BAD_LOT, pack_of
from bench.trace_places import Place
from nguon.store import open_store
from nguon.trace.closure import closure
from nguon.trace.index.service import attach
from nguon.trace.model import Direction

_QUESTIONS = {
    "back": ([pack_of(1)], [pack_of(0)], Direction.BACK),
    "forward": ([BAD_LOT], [pack_of(0)], Direction.FORWARD),
}


def rows(place: Place) -> Iterator[Row]:
    """The answers of about 50 and of 100,000 things."""
    for question in _QUESTIONS:
        program = [sys.executable, "-m", "bench.trace_memory"]
        asked = [*program, place.url, str(place.folder), question]
        found = json.loads(subprocess.run(asked, check=True, stdout=subprocess.PIPE).stdout)
        note = (
            f"{found['things']:,} things: {found['peak']:.2f} MiB at the peak, answer "
            f"{found['kept']:.2f}, index touched {found['touched']:.1f} of {found['index']:,.0f}, "
            f"process {found['process']:,.0f}"
        )
        what = f"memory, {question}, {place.name}, {place.size:,} events"
        yield Row(what, found["peak"], "MiB", found["index"], "the index", note)


def held(url: str, folder: Path, question: str) -> dict[str, float]:
    """Answer one question; gives what it held, in MiB, and how many things it named."""
    keys, other, direction = _QUESTIONS[question]
    with open_store(url) as store:
        index = attach(store, folder)
        index.prove()
        # What is made once for a process is not the answer's: statements, the view, the imports.
        closure(store, other, direction)
        mapped = _status("RssFile")
        tracemalloc.start()
        found = closure(store, keys, direction, limits=LIMITS)
        kept, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return {
            "things": len(found.keys),
            "peak": peak / 2**20,
            "kept": kept / 2**20,
            "touched": _status("RssFile") - mapped,
            "process": _status("VmHWM"),
            "index": index.state().octets / 2**20,
        }


def _status(name: str) -> float:
    """A line of what the system says of this process, in MiB."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith(name))


if __name__ == "__main__":
    print(json.dumps(held(sys.argv[1], Path(sys.argv[2]), sys.argv[3])))
